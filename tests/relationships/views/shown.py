"""A page as somebody sees it: its elements, its words and its forms, read from the HTML that came."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Element:
    """One element of a page."""

    def __init__(self, tag: str, attrs: dict[str, str]) -> None:
        self.tag = tag
        self.attrs = attrs
        self.children: list[Element | str] = []

    def __iter__(self) -> "Iterator[Element]":
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child

    def all(self, *tags: str, **attrs: str) -> "list[Element]":
        """The elements below with one of these tags and these attributes; `class_` is one of its classes."""
        wanted = attrs.pop("class_", None)
        return [
            one
            for one in self
            if (not tags or one.tag in tags)
            and (wanted is None or wanted in one.classes)
            and all(one.attrs.get(name) == value for name, value in attrs.items())
        ]

    def one(self, *tags: str, **attrs: str) -> "Element":
        found = self.all(*tags, **attrs)
        assert len(found) == 1, f"{len(found)} of {tags} {attrs}"
        return found[0]

    @property
    def classes(self) -> list[str]:
        return self.attrs.get("class", "").split()

    @property
    def text(self) -> str:
        """Its words, white space closed up."""
        return " ".join(self.raw.split())

    @property
    def raw(self) -> str:
        return "".join(child if isinstance(child, str) else child.raw for child in self.children)

    @property
    def typed(self) -> str:
        """What stands in a textarea: the newline after its tag is not part of it."""
        return self.raw.removeprefix("\n")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        while len(self.open) > 1:
            if self.open.pop().tag == tag:
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def shown(response: Any) -> Element:
    """The page that came."""
    reader = _Reader()
    reader.feed(response.content.decode())
    reader.close()
    return reader.open[0]


def main(response: Any) -> Element:
    """The page's own part, without what stands around every page."""
    return shown(response).one("main")


def links(page: Element) -> list[str]:
    return [link.attrs["href"] for link in page.all("a") if "href" in link.attrs]


def cards(response: Any) -> list[str]:
    """The words of each entry on a page of the record, from top to bottom; those folded away have none."""
    return [words.text for card in main(response).all("article") for words in card.all(class_="words")[:1]]


def fields_of(form: Element) -> dict[str, list[str]]:
    """What a browser would send of this form, without a button."""
    sent: dict[str, list[str]] = {}
    for box in form.all("input", "textarea"):
        if "name" not in box.attrs or "disabled" in box.attrs:
            continue
        if box.attrs.get("type") in ("radio", "checkbox") and "checked" not in box.attrs:
            continue
        value = box.typed if box.tag == "textarea" else box.attrs.get("value", "")
        sent.setdefault(box.attrs["name"], []).append(value)
    return sent


def press(client: Any, response: Any, button: str, *, headers: Any = None, **typed: str) -> Any:
    """Fill in the form that has this button, as the page shows it, and press the button."""
    page = shown(response)
    form, pressed = next(
        (form, one)
        for form in page.all("form")
        for one in form.all("button")
        if one.text == button and "account_logout" not in form.attrs.get("action", "")
    )
    sent = fields_of(form)
    missing = set(typed) - {box.attrs.get("name") for box in form.all("input", "textarea", "select")}
    assert not missing, f"The page has no box for {missing}"
    sent |= {name: [value] for name, value in typed.items()}
    if "name" in pressed.attrs:
        sent[pressed.attrs["name"]] = [pressed.attrs.get("value", "")]
    here = response.request["PATH_INFO"]
    if response.request.get("QUERY_STRING"):
        here += "?" + response.request["QUERY_STRING"]
    address = urljoin(here, form.attrs.get("action") or here)
    return client.post(address, sent, headers=headers)
