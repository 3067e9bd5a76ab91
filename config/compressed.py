"""Which pages leave compressed, and for whom. docs/decisions/0026 has the reasons.

Whoever sees how long compressed answers are, and chooses a part of them, finds out the rest by guessing. So a page is
compressed only where nobody could choose a part of it without being allowed to read all of it, and only where the
person, or a page of ours, asked for it.
"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

PAGES = {
    *("record", "entry", "events"),
    *("brief", "consult-brief"),
    *("consults", "consult", "over-time"),
    *("values", "care", "philosophy"),
    *("portraits", "portrait", "working", "prompts"),
}
"""The names of the pages on which a journal is read: only its two people choose words there, and both read all of them.

A page is not compressed unless it is named here. What must not be named: a page with a code, a secret, a link or an
address that opens something; one with a draft; one with words from several journals, such as the home page.
"""

ASKED_BY_A_PERSON = ("same-origin", "none")
"""What a browser says of where a request came from (`Sec-Fetch-Site`): a page of ours, or somebody's own hand."""


class Compressed(GZipMiddleware):
    """gzip, with up to 100 bytes of random length in each answer."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not _is_a_page_to_read(request, response):
            return response
        patch_vary_headers(response, ["Sec-Fetch-Site"])
        if request.headers.get("Sec-Fetch-Site") not in ASKED_BY_A_PERSON:
            return response
        compressed: HttpResponseBase = super().process_response(request, response)
        return compressed


def _is_a_page_to_read(request: HttpRequest, response: HttpResponseBase) -> bool:
    match = request.resolver_match
    return (
        match is not None
        and match.view_name in PAGES
        and request.method in ("GET", "HEAD")
        and response.status_code == 200
        and response.headers.get("Content-Type", "").startswith("text/html")
        and not response.streaming
    )
