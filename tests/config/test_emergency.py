"""Where to turn when it cannot wait: one tap on a telephone, and the practice's own words where it has some."""

import pytest

from tests.relationships.views.shown import main


@pytest.mark.parametrize(
    ("number", "address"), [("112", "tel:112"), ("+44 20 7946 0000", "tel:+442079460000")]
)
def test_a_number_can_be_tapped_at_every_box(me, settings, number, address):
    settings.EMERGENCY_NUMBER = number
    for page in ("", "write/"):
        (call,) = [
            link for link in main(me.get(page)).all("a") if link.attrs.get("href", "").startswith("tel:")
        ]
        assert (call.attrs["href"], call.text) == (address, number)


@pytest.mark.parametrize("words", ["112, or the night desk", "<b>112</b>"])
def test_other_words_stand_as_they_are(me, settings, words):
    settings.EMERGENCY_NUMBER = words
    page = main(me.get("write/"))
    assert words in page.text
    assert not [link for link in page.all("a") if link.attrs.get("href", "").startswith("tel:")]
