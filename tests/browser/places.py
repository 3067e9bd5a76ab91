"""Every page there is, in every state that looks different, and how somebody gets there.

`test_accessibility` looks at all of them; a page that is missing here fails a test there.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core import mail
from playwright.sync_api import Page, expect

from relationships import heads
from relationships.models import Relationship
from tests.browser.world import World
from tests.cast import PASSWORD

NEVER_SHOWN = {
    "draft": "answers a script",
    "draft-discarding": "leads back to the record",
    "invitation-taking-back": "leads back to the invitations",
    "consult-meeting": "leads back to the appointment",
    "talked-about": "leads back to the room",
    "prompt-leaving-out": "leads back to the questions",
    "prompt-offering": "leads back to the questions",
    "prompt-first-name": "leads back to the questions",
    "handed-over-end": "leads to where it ends",
    "portrait-leaving-out": "leads back to one’s own page",
    "portrait-offering": "leads back to one’s own page",
    "portrait-picture-of": "a picture",
    "calendar-feed": "read by a calendar",
    "brief-text": "plain text",
    "consult-brief-text": "plain text",
    "sign-in": "leads on, and in development only",
    "health": "plain text, for a machine",
    "ready": "plain text, for a machine",
    "account_inactive": "nobody closes an account yet",
    "account_set_password": "everybody has a password",
    "session": "answers a script",
    "session-ending": "leads back to the list of sessions",
    "leaving": "leads to another site",
    "mfa_login_webauthn": "answers a script",
    "mfa_download_recovery_codes": "not there: they are shown once, on their page",
}
"""Addresses without a page of their own, and why."""


@dataclass(frozen=True)
class Place:
    name: str
    path: str
    who: str = "wren"
    """Who looks: `wren`, `isko`, `newcomer`, or nobody who is logged in."""
    goes: Callable[[Page], None] | None = None
    """What they do when they are there."""
    status: int = 200
    """The first answer of the server."""


def of_the_record(world: World) -> Iterator[Place]:
    record = f"/r/{world.relationship.pk}/"
    entry = {name: f"{record}entry/{entry.pk}/" for name, entry in world.entries.items()}
    yield Place("the record, with something new", record)
    yield Place("the record, narrowed", f"{record}?kind=value")
    yield Place("the record, narrowed to nothing", f"{record}?kind=conversation&by=one")
    yield Place("the record, before it began", f"{record}?before=1")
    yield Place("a record with an empty seat", f"/r/{world.begun.pk}/")
    yield Place("a record that has ended", f"/r/{world.ended.pk}/")
    yield Place("words that wait to be opened", f"/r/{world.ended.pk}/", "former")
    yield Place("an entry", entry["river"])
    yield Place("a corrected entry with answers", entry["moved"])
    yield Place("a withdrawn entry", entry["sorry"], "isko")
    yield Place("an answer", entry["answer"])
    yield Place("an entry whose words will be erased", entry["anything"])
    yield Place("before we meet", f"{record}brief/", "isko")
    yield Place("before we meet, since long ago", f"{record}brief/?since=2020-01-01")
    yield Place("before we meet, of an empty record", f"/r/{world.begun.pk}/brief/")
    yield Place("before we meet, a day that is none", f"{record}brief/?since=soon")
    yield Place("what happened here", f"{record}event/")
    yield Place("invite, with two waiting", f"/r/{world.begun.pk}/invitation/")
    yield Place("invite, when both are there", f"{record}invitation/")
    yield Place("a link to show", f"/r/{world.begun.pk}/invitation/{world.link.pk}/")
    yield Place("end it", f"{record}ending/")
    yield Place("take a copy", f"{record}export/")
    yield Place("whether anything was changed", f"{record}checking/")
    yield Place(
        "whether it fits, and it does not",
        f"{record}checking/",
        goes=_hold_against("7f3a 91bc 04de 5b20 c8e1"),
    )
    yield Place(
        "whether it fits, of another journal", f"{record}checking/", goes=_hold_against(_note_of(world.begun))
    )
    yield Place("end what has ended", f"/r/{world.ended.pk}/ending/")
    yield Place("somebody else’s record", record, "newcomer", status=404)


def of_what_matters(world: World) -> Iterator[Place]:
    record = f"/r/{world.relationship.pk}/"
    about = {name: f"{record}entry/{entry.pk}/saying/" for name, entry in world.entries.items()}
    yield Place("what matters", f"{record}values/", goes=_open_what_is_folded)
    yield Place("what matters, the other’s", f"{record}values/", "isko", _open_what_is_folded)
    yield Place("what matters, nothing yet", f"/r/{world.begun.pk}/values/")
    yield Place("what matters, waiting to be opened", f"/r/{world.ended.pk}/values/", "former")
    yield Place("how care should be", f"{record}care/")
    yield Place("how care should be, nothing yet", f"/r/{world.begun.pk}/care/")
    yield Place("how care should be, when it has ended", f"/r/{world.ended.pk}/care/")
    yield Place("in order", f"{record}values/order/")
    yield Place("in order, one moved", f"{record}values/order/", goes=_move_the_last)
    yield Place("in order, of care", f"{record}care/order/", "isko")
    yield Place("what we believe", f"{record}philosophy/", goes=_open_what_is_folded)
    yield Place("what we believe, nothing yet", f"/r/{world.begun.pk}/philosophy/")
    yield Place("what I believe heals", f"{record}saying/philosophy/heals/")
    yield Place("no longer so", f"{about['river']}no_longer/")
    yield Place("no longer so, said already", f"{about['gone']}no_longer/")
    yield Place("still true", f"{about['asked again']}still_true/")


def of_writing(world: World) -> Iterator[Place]:
    record = f"/r/{world.relationship.pk}/"
    entry = {name: f"{record}entry/{entry.pk}/" for name, entry in world.entries.items()}
    yield Place("write", f"{record}write/", "isko", _open_what_is_folded)
    yield Place("write, with a draft", f"{record}write/")
    yield Place("write, previewed", f"{record}write/", goes=_press("Preview"))
    yield Place("write, nothing typed", f"{record}write/", "isko", _press("Share with Wren"))
    yield Place("write, when it has ended", f"/r/{world.ended.pk}/write/")
    yield Place("answer", f"{entry['river']}answer/", "isko", _open_what_is_folded)
    yield Place("answer, nothing typed", f"{entry['river']}answer/", "isko", _press("Share with Wren"))
    yield Place("put it another way", f"{entry['new']}answer/differently/")
    yield Place("correct", f"{entry['plain']}correction/", goes=_open_what_is_folded)
    yield Place("withdraw", f"{entry['plain']}withdrawal/")
    yield Place("words that are kept", f"{record}write/", "isko", _lose_the_session)


def of_a_consult(world: World) -> Iterator[Place]:
    record = f"/r/{world.relationship.pk}/"
    consult = {name: f"{record}consult/{one.pk}/" for name, one in world.consults.items()}
    entry = {name: f"{record}entry/{entry.pk}/" for name, entry in world.entries.items()}
    yield Place("appointments", f"{record}consult/")
    yield Place("no appointments yet", f"/r/{world.begun.pk}/consult/")
    yield Place("plan an appointment", f"{record}consult/planning/")
    yield Place("plan, nothing said", f"{record}consult/planning/", goes=_press("Plan it"))
    yield Place("met without planning it", f"{record}consult/unplanned/")
    yield Place("an appointment that is coming", consult["coming"])
    yield Place("an appointment whose time has come", consult["now"])
    yield Place("an appointment that is over", consult["over"])
    yield Place("an appointment that was called off", consult["off"])
    yield Place("an appointment that has met", consult["met"], "isko")
    yield Place("move it", f"{consult['coming']}moving/", "isko")
    yield Place("call it off", f"{consult['coming']}calling-off/")
    yield Place("before we meet, for one appointment", f"{consult['coming']}brief/", "isko")
    yield Place("before we meet, once we have met", f"{consult['met']}brief/")
    yield Place("what I hope for", f"{consult['now']}hope/", goes=_open_what_is_folded)
    yield Place("what I hope for, nothing typed", f"{consult['now']}hope/", goes=_press("Share with Isko"))
    yield Place("what else I hope for", f"{consult['now']}hope/more/")
    yield Place("how I arrive", f"{consult['coming']}arrival/")
    yield Place("how I arrive, shared already", f"{consult['coming']}arrival/", "isko")
    yield Place("in the room", f"{consult['now']}room/")
    yield Place("in the room, with hopes and promises", f"{consult['met']}room/", "isko")
    yield Place("hand it over", f"{consult['coming']}handing-over/", "isko")
    yield Place("nothing handed over", "/handed-over/", "nobody", status=404)
    yield Place("an account, before we met", f"{consult['coming']}account/")
    yield Place("an account", f"{consult['again']}account/")
    yield Place("four questions", f"{consult['again']}questions/", "isko")
    yield Place(
        "four questions, nothing answered", f"{consult['again']}questions/", "isko", _press("Keep my answers")
    )
    yield Place("what I answered", f"{consult['again']}questions/")
    yield Place("what we both answered", f"{consult['met']}questions/")
    yield Place("over time", f"{record}consult/over-time/")
    yield Place("over time, before anything", f"/r/{world.begun.pk}/consult/over-time/")
    yield Place("promise something", f"{record}promise/")
    yield Place("promise nothing", f"{record}promise/", "isko", _press("Share with Wren"))
    yield Place("a promise", entry["promise"])
    yield Place("it is kept", f"{entry['promise']}keeping/")
    yield Place("it is kept already", f"{entry['kept']}keeping/")
    yield Place("it need not be done", f"{entry['promise']}releasing/", "isko")
    yield Place("another day", f"{entry['promise']}moving/")
    yield Place("say it back", f"{entry['river']}reflection/", "isko")
    yield Place("we see this differently", f"{entry['said back']}difference/", "isko")
    yield Place("two views", f"{entry['two views']}difference/")
    yield Place("say thank you", f"{record}saying/appreciation/")
    yield Place("tell it elsewhere", f"{entry['river']}telling/")
    yield Place("is that what you meant", f"{entry['said back']}acknowledgement/")
    yield Place(
        "is that what you meant, not said",
        f"{entry['said back']}acknowledgement/",
        goes=_press("Share with Isko"),
    )
    yield Place("today", "/today/")
    yield Place("a day without appointments", "/today/?day=2020-01-01")
    yield Place("all of a day", "/today/briefs/", "isko")
    yield Place("no calendar yet", "/me/calendar/")
    yield Place("a calendar", "/me/calendar/", "isko", _press_the_button)
    yield Place("no code of one’s own yet", "/me/code/")
    yield Place("a code of one’s own", "/me/code/", "isko", _press_the_button)
    # Last, since it logs Isko out.
    yield Place("handed over", f"{consult['coming']}handing-over/", "isko", _hand_over)


def of_working_together(world: World) -> Iterator[Place]:
    record, ended = f"/r/{world.relationship.pk}/", f"/r/{world.ended.pk}/"
    proposed = f"{record}entry/{world.entries['proposed'].pk}/"
    yield Place("how we work together", f"{record}working/", goes=_open_what_is_folded)
    yield Place("how we work together, as the other one sees it", f"{record}working/", "isko")
    yield Place("how we work together, before anything", f"/r/{world.begun.pk}/working/")
    yield Place("how we work together, when it has ended", f"{ended}working/")
    yield Place("propose a wording", f"{record}saying/way_of_working/names/")
    yield Place("agree, with words", f"{proposed}saying/agreement/")
    yield Place("a proposal", proposed)
    yield Place("our own questions", f"{record}prompts/")
    yield Place("our own questions, before any change", f"/r/{world.begun.pk}/prompts/")
    yield Place("our own questions, when it has ended", f"{ended}prompts/")
    yield Place("rename a question", f"{record}prompts/value/most/")
    yield Place(
        "rename it to nothing", f"{record}prompts/value/good_day/", goes=_fill_and_press("Rename it", text="")
    )
    yield Place("add a question", f"{record}prompts/value/adding/", "isko")
    yield Place("add a heading", f"{record}prompts/adding/")


def of_faces(world: World) -> Iterator[Place]:
    record = f"/r/{world.relationship.pk}/"
    yield Place("who we are", f"{record}portrait/")
    yield Place("who we are, before anything", f"/r/{world.begun.pk}/portrait/")
    yield Place("who somebody is", f"{record}portrait/one/", "isko")
    yield Place("who somebody is, before anything", f"{record}portrait/two/")
    yield Place("who somebody is, to be opened", f"/r/{world.ended.pk}/portrait/one/", "former")
    yield Place("one’s own page", f"{record}portrait/mine/")
    yield Place("one’s own page, empty", f"{record}portrait/mine/", "isko")
    yield Place("a picture of oneself", f"{record}portrait/picture/")
    yield Place("no picture chosen", f"{record}portrait/picture/", "isko", _press("Show this picture"))
    yield Place("a heading of one’s own", f"{record}portrait/doors/adding/")
    yield Place("another name for a heading", f"{record}portrait/doors/people/")


def of_a_person(world: World) -> Iterator[Place]:
    yield Place("journals", "/")
    yield Place("no journals yet", "/", "newcomer")
    yield Place("begin", "/begin/", "newcomer")
    yield Place("begin, nothing chosen", "/begin/", "newcomer", _press("Begin"))
    yield Place("invite, no address", f"/r/{world.begun.pk}/invitation/", goes=_press("Send an invitation"))
    yield Place("settings", "/me/settings/")
    yield Place("settings, without a name", "/me/settings/", goes=_fill_and_press("Save", name=""))
    yield Place("change of address", "/accounts/email/")
    yield Place("change of password", "/accounts/password/change/")
    yield Place("change of password, nothing typed", "/accounts/password/change/", goes=_press_the_button)
    yield Place("say the password again", "/accounts/reauthenticate/")
    yield Place("log out", "/accounts/logout/")
    yield Place("where one is logged in", "/accounts/sessions/", "isko")
    yield Place("settings, with a way to leave in a hurry", "/me/settings/", "hurried")
    yield Place("journals, with a way to leave in a hurry", "/", "hurried")
    yield Place("one’s own invitation", f"/join/{world.link.token}/")
    yield Place(
        "an invitation to another address", f"/join/{world.mailed.token}/", "newcomer", _press("I agree")
    )
    yield Place("a form that is too old", "/begin/", goes=_wait_too_long)
    yield Place("not there", "/no/such/page/", status=404)


def of_what_lets_somebody_in(world: World) -> Iterator[Place]:
    key = f"/accounts/2fa/webauthn/keys/{world.key}/"
    yield Place("a second lock, offered", "/me/second-lock/")
    yield Place("a second lock, none yet", "/accounts/2fa/")
    yield Place("a second lock", "/accounts/2fa/", "locked")
    yield Place("add a passkey", "/accounts/2fa/webauthn/add/")
    yield Place("one’s passkeys", "/accounts/2fa/webauthn/", "locked")
    yield Place("a passkey by another name", f"{key}edit/", "locked")
    yield Place("remove a passkey", f"{key}remove/", "locked")
    yield Place("an app", "/accounts/2fa/totp/activate/")
    yield Place("an app, and no code of it", "/accounts/2fa/totp/activate/", goes=_press("Use this app"))
    yield Place("do without the app", "/accounts/2fa/totp/deactivate/", "locked")
    yield Place("recovery codes, shown", "/accounts/2fa/recovery-codes/", "locked")
    yield Place("recovery codes, seen before", "/accounts/2fa/recovery-codes/", "locked")
    yield Place("recovery codes anew", "/accounts/2fa/recovery-codes/generate/", "locked")
    yield Place("show the app", "/accounts/2fa/reauthenticate/", "locked")
    yield Place("show the passkey", "/accounts/2fa/webauthn/reauthenticate/", "locked")
    yield Place("open the second lock", "/accounts/login/", "nobody", _come_to_the_lock)
    yield Place("show who one is by a code", "/me/proof/")
    yield Place("a code to show who one is", "/me/proof/", goes=_press("Send me a code"))
    yield Place("one’s log-ins", "/me/log-ins/")


def of_the_entrance(world: World) -> Iterator[Place]:
    yield Place("what is this", "/about/", "nobody")
    yield Place("if it cannot wait", "/help/", "nobody")
    yield Place("an invitation", f"/join/{world.link.token}/", "nobody")
    yield Place("a place to take", f"/join/{world.link.token}/", "nobody", _agree_and_log_in)
    yield Place("an invitation that is gone", "/join/aaaaa-aaaaa-aaaaa-aaaaa/", "nobody", status=404)
    yield Place("log in", "/accounts/login/", "nobody")
    yield Place("log in, wrongly", "/accounts/login/", "nobody", _log_in_wrongly)
    yield Place("create an account", "/accounts/signup/", "nobody")
    yield Place(
        "create an account, nothing typed", "/accounts/signup/", "nobody", _press("Create an account")
    )
    yield Place("confirm an address", "/accounts/signup/", "nobody", _create_an_account)
    yield Place("log in by a code", "/accounts/login/code/", "nobody")
    yield Place("a code to log in with", "/accounts/login/code/", "nobody", _ask_for_a_code)
    yield Place("a password that was forgotten", "/accounts/password/reset/", "nobody")
    yield Place("a code for a new password", "/accounts/password/reset/", "nobody", _ask_for_a_code)
    yield Place("choose a new password", "/accounts/password/reset/", "nobody", _come_back)
    yield Place("a new password is chosen", "/accounts/password/reset/done/", "nobody")
    yield Place("say no", f"/join/{world.link.token}/", "nobody", _press("No, thank you"))


def everywhere(world: World) -> list[Place]:
    return [
        *of_the_record(world),
        *of_what_matters(world),
        *of_writing(world),
        *of_working_together(world),
        *of_a_consult(world),
        *of_faces(world),
        *of_a_person(world),
        *of_what_lets_somebody_in(world),
        *of_the_entrance(world),
    ]


def newest_code() -> str:
    """The code in the newest mail."""
    found = re.search(r"^\d{3}-\d{3}$", str(mail.outbox[-1].body), re.M)
    assert found
    return found[0]


# --- What somebody does there --------------------------------------------------------------------------


def _press(button: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        with page.expect_response(lambda response: response.request.method == "POST"):
            page.locator("main").get_by_role("button", name=button, exact=True).click()
        page.wait_for_load_state()

    return press


def _press_the_button(page: Page) -> None:
    """The one thing to do on a page."""
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.locator("main button.button").first.click()
    page.wait_for_load_state()


def _fill_and_press(button: str, **typed: str) -> Callable[[Page], None]:
    def fill(page: Page) -> None:
        for name, value in typed.items():
            page.locator(f"main [name={name}]").fill(value)
        _press(button)(page)

    return fill


def _hold_against(kept: str) -> Callable[[Page], None]:
    """Somebody kept this, from paper or from a mail, and asks whether it fits."""

    def hold(page: Page) -> None:
        if kept.startswith("alongside/"):
            page.get_by_label("The note, or all of the mail it came in").fill(kept)
            page.locator("form", has=page.locator("[name=note]")).get_by_role("button").click()
        else:
            page.get_by_label("How many acts").fill("3")
            page.get_by_label("The letters and digits beside it").fill(kept)
            page.locator("form", has=page.locator("[name=fingerprint]")).get_by_role("button").click()
        expect(page.locator(".verdict")).to_be_visible()

    return hold


def _note_of(relationship: Relationship) -> str:
    head = relationship.head()
    return heads.note(relationship.pk, head.number, head.digest)


def _open_what_is_folded(page: Page) -> None:
    page.locator("main details").evaluate_all("all => all.forEach((one) => { one.open = true })")


def _move_the_last(page: Page) -> None:
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_role("button", name="To the top", exact=True).last.click()
    expect(page.get_by_role("button", name="Down", exact=True).first).to_be_focused()


def _hand_over(page: Page) -> None:
    page.locator("main button.button").first.click()
    expect(page.get_by_role("textbox").first).to_be_visible()


def _lose_the_session(page: Page) -> None:
    page.get_by_role("textbox").first.fill("I typed this for a long time.")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Share with Wren").click()
    expect(page.get_by_role("heading", name="Your words are still here")).to_be_visible()


def _wait_too_long(page: Page) -> None:
    page.context.clear_cookies(name="csrftoken")
    _press("Begin")(page)
    expect(page.get_by_role("heading", name="Please try again")).to_be_visible()


def _log_in_wrongly(page: Page) -> None:
    page.locator("main [name=login]").fill("wren@example.org")
    page.locator("main [name=password]").fill("not the pass phrase")
    page.locator("main button.button").first.click()
    expect(page.get_by_role("alert")).to_be_visible()


def _come_to_the_lock(page: Page) -> None:
    page.locator("main [name=login]").fill("lou@example.org")
    page.locator("main [name=password]").fill(PASSWORD)
    page.locator("main button.button").first.click()
    expect(page.get_by_role("heading", name="Open the second lock")).to_be_visible()


def _agree_and_log_in(page: Page) -> None:
    page.get_by_role("button", name="I agree, and I have an account").click()
    page.locator("main [name=login]").fill("noor@example.org")
    page.locator("main [name=password]").fill(PASSWORD)
    page.locator("main button.button").first.click()
    expect(page.get_by_role("button", name="Take your place")).to_be_visible()


def _create_an_account(page: Page) -> None:
    for name, value in {"name": "Ada Quill", "email": "ada@example.org", "password1": PASSWORD}.items():
        page.locator(f"main [name={name}]").fill(value)
    page.locator("main button.button").first.click()
    expect(page.locator("main [name=code]")).to_be_visible()


def _ask_for_a_code(page: Page) -> None:
    page.locator("main [name=email]").fill("wren@example.org")
    page.locator("main button.button").first.click()
    expect(page.locator("main [name=code]")).to_be_visible()


def _come_back(page: Page) -> None:
    _ask_for_a_code(page)
    page.locator("main [name=code]").fill(newest_code())
    page.locator("main button.button").first.click()
    expect(page.locator("main [name=password1]")).to_be_visible()
