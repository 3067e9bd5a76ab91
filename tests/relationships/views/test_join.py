"""Being invited, end to end through the real pages: the fewest steps, only whom it is for, and only once."""

import re

import pytest
from django.test import Client

from accounts.models import User
from relationships.models import Relationship, Verb
from relationships.verification import first_fault
from tests.cast import CANARY, PASSWORD, person, signed_in
from tests.relationships.views.shown import fields_of, links, main, press

NEW_PASSWORD = "three quiet herons"
CONFIRM = "/accounts/confirm-email/"
AGREE, AGREE_WITH_ACCOUNT = "I agree", "I agree, and I have an account"


@pytest.fixture
def journal(wren, side):
    """Wren in a new journal, from either side, with the other seat empty."""
    relationship = Relationship.begin(by=wren, side=side)
    relationship.write(by=relationship.seat_of(wren), text=f"Words, {CANARY}.")
    return relationship


@pytest.fixture
def by_link(journal):
    return journal.invite(by=journal.participants.get())


@pytest.fixture
def by_mail(journal):
    return journal.invite(by=journal.participants.get(), address="ada@example.org")


def page_of(client, invitation):
    return client.get(f"/join/{invitation.token}/")


def go_on(client, answer):
    """Where a browser ends up, with whoever sits at it taking their place when they are asked."""
    steps = 0
    while answer.status_code in (302, 303):
        answer = client.get(answer["Location"])
        if answer.request["PATH_INFO"] == "/me/second-lock/":
            not_now = next(one for one in main(answer).all("a") if one.text == "Not now")
            answer = client.get(not_now.attrs["href"])
        if answer.request["PATH_INFO"] == "/join/agreed/":
            answer = press(client, answer, "Take your place")
        steps += 1
        assert steps < 6
    return answer


def sign_up(client, page, address="ada@example.org"):
    return go_on(
        client,
        press(client, page, "Create an account", name="Ada Quill", email=address, password1=NEW_PASSWORD),
    )


def log_in(client, page, address):
    return go_on(client, press(client, page, "Log in", login=address, password=PASSWORD))


def code_in(letter):
    return re.findall(r"^\d{3}-\d{3}$", letter.body, re.M)[0]


def type_code(client, page, letter):
    """Type the code from that mail into its box."""
    form = next(form for form in main(page).all("form") if form.all("input", name="code"))
    return go_on(client, press(client, page, form.all("button")[0].text, code=code_in(letter)))


def is_in(journal, answer):
    """Whether that answer is the record's own page, and the new seat the other side's."""
    first, second = journal.participants.order_by("seat")
    assert first.side != second.side
    assert first_fault(journal) is None
    return answer.request["PATH_INFO"] == f"/r/{journal.pk}/" and CANARY in answer.content.decode()


# --- What is shown --------------------------------------------------------------------------------------


def test_it_shows_who_invites_and_what_this_is_and_nothing_of_the_record(by_link):
    answer = page_of(Client(), by_link)
    words = main(answer).text
    assert "Wren Halloway invites you" in words
    assert "Nobody watches it" in words
    assert "call 112" in words
    assert "No page here opens it to anybody else" in words
    assert CANARY not in answer.content.decode()
    assert "wren@example.org" not in answer.content.decode()


def test_to_look_consumes_nothing_however_often(journal, by_link):
    acts = journal.events.count()
    client = Client()
    for ask in (client.get, client.head, client.get):
        assert ask(f"/join/{by_link.token}/").status_code == 200
        assert ask("/join/agreed/").status_code == 302
        assert ask(f"/join/{by_link.token}/no/").status_code == 405
    with_account = signed_in(person("Ada"))
    for ask in (with_account.get, with_account.head):
        ask(f"/join/{by_link.token}/")
        assert ask("/join/agreed/")["Location"] == "/"
    assert journal.events.count() == acts
    assert journal.participants.count() == 1
    assert page_of(client, by_link).status_code == 200


# --- With and without an account ------------------------------------------------------------------------


def test_by_mail_and_without_an_account_it_takes_one_form_and_no_code(journal, by_mail, mailoutbox):
    client = Client()
    agreed = go_on(client, press(client, page_of(client, by_mail), AGREE))
    assert fields_of(next(form for form in main(agreed).all("form") if form.all("input", name="email")))[
        "email"
    ] == ["ada@example.org"]
    answer = sign_up(client, agreed)
    assert is_in(journal, answer)
    assert "Welcome. This journal belongs to you both." in main(answer).text
    assert User.objects.get(name="Ada Quill").owns("ada@example.org")
    assert not any(re.search(r"^\d{3}-\d{3}$", letter.body, re.M) for letter in mailoutbox)


def test_by_link_and_without_an_account_a_code_is_asked_for(journal, by_link, mailoutbox):
    client = Client()
    asked = sign_up(client, go_on(client, press(client, page_of(client, by_link), AGREE)))
    assert asked.request["PATH_INFO"] == CONFIRM
    assert journal.participants.count() == 1
    answer = type_code(client, asked, mailoutbox[-1])
    assert is_in(journal, answer)


@pytest.mark.parametrize("signup_open", [True, False])
def test_an_invitation_opens_the_door_where_sign_up_is_closed(journal, by_mail, settings, signup_open):
    settings.SIGNUP_OPEN = signup_open
    client = Client()
    answer = sign_up(client, go_on(client, press(client, page_of(client, by_mail), AGREE)))
    assert is_in(journal, answer)


def test_with_an_account_logged_in_it_is_one_press(journal, by_link):
    client = signed_in(person("Ada Quill"))
    page = page_of(client, by_link)
    assert AGREE_WITH_ACCOUNT not in main(page).text
    assert is_in(journal, go_on(client, press(client, page, AGREE)))


def test_with_an_account_logged_out_it_leads_through_the_log_in(journal, by_mail):
    person("Ada Quill")
    client = Client()
    asked = go_on(client, press(client, page_of(client, by_mail), AGREE_WITH_ACCOUNT))
    assert asked.request["PATH_INFO"] == "/accounts/login/"
    assert is_in(journal, log_in(client, asked, "ada@example.org"))


def test_with_an_account_and_a_code_by_mail_too(journal, by_link, mailoutbox):
    person("Ada Quill")
    client = Client()
    asked = go_on(client, press(client, page_of(client, by_link), AGREE_WITH_ACCOUNT))
    by_code = next(link for link in links(main(asked)) if link.startswith("/accounts/login/code/"))
    confirm = go_on(client, press(client, client.get(by_code), "Send me a code", email="ada@example.org"))
    answer = type_code(client, confirm, mailoutbox[-1])
    assert is_in(journal, answer)


# --- Only whom it is for --------------------------------------------------------------------------------


def test_another_address_is_refused_and_the_invitation_still_waits(journal, by_mail):
    client = signed_in(person("Sefa Stranger"))
    answer = go_on(client, press(client, page_of(client, by_mail), AGREE))
    assert answer.status_code == 409
    assert "sent to another e-mail address" in main(answer).text
    assert "ada@example.org" not in answer.content.decode()
    assert CANARY not in answer.content.decode()
    assert journal.participants.count() == 1
    assert is_in(journal, sign_up_with(by_mail))


def sign_up_with(invitation):
    client = Client()
    return sign_up(client, go_on(client, press(client, page_of(client, invitation), AGREE)))


def test_another_address_typed_at_sign_up_is_refused_too(journal, by_mail, mailoutbox):
    client = Client()
    asked = go_on(client, press(client, page_of(client, by_mail), AGREE))
    answer = type_code(client, sign_up(client, asked, address="sefa@example.org"), mailoutbox[-1])
    assert answer.status_code == 409
    assert journal.participants.count() == 1


def test_an_address_that_was_not_verified_is_not_theirs(journal, by_mail):
    someone = person("Ada Quill")
    someone.emailaddress_set.update(verified=False)
    client = signed_in(someone)
    assert go_on(client, press(client, page_of(client, by_mail), AGREE)).status_code == 409
    assert journal.participants.count() == 1


def test_ones_own_invitation_is_for_the_other_person(journal, by_link, wren):
    client = signed_in(wren)
    page = main(page_of(client, by_link))
    assert "This is your own invitation." in page.text
    assert not page.all("form")
    answer = client.post(f"/join/{by_link.token}/")
    assert "This is your own invitation." in main(answer).text
    assert journal.participants.count() == 1


def test_logged_out_the_same_person_does_not_get_both_seats_either(journal, by_link):
    client = Client()
    asked = go_on(client, press(client, page_of(client, by_link), AGREE_WITH_ACCOUNT))
    assert log_in(client, asked, "wren@example.org").status_code == 409
    assert journal.participants.count() == 1


# --- Once, and for a while ------------------------------------------------------------------------------


def use(journal, invitation):
    journal.accept(invitation, by=person("Somebody Else"))


def take_back(journal, invitation):
    journal.take_back(invitation, by=journal.participants.get())


def decline(journal, invitation):
    journal.decline(invitation)


def end(journal, invitation):
    journal.end(by=journal.participants.get())


@pytest.mark.parametrize("over", [use, take_back, decline, end])
def test_what_is_over_looks_like_what_never_was(journal, by_link, over):
    client = Client()
    page = page_of(client, by_link)
    press(client, page, AGREE)  # Agreed, and not yet gone on.
    over(journal, by_link)
    client.force_login(person("Ada Quill"))
    acts = journal.events.count()
    never = client.get("/join/aaaaa-bbbbb-ccccc-ddddd/")
    assert never.status_code == 404
    for answer in (
        page_of(client, by_link),
        press(client, page, AGREE),
        client.post(f"/join/{by_link.token}/no/"),
    ):
        assert answer.status_code == 404
        assert main(answer).text == main(never).text
        assert CANARY not in answer.content.decode()
    assert client.get("/join/agreed/")["Location"] == "/"
    assert journal.events.count() == acts


def test_one_that_waited_too_long_looks_like_what_never_was(journal, by_link, after):
    client = Client()
    page = page_of(client, by_link)
    press(client, page, AGREE)
    with after(hours=73):
        assert page_of(client, by_link).status_code == 404
        assert press(client, page, AGREE).status_code == 404
        client.force_login(person("Ada Quill"))
        assert client.get("/join/agreed/")["Location"] == "/"
    assert journal.participants.count() == 1


def test_it_works_once(journal, by_link):
    first, second = signed_in(person("Ada Quill")), signed_in(person("Bo Reed"))
    pages = [(client, page_of(client, by_link)) for client in (first, second)]
    assert is_in(journal, go_on(first, press(*pages[0], AGREE)))
    assert press(*pages[1], AGREE).status_code == 404
    assert second.get(f"/r/{journal.pk}/").status_code == 404
    assert journal.events.filter(verb=Verb.ACCEPTED).count() == 1


def test_an_agreement_is_used_once(journal, by_link):
    client = signed_in(person("Ada Quill"))
    go_on(client, press(client, page_of(client, by_link), AGREE))
    acts = journal.events.filter(verb=Verb.ACCEPTED).count()
    assert client.get("/join/agreed/")["Location"] == "/"
    assert journal.events.filter(verb=Verb.ACCEPTED).count() == acts


def test_saying_no_needs_no_account_and_leaves_no_name(journal, by_mail, wren):
    client = Client()
    answer = press(client, page_of(client, by_mail), "No, thank you")
    assert "That is fine" in main(answer).text
    assert page_of(client, by_mail).status_code == 404
    declined = journal.events.get(verb=Verb.DECLINED)
    assert declined.actor is None
    assert "Whoever was invited said no" in main(signed_in(wren).get(f"/r/{journal.pk}/event/")).text
    assert first_fault(journal) is None


@pytest.mark.parametrize("token", ["x", "a" * 300, "..", "%00", "ä-ö", "agreed"])
def test_a_made_up_link_is_answered_and_tells_nothing(db, token):
    assert Client().get(f"/join/{token}/").status_code in (302, 404)
    assert Client().post(f"/join/{token}/no/").status_code == 404


def test_whoever_logs_in_after_somebody_else_agreed_is_asked_first(journal, by_link, after):
    """On a shared telephone whoever agreed may have gone. Looking, and looking ahead, take no seat."""
    client = Client()
    press(client, page_of(client, by_link), AGREE)
    client.force_login(person("Bo Reed"))
    for ask in (client.head, client.get):
        assert ask("/join/agreed/").status_code == 200
    words = main(client.get("/join/agreed/")).text
    assert "Bo Reed" in words
    assert "Wren Halloway" in words
    assert journal.participants.count() == 1
    with after(hours=2):
        assert client.post("/join/agreed/")["Location"] == "/"
    assert journal.participants.count() == 1
    assert client.post("/join/agreed/")["Location"] == f"/r/{journal.pk}/"


def test_nobody_says_no_to_their_own_invitation(journal, by_link, wren):
    client = signed_in(wren)
    assert client.post(f"/join/{by_link.token}/no/")["Location"] == f"/join/{by_link.token}/"
    assert page_of(Client(), by_link).status_code == 200
