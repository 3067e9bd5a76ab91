"""A8, in part. Sessions end: after a while without a touch, after a while in any case, and when somebody says so.

Whatever ended one, the very next request with its cookie is refused, and so is the cookie replayed in another
browser. Row A8 of the trust plan; the two sides are looked at alike, as everywhere.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.sessions import BEGAN, CHOSEN, ON, TOUCHED
from tests.cast import PASSWORD
from tests.trust.locks import Passkey

LOG_IN = "/accounts/login/"
LIST = "/accounts/sessions/"
MINUTE, HOUR = 60, 3600
LIMITS = {
    # What they say of the device: idle and absolute, in seconds.
    "": (30 * MINUTE, 12 * HOUR),
    "once": (30 * MINUTE, 12 * HOUR),
    "shared": (10 * MINUTE, HOUR),
    "own": (7 * 24 * HOUR, 14 * 24 * HOUR),
}
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
)
BACKGROUND = {"X-Requested-With": "session-keeper"}


@dataclass
class Clock:
    travel: Any

    def after(self, seconds: float) -> None:
        self.travel.shift(dt.timedelta(seconds=seconds))


@pytest.fixture
def clock(db):
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=False) as travel:
        yield Clock(travel)


@pytest.fixture
def log_in(clock, me) -> Callable[..., Client]:
    def by_password(device: str = "", **headers: str) -> Client:
        client = Client(headers=headers)
        said = {"login": me.participant.person.email, "password": PASSWORD, "device": device}
        assert client.post(LOG_IN, said).status_code == 302
        return client

    return by_password


def is_in(client: Client, me: Any) -> bool:
    answer = client.get(me.address)
    assert answer.status_code in (200, 302)
    assert answer.status_code == 200 or answer["Location"].startswith(f"{LOG_IN}?next=")
    return answer.status_code == 200


def thief_of(client: Client) -> Client:
    """Another browser with the same cookie."""
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return thief


def assert_is_over(client: Client, thief: Client, me: Any) -> None:
    assert not is_in(client, me)
    assert not is_in(thief, me)


# --- Time -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("device", "limits"), LIMITS.items())
def test_it_ends_after_a_while_without_a_touch(log_in, clock, me, device, limits):
    for seconds, stays in ((limits[0] - 1, True), (limits[0], False)):
        client = log_in(device)
        thief = thief_of(client)
        clock.after(seconds)
        assert is_in(client, me) is stays
        assert is_in(thief, me) is stays


@pytest.mark.parametrize(("device", "limits"), LIMITS.items())
def test_it_ends_after_a_while_however_busy_somebody_is(log_in, clock, me, device, limits):
    idle, absolute = limits
    client = log_in(device)
    thief = thief_of(client)
    passed = 0
    while passed + idle - 61 < absolute:
        clock.after(idle - 61)
        passed += idle - 61
        assert is_in(client, me)
    clock.after(absolute - 1 - passed)
    assert is_in(client, me)
    clock.after(1)
    assert_is_over(client, thief, me)


def test_the_session_that_is_over_is_gone_and_not_only_refused(log_in, clock, me):
    client = log_in()
    key = client.session.session_key
    clock.after(30 * MINUTE)
    client.get("/")
    assert not Session.objects.filter(pk=key).exists()


def test_the_page_to_log_in_says_once_why_one_is_there(log_in, clock, me):
    said = "You were logged out after a while"
    client = log_in()
    clock.after(30 * MINUTE)
    answer = client.get(me.address)
    assert not answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"], "It goes with the browser."
    assert said in client.get(answer["Location"]).content.decode()
    assert said not in client.get(LOG_IN).content.decode()
    client = log_in()
    assert said not in client.post("/accounts/logout/", follow=True).content.decode()
    assert said not in client.get(LOG_IN).content.decode()


@pytest.mark.parametrize("page", ["/me/leaving/", "/accounts/logout/", "/health/", "/help/"])
def test_and_nothing_of_it_stays_where_somebody_was_leaving_or_only_looked(log_in, clock, me, page):
    client = log_in("shared")
    clock.after(10 * MINUTE)
    answer = client.post(page) if page in ("/me/leaving/", "/accounts/logout/") else client.get(page)
    assert not answer.cookies[settings.SESSION_COOKIE_NAME].value
    assert "You were logged out" not in client.get(LOG_IN).content.decode()


def test_a_clock_that_goes_back_makes_nothing_longer(log_in, clock, me):
    client = log_in()
    clock.after(20 * MINUTE)
    assert is_in(client, me)
    clock.after(-HOUR)
    assert is_in(client, me)
    clock.after(HOUR + 30 * MINUTE)
    assert not is_in(client, me)


def test_a_draft_saved_as_one_types_is_a_touch(log_in, clock, me):
    client = log_in()
    for _ in range(4):
        clock.after(20 * MINUTE)
        saved = client.post(f"{me.address}draft/", {"box": "write/", "text": "Half a line."})
        assert saved.status_code == 200
    assert is_in(client, me)


@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_that_a_script_does_by_itself_is_one(log_in, clock, me, method):
    client = log_in()
    clock.after(29 * MINUTE)
    draft = {"box": "write/", "text": "Half a line."}
    path = "/me/session/" if method == "get" else f"{me.address}draft/"
    answer = getattr(client, method)(path, draft, headers=BACKGROUND)
    assert answer.status_code == 200
    clock.after(MINUTE)
    assert not is_in(client, me)


def test_a_touch_is_written_at_most_once_a_minute(log_in, clock, me):
    client = log_in()
    began = client.session[TOUCHED]
    clock.after(59)
    client.get("/")
    assert client.session[TOUCHED] == began
    clock.after(1)
    client.get("/")
    assert client.session[TOUCHED] == began + 60
    assert client.session[BEGAN] == began


def test_a_session_from_before_this_rule_begins_now(log_in, clock, me):
    client = log_in()
    kept = client.session
    del kept[BEGAN], kept[TOUCHED]
    kept.save()
    assert is_in(client, me)
    clock.after(30 * MINUTE)
    assert not is_in(client, me)


def test_a_log_in_anew_begins_anew(log_in, clock, me):
    client = log_in()
    clock.after(30 * MINUTE)
    assert not is_in(client, me)
    client.post(LOG_IN, {"login": me.participant.person.email, "password": PASSWORD})
    assert is_in(client, me)
    assert client.session[BEGAN] == int(timezone.now().timestamp())


@pytest.mark.parametrize("device", ["", "shared", "nonsense"])
def test_only_a_device_of_ones_own_outlasts_its_browser(log_in, me, device):
    if device == "nonsense":
        client = Client()
        said = {"login": me.participant.person.email, "password": PASSWORD, "device": device}
        assert client.post(LOG_IN, said).status_code == 200
        assert not is_in(client, me)
        return
    assert log_in(device).cookies[settings.SESSION_COOKIE_NAME]["max-age"] == ""
    assert log_in("own").cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 14 * 24 * HOUR


# --- The script that warns asks the server ----------------------------------------------------------------


def test_it_says_how_long_is_left_and_a_press_makes_it_longer(log_in, clock, me):
    client = log_in()
    clock.after(28 * MINUTE)
    assert client.get("/me/session/", headers=BACKGROUND).json() == {"left": 120, "can_stay": True}
    assert client.post("/me/session/").json()["left"] == 30 * MINUTE
    clock.after(29 * MINUTE)
    assert is_in(client, me)


def test_at_the_end_of_the_day_no_press_makes_it_longer(log_in, clock, me):
    client = log_in("shared")
    for _ in range(7):
        clock.after(8 * MINUTE)
        assert is_in(client, me)
    clock.after(2 * MINUTE)
    left = client.get("/me/session/", headers=BACKGROUND).json()
    assert left == {"left": 120, "can_stay": False}
    assert client.post("/me/session/").json()["left"] == 120


def test_the_page_says_so_too_and_rather_too_early(log_in, clock, me):
    client = log_in()
    for _ in range(4):
        assert f'data-left="{29 * MINUTE}"' in client.get("/").content.decode()
        clock.after(19)
    assert "session-keeper" not in Client().get("/about/").content.decode()


# --- Somebody says so -------------------------------------------------------------------------------------


def test_logged_out_here(log_in, me):
    client = log_in()
    elsewhere, thief = log_in(), thief_of(client)
    client.post("/accounts/logout/")
    assert_is_over(client, thief, me)
    assert is_in(elsewhere, me)


@pytest.mark.parametrize("path", ["/accounts/logout/", "/me/leaving/"])
def test_a_browser_is_told_to_forget(log_in, me, path):
    assert log_in().post(path)["Clear-Site-Data"] == '"cache", "storage"'


def test_a_form_on_a_strangers_page_takes_nothing_from_this_browser(log_in, me):
    client = log_in()
    answer = client.post("/me/leaving/", headers={"Sec-Fetch-Site": "cross-site"})
    assert "Clear-Site-Data" not in answer
    assert not answer.cookies
    assert is_in(client, me)


@pytest.mark.parametrize(("who", "way"), [("me", "passkey"), ("them", "passkey"), ("them", "link")])
def test_what_was_said_of_a_device_is_void_where_that_log_in_was_not_gone_to_its_end(
    clock, request, me, who, way
):
    """Somebody chooses "It is my own" and asks for a code, and then a log-in that asks nothing is made here."""
    client = Client()
    client.post("/accounts/login/code/", {"email": me.participant.person.email, "device": "own"})
    session = client.session
    assert session[CHOSEN]["kind"] == "own"
    del session["account_login"]  # As allauth does it, once they turn away from the code.
    session.save()
    person = request.getfixturevalue(who).participant.person
    if way == "passkey":
        Passkey(person).logs_in(client)
    else:
        client.force_login(person)
    assert get_user(client) == person
    assert client.session[ON] == "once"


def test_so_it_is_where_time_was_up(log_in, clock, me):
    client = log_in()
    clock.after(30 * MINUTE)
    assert client.get(me.address)["Clear-Site-Data"] == '"cache", "storage"'


def test_everywhere_else(log_in, me):
    client, others = log_in(), [log_in(), log_in("own")]
    thieves = [thief_of(one) for one in others]
    assert "You are logged out everywhere else." in client.post(LIST, follow=True).content.decode()
    for other, thief in zip(others, thieves, strict=True):
        assert_is_over(other, thief, me)
    assert is_in(client, me)


def test_one_of_them(log_in, me):
    client, one, another = log_in(), log_in(**{"user-agent": PHONE}), log_in()
    thief = thief_of(one)
    key = UserSession.objects.get(session_key=one.session.session_key).pk
    answer = client.post(f"/me/session/{key}/ending/", follow=True)
    assert "You are logged out there." in answer.content.decode()
    assert_is_over(one, thief, me)
    assert is_in(client, me)
    assert is_in(another, me)


def test_nobody_ends_somebody_elses(log_in, me, them):
    mine = log_in()
    key = UserSession.objects.get(session_key=mine.session.session_key).pk
    answer = them.client.post(f"/me/session/{key}/ending/")
    nowhere = them.client.post("/me/session/987654/ending/")
    assert (answer.status_code, answer["Location"]) == (nowhere.status_code, nowhere["Location"])
    assert is_in(mine, me)


def test_an_account_that_was_closed(log_in, me):
    client = log_in("own")
    thief = thief_of(client)
    person = me.participant.person
    person.is_active = False
    person.save()
    assert_is_over(client, thief, me)


def test_an_account_that_was_taken_over_by_a_new_password(log_in, me):
    client = log_in("own")
    thief = thief_of(client)
    person = me.participant.person
    person.set_password("another long pass phrase")
    person.save()
    assert_is_over(client, thief, me)


def test_a_journal_that_ended_ends_no_session_and_stays_readable(log_in, me):
    client = log_in()
    me.relationship.end(by=me.participant)
    assert is_in(client, me)
    assert client.post(f"{me.address}write/", {"text": "More.", "do": "share"}).status_code == 422


def test_a_request_under_way_does_not_bring_a_session_back(log_in, me):
    """It was read before the log-out, and saved after it."""
    client = log_in()
    under_way = client.session
    assert under_way[TOUCHED]  # It has been read.
    client.post("/accounts/logout/")
    under_way[TOUCHED] = 2**40
    with pytest.raises(UpdateError):
        under_way.save()
    assert not get_user(client).is_authenticated


# --- The list -----------------------------------------------------------------------------------------------


def test_the_list_names_devices_and_when_and_no_address_on_the_network(log_in, clock, me):
    here = log_in()
    clock.after(5 * MINUTE)
    log_in("own", **{"user-agent": PHONE})
    page = here.get(LIST).content.decode()
    assert "This device" in page
    assert "A phone" in page
    assert page.count("Log out there") == 1
    assert "127.0.0.1" not in page
    assert "iPhone" not in page


def test_what_is_over_is_not_on_it(log_in, clock, me):
    log_in("shared")
    here = log_in()
    assert here.get(LIST).content.decode().count("Log out there") == 1
    clock.after(10 * MINUTE)
    page = here.get(LIST).content.decode()
    assert "Log out there" not in page
    assert "You are logged in nowhere else." in page
