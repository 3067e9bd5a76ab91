"""A8, in part. Sessions end when the password or a lock of the account changes: all but the one that changed it.

Target: the next request of every other browser is refused, and a cookie that was copied before is worth nothing.
"""

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import PASSWORD
from tests.cast import prove
from tests.trust.locks import App, Passkey, recovery_codes

pytestmark = pytest.mark.django_db

NEW = "four calm otters"


def change_password(client, ada):
    return client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    )


def add_an_app(client, ada):
    page = "/accounts/2fa/totp/activate/"
    app = App.__new__(App)
    app.secret = client.get(page).context["form"].secret
    return client.post(page, {"code": app.code()})


def remove_the_app(client, ada):
    App(ada)
    return client.post("/accounts/2fa/totp/deactivate/")


def add_a_passkey(client, ada):
    page = "/accounts/2fa/webauthn/add/"
    challenge = client.get(page).context["js_data"]["creation_options"]["publicKey"]["challenge"]
    sent = {"name": "", "passwordless": "true", "credential": Passkey.unregistered(ada).made(challenge)}
    return client.post(page, sent)


def remove_a_passkey(client, ada):
    Passkey(ada)
    key = ada.authenticator_set.get(type="webauthn").pk
    return client.post(f"/accounts/2fa/webauthn/keys/{key}/remove/")


def make_recovery_codes_anew(client, ada):
    App(ada)
    recovery_codes(ada)
    return client.post("/accounts/2fa/recovery-codes/generate/")


def is_in(client):
    return client.get("/me/settings/").status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    [
        change_password,
        add_an_app,
        remove_the_app,
        add_a_passkey,
        remove_a_passkey,
        make_recovery_codes_anew,
    ],
    ids=lambda change: change.__name__,
)
def test_every_other_browser_is_out_and_this_one_goes_on(at_home, ada, change):
    elsewhere, thief = Client(), Client()
    elsewhere.force_login(ada)
    prove(elsewhere, ada)
    name = settings.SESSION_COOKIE_NAME
    thief.cookies[name] = at_home.cookies[name].value
    assert is_in(elsewhere)
    assert is_in(thief)

    assert change(at_home, ada).status_code == 302

    assert is_in(at_home)
    assert not is_in(elsewhere)
    assert not is_in(thief)
    assert at_home.get("/me/calendar/").status_code == 200, "One who has just changed it is not asked again."


def test_what_changes_no_lock_ends_nobodys_session(at_home, ada):
    elsewhere = Client()
    elsewhere.force_login(ada)
    at_home.post("/me/settings/", {"name": "Ada Q."})
    assert User.objects.get(pk=ada.pk).name == "Ada Q."
    assert is_in(elsewhere)
    assert is_in(at_home)
