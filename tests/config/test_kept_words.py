"""Nobody loses words: a session that ran out or a page that was too old gives them back, ready to be sent again."""

import datetime as dt
import re

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from relationships import clock
from relationships.models import Relationship
from tests.cast import PASSWORD
from tests.relationships.views.shown import cards, fields_of, main, press, shown

pytestmark = pytest.mark.looks

WORDS = "  Two lines,\n\nas <typed> & kept  "
OURS = {"Sec-Fetch-Site": "same-origin"}
"""What a browser says of a form that was on a page of this site."""


@pytest.fixture
def browser(me):
    """A browser in which forms need their token, as in life."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(me.participant.person)
    return client


@pytest.fixture
def page(browser, me):
    return browser.get(me.address + "write/")


@pytest.fixture
def button(them):
    return f"Share with {them.participant.short_name}"


def run_out(browser):
    Session.objects.get(session_key=browser.session.session_key).delete()


def log_in_again(browser, me):
    login = browser.get("/accounts/login/")
    answer = press(browser, login, "Log in", login=me.participant.person.email, password=PASSWORD)
    assert answer.status_code == 302


def kept_in(answer):
    assert answer.status_code == 403
    form = next(form for form in main(answer).all("form") if form.all("textarea"))
    return fields_of(form)


# --- A session that ran out -----------------------------------------------------------------------------


def test_the_words_come_back_in_a_page_with_all_that_belongs_to_them(browser, me, page, button):
    run_out(browser)
    typed = {
        "kind": "value",
        "helped_by": "Ann",
        "happened_on": "2026-01-02",
        "prompt": "What makes a day a good one?",
    }
    answer = press(browser, page, button, text=WORDS, **typed)
    kept = kept_in(answer)
    assert kept["text"] == [WORDS]
    assert {name: kept[name] for name in typed} == {name: [value] for name, value in typed.items()}
    assert kept["do"] == ["share"]
    assert kept["submission"] == fields_of(main(page).all("form")[0])["submission"]
    assert "You were logged out" in main(answer).text
    assert "/accounts/login/" in [link.attrs["href"] for link in main(answer).all("a")]
    assert not me.relationship.entries.exists()


def test_htmx_shows_the_whole_page_and_not_a_piece_of_it(browser, page, button):
    run_out(browser)
    answer = press(browser, page, button, text=WORDS, headers={"HX-Request": "true"})
    assert kept_in(answer)["text"] == [WORDS]
    assert answer["HX-Retarget"] == answer["HX-Reselect"] == "main"
    assert answer["HX-Reswap"] == "outerHTML"
    taken = shown(answer).one("meta", name="htmx-config").attrs["content"]
    assert re.search(r'"\([^"]*\b403\b[^"]*\)","swap":true', taken)


def test_after_logging_in_again_the_second_press_shares_them_once(browser, me, them, page, button):
    run_out(browser)
    kept = press(browser, page, button, text=WORDS, kind="value")
    log_in_again(browser, me)
    answer = press(browser, kept, "Go on", headers=OURS)
    if answer.status_code == 403:  # The log-in gave this browser another token.
        assert kept_in(answer)["text"] == [WORDS]
        assert "Press the button and they will be taken." in main(answer).text
        answer = press(browser, answer, "Go on", headers=OURS)
    assert answer.status_code == 302
    entry = me.relationship.entries.get()
    assert (entry.text, entry.kind) == (WORDS, "value")
    assert cards(them.get()) == ["Two lines, as <typed> & kept"]
    assert press(browser, page, button, text=WORDS, headers=OURS).status_code == 403
    assert me.relationship.entries.count() == 1


def test_pressed_before_logging_in_they_simply_come_back_again(browser, page, button):
    run_out(browser)
    kept = press(browser, page, button, text=WORDS)
    assert kept_in(press(browser, kept, "Go on"))["text"] == [WORDS]


@pytest.mark.parametrize("page_of", ["answer/", "answer/differently/", "correction/", "withdrawal/"])
def test_every_box_for_words_gives_them_back(browser, me, page_of):
    entry = me.write("Mine.")
    page = browser.get(f"{me.address}entry/{entry.pk}/{page_of}")
    form = next(form for form in main(page).all("form") if form.all("textarea"))
    run_out(browser)
    answer = press(browser, page, form.all("button")[0].text, text=WORDS)
    assert kept_in(answer)["text"] == [WORDS]
    assert main(answer).one("form").attrs["action"] == f"{me.address}entry/{entry.pk}/{page_of}"


def test_without_words_it_is_the_log_in(browser, page, button, me):
    run_out(browser)
    answer = press(browser, page, button, text="")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=")


def test_they_are_kept_nowhere_else(browser, page, button, caplog):
    run_out(browser)
    answer = press(browser, page, button, text="A word like heron.")
    assert "heron" not in caplog.text
    assert "heron" not in str(answer.headers)
    assert "heron" not in str(answer.cookies)
    assert all("heron" not in str(session.get_decoded()) for session in Session.objects.all())
    assert "no-store" in answer["Cache-Control"]


# --- A page that is too old -----------------------------------------------------------------------------


@pytest.mark.parametrize("said", [OURS, {"Origin": "http://testserver"}])
def test_a_stale_token_from_our_own_page_gives_the_words_back(browser, me, page, button, said):
    browser.cookies["csrftoken"] = "n" * 32
    answer = press(browser, page, button, text=WORDS, headers=said)
    assert kept_in(answer)["text"] == [WORDS]
    assert not me.relationship.entries.exists()
    assert press(browser, answer, "Go on", headers=said).status_code == 302
    assert me.relationship.entries.get().text == WORDS


@pytest.mark.parametrize(
    "said",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://other.testserver"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "null"},
        {"Origin": "http://testserver.evil.example"},
        {},
    ],
)
def test_a_form_on_a_strangers_page_gets_nothing_back_and_shares_nothing(browser, me, page, said):
    forged = {"text": "Forged <b>words</b>.", "submission": "x", "csrfmiddlewaretoken": "n" * 64}
    answer = browser.post(me.address + "write/", forged, headers=said)
    assert answer.status_code == 403
    assert "Forged" not in answer.content.decode()
    assert not main(answer).all("form")
    assert not me.relationship.entries.exists()


def test_the_right_token_is_taken_where_a_wrong_one_is_not(browser, me, page, button):
    browser_without = Client(enforce_csrf_checks=True)
    browser_without.force_login(me.participant.person)
    assert browser_without.post(me.address + "write/", {"text": WORDS}).status_code == 403
    assert press(browser, page, button, text=WORDS).status_code == 302


def test_without_words_an_old_page_says_what_to_do(browser, me, page):
    answer = browser.post(me.address + "ending/", {}, headers=OURS)
    assert answer.status_code == 403
    assert "Please try again" in main(answer).text
    assert not Relationship.objects.get(pk=me.relationship.pk).is_ended


def test_a_draft_that_cannot_be_saved_leaves_the_page_as_it_is(browser, me, page):
    run_out(browser)
    sent = fields_of(main(page).all("form")[0]) | {"text": [WORDS]}
    answer = browser.post(me.address + "draft/", sent)
    assert answer.status_code == 403
    assert not me.participant.drafts.exists()


@pytest.mark.parametrize(
    "said", [{"HTTP_SEC_FETCH_SITE": "cross-site"}, {"HTTP_SEC_FETCH_SITE": "same-site"}]
)
def test_a_browser_that_says_where_the_form_was_is_believed_before_the_origin(me, said):
    client = Client(enforce_csrf_checks=True)
    client.force_login(me.participant.person)
    ours = {"HTTP_ORIGIN": "http://testserver"}
    answer = client.post(me.address + "write/", {"text": "Theirs."}, **ours, **said)
    assert answer.status_code == 403
    assert "Theirs." not in answer.content.decode()
    kept = client.post(me.address + "write/", {"text": "Mine."}, **ours)
    assert "Mine." in kept.content.decode()


def test_a_password_is_never_given_back(db):
    client = Client(enforce_csrf_checks=True)
    form = {"text": "x", "login": "ada@example.org", "password": "a secret of Ada"}
    answer = client.post("/accounts/login/", form, HTTP_SEC_FETCH_SITE="same-origin")
    assert answer.status_code == 403
    assert "a secret of Ada" not in answer.content.decode()


# --- Pages with more than one box -----------------------------------------------------------------------


def test_words_beside_the_four_questions_come_back_each_in_a_box_of_its_own(browser, me):
    met = me.relationship.meet(
        None, by=me.participant, starts_at=clock.now() - dt.timedelta(days=1), minutes=20
    )
    form = browser.get(f"{me.address}consult/{met.consult_id}/questions/")
    run_out(browser)
    typed = {"heard_words": WORDS.strip(), "next_words": "Not who calls whom."}
    lost = press(browser, form, "Keep my answers", headers=OURS, heard_level="mostly", **typed)
    assert typed.items() <= {name: values[0].strip() for name, values in kept_in(lost).items()}.items()
    log_in_again(browser, me)
    again = press(browser, lost, "Go on", headers=OURS)
    if again.status_code == 403:
        again = press(browser, again, "Go on", headers=OURS)
    assert again.status_code == 302
    (said,) = me.relationship.entries.of_kind("experience")
    assert said.answers["next"] == {"words": "Not who calls whom."}
    assert said.answers["heard"]["level"] == "mostly"


def test_why_an_appointment_is_called_off_comes_back(browser, me):
    planned = me.relationship.plan(
        by=me.participant, starts_at=clock.now() + dt.timedelta(days=1), minutes=20
    )
    form = browser.get(f"{me.address}consult/{planned.consult_id}/calling-off/")
    run_out(browser)
    lost = press(browser, form, "Call it off", headers=OURS, reason="The ferry does not go.")
    assert kept_in(lost)["reason"] == ["The ferry does not go."]


# --- Whose words they are ---------------------------------------------------------------------------------


@pytest.fixture
def came_back(browser, me, page, button):
    """The page with the words of somebody whom time has logged out, and their browser, logged in again."""
    with time_machine.travel(clock.now() + dt.timedelta(minutes=31)):
        answer = press(browser, page, button, text=WORDS)
        assert kept_in(answer)["text"] == [WORDS]
        log_in_again(browser, me)
        yield answer


def test_who_typed_them_shares_them_with_one_press(browser, me, came_back):
    assert press(browser, came_back, "Go on", headers=OURS).status_code == 302
    assert me.relationship.entries.get().text == WORDS


@pytest.mark.parametrize(
    "said",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"}, {}],
)
def test_from_anywhere_else_they_need_a_token_like_all_forms(browser, me, came_back, said):
    assert press(browser, came_back, "Go on", headers=said).status_code == 403
    assert not me.relationship.entries.exists()


@pytest.mark.parametrize("by", ["", "x", "me"])
def test_who_typed_them_cannot_be_made_up(browser, me, came_back, by):
    forged = str(me.participant.person.pk) if by == "me" else by
    answer = press(browser, came_back, "Go on", headers=OURS, typed_by=forged)
    assert kept_in(answer)["text"] == [WORDS]
    assert not me.relationship.entries.exists()


def test_the_next_one_at_this_browser_cannot_share_them_whatever_the_token(browser, me, them, came_back):
    browser.post("/accounts/logout/", {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value})
    log_in_again(browser, them)
    lax = Client(headers=OURS)
    lax.force_login(them.participant.person)
    form = {name: values[0] for name, values in kept_in(came_back).items()}
    for sent in (press(browser, came_back, "Go on", headers=OURS), lax.post(me.address + "write/", form)):
        assert kept_in(sent)["text"] == [WORDS]
        assert "Somebody else’s words" in main(sent).text
    assert not me.relationship.entries.exists()


# --- Two people at one browser ----------------------------------------------------------------------------


def log_out(browser):
    browser.post("/accounts/logout/", {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value})


def test_a_form_that_was_open_when_another_logged_in_is_not_shared_as_the_others(
    browser, me, them, page, button
):
    """The first leaves a form open, and in another window the second logs in: once by the token, once without."""
    log_out(browser)
    log_in_again(browser, them)
    lost = press(browser, page, button, text=WORDS, headers=OURS)
    again = press(browser, lost, "Go on", headers=OURS)
    lax = Client(headers=OURS)
    lax.force_login(them.participant.person)
    sent = {name: values[0] for name, values in fields_of(main(page).all("form")[0]).items()}
    for answer in (lost, again, lax.post(me.address + "write/", sent | {"text": WORDS})):
        assert kept_in(answer)["text"] == [WORDS]
        assert "Somebody else’s words" in main(answer).text
    assert not me.relationship.entries.exists()
    log_out(browser)
    log_in_again(browser, me)
    assert press(browser, again, "Go on", headers=OURS).status_code == 302
    assert me.relationship.entries.get().author == me.participant


def test_where_a_form_names_nobody_nobody_is_said_to_have_written_it(browser, me, page, button):
    browser.cookies["csrftoken"] = "n" * 32
    answer = press(browser, page, button, text=WORDS, headers=OURS, shown_to="")
    assert "If you wrote this, press the button." in main(answer).text
    assert "typed_by" not in kept_in(answer)
    assert not me.relationship.entries.exists()
    assert press(browser, answer, "Go on", headers=OURS).status_code == 302


def test_a_label_that_is_not_ours_names_somebody_else_for_good(browser, me, page, button):
    answer = press(browser, page, button, text=WORDS, headers=OURS, shown_to="x:y")
    for _ in range(2):
        assert "Somebody else’s words" in main(answer).text
        answer = press(browser, answer, "Go on", headers=OURS)
    assert not me.relationship.entries.exists()


def test_after_a_day_the_words_are_still_nobody_elses(browser, me, them, came_back):
    log_out(browser)
    with time_machine.travel(clock.now() + dt.timedelta(days=2)):
        log_in_again(browser, them)
        assert "Somebody else’s words" in main(press(browser, came_back, "Go on", headers=OURS)).text
        log_out(browser)
        log_in_again(browser, me)
        answer = press(browser, came_back, "Go on", headers=OURS)
        assert kept_in(answer)["text"] == [WORDS]
        assert "Press the button and they will be taken." in main(answer).text
        assert press(browser, answer, "Go on", headers=OURS).status_code == 302
    assert me.relationship.entries.get().author == me.participant


@pytest.mark.parametrize("place", ["write/", "brief/", "entry/{}/answer/"])
def test_every_form_of_a_record_says_to_whom_it_was_shown(browser, me, them, place):
    answer = browser.get(me.address + place.format(them.write("Theirs.").pk))
    forms = [form for form in shown(answer).all("form") if form.attrs.get("method") == "post"]
    assert forms
    for form in forms:
        assert fields_of(form)["shown_to"][0].startswith(f"{me.participant.person.pk}:")
