"""C4: when the renderer fails, runs out of stack or takes too long, the words are there, as they were typed."""

import pytest

from relationships import prose
from relationships.models import Entry
from tests.relationships.views.shown import main

pytestmark = pytest.mark.looks

TYPED = "*Slept* <badly>\n\nand & again"
FAILURES = [RecursionError(), ValueError("bad"), MemoryError(), TimeoutError(), AssertionError()]


def pages_of(chair, entry):
    return ["", f"entry/{entry.pk}/", f"entry/{entry.pk}/answer/", "brief/?since=2020-01-01"]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda one: type(one).__name__)
def test_every_page_shows_the_words_as_plain_text(me, them, monkeypatch, failure, measured):
    def fail(*_):
        raise failure

    monkeypatch.setattr(prose._Converter, "convert", fail)
    assert me.post("write/", text=TYPED, kind="value").status_code == 302
    entry = Entry.objects.get()
    for chair in (me, them):
        for page in pages_of(chair, entry):
            answer = chair.get(page.partition("?")[0], since="2020-01-01") if "?" in page else chair.get(page)
            assert answer.status_code == 200
            words = main(answer).text
            for part in ("*Slept* <badly>", "and & again"):
                assert part in words, page
    measured(f"{2 * len(pages_of(me, entry))} pages, 200 and readable")


def test_without_the_failure_the_same_page_is_rendered(me):
    me.post("write/", text=TYPED, kind="value")
    assert "*Slept*" not in main(me.get()).text
    assert "Slept <badly>" in main(me.get()).text
