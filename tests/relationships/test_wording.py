"""What changed between two wordings: word by word, complete, and quick on the longest texts."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from relationships.prose import LIMIT
from relationships.wording import TOKEN, differences
from tests.cost import cpu

anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
words = ["I", "do", "not", "want", "to", "go", ",", ".", "\n", "mum", "🙂", "naïve", "don't"]
sentences = st.lists(st.sampled_from(words), max_size=30).map(" ".join)


def both(before: str, after: str) -> tuple[str, str]:
    parts = differences(before, after)
    return (
        "".join(part.text for part in parts if part.change != "added"),
        "".join(part.text for part in parts if part.change != "removed"),
    )


def shown(before: str, after: str) -> str:
    marks = {"same": "{}", "added": "+{}+", "removed": "-{}-"}
    return "".join(marks[part.change].format(part.text) for part in differences(before, after))


@given(anything, anything)
def test_the_parts_joined_give_both_wordings(before, after):
    assert both(before, after) == (before, after)


@given(sentences, sentences)
def test_so_they_do_for_sentences(before, after):
    assert both(before, after) == (before, after)


@given(anything)
def test_nothing_changed_is_nothing_marked(text):
    assert {part.change for part in differences(text, text)} <= {"same"}


@given(sentences, sentences)
@settings(max_examples=60)
def test_words_change_whole(before, after):
    known = {token for text in (before, after) for token in TOKEN.findall(text)}
    for part in differences(before, after):
        assert set(TOKEN.findall(part.text)) <= known


def test_a_changed_word_is_marked_and_not_its_letters():
    assert shown("I want to rest.", "I want to run.") == "I want to -rest-+run+."
    assert shown("My mother", "My mum") == "My -mother-+mum+"
    assert shown("two  spaces", "two spaces") == "two-  -+ +spaces"


def test_what_was_added_or_left_out_is_marked():
    assert shown("I am well.", "I am not well.") in ("I am +not +well.", "I am+ not+ well.")
    assert shown("", "Something.") == "+Something.+"
    assert shown("Something.", "") == "-Something.-"
    assert differences("", "") == []


def test_more_different_words_than_there_are_plain_characters():
    """Each word becomes one character, and some characters cannot stand alone."""
    before = " ".join(f"w{number}" for number in range(60_000))
    after = before + " and one more"
    assert both(before, after) == (before, after)


def test_the_longest_texts_cost_less_than_a_second():
    dice = random.Random(7)
    words = [dice.choice(["care", "mum", "rest", "walk", "not", "day", ",", "\n"]) for _ in range(6000)]
    long = " ".join(words)[:LIMIT]
    dice.shuffle(words)
    shuffled = " ".join(words)[:LIMIT]
    letters = "".join(dice.choice("ab ") for _ in range(LIMIT))
    other = "".join(dice.choice("ab ") for _ in range(LIMIT))
    marks, more = "!" * LIMIT, "!?" * (LIMIT // 2)
    for before, after in ((long, shuffled), (letters, other), (marks, more), (long, ""), (long, long)):
        assert both(before, after) == (before, after)
        assert cpu(differences, before, after, within=1) < 1


def test_without_time_there_is_no_comparison():
    assert differences("One.", "Two.", seconds=0) == []
    assert differences("One.", "Two.", seconds=-1) == []
    assert differences("One.", "Two.", seconds=0.1)
