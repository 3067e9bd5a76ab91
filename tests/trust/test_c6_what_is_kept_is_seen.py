"""C6: every letter and digit that was typed stands on the page, and beside it the text exactly as it was typed."""

import pytest

from relationships import prose
from tests.cast import Chair
from tests.drill import length
from tests.relationships.prose_hostile import hostile
from tests.relationships.test_prose import AS_TYPED, in_order, letters, seen
from tests.relationships.views.shown import main
from tests.trust.naughty import STRINGS

pytestmark = pytest.mark.looks

TEXTS = [text for text in (*STRINGS, *AS_TYPED, *hostile(2_000).values()) if prose.fault(text) is None]


def test_no_letter_is_lost(measured):
    lost = [text for text in TEXTS if not in_order(letters(text), seen(prose.render(text), targets=True))]
    assert len(TEXTS) > 600
    assert lost == []
    measured(f"{len(lost)} of {len(TEXTS)} texts lose a letter")


def test_what_is_left_out_would_be_seen(monkeypatch):
    monkeypatch.setattr(prose, "render", lambda text: prose.plain(text).replace("a", ""))
    assert not in_order(letters("a cat"), seen(prose.render("a cat"), targets=True))


def test_the_exact_text_is_the_source(two, measured, cells):
    """Of one's own words and of the other's, as each of the two reads them."""
    texts, wrong = TEXTS[:: length(14, 7)], []
    chairs = [Chair(seat, two.relationship) for seat in (two.patient, two.clinician)]
    for text, reader, author in cells(texts, chairs, chairs):
        entry = author.write(prose.normalise_newlines(text))
        exact = main(reader.get(f"entry/{entry.pk}/")).one("p", class_="exact").raw
        if exact != entry.text:
            wrong.append(ascii(text))
    assert wrong == []
    measured(f"exact text: {len(wrong)} of {len(texts)} differ")
