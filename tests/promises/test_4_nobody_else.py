"""No third person, administrator or guessed address gets in, and nothing from the record leaves by another way."""

import ast
import datetime as dt
import difflib
import itertools
import logging
import re
import uuid
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from relationships import clock
from relationships.models import Entry, Event, Relationship
from tests.cast import CANARY, signed_in

HERE = Path(__file__).parents[2]


def pages(chair, entry) -> list[str]:
    here = ["", "write/", "brief/", "brief/text/", "event/", "ending/", "invitation/"]
    ways = ("", "answer/", "answer/differently/", "correction/", "withdrawal/")
    return here + [f"entry/{entry.pk}/{way}" for way in ways]


def without_tokens(answer) -> str:
    return re.sub(r'name="(?:csrfmiddlewaretoken|shown_to)" value="[^"]*"', "", answer.content.decode())


def test_a_stranger_gets_the_same_answer_as_for_what_is_not_there(me, stranger):
    entry = me.write()
    visitor = signed_in(stranger)
    nowhere = f"/r/{uuid.uuid4()}/"
    for page in pages(me, entry):
        theirs, nothing = visitor.get(me.address + page), visitor.get(nowhere + page)
        assert me.get(page).status_code == 200, page
        assert (theirs.status_code, nothing.status_code) == (404, 404), page
        assert without_tokens(theirs) == without_tokens(nothing)
        assert CANARY not in theirs.content.decode()


def test_somebody_who_is_not_logged_in_is_asked_to_log_in_whether_it_is_there_or_not(me):
    entry = me.write()
    for page in pages(me, entry):
        for address in (me.address, f"/r/{uuid.uuid4()}/"):
            answer = Client().get(address + page)
            assert answer.status_code == 302
            assert answer["Location"].startswith("/accounts/login/")


def test_a_stranger_cannot_write(me, stranger):
    entry = me.write()
    before = Event.objects.exclude(verb="knocked").count()
    visitor = signed_in(stranger)
    for page in pages(me, entry):
        assert visitor.post(me.address + page, {"text": "Hello."}).status_code in (404, 405)
    assert Event.objects.exclude(verb="knocked").count() == before
    assert me.post("write/", text="Hello.").status_code == 302


def test_an_entry_is_not_found_through_somebody_elses_record(me, stranger):
    mine = me.write()
    seat = stranger.seats.get()
    theirs = f"/r/{seat.relationship_id}/"
    visitor = signed_in(stranger)
    assert visitor.get(theirs).status_code == 200
    for way in ("", "answer/", "correction/", "withdrawal/"):
        assert visitor.get(f"{theirs}entry/{mine.pk}/{way}").status_code == 404


def test_there_is_no_administrator(me):
    """No page for one, and no person who could be one."""
    with pytest.raises(NoReverseMatch):
        reverse("admin:index")
    assert not apps.is_installed("django.contrib.admin")
    fields = {field.name for field in get_user_model()._meta.get_fields()}
    assert not fields & {"is_staff", "is_superuser", "user_permissions", "groups"}
    assert me.client.get("/admin/").status_code == 404


def test_my_list_of_journals_shows_mine_and_nobody_elses(me, stranger):
    me.write()
    here, there = me.client.get("/").content.decode(), signed_in(stranger).get("/").content.decode()
    assert me.address in here
    assert me.address not in there
    assert CANARY not in here + there


def test_no_mail_carries_a_word_of_the_record(wren, mailoutbox):
    relationship = Relationship.begin(by=wren, side="patient")
    relationship.write(by=relationship.seat_of(wren), text=f"Private, {CANARY}.")
    form = {"way": "mail", "address": "isko@example.org"}
    assert signed_in(wren).post(f"/r/{relationship.pk}/invitation/", form).status_code == 302
    (mail,) = mailoutbox
    said = mail.subject + mail.body + str(mail.extra_headers)
    assert "Wren Halloway" in said
    assert CANARY not in said
    assert str(relationship.pk) not in said
    for word in ("health", "care", "patient", "clinician", "doctor"):
        assert word not in said.lower()


def test_writing_sends_no_mail(me, them, mailoutbox):
    me.post("write/", text=f"News, {CANARY}."), them.get()
    assert mailoutbox == []


def test_no_log_carries_a_word_of_the_record(me, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    entry = me.write(f"Private, {CANARY}.")
    me.post("write/", text=f"Shared, {CANARY}."), me.post("draft/", box="write/", text=f"Draft, {CANARY}.")
    me.get(), me.get("brief/"), me.get(f"entry/{entry.pk}/")
    monkeypatch.setattr("relationships.views.record.sheet", lambda *args: 1 / 0)
    me.client.raise_request_exception = False
    assert me.get().status_code == 500
    assert "ZeroDivisionError" in caplog.text, "What went wrong is told, and where."
    assert CANARY not in caplog.text


def test_a_database_that_refuses_an_entry_does_not_tell_the_log_what_it_said(me, monkeypatch, caplog):
    """PostgreSQL puts the whole row into its error."""
    save = Entry.save

    def save_wrongly(entry, **options):
        entry.bearing = "corrects"
        save(entry, **options)

    monkeypatch.setattr(Entry, "save", save_wrongly)
    answer = me.post("write/", text=f"Private, {CANARY}.")
    assert answer.status_code == 503
    assert f"Private, {CANARY}.</textarea>" in answer.content.decode()
    assert [record.levelname for record in caplog.records if record.name.startswith("relationships")] == [
        "ERROR"
    ]
    assert CANARY not in caplog.text


def test_no_error_page_carries_a_word_of_the_record(me, monkeypatch, mailoutbox):
    me.write(f"Private, {CANARY}.")
    assert CANARY in me.get().content.decode()
    monkeypatch.setattr("relationships.views.record.page", lambda *args, **rest: 1 / 0)
    me.client.raise_request_exception = False
    answer = me.get()
    assert answer.status_code == 500
    assert CANARY not in answer.content.decode()
    assert mailoutbox == []


def test_no_page_stays_behind_in_a_browser_or_on_the_way(me):
    entry = me.write()
    for page in pages(me, entry):
        answer = me.get(page)
        assert "no-store" in answer["Cache-Control"], page
        assert "private" in answer["Cache-Control"], page
        assert CANARY not in str(answer.cookies)


def test_no_address_carries_a_word_of_the_record(me):
    form = me.get("write/").context["form"]
    answer = me.post("write/", text=f"Private, {CANARY}.", submission=form["submission"].value())
    assert CANARY not in answer["Location"]
    assert answer["Location"].startswith(me.address)


def test_a_page_of_ours_asks_nobody_elses_machine_for_anything(me):
    me.write("See https://example.org/ and ![a picture](https://example.org/x.png)")
    answer = me.get()
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    html = answer.content.decode()
    assert "<img" not in html
    for mark in ('src="http', 'href="//', "@import"):
        assert mark not in html


def test_no_log_carries_the_token_of_an_invitation(wren, caplog):
    relationship = Relationship.begin(by=wren, side="patient")
    invitation = relationship.invite(by=relationship.seat_of(wren))
    anybody = Client(enforce_csrf_checks=True)
    assert anybody.post(f"/join/{invitation.token}/").status_code == 403
    assert anybody.get(f"/join/{invitation.token}x/").status_code == 404
    assert "/join/…/" in caplog.text
    assert invitation.token not in caplog.text


# --- What somebody answered to the four questions, until both have answered -----------------------------
# Here the one who must not see it is the other one of the two.

KEPT_BACK = {
    "heard": {"level": "a_little", "words": f"I did not dare to say it, {CANARY}."},
    "next": {"level": "no", "words": f"{CANARY}, again."},
}


def met(chair):
    when = clock.now() - dt.timedelta(hours=1)
    return chair.relationship.meet(None, by=chair.participant, starts_at=when, minutes=20).consult


def answered(chair, consult, answers=KEPT_BACK):
    return chair.write("", kind="experience", consult=consult, answers=answers)


def named_routes(patterns=None, keys=frozenset()):
    """Every address of a record and of one's own pages, by its name and by what it needs to be told."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        needs = keys | set(one.pattern.converters)
        if not isinstance(one, URLPattern):
            yield from named_routes(one.url_patterns, needs)
        elif "relationship_id" in needs or one.name in OWN_PAGES:
            yield one.name, needs


OWN_PAGES = {"home", "today", "today-briefs", "begin", "settings", "calendar", "own-code"}
ASKED = {
    "record": [
        "kind=experience",
        "kind=account",
        "by=one",
        "by=two",
        "kind=experience&by=two",
        "before=99999",
    ],
    "brief": ["since=2020-01-01"],
    "brief-text": ["since=2020-01-01"],
}


KINDS_SAID = ["appreciation", "philosophy", "still_true"]


def address_book(relationship, **known) -> list[str]:
    """Every address that there is, with each of what is `known` wherever it fits."""
    book = []
    for name, needs in named_routes():
        known = {
            "kind": KINDS_SAID,
            "name": ["heals"],
            "voice": ["one", "two"],
            "key": ["value/most"],
        } | known
        ids = [known.get(key, [uuid.UUID(int=0)]) for key in sorted(needs - {"relationship_id"})]
        for chosen in itertools.product(*ids):
            told = dict(zip(sorted(needs - {"relationship_id"}), chosen, strict=True))
            told |= {"relationship_id": relationship.pk} if "relationship_id" in needs else {}
            address = reverse(name, kwargs=told)
            book += [address, *(f"{address}?{query}" for query in ASKED.get(name, []))]
    return book


def without_what_is_made_anew(html: str) -> str:
    """A page without its tokens, and without the number of acts and the fingerprint that stand on every page.

    The signed note says the same two once more.
    """
    html = re.sub(r'(name="(?:csrfmiddlewaretoken|shown_to|submission|draft)" value=)"[^"]*"', r"\1", html)
    html = re.sub(r'<textarea id="note-now".*?</textarea>', "", html, flags=re.S)
    return re.sub(r"\d+ acts? · [\da-f ]{24}|act \d+, [\da-f ]{24}", "", html)


def seen_at(client, address):
    """All that an address gives away: its status, its headers and its page."""
    answer = client.get(address)
    headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
    return answer.status_code, headers, without_what_is_made_anew(answer.content.decode())


def acts(html: str) -> list[str]:
    """The lines of the list of acts, without their numbers, times and seals."""
    lines = re.findall(r'<li id="act-\d+">(.*?)</li>', html, flags=re.S)
    lines = [
        re.sub(r'<span class="number">.*?</span>|<time.*?</time>', "", line, flags=re.S) for line in lines
    ]
    return [re.sub(r"[\da-f]{8}-[\da-f-]{27}", "", line) for line in lines]


@pytest.fixture
def waiting(me, them):
    """One meeting that neither has answered about, one that only I have; and something else of everything."""
    asked, mine_only, elsewhere = met(me), met(them), met(me)
    mine = answered(me, mine_only, {"heard": {"level": "yes"}})
    for chair in (me, them):
        chair.write("An account.", kind="account", consult=asked)
        answered(chair, elsewhere, {"heard": {"level": "mostly"}})
    return {"asked": asked, "mine_only": mine_only, "mine": mine}


@pytest.mark.parametrize("is_paused", [False, True])
def test_no_page_tells_what_the_other_answered_nor_that_they_did(
    me, them, waiting, mailoutbox, caplog, is_paused
):
    """The whole address book, before and after: every page of mine is the same to the byte, but for the list of acts."""
    caplog.set_level(logging.DEBUG)
    me.participant.person.pauses_first = is_paused
    me.participant.person.save()
    events = f"{me.address}event/"
    known = {"consult_id": [waiting["asked"].pk, waiting["mine_only"].pk], "entry_id": [waiting["mine"].pk]}
    book = address_book(me.relationship, **known)
    with time_machine.travel(clock.now(), tick=False):  # It stands in a header.
        for address in book:
            me.client.get(address)  # Once, so that everything has been read and every look is noted.
        before = {address: seen_at(me.client, address) for address in book}
        assert {address: seen_at(me.client, address) for address in book} == before
        assert sum(status == 200 for status, *_ in before.values()) > 30
        hidden = answered(them, waiting["asked"])
        after = {address: seen_at(me.client, address) for address in book}
    listed = before.pop(events), after.pop(events)
    for address in before:
        assert after[address][:2] == before[address][:2], address
        was, now = (seen[address][2].splitlines() for seen in (before, after))
        assert [line for line in difflib.ndiff(was, now) if line[0] in "+-?"] == [], address
    assert len(acts(listed[1][2])) == len(acts(listed[0][2])) + 1
    for words in (caplog.text, str(listed), *(page for *_, page in after.values()), str(mailoutbox)):
        assert CANARY not in words
    # And once I have answered too, all of this could be seen.
    answered(me, waiting["asked"], {"heard": {"level": "yes"}})
    page = f"{me.address}consult/{waiting['asked'].pk}/questions/"
    shows = me.client.get(f"{me.address}entry/{hidden.pk}/" if is_paused else page).content.decode()
    assert CANARY in shows
    assert seen_at(me.client, page) != before[page]


def test_home_lights_up_only_when_both_have_answered(me, them, waiting):
    def home():
        return me.client.get("/").content.decode()

    me.get(), me.get(f"consult/{waiting['asked'].pk}/")
    for entry in me.relationship.entries.unread_by(me.participant):
        me.get(f"entry/{entry.pk}/")
    assert "something new" not in home().lower()
    answered(them, waiting["asked"])
    assert "something new" not in home().lower()
    answered(me, waiting["asked"])
    assert "something new" in home().lower()


def test_the_list_of_acts_says_that_and_never_what(me, them, waiting):
    """Two answers that could not differ more leave the same line."""

    def line():
        return acts(me.get("event/").content.decode())[0]

    answered(them, waiting["asked"])
    one = line()
    answered(them, met(them), {"myself": {"level": "yes"}})
    assert line() == one
    assert them.participant.short_name in one
    assert CANARY not in one


def test_an_answer_that_waits_is_not_there_by_any_address_or_method(me, them, waiting):
    """Its id is guessed, and every way to ask gives what an id gives that nobody has."""
    hidden = answered(them, waiting["asked"])
    ways = [
        (name, ["still_true"] if "kind" in needs else [])
        for name, needs in named_routes()
        if "entry_id" in needs
    ]
    assert len(ways) > 8
    for (name, kind), method in itertools.product(ways, ("get", "head", "post", "put", "delete")):
        form = {"text": "Hello.", "do": "share"} if method == "post" else None
        with time_machine.travel(clock.now(), tick=False):
            guessed, nowhere = (
                getattr(me.client, method)(reverse(name, args=[me.relationship.pk, key, *kind]), form)
                for key in (hidden.pk, uuid.uuid4())
            )
        assert guessed.status_code == nowhere.status_code, (name, method)
        assert guessed.status_code in (404, 405), (name, method)
        assert without_tokens(guessed) == without_tokens(nowhere)
        assert dict(guessed.headers) == dict(nowhere.headers)
    before = Event.objects.exclude(verb="knocked").count()
    for box in ("answer/", "correction/", "reflection/"):
        kept = {
            key: me.post("draft/", box=f"entry/{key}/{box}", text="Hello.")
            for key in (hidden.pk, uuid.uuid4())
        }
        assert {answer.status_code for answer in kept.values()} == {422}
        assert len({answer.content for answer in kept.values()}) == 1
    assert Event.objects.exclude(verb="knocked").count() == before
    answered(me, waiting["asked"])
    assert me.get(f"entry/{hidden.pk}/").status_code == 200
    assert me.post("draft/", box=f"entry/{hidden.pk}/answer/", text="Hello.").status_code == 200


def test_a_form_that_goes_wrong_is_the_same_page_whether_the_other_has_answered_or_not(me, them, waiting):
    page = f"consult/{waiting['asked'].pk}/questions/"
    wrong = [{}, {"heard_level": "7"}, {"heard_words": "a\x07b"}, {"heard_words": "x" * 20_001}]

    def told():
        answers = [me.post(page, **form) for form in wrong]
        return [(one.status_code, without_what_is_made_anew(one.content.decode())) for one in answers]

    before = told()
    answered(them, waiting["asked"])
    assert told() == before
    assert {status for status, _page in before} == {422}


SHOWN_ANOTHER_WAY = {
    ("erasing.py", "_wordings"): "no page: the command erases, and shows nothing of it",
    ("erasing.py", "_is_erased"): "no page: the command erases, and shows nothing of it",
    (
        "management/commands/erase.py",
        "Command.handle",
    ): "no page: the command erases, and shows nothing of it",
    ("brief.py", "_all_keys"): "only keys; their words are asked for through `shown_to`",
    (
        "noticing.py",
        "_seats_with_news",
    ): "only times, of what is unread: what waits to be opened together is not",
    ("noticing.py", "_where_something_is_new"): "only keys of records, by what is unread",
    ("views/home.py", "_all_keys"): "whether anything is unread: what waits to be opened together is not",
    ("views/home.py", "_seats"): "what was said back, what holds and what is unread: kinds that never wait",
    ("views/home.py", "_promises"): "promises, which never wait to be opened together",
    ("views/record.py", "_all_keys"): "what is unread: what waits to be opened together is not",
    (
        "views/record.py",
        "_all_rows",
    ): "of the threads of what was asked for through `shown_to`, and of what is unread",
    ("views/checking.py", "_of_a_copy"): "only keys, to see whether a copy lacks words that it ought to have",
    ("views/holding.py", "_TOLD"): "goes through `shown_to` where it is asked",
    ("views/entry.py", "is_open_to_both"): "asked of an entry that `find` let through",
    ("views/entry.py", "whole_thread"): "of an entry that `find` let through",
    ("doors.py", "_all_changes"): "questions that were changed, which never wait to be opened together",
    ("views/working.py", "_AGREED"): "agreements, which never wait to be opened together",
    ("views/working.py", "_TOLD"): "asked in the threads of what is shown",
}
"""Where entries are asked for without `shown_to` on the way, and why nothing that waits comes along."""

ENTRIES_OF = {"relationship", "consult", "participant", "me", "them", "seat", "author", "mine"}
ANSWER_FOR = {"shown_to", "unread_by", "in_threads_of"}
"""What gives only what may be seen. `in_threads_of` is of entries that were asked for somewhere, and looked at there."""


def asks_for_entries(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(
            attr="objects" | "_base_manager" | "_default_manager", value=ast.Name(id="Entry" | "EntryState")
        ):
            return True
        case ast.Attribute(attr="told_about_it" | "in_thread"):
            return True
        case ast.Attribute(attr="entries", value=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in ENTRIES_OF
    return False


def unguarded(source: str) -> set[str]:
    """The functions, or the names in the module, that ask for entries without looking at who reads them."""
    found = set()

    def look(node: ast.AST, above: list[ast.AST]) -> None:
        if asks_for_entries(node):
            chain = list(
                itertools.takewhile(lambda one: isinstance(one, ast.Attribute | ast.Call), above[::-1])
            )
            names = {one.attr for one in chain if isinstance(one, ast.Attribute)}
            if not names & ANSWER_FOR:
                found.add(place(above))
        for child in ast.iter_child_nodes(node):
            look(child, [*above, node])

    def place(above: list[ast.AST]) -> str:
        names = [one.name for one in above if isinstance(one, ast.FunctionDef | ast.ClassDef)]
        names += [one.targets[0].id for one in above if isinstance(one, ast.Assign) and not names]
        return ".".join(names)

    look(ast.parse(source), [])
    return found


def test_the_search_for_unguarded_entries_finds_them():
    kept = "def page(relationship, me):\n    return relationship.entries.shown_to(me).filter(kind='x')"
    assert unguarded(kept) == set()
    for leak in (
        "relationship.entries.filter(kind='x')",
        "Entry.objects.all()",
        "consult.entries",
        "x.in_thread",
    ):
        assert unguarded(f"class Page:\n    def show(self):\n        return {leak}") == {"Page.show"}, leak
    assert unguarded("ALL = Entry.objects.order_by('number')") == {"ALL"}


def test_no_page_asks_for_entries_but_those_that_its_reader_may_see():
    """Whoever adds one says here why what waits to be opened together cannot come along with it."""
    found = set()
    for path in sorted((HERE / "relationships").rglob("*.py")):
        within = path.relative_to(HERE / "relationships")
        if within.parts[0] not in ("models", "migrations") and within.name != "verification.py":
            found |= {(str(within), name) for name in unguarded(path.read_text())}
    assert found == set(SHOWN_ANOTHER_WAY)


def test_no_template_asks_for_entries_by_itself():
    for path in (HERE / "templates").rglob("*.*"):
        assert not re.search(r"\.(entries|told_about_it|in_thread|experience)\b", path.read_text()), path
