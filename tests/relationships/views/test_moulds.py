"""A template that is poured says what the template says, whatever the words are."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from relationships.views.moulds import joined, pour, pour_what_is_there

WORDS = {
    "address": "/r/a/entry/b/",
    "words": "Walk",
    "by_when": "by 3 May",
    "who": "Wren",
}
HOSTILE = (
    *(
        "<script>alert(1)</script>",
        'a " b',
        "it's",
        "a &amp; b",
        "\ue000who\ue001",
        "{{ promised.who }}",
        "{% if %}",
    ),
    *("%s {} {0}", "\u202eturned", "مرحبا", "\x00"),
)


def rendered(shape, words):
    return render_to_string("components/promised.html", {"promised": shape | words})


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("name", ["words", "by_when", "who"])
def test_words_stand_as_the_template_would_set_them(name, words):
    shape, said = {"is_cut": True, "voice": "one"}, WORDS | {name: words}
    assert pour("components/promised.html", "promised", shape, said) == rendered(shape, said)


@pytest.mark.parametrize("name", WORDS)
def test_words_that_are_not_there_decide_about_the_markup(name):
    shape, said = {"is_cut": False, "voice": "two"}, WORDS | {name: ""}
    assert pour_what_is_there("components/promised.html", "promised", shape, said) == rendered(shape, said)


def test_each_language_has_a_mould_of_its_own():
    words = {"moment": "2026-05-03", "at": "9:00", "until": "9:20", "way": "", "brief": "/", "name": "Isko"}
    shape = {"is_called_off": True, "has_met": False, "overlaps": False}
    found = {}
    for language in ("en", "de", "en"):
        with translation.override(language):
            found[language] = pour_what_is_there("components/meeting.html", "meeting", shape, words)
    assert "This was called off." in found["en"]
    assert "This was called off." not in found["de"]


def test_only_html_is_joined_as_html():
    assert joined([mark_safe("<b>"), mark_safe("</b>")]) == "<b></b>"
    assert isinstance(joined([]), SafeString)
    with pytest.raises(TypeError):
        joined([mark_safe("<b>"), "<script>"])
