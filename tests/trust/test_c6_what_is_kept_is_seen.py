"""C6: every letter and digit that was typed stands on the page, and beside it the text exactly as it was typed."""

import pytest

from relationships import prose
from tests.relationships.prose_hostile import hostile
from tests.relationships.test_prose import AS_TYPED, in_order, letters, seen
from tests.relationships.views.shown import main
from tests.trust.naughty import STRINGS

TEXTS = [text for text in (*STRINGS, *AS_TYPED, *hostile(2_000).values()) if prose.fault(text) is None]


def test_no_letter_is_lost(measured):
    lost = [text for text in TEXTS if not in_order(letters(text), seen(prose.render(text), targets=True))]
    assert len(TEXTS) > 600
    assert lost == []
    measured(f"{len(lost)} of {len(TEXTS)} texts lose a letter")


def test_what_is_left_out_would_be_seen(monkeypatch):
    monkeypatch.setattr(prose, "render", lambda text: prose.plain(text).replace("a", ""))
    assert not in_order(letters("a cat"), seen(prose.render("a cat"), targets=True))


@pytest.mark.parametrize("whose", ["mine", "theirs"])
def test_the_exact_text_is_the_source(me, them, whose, measured):
    chair = {"mine": me, "theirs": them}[whose]
    wrong = []
    for text in TEXTS[::7]:
        entry = chair.write(prose.normalise_newlines(text))
        exact = main(me.get(f"entry/{entry.pk}/")).one("p", class_="exact").raw
        if exact != entry.text:
            wrong.append(ascii(text))
    assert wrong == []
    measured(f"exact text: {len(wrong)} of {len(TEXTS[::7])} differ")
