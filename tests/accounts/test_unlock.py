"""Whoever has lost the telephone and every code is let in again by whoever runs the installation, and is told."""

import pytest
from django.core.management import CommandError, call_command

from tests.accounts.conftest import PASSWORD
from tests.trust.locks import App, Passkey, recovery_codes

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("lock", [App, Passkey])
def test_the_lock_is_off_every_session_has_ended_and_its_owner_is_told(client, ada, lock, mailoutbox):
    client.force_login(ada)
    lock(ada)
    recovery_codes(ada)
    call_command("unlock", ada.email.upper())
    assert client.get("/me/settings/").status_code == 302
    assert not ada.authenticator_set.exists()
    (letter,) = mailoutbox
    assert letter.to == [ada.email]
    assert "somebody asked for it in your name" in " ".join(letter.body.split())
    assert ada.name not in letter.body + letter.subject
    client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    assert client.get("/me/settings/").status_code == 200


def test_it_says_where_there_is_nothing_to_take_off(ada, mailoutbox):
    for address in (ada.email, "nobody@example.org"):
        with pytest.raises(CommandError):
            call_command("unlock", address)
    assert mailoutbox == []


def test_its_owner_is_told_in_their_language(ada, mailoutbox):
    ada.language = "de"
    ada.save()
    App(ada)
    call_command("unlock", ada.email)
    assert mailoutbox[0].subject == "Dein zweites Schloss ist ab"
