"""Nobody learns from an answer whether somebody has an account here (trust A5)."""

import re

import pytest

from accounts.models import User

pytestmark = pytest.mark.django_db

UNKNOWN = "nobody@example.org"
HERONS = "three quiet herons"

LOG_IN = "/accounts/login/"
SIGN_UP = "/accounts/signup/"
CODE = "/accounts/login/code/"
RESET = "/accounts/password/reset/"

FORMS = {
    LOG_IN: lambda address: {"login": address, "password": "three loud herons"},
    SIGN_UP: lambda address: {"email": address, "name": "Noor Birch", "password1": HERONS},
    CODE: lambda address: {"email": address},
    RESET: lambda address: {"email": address},
}


def seen(response, address):
    """All that a stranger can see of an answer, but for the address that they typed themselves."""
    body = re.sub(r'(name="csrfmiddlewaretoken" value=")\w+', r"\1", response.content.decode())
    headers = {name: value for name, value in response.items() if name not in ("Content-Length", "Expires")}
    return response.status_code, headers, body.replace(address, "…")


def walk(client, way, address, *then):
    """Send the form, look at the page it leads to, and at what each further form there answers."""
    answers = [client.post(way, FORMS[way](address))]
    if "Location" in answers[0]:
        answers.append(client.get(answers[0]["Location"]))
    answers += [client.post(path, data) for path, data in then]
    return [seen(answer, address) for answer in answers]


@pytest.fixture
def strangers(ada, client):
    """Two browsers that know nothing: one asks about Ada, the other about nobody."""
    return [(client, ada.email), (type(client)(), UNKNOWN)]


@pytest.mark.parametrize("way", FORMS)
def test_the_answer_and_the_page_after_it_are_the_same(strangers, way):
    known, unknown = (walk(client, way, address) for client, address in strangers)
    assert known == unknown


@pytest.mark.parametrize(
    ("way", "page"),
    [
        (SIGN_UP, "/accounts/confirm-email/"),
        (CODE, "/accounts/login/code/confirm/"),
        (RESET, "/accounts/password/reset/confirm/"),
    ],
)
@pytest.mark.parametrize(
    "data",
    [
        [{"code": "x"}] * 3,
        [{"action": "resend"}],
        [{"action": "change", "email": "third@example.org"}],
        [{"code": ""}],
    ],
    ids=["wrong codes", "resend", "change", "empty"],
)
def test_so_is_all_that_can_be_done_there(strangers, way, page, data, settings):
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": None}
    then = [(page, each) for each in data]
    known, unknown = (walk(client, way, address, *then) for client, address in strangers)
    assert known == unknown


@pytest.mark.parametrize("way", [SIGN_UP, CODE, RESET])
def test_so_are_the_pages_after_giving_up(strangers, way):
    """allauth alone goes on showing the page for a code to whoever typed a known address."""
    pages = ["/accounts/confirm-email/", "/accounts/login/code/confirm/", "/accounts/password/reset/confirm/"]
    answers = []
    for client, address in strangers:
        walk(client, way, address, ("/accounts/logout/", {"next": LOG_IN}))
        answers.append([seen(client.get(page), address) for page in [*pages, SIGN_UP, LOG_IN]])
    assert answers[0] == answers[1]


@pytest.mark.parametrize("way", FORMS)
def test_as_many_passwords_are_hashed(strangers, way, hashings):
    counts = []
    for client, address in strangers:
        hashings.clear()
        client.post(way, FORMS[way](address))
        counts.append(len(hashings))
    assert counts == ([1, 1] if way in (LOG_IN, SIGN_UP) else [0, 0])


@pytest.mark.parametrize("way", [SIGN_UP, CODE, RESET])
def test_as_many_mails_are_sent(strangers, way, mailoutbox):
    """A mail server takes its time, so both answers wait for one mail."""
    for client, address in strangers:
        client.post(way, FORMS[way](address))
    assert [letter.to for letter in mailoutbox] == [[address] for _, address in strangers]


def test_the_limits_count_alike(strangers):
    answers = [
        [client.post(CODE, {"email": address}).status_code for _ in range(4)] for client, address in strangers
    ]
    assert answers[0] == answers[1]


def test_a_new_address_for_an_account_may_be_anybodys(client, make_person, ada):
    ada_asks = []
    make_person("taken@example.org")
    for address in ("taken@example.org", "free@example.org"):
        browser = type(client)()
        browser.force_login(ada)
        browser.post("/accounts/reauthenticate/?next=/accounts/email/", {"password": HERONS})
        response = browser.post("/accounts/email/", {"action_add": "", "email": address})
        assert response["Location"] == "/accounts/confirm-email/"
        ada_asks.append([seen(response, address), seen(browser.get("/accounts/confirm-email/"), address)])
    assert ada_asks[0] == ada_asks[1]


def test_the_known_address_gets_no_second_account_and_keeps_its_password(strangers, mailoutbox):
    client, address = strangers[0]
    client.post(SIGN_UP, {"email": address, "name": "Mallory", "password1": "a password of mine"})
    person = User.objects.get()
    assert (person.name, person.check_password(HERONS)) == ("Ada Quill", True)
    assert mailoutbox[-1].subject == "You have an account already"
    assert "Mallory" not in mailoutbox[-1].body
