"""The floor: a Django page over the same rows that does nothing but what any page has to do.

Session, user, one keyset query by `values_list`, HTML as it is stored, one plain template, and of middleware only what
Django itself needs for that; as many rows and as many bytes as the page that it is compared with.

It is frozen. Every ratio in docs/speed.md is a ratio to this, and a floor that became dearer would let every page become
dearer unseen. To change it needs a decision in docs/decisions/, and new figures for all pages from before and after;
`tests/test_benchmark.py` holds a digest of this file.
"""

import uuid
from dataclasses import dataclass
from typing import ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.template import Context, Engine

from relationships.models import Entry

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]

PAGE = Engine().from_string("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>The floor</title></head>
<body><p>{{ name }}</p>
{% for number, kind, at, author, html in rows %}<article id="entry-{{ number }}">
<p><b>{{ author }}</b> {{ kind }}, {{ at|date:"j F Y" }}</p>
<div>{{ html|safe }}</div>
</article>
{% endfor %}<p>{{ padding }}</p></body></html>
""")


@dataclass(frozen=True, slots=True)
class Size:
    """How many rows a page has, at most how many characters of each row's HTML it shows, and what fills it up."""

    rows: int
    cut: int
    padding: str


class Floor:
    relationship: ClassVar[uuid.UUID]
    """A record with more rows than any page shows."""
    sizes: ClassVar[dict[str, Size]] = {}

    @classmethod
    def show(cls, request: HttpRequest, name: str) -> HttpResponse:
        if not request.user.is_authenticated:
            return HttpResponseForbidden()
        size = cls.sizes[name]
        rows = (
            Entry.objects.filter(relationship=cls.relationship, number__lt=2**31 - 1)
            .order_by("-number")
            .values_list("number", "kind", "written_at", "author__person__name", "rendering__html")
        )
        shown = [(*row[:4], row[4][: size.cut]) for row in rows[: size.rows]]
        page = {"name": request.user.name, "rows": shown, "padding": size.padding}
        return HttpResponse(PAGE.render(Context(page)))
