"""A9. Fresh proof for dangerous acts: whoever exports, invites, ends, or changes an address, a password or a lock, has
shown within five minutes who they are.

Target: 100 % of the listed addresses, by GET and by POST: with a proof of 5 minutes and 1 second they are asked, with
one of 4 minutes and 59 seconds it is done. And nobody passes unasked, whatever their account lacks.
"""

import re
import time

import pytest
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.core.internal.httpkit import serialize_request
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.fresh import TYPED
from accounts.models import LogIn
from relationships.models import Relationship
from tests.accounts.conftest import PASSWORD as HERONS
from tests.cast import PASSWORD, prove, signed_in
from tests.relationships.views.shown import main, press
from tests.trust.locks import App, Passkey

pytestmark = pytest.mark.django_db

AGAIN = "/accounts/reauthenticate/"

OLD, YOUNG = 5 * 60 + 1, 5 * 60 - 1

LISTED = {
    # Of a journal.
    "ending": {},
    "export": {},
    "invitations": {"way": "mail", "address": "somebody@example.org"},
    "invitation": None,
    "invitation-taking-back": {},
    # Of oneself.
    "calendar": {"do": "make"},
    "own-code": {"do": "make"},
    # Who one is.
    "account_email": {"action_add": "", "email": "new@example.org"},
    "account_change_password": {"oldpassword": PASSWORD, "password1": HERONS, "password2": HERONS},
    "account_set_password": {"password1": HERONS, "password2": HERONS},
    "mfa_activate_totp": {"code": "123456"},
    "mfa_deactivate_totp": {},
    "mfa_view_recovery_codes": None,
    "mfa_generate_recovery_codes": {},
    "mfa_download_recovery_codes": None,
    "mfa_add_webauthn": {"name": "My phone", "credential": "{}"},
    "mfa_edit_webauthn": {"name": "My phone"},
    "mfa_remove_webauthn": {},
}
"""Every address that needs a fresh proof, and what is sent there; None where nothing is."""

TAKE_SOMETHING_ONLY = {"invitation-taking-back"}


@pytest.fixture
def begun(wren):
    """A journal with an empty seat, so that there is an invitation to show and to take back."""
    begun = Relationship.begin(by=wren, side="patient")
    begun.invite(by=begun.seat_of(wren))
    return begun


@pytest.fixture
def address_of(begun, wren):
    passkey = Passkey(wren)
    key = passkey.person.authenticator_set.get(type="webauthn").pk

    def find(name):
        if name in ("invitation", "invitation-taking-back"):
            return reverse(name, args=[begun.pk, begun.invitations.get().pk])
        if name in ("ending", "export", "invitations"):
            return reverse(name, args=[begun.pk])
        return reverse(name, args=[key] if name in ("mfa_edit_webauthn", "mfa_remove_webauthn") else [])

    return find


CELLS = [(name, "get") for name in LISTED if name not in TAKE_SOMETHING_ONLY] + [
    (name, "post") for name, sent in LISTED.items() if sent is not None
]


def is_asked(answer):
    return answer.status_code == 302 and answer["Location"].startswith(AGAIN)


@pytest.mark.parametrize(("name", "method"), CELLS)
def test_an_old_proof_is_asked_for_anew_and_a_young_one_will_do(address_of, wren, name, method):
    client = Client()
    client.force_login(wren)
    asked = []
    for age in (OLD, YOUNG):
        prove(client, wren, at=time.time() - age)
        asked.append(is_asked(getattr(client, method)(address_of(name), LISTED[name] or {})))
    assert asked == [True, False]


def test_the_list_names_every_address_that_asks():
    """Those of allauth's that are asked for, and each view of ours that bears the mark."""
    from accounts import fresh
    from tests.relationships.views.test_access import every_route

    ours = {pattern.name for _, pattern in every_route() if _asks(pattern.callback)}
    assert ours | fresh.PROVEN == set(LISTED)


def _asks(view):
    while view is not None:
        if vars(view).get("proof") is True:
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_no_proof_at_all_and_one_from_the_time_to_come_are_none(wren):
    client = Client()
    client.force_login(wren)
    assert is_asked(client.get("/me/calendar/"))
    prove(client, wren, at=time.time() + 1000)
    assert is_asked(client.get("/me/calendar/"))


def test_the_proof_of_another_person_at_this_browser_is_none(wren, isko):
    client = signed_in(isko)
    client.force_login(wren)
    assert is_asked(client.get("/me/calendar/"))


# --- Asked, and then done -------------------------------------------------------------------------------


@pytest.fixture
def left_open(wren):
    """A browser at which somebody logged in a while ago."""
    client = Client()
    client.force_login(wren)
    prove(client, wren, at=time.time() - OLD)
    return client


def test_the_password_is_a_proof_and_leads_on(left_open):
    on = left_open.get("/me/calendar/")["Location"]
    assert left_open.post(on, {"password": "not this one"}).status_code == 200
    assert is_asked(left_open.get("/me/calendar/"))
    assert left_open.post(on, {"password": PASSWORD})["Location"] == "/me/calendar/"
    assert left_open.get("/me/calendar/").status_code == 200


def test_an_address_that_was_typed_is_not_lost(left_open, begun, mailoutbox):
    """The proof ran out between the page and the button: it stands in its box, and is sent by whoever presses now."""
    invite = reverse("invitations", args=[begun.pk])
    on = left_open.post(invite, {"way": "mail", "address": "typed@example.org"})["Location"]
    page = left_open.post(on, {"password": PASSWORD}, follow=True)
    assert not mailoutbox
    assert main(page).one("input", name="address").attrs["value"] == "typed@example.org"
    assert "value" not in main(left_open.get(invite)).one("input", name="address").attrs
    press(left_open, page, "Send an invitation")
    assert [letter.to for letter in mailoutbox] == [["typed@example.org"]]


@pytest.mark.parametrize("look", ["ending", "invitations"])
def test_what_was_pressed_before_the_last_question_is_not_done(left_open, begun, mailoutbox, look):
    """Somebody else sat at this browser, and pressed. Its owner only looks at a page, and says who they are."""
    left_open.post(reverse("ending", args=[begun.pk]))
    left_open.post(reverse("invitations", args=[begun.pk]), {"way": "mail", "address": "guest@example.org"})
    on = left_open.get(reverse(look, args=[begun.pk]))["Location"]
    assert left_open.post(on, {"password": PASSWORD})["Location"] == reverse(look, args=[begun.pk])
    assert "guest@example.org" not in left_open.get(reverse("invitations", args=[begun.pk])).content.decode()
    assert not mailoutbox
    assert not begun.events.filter(verb="ended").exists()


@pytest.mark.parametrize("name", [name for name, sent in LISTED.items() if sent is not None])
def test_nothing_is_done_by_a_proof_alone(left_open, address_of, begun, wren, name):
    """Its page is shown, and whoever gave the proof presses for themselves."""
    prove(left_open, wren, at=time.time() - OLD)
    on = left_open.post(address_of(name), LISTED[name])["Location"]
    page = address_of("invitations" if name == "invitation-taking-back" else name)
    done = begun.events.count(), left_open.session.session_key, wren.own_code
    answer = left_open.post(on, {"password": PASSWORD})
    assert answer["Location"] == page
    wren.refresh_from_db()
    assert (begun.events.count(), left_open.session.session_key, wren.own_code) == done
    assert wren.calendar_id is None
    assert wren.check_password(PASSWORD)
    assert left_open.get(page).status_code in (200, 302, 404)


def test_an_address_that_was_typed_is_forgotten_where_the_proof_comes_late(left_open, begun, mailoutbox):
    invite = reverse("invitations", args=[begun.pk])
    on = left_open.post(invite, {"way": "mail", "address": "typed@example.org"})["Location"]
    session = left_open.session
    session[TYPED] |= {"at": time.time() - OLD}
    session.save()
    page = left_open.post(on, {"password": PASSWORD}, follow=True)
    assert page.redirect_chain[-1][0] == invite
    assert "typed@example.org" not in page.content.decode()
    assert not mailoutbox


def test_what_was_typed_does_not_lie_in_the_session_for_longer_than_that(left_open, begun, wren):
    left_open.post(reverse("invitations", args=[begun.pk]), {"way": "mail", "address": "typed@example.org"})
    session = left_open.session
    session[TYPED] |= {"at": time.time() - OLD}
    session.save()
    left_open.get("/help/")
    assert "typed@example.org" not in str(dict(left_open.session))


def test_nothing_that_was_put_aside_another_way_is_done_by_a_proof(left_open, begun, mailoutbox):
    """allauth would take up a whole request again, and an older version of ours let it."""
    invite = reverse("invitations", args=[begun.pk])
    asked = RequestFactory().post(invite, {"way": "mail", "address": "guest@example.org"})
    session = left_open.session
    session[STATE_SESSION_KEY] = {"request": serialize_request(asked)}
    session.save()
    on = left_open.get(invite)["Location"]
    assert left_open.post(on, {"password": PASSWORD})["Location"] == invite
    assert not mailoutbox


def test_an_address_is_put_aside_for_its_own_page_alone(left_open, begun, wren):
    other = Relationship.begin(by=wren, side="patient")
    left_open.post(reverse("invitations", args=[begun.pk]), {"way": "mail", "address": "typed@example.org"})
    prove(left_open, wren)
    assert "typed@example.org" not in left_open.get(reverse("invitations", args=[other.pk])).content.decode()


def test_no_long_text_is_put_aside(left_open, begun):
    left_open.post(reverse("invitations", args=[begun.pk]), {"way": "mail", "address": "a" * 255})
    assert "aaaa" not in str(dict(left_open.session))


def test_no_password_is_put_aside_in_the_session(left_open):
    new = {"oldpassword": PASSWORD, "password1": HERONS, "password2": HERONS}
    assert is_asked(left_open.post("/accounts/password/change/", new))
    for secret in (PASSWORD, HERONS):
        assert secret not in str(dict(left_open.session))


def test_words_of_a_journal_come_back_to_whoever_typed_them_and_are_put_aside_nowhere(left_open, begun):
    """No view that asks takes words today; this is for the first that will."""
    ending = reverse("ending", args=[begun.pk])
    kept = left_open.post(ending, {"text": "What I would like to say."})
    assert kept.status_code == 403
    assert "What I would like to say." in kept.content.decode()
    assert f'href="{AGAIN}"' in kept.content.decode()
    assert "What I would like" not in str(dict(left_open.session))
    assert not begun.events.filter(verb="ended").exists()


def test_one_who_has_just_logged_in_is_not_asked_again(wren):
    client = Client()
    client.post("/accounts/login/", {"login": wren.email, "password": PASSWORD})
    assert client.get("/me/calendar/").status_code == 200


# --- Whatever an account lacks --------------------------------------------------------------------------


@pytest.fixture
def without_password(wren):
    """As `take_over` leaves it."""
    wren.set_unusable_password()
    wren.save()
    client = Client()
    client.force_login(wren)
    return client


def code_in(letter):
    return re.findall(r"^\d{3}-\d{3}$", letter.body, re.M)[0]


def test_who_has_neither_password_nor_lock_proves_it_by_a_code(without_password, wren, mailoutbox):
    answer = without_password.get("/me/calendar/", follow=True)
    assert answer.request["PATH_INFO"] == "/me/proof/"
    assert not mailoutbox
    page = answer.request["PATH_INFO"] + "?" + answer.request["QUERY_STRING"]
    without_password.post(page, {"do": "send", "next": "/me/calendar/"})
    assert [letter.to for letter in mailoutbox] == [[wren.email]]
    assert without_password.post(page, {"code": "000-000x", "next": "/me/calendar/"}).status_code == 422
    assert is_asked(without_password.get("/me/calendar/"))
    sent = {"code": code_in(mailoutbox[0]), "next": "/me/calendar/"}
    assert without_password.post(page, sent)["Location"] == "/me/calendar/"
    assert without_password.get("/me/calendar/").status_code == 200


def test_such_a_code_works_once_and_for_a_quarter_of_an_hour(without_password, wren, mailoutbox, monkeypatch):
    now = time.time()
    for later, expected in ((0, 302), (0, 422), (901, 422)):
        if later or not mailoutbox:
            without_password.post("/me/proof/", {"do": "send"})
        monkeypatch.setattr("time.time", lambda later=later: now + later)
        answer = without_password.post("/me/proof/", {"code": code_in(mailoutbox[-1])})
        assert answer.status_code == expected
        monkeypatch.undo()


def test_guessing_such_a_code_ends_soon(without_password, mailoutbox):
    without_password.post("/me/proof/", {"do": "send"})
    for _ in range(10):
        without_password.post("/me/proof/", {"code": "000000000"})
    assert without_password.post("/me/proof/", {"code": code_in(mailoutbox[0])}).status_code == 422


def test_nothing_of_such_a_code_is_kept_but_its_hash(without_password, mailoutbox):
    without_password.post("/me/proof/", {"do": "send"})
    digits = code_in(mailoutbox[0]).replace("-", "")
    kept = str(dict(without_password.session))
    assert digits not in kept
    assert code_in(mailoutbox[0]) not in kept


def test_whoever_has_an_app_does_not_prove_it_by_a_mailbox(left_open, wren, mailoutbox):
    App(wren)
    assert left_open.get("/me/proof/")["Location"] == AGAIN
    assert left_open.post("/me/proof/", {"do": "send"})["Location"] == AGAIN
    assert not mailoutbox
    assert "/me/proof/" not in left_open.get(f"{AGAIN}?next=/me/calendar/").content.decode()


@pytest.mark.parametrize("what", ["app", "passkey"])
def test_a_lock_is_a_proof_as_well(left_open, wren, what):
    if what == "app":
        left_open.post("/accounts/2fa/reauthenticate/?next=/me/calendar/", {"code": App(wren).code()})
    else:
        Passkey(wren).opens(left_open, "/accounts/2fa/webauthn/reauthenticate/")
    assert left_open.get("/me/calendar/").status_code == 200


def test_a_wrong_password_as_a_proof_stands_among_the_log_ins(left_open, wren):
    left_open.post(AGAIN, {"password": "not this one"})
    assert LogIn.objects.get(person=wren, outcome="refused").way == "password"
