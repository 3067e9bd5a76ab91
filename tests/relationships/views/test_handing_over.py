"""The other's words on one's own device: theirs alone, behind a code, and nothing of either stays there.

Whoever hands a device over (`me`) is logged out of it; on it `them` may say what they hope for, and nothing else.
"""

import datetime as dt
import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import own_code
from relationships import kinds
from relationships.models import Entry, Relationship, Verb
from relationships.verification import first_fault
from relationships.views import handing_over
from tests.cast import CANARY, Chair, signed_in
from tests.relationships.views.shown import fields_of, links, main, press, shown
from tests.relationships.views.test_access import WHO_MAY_SEE, every_route

pytestmark = pytest.mark.django_db

HERE = "/handed-over/"
HOPE = "That we find out why I wake at four."
END_ALL = '"cache", "cookies", "storage"'


def plan(chair):
    starts_at = timezone.now() + dt.timedelta(hours=30)
    return chair.relationship.plan(
        by=chair.participant, starts_at=starts_at, minutes=20, where=f"At {CANARY}"
    )


@pytest.fixture
def planned(me):
    me.write(f"What nobody is to read here, {CANARY}.")
    return plan(me)


@pytest.fixture
def way(planned):
    """Where one hands over, within the record."""
    return f"consult/{planned.consult_id}/handing-over/"


@pytest.fixture
def code(them):
    """The code on their card."""
    return own_code.make(them.participant.person)


@pytest.fixture
def device(me, way):
    """My browser, handed over to them."""
    answer = press(me.client, me.get(way), "Log out and hand it over")
    assert (answer.status_code, answer["Location"]) == (302, HERE)
    return me.client


@pytest.fixture
def share(device, me):
    """Type on it, and press the button."""

    def type_and_share(page=None, **typed):
        button = f"Share with {me.participant.short_name}"
        return press(device, page or device.get(HERE), button, **({"text": HOPE} | typed))

    return type_and_share


def mailed_code():
    return re.findall(r"^\d{3}-\d{3}$", str(mail.outbox[-1].body), re.M)[0]


def send_code(device, **typed):
    return press(device, device.get(HERE), "Send me a code by e-mail", **typed)


def wrong(code):
    """Another one of the same length."""
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def is_gone(device):
    """Whether nothing is left on it: no session, and a page that says so."""
    answer = device.get(HERE)
    return answer.status_code == 404 and not dict(device.session) and CANARY not in answer.content.decode()


# --- Handing it over ------------------------------------------------------------------------------------


def test_it_is_said_what_will_happen_before_it_does(me, them, way):
    said = main(me.get(way)).text
    assert "You will be logged out here" in said
    assert f"{them.participant.short_name} can say what they hope for" in said
    assert me.client.get("/").status_code == 200


def test_to_look_at_that_page_hands_nothing_over(me, way):
    me.get(way), me.client.head(me.address + way)
    assert me.client.get(HERE).status_code == 404
    assert me.get().status_code == 200


def test_whoever_hands_it_over_is_logged_out_and_leaves_nothing_in_the_session(me, them, way, planned):
    before = me.client.session.session_key
    me.post(way)
    session = me.client.session
    assert session.session_key != before
    assert not session.exists(before)
    assert set(session.keys()) <= {handing_over.HANDED_OVER, "_session_expiry"}
    assert session[handing_over.HANDED_OVER].keys() == {
        "consult",
        "participant",
        "handed_over_by",
        "until",
        "asks",
        "id",
        "tries",
    }
    assert session[handing_over.HANDED_OVER]["participant"] == str(them.participant.pk)
    assert session.get_expiry_age() <= 3600
    assert me.get().status_code == 302


def test_what_was_open_before_is_not_left_for_the_back_button(me, way):
    answer = me.post(way)
    assert answer["Clear-Site-Data"] == '"cache", "storage"'


def test_it_is_the_other_one_who_is_asked(device, them):
    page = device.get(HERE)
    assert main(page).one("h1").text == f"{them.participant.short_name}, what do you hope for?"
    assert str(kinds.Hope.doors[0]) in main(page).text
    assert "If it cannot wait, call 112." in main(page).text


def test_the_other_ones_logins_elsewhere_stay(me, them, way):
    elsewhere = signed_in(me.participant.person)
    me.post(way)
    assert elsewhere.get(me.address).status_code == 200


@pytest.mark.parametrize("why", ["called off", "met", "ended", "empty"])
def test_where_there_is_nothing_to_say_beforehand_nothing_is_handed_over(me, why):
    if why == "empty":
        half = Relationship.begin(by=me.participant.person, side="patient")
        me = Chair(half.seats[0], half, me.client)
    planned = plan(me)
    if why == "called off":
        me.relationship.call_off(planned.consult, by=me.participant)
    if why == "met":
        planned = me.relationship.meet(None, by=me.participant, starts_at=timezone.now(), minutes=20)
    if why == "ended":
        me.relationship.end(by=me.participant)
    way = f"consult/{planned.consult_id}/handing-over/"
    page = me.get(way)
    assert page.status_code == 200
    assert not main(page).all("button")
    assert me.post(way).status_code == 409
    assert me.get().status_code == 200, "Nobody was logged out."
    assert me.client.get(HERE).status_code == 404


def test_a_consult_of_others_is_not_there(me, way, stranger):
    seat = stranger.seats.get()
    foreign = seat.relationship.plan(by=seat, starts_at=timezone.now() + dt.timedelta(hours=3), minutes=20)
    assert me.get(f"consult/{foreign.consult_id}/handing-over/").status_code == 404
    assert me.post(f"consult/{foreign.consult_id}/handing-over/").status_code == 404
    assert signed_in(stranger).post(me.address + way).status_code == 404
    assert me.get(way).status_code == 200


# --- Writing --------------------------------------------------------------------------------------------


def test_with_the_code_on_their_card_their_words_are_shared_as_theirs(device, share, me, them, code, planned):
    answer = share(code=code, helped_by="Ann from the desk")
    assert answer["Location"].startswith("/handed-over/end/")
    entry = Entry.objects.get(kind="hope")
    assert entry.author == them.participant
    assert (entry.text, entry.helped_by, entry.consult_id) == (HOPE, "Ann from the desk", planned.consult_id)
    assert entry.prompt == str(kinds.Hope.doors[0])
    event = me.relationship.head()
    assert (event.verb, event.actor, event.entry) == (Verb.WROTE, them.participant, entry)
    assert event.details == {"handed_over_by": str(me.participant.pk)}
    assert first_fault(me.relationship) is None


def test_with_a_code_from_a_mail_as_well_and_without_a_card(device, share, them, mailoutbox):
    send_code(device)
    (letter,) = mailoutbox
    assert letter.to == [them.participant.person.email]
    assert share(code=mailed_code()).status_code == 302
    assert Entry.objects.get(kind="hope").author == them.participant


def test_the_mail_says_nothing_but_the_code(device, me, them, mailoutbox):
    send_code(device, text=f"Words of {CANARY}.")
    letter = mailoutbox[0]
    said = letter.subject + letter.body + str(letter.message().items())
    assert re.search(r"\d{3}-\d{3}", letter.body)
    assert CANARY not in said
    assert str(me.relationship.pk) not in said
    for word in [
        *me.participant.name.split(),
        *them.participant.name.split(),
        "health",
        "hope",
        "appointment",
    ]:
        assert word not in said.replace(f"To', '{letter.to[0]}", "")


def test_to_have_a_code_sent_keeps_the_words_in_the_box_and_tells_no_address(device, them):
    page = send_code(device, text="  Not lost,\nnot changed. ", helped_by="Ann")
    (form,) = main(page).all("form", id="hope")
    assert fields_of(form)["text"] == ["  Not lost,\nnot changed. "]
    assert fields_of(form)["helped_by"] == ["Ann"]
    assert "A code is on its way" in main(page).text
    assert them.participant.person.email not in page.content.decode()
    assert not Entry.objects.filter(kind="hope").exists()


def test_the_code_of_a_mail_is_kept_as_a_hash_only(device):
    send_code(device)
    assert re.sub(r"\D", "", mailed_code()) not in str(dict(device.session))
    assert mailed_code() not in str(dict(device.session))


def test_a_newer_mail_takes_the_place_of_an_older_one(device, share):
    send_code(device)
    older = mailed_code()
    send_code(device)
    newer = mailed_code()
    if older != newer:  # One time in a million they are the same.
        assert share(code=older).status_code == 422
    assert share(code=newer).status_code == 302


def test_a_code_from_a_mail_works_for_a_quarter_of_an_hour(device, share, after):
    send_code(device)
    page = device.get(HERE)
    with after(minutes=15, seconds=1):
        assert share(page, code=mailed_code()).status_code == 422
    with after(minutes=14):
        assert share(page, code=mailed_code()).status_code == 302


def test_no_more_than_three_mails_leave(device, mailoutbox):
    pages = [send_code(device, text=HOPE) for _ in range(4)]
    assert len(mailoutbox) == 3
    assert "No more codes can be sent just now." in main(pages[-1]).text
    assert HOPE in main(pages[-1]).one("textarea").typed


def test_nor_many_in_an_hour_however_often_a_device_is_handed_over(me, way, mailoutbox):
    for _ in range(4):
        device = signed_in(me.participant.person)
        device.post(me.address + way)
        for _ in range(3):
            send_code(device)
    assert len(mailoutbox) == own_code.MAILS_AN_HOUR


def test_the_same_form_sent_twice_is_shared_once(device, share, me, way, code):
    page = device.get(HERE)
    assert share(page, code=code).status_code == 302
    again = signed_in(me.participant.person)
    again.post(me.address + way)
    answer = press(again, page, f"Share with {me.participant.short_name}", text=HOPE, code=code)
    # It asks the second question by then, and what answered the first is no answer to it.
    assert answer.status_code == 422
    assert main(answer).one("textarea").typed == HOPE
    assert Entry.objects.filter(kind="hope").count() == 1


def test_whoever_has_answered_the_first_question_is_asked_the_second(device, share, me, them, way, code):
    page = device.get(HERE)
    assert "What would you like us to come to?" in main(page).text
    assert share(page, code=code).status_code == 302
    again = signed_in(me.participant.person)
    again.post(me.address + way)
    page = again.get(HERE)
    assert "Is there something we must not leave out?" in main(page).text
    # A code works once: whoever lent the device may have seen it.
    button = f"Share with {me.participant.short_name}"
    refused = press(again, page, button, text="My sister.", code=code)
    assert refused.status_code == 422
    assert main(refused).one("textarea").typed == "My sister."
    new = own_code.make(them.participant.person)
    answer = press(again, refused, button, text="My sister.", code=new)
    assert "how=shared" in answer["Location"]
    prompts = Entry.objects.filter(kind="hope").order_by("number").values_list("prompt", flat=True)
    assert list(prompts) == [str(one) for one in kinds.Hope.doors]


def test_a_database_that_refuses_costs_no_words_and_tells_no_log(device, share, code, monkeypatch, caplog):
    def fail(*_, **__):
        raise DatabaseError(f"the row held {CANARY}")

    monkeypatch.setattr(handing_over.Relationship, "write", fail)
    page = share(code=code, text=f"Words of {CANARY}.")
    assert page.status_code == 503
    assert main(page).one("textarea").typed == f"Words of {CANARY}."
    assert CANARY not in caplog.text
    monkeypatch.undo()
    assert share(page, code=code).status_code == 302


# --- Only they can say it -------------------------------------------------------------------------------


def test_a_wrong_code_shares_nothing_and_keeps_the_words(share, code):
    page = share(code=wrong(code), helped_by="Ann")
    assert page.status_code == 422
    assert "That is not the right code." in main(page).text
    kept = fields_of(main(page).one("form", id="hope"))
    assert (kept["text"], kept["helped_by"], kept["code"]) == ([HOPE], ["Ann"], [""])
    assert not Entry.objects.filter(kind="hope").exists()


def test_the_one_who_hands_it_over_cannot_use_a_code_of_their_own(me, share, code):
    mine = own_code.make(me.participant.person)
    assert share(code=mine).status_code == 422
    assert share(code=code).status_code == 302


def test_a_code_sent_to_one_device_opens_no_other(me, way, device, share):
    send_code(device)
    another = signed_in(me.participant.person)
    another.post(me.address + way)
    page = another.get(HERE)
    button = f"Share with {me.participant.short_name}"
    assert press(another, page, button, text=HOPE, code=mailed_code()).status_code == 422
    assert share(code=mailed_code()).status_code == 302


def test_after_five_wrong_codes_it_ends_and_the_right_one_is_too_late(device, share, code):
    page = device.get(HERE)
    for tries in range(1, handing_over.TRIES):
        answer = share(page, code=wrong(code))
        assert answer.status_code == 422
        assert ("You can try once more." in main(answer).text) == (tries == handing_over.TRIES - 1)
    answer = share(page, code=wrong(code))
    assert "how=tries" in answer["Location"]
    assert answer["Clear-Site-Data"] == END_ALL
    assert share(page, code=code).status_code == 404
    assert is_gone(device)
    assert not Entry.objects.filter(kind="hope").exists()


def test_the_fifth_try_may_still_be_the_right_one(device, share, code):
    page = device.get(HERE)
    for _ in range(handing_over.TRIES - 1):
        share(page, code=wrong(code))
    assert "how=shared" in share(page, code=code)["Location"]


def test_a_new_handover_brings_no_more_tries_than_an_hour_has(me, way, code):
    def try_once(device, typed):
        button = f"Share with {me.participant.short_name}"
        return press(device, device.get(HERE), button, text=HOPE, code=typed)

    def handed_over():
        device = signed_in(me.participant.person)
        device.post(me.address + way)
        return device

    for _ in range(own_code.TRIES_AN_HOUR // handing_over.TRIES):
        device = handed_over()
        for _ in range(handing_over.TRIES):
            try_once(device, wrong(code))
    later = try_once(handed_over(), code)
    # The right code comes too late, and costs nobody their words.
    assert later.status_code == 422
    assert main(later).one("textarea").typed == HOPE
    assert not Entry.objects.filter(kind="hope").exists()
    cache.clear()  # An hour later.
    assert "how=shared" in try_once(handed_over(), code)["Location"]


def test_a_code_that_was_taken_away_meanwhile_is_wrong(share, them, code):
    own_code.remove(them.participant.person)
    assert share(code=code).status_code == 422


def test_the_page_does_not_tell_whether_they_have_a_code(device, them):
    def page():
        return re.sub(r'value="[\w-]{36,}"', "", device.get(HERE).content.decode())

    before = page()
    own_code.make(them.participant.person)
    assert page() == before


# --- Nothing else is open -------------------------------------------------------------------------------


def address_of(name, me, planned, entry):
    """An address of that name in this very record."""
    own = {
        "relationship_id": me.relationship.pk,
        "consult_id": planned.consult_id,
        "entry_id": entry.pk,
        "invitation_id": me.relationship.invitations.get().pk,
        "kind": {"saying": "appreciation", "saying-door": "philosophy"}.get(name, "no_longer"),
        "voice": "one",
        "key": "value/most",
        "session_id": 1,
        "pk": 1,
    }
    (route,) = [route for route, pattern in every_route() if pattern.name == name]
    names = re.findall(r"<(?:\w+:)?(\w+)>", route)
    return reverse(name, kwargs={key: own.get(key, "a-made-up-token") for key in names})


def test_no_other_address_of_the_site_opens_with_it(device, me, planned):
    entry = me.relationship.entries.first()
    acts = me.relationship.events.count()
    kept = dict(device.cookies)
    for name, who in WHO_MAY_SEE.items():
        if name in ("handed-over", "handed-over-end"):
            continue
        address = address_of(name, me, planned, entry)
        for method in ("get", "post"):
            twin = Client()
            twin.cookies.update(kept)
            if name in ("account_logout", "leaving") and method == "post":
                continue  # It ends what there is of a session.
            answer = getattr(twin, method)(address, {"text": "Mine.", "do": "share"})
            asked = f"{method} {address}"
            assert CANARY not in answer.content.decode(), asked
            if who == "the two":
                assert answer.status_code in (302, 403), asked
            if who == "whoever is logged in":
                assert answer.status_code == 302, asked
            if answer.status_code == 302 and who != "anybody":
                assert answer["Location"].startswith("/accounts/login/"), asked
    assert me.relationship.events.count() == acts
    assert device.get(HERE).status_code == 200


def test_the_page_leads_nowhere_and_shows_nothing_of_the_record(device, them):
    page = shown(device.get(HERE))
    assert [link for link in links(page) if not link.startswith(("#", "tel:"))] == []
    assert {form.attrs.get("action", HERE) for form in page.all("form")} == {HERE, "/handed-over/end/"}
    assert page.all("script") == page.all("nav") == page.all("header") == []
    assert CANARY not in device.get(HERE).content.decode()


def test_nothing_typed_is_to_be_remembered_by_the_browser(device):
    page = device.get(HERE)
    assert "no-store" in page["Cache-Control"]
    form = main(page).one("form", id="hope")
    boxes = [box for box in form.all("input", "textarea") if box.attrs.get("type") != "hidden"]
    assert len(boxes) == 3
    assert {box.attrs["autocomplete"] for box in [form, *boxes]} == {"off"}


def test_without_having_been_handed_over_there_is_nothing_to_do(me, stranger):
    for client in (Client(), me.client, signed_in(stranger)):
        for method in ("get", "post"):
            answer = getattr(client, method)(HERE, {"text": HOPE, "code": "12345678"})
            assert answer.status_code == 404
            assert "There is nothing to do here" in answer.content.decode()
            assert "Clear-Site-Data" not in answer


def test_whoever_logs_in_on_it_does_not_write_for_the_other(device, me, code):
    page = device.get(HERE)
    device.force_login(me.participant.person)
    answer = press(device, page, f"Share with {me.participant.short_name}", text=HOPE, code=code)
    assert answer.status_code == 404
    assert not Entry.objects.filter(kind="hope").exists()


def test_a_form_from_another_site_shares_nothing(device, me, code):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies.update(device.cookies)
    assert strict.post(HERE, {"text": HOPE, "code": code, "do": "share"}).status_code == 403
    assert strict.post("/handed-over/end/").status_code == 403
    assert device.get(HERE).status_code == 200


# --- A clean end ----------------------------------------------------------------------------------------


def end_of(device, answer):
    """The last page, after what led there."""
    assert answer.status_code == 302
    assert answer["Clear-Site-Data"] == END_ALL
    return device.get(answer["Location"])


def test_after_sharing_nothing_stays_and_the_last_page_says_thank_you(device, share, code):
    key = device.session.session_key
    answer = share(code=code)
    assert not device.session.exists(key)
    assert answer.cookies["sessionid"]["max-age"] == 0
    last = end_of(device, answer)
    assert main(last).one("h1").text == "Thank you"
    assert "You can give the device back." in main(last).text
    assert links(main(last)) == ["/accounts/login/"]
    assert is_gone(device)


def test_no_last_page_has_anything_of_the_record_on_it(device, share, me, them, code):
    last = end_of(device, share(code=code, text=f"Words of {CANARY}."))
    said = last.content.decode()
    for word in (CANARY, me.participant.short_name, them.participant.short_name, str(me.relationship.pk)):
        assert word not in said
    assert not main(last).all("form")


def test_it_can_be_given_back_without_writing(device):
    last = end_of(device, press(device, device.get(HERE), "Give the device back without writing"))
    assert "Nothing was shared, and nothing stays here." in main(last).text
    assert is_gone(device)
    assert not Entry.objects.filter(kind="hope").exists()


def test_after_twenty_minutes_it_ends_and_says_kindly_that_the_words_are_gone(device, share, code, after):
    page = device.get(HERE)
    with after(minutes=19, seconds=59):
        assert device.get(HERE).status_code == 200
    with after(minutes=20):
        last = end_of(device, share(page, code=code, text=f"Words of {CANARY}."))
        assert main(last).one("h1").text == "The 20 minutes are over"
        assert "so that nobody else can read it" in main(last).text
        assert CANARY not in last.content.decode()
    assert is_gone(device)
    assert not Entry.objects.filter(kind="hope").exists()


def test_a_page_that_is_left_lying_clears_itself_when_the_time_is_over(device, share):
    for page in (device.get(HERE), share(code="1"), send_code(device)):
        seconds, _, where = page["Refresh"].partition("; url=")
        assert where == HERE
        assert 19 * 60 < int(seconds) <= 20 * 60 + 1


def test_to_go_on_writing_does_not_make_the_time_longer(device, share, code, after):
    page = device.get(HERE)
    with after(minutes=15):
        share(page, code=wrong(code))
    with after(minutes=21):
        assert "how=time" in device.get(HERE)["Location"]


def test_a_journal_that_ends_meanwhile_ends_it(device, share, me, code):
    page = device.get(HERE)
    me.relationship.end(by=me.participant)
    last = end_of(device, share(page, code=code))
    assert main(last).one("h1").text == "This is finished"
    assert is_gone(device)


def test_an_account_that_is_closed_meanwhile_ends_it(device, share, them, code):
    page = device.get(HERE)
    person = them.participant.person
    person.is_active = False
    person.save()
    assert share(page, code=code).status_code == 404
    assert not Entry.objects.filter(kind="hope").exists()


def test_to_look_at_the_last_page_ends_nothing(device, me, share, code):
    assert device.get("/handed-over/end/")["Location"] == HERE
    assert share(code=code).status_code == 302
    elsewhere = signed_in(me.participant.person)
    for answer in (elsewhere.get("/handed-over/end/"), elsewhere.post("/handed-over/end/")):
        assert "Clear-Site-Data" not in answer
    assert elsewhere.get(me.address).status_code == 200


def test_no_word_of_it_is_in_a_log(device, share, code, caplog):
    caplog.set_level(0)
    share(code=wrong(code), text=f"Words of {CANARY}.")
    send_code(device, text=f"Words of {CANARY}.")
    share(code=code, text=f"Words of {CANARY}.")
    assert "Unprocessable" in caplog.text
    for secret in (CANARY, code, code.replace(" ", ""), mailed_code()):
        assert secret not in caplog.text


@pytest.mark.parametrize("language", ["", "de"])
def test_it_speaks_the_language_of_the_one_who_writes(me, them, way, language):
    person = them.participant.person
    person.language = language
    person.save()
    me.client.post(me.address + way)
    english = {"accept-language": "en"}
    page = me.client.get(HERE, headers=english)
    assert shown(page).one("html").attrs["lang"] == page["Content-Language"] == (language or "en")
    ended = me.client.post("/handed-over/end/", headers=english)
    assert me.client.get(ended["Location"], headers=english)["Content-Language"] == (language or "en")


def test_a_language_that_nobody_offers_changes_nothing_on_the_last_page():
    for language in ("tlh", "../../etc", "fr"):
        page = Client().get("/handed-over/end/", {"language": language, "how": "no-such-way"})
        assert (page.status_code, page["Content-Language"]) == (200, "en")
