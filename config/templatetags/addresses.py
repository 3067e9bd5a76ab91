"""`{% url %}` without working out the same shape of address again: a page has some thirty of them."""

import uuid
from functools import lru_cache
from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as djangos_url
from django.urls import get_script_prefix, reverse

register = template.Library()


@lru_cache(maxsize=512)
def _shape(name: str, length: int, prefix: str) -> tuple[str, ...]:
    """The pieces of an address between its keys. `prefix` is what `reverse` puts before it in this request."""
    marks = [uuid.UUID(int=number) for number in range(1, length + 1)]
    address, pieces = reverse(name, args=marks), []
    for mark in marks:
        piece, _mark, address = address.partition(str(mark))
        pieces.append(piece)
    return (*pieces, address)


def address_of(name: str, *keys: uuid.UUID) -> str:
    """The address of that name, which has nothing but keys in it. Raises NoReverseMatch like `reverse`."""
    first, *rest = _shape(name, len(keys), get_script_prefix())
    return first + "".join(f"{key}{piece}" for key, piece in zip(keys, rest, strict=True))


class Address(URLNode):
    """Django's node, but for addresses with nothing but keys in them."""

    def render(self, context: Context) -> str:
        keys: list[Any] = [] if self.kwargs else [key.resolve(context) for key in self.args]
        if self.kwargs or not all(isinstance(key, uuid.UUID) for key in keys):
            return super().render(context)
        address = address_of(self.view_name.resolve(context), *keys)
        if self.asvar:
            context[self.asvar] = address
            return ""
        return address


@register.tag
def url(parser: Parser, token: Token) -> Address:
    node = djangos_url(parser, token)
    return Address(node.view_name, node.args, node.kwargs, node.asvar)
