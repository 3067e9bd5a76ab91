"""C5: through the real form, every code point that is typed is kept; what cannot be kept is refused with a sentence.

A browser sends every line end as CR LF; the record keeps LF. Nothing else is ever changed.
"""

import re

from relationships.models import Entry
from tests.drill import length
from tests.relationships.views.shown import main
from tests.trust.naughty import REFUSED, STRINGS

SENTENCE = re.compile(r"There is a problem.{10,}")


def newlines(text):
    return re.sub("\r\n|\r", "\n", text)


def some(strings, side, of):
    """One in so many, from either chair others: the drill tries each of them from both."""
    return strings[of // 2 if side == "clinician" else 0 :: of]


def test_every_string_is_kept_as_it_was_typed(me, side, measured):
    changed, chosen = [], some(STRINGS, side, of=length(8, 1))
    for text in chosen:
        answer = me.post("write/", text=text.replace("\n", "\r\n"))
        assert answer.status_code == 302, ascii(text)
        kept = Entry.objects.latest("number").text
        if kept != newlines(text.replace("\n", "\r\n")):
            changed.append(ascii(text))
    assert len(STRINGS) > 500
    assert changed == []
    measured(f"{len(changed)} of {len(chosen)} changed")


def test_what_cannot_be_kept_is_refused_with_a_sentence(me, side, measured):
    chosen = some(REFUSED, side, of=length(2, 1))
    for text in chosen:
        answer = me.post("write/", text=text)
        assert answer.status_code == 422, ascii(text)
        assert SENTENCE.search(main(answer).text), ascii(text)
    assert not Entry.objects.exists()
    measured(f"{len(chosen)} refused in words")


def test_bytes_that_are_no_text_are_no_error_of_ours(me, measured):
    for body in (
        b"text=%ED%A0%80",
        b"text=%ff%fe",
        b"text=\xed\xa0\xbd",
        b"text=%C0%AE",
        b"text=%F5%80%80%80",
    ):
        answer = me.client.post(me.address + "write/", body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (302, 400, 422), body
    measured("0 answers of 500")
