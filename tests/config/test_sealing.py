"""What is sealed is of no use without the installation's key, and never given back as if it were the text."""

import pytest

from config import sealing


def test_what_is_sealed_is_opened_for_the_same_purpose_only():
    sealed = sealing.seal("a key", "this")
    assert "a key" not in sealed
    assert sealing.opened(sealed, "this") == "a key"
    with pytest.raises(sealing.Unreadable):
        sealing.opened(sealed, "that")


@pytest.mark.parametrize("made_up", ["", "a key", "gAAAAA", "é", "\x00"])
def test_what_was_never_sealed_is_not_opened(made_up):
    with pytest.raises(sealing.Unreadable):
        sealing.opened(made_up, "this")


def test_another_key_of_the_installation_opens_nothing(settings):
    sealed = sealing.seal("a key", "this")
    settings.SECRET_KEY = "another"
    with pytest.raises(sealing.Unreadable):
        sealing.opened(sealed, "this")
