"""Every word can be translated, and German is the proof.

Whoever reads in German meets German alone, from either chair: on every page, beside every box, in every mail
and in every date. The catalogue has all of our words and none that nobody says, keeps what is filled in, and
says "du" throughout.
"""

import ast
import datetime as dt
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import allauth
import django
import polib  # type: ignore[import-untyped]
import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import override
from django.utils.translation.template import templatize

from relationships import clock
from relationships.models import Draft, Relationship, Side
from tests.cast import PASSWORD, pair, person, signed_in

HERE = settings.BASE_DIR
GERMAN = HERE / "locale/de/LC_MESSAGES/django.po"
ENGLISH = HERE / "locale/en/LC_MESSAGES/django.po"
OURS = ("accounts", "config", "relationships")
THEIRS = [
    Path(allauth.__file__).parent / "locale/en/LC_MESSAGES/django.po",
    Path(django.__file__).parent / "conf/locale/en/LC_MESSAGES/django.po",
    Path(django.__file__).parent / "contrib/auth/locale/en/LC_MESSAGES/django.po",
]
FORMAL = re.compile(
    r"(?<=[\w,;] )(Sie|Ihnen|Ihre?[mnrs]?)\b|\bSie (erhalten|haben|können|möchten|müssen|sollten)\b"
)
"""German for "you" to a stranger. At the beginning of a sentence it may be "you both" or "they"."""


# --- What is said in our files --------------------------------------------------------------------------

NAMES = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "npgettext"}
STRING = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
CALL = re.compile(rf"\b(_|n?p?gettext)\(({STRING}(?:, {STRING})*)")


def sentences(function, strings):
    """The msgid, and the plural if there is one. Nothing here needs a context (pgettext) yet."""
    assert not function.startswith(("p", "np")), "teach this file about contexts"
    return strings[:2] if function.startswith("n") else strings[:1]


def said_in_templates() -> Iterator[str]:
    for path in sorted((HERE / "templates").rglob("*.*")):
        for function, strings in CALL.findall(templatize(path.read_text(), origin=str(path))):
            yield from sentences(function, ast.literal_eval(f"[{strings}]"))


def said_in_python() -> Iterator[str]:
    for path in sorted(path for package in OURS for path in (HERE / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in NAMES:
                strings = [word.value for word in node.args if isinstance(word, ast.Constant)]
                yield from sentences(node.func.id, strings)


@pytest.fixture(scope="module")
def ours():
    return {*said_in_templates(), *said_in_python()}


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(GERMAN))


def said_by(catalogue):
    return {said for entry in catalogue for said in (entry.msgid, entry.msgid_plural) if said}


def translations(entry):
    return [*entry.msgstr_plural.values()] if entry.msgid_plural else [entry.msgstr]


# --- The catalogue --------------------------------------------------------------------------------------


def test_every_word_of_ours_has_a_translation(ours, catalogue):
    assert len(ours) > 300
    translated = said_by(entry for entry in catalogue if all(word.strip() for word in translations(entry)))
    assert ours - translated == set()


def test_no_translation_is_of_words_that_nobody_says(ours, catalogue):
    theirs = {said for path in THEIRS for said in said_by(polib.pofile(str(path)))}
    assert said_by(catalogue) - ours - theirs == set()


def test_whatever_we_word_anew_in_english_we_word_in_german_too(catalogue):
    """Theirs is more formal, so that one page would speak in two voices."""
    assert said_by(polib.pofile(str(ENGLISH))) - said_by(catalogue) == set()


def test_what_is_filled_in_and_what_is_marked_up_is_kept(catalogue):
    def kept(text):
        return sorted(re.findall(r"%\(\w+\)[sd]|%[sd%]|<[^>]+>", text))

    for entry in catalogue:
        for word in translations(entry):
            assert kept(word) == kept(entry.msgid), word
            assert word.startswith("\n") == entry.msgid.startswith("\n")
            assert word.endswith("\n") == entry.msgid.endswith("\n")


def test_the_compiled_words_are_the_written_ones(catalogue):
    def words(some):
        return {(entry.msgctxt, entry.msgid): entry.msgstr or entry.msgstr_plural for entry in some}

    assert words(catalogue) == words(polib.mofile(str(GERMAN.with_suffix(".mo"))))
    assert not [*catalogue.fuzzy_entries(), *catalogue.obsolete_entries()]


def test_the_catalogue_names_files_and_no_lines_or_machines(catalogue):
    places = [place for entry in catalogue for place in entry.occurrences]
    assert {line for _, line in places} == {""}
    assert [name for name, _ in places if not (HERE / name).is_file()] == []


def test_everybody_is_spoken_to_as_an_equal(catalogue):
    for entry in catalogue:
        for word in translations(entry):
            assert not FORMAL.search(word), word


def test_quotes_are_german_ones(catalogue):
    for entry in catalogue:
        for word in translations(entry):
            plain = re.sub(r"<[^>]+>", "", word)
            assert not re.search(r"[\"'”]|\.\.\.", plain), word
            assert plain.count("„") == plain.count("“"), word


# --- What somebody reads --------------------------------------------------------------------------------

SAID = ("aria-label", "alt", "title", "placeholder", "label", "data-kept", "data-lost", "data-logged-out")


class _Reader(HTMLParser):
    """Collects what a page says, to the eye and to a screen reader, piece by piece."""

    def __init__(self, page):
        super().__init__()
        self.said = []
        self.language = None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.language = self.language or found.get("lang")
        self.said += [found[name] for name in (*SAID, "data-copied") if found.get(name)]

    def handle_data(self, data):
        self.said += [" ".join(data.split())] if data.strip() else []


def pattern(sentence):
    """Matches the sentence, whatever was filled in."""
    return r".+".join(re.escape(" ".join(part.split())) for part in re.split(r"%\(\w+\)[sd]|%[sd]", sentence))


@pytest.fixture(scope="module")
def english_in(catalogue):
    """Says which of our English sentences, or what is left of them between names, stand on a page."""
    differing = said_by(entry for entry in catalogue if entry.msgid not in translations(entry))
    whole = re.compile("|".join(pattern(strip_tags(said)) for said in differing if re.search(r"\w\w", said)))
    parts = {
        part.strip(" .,:\n") for said in differing for part in re.split(r"%\(\w+\)[sd]|%[sd]|<[^>]+>", said)
    }
    long = [" ".join(part.split()) for part in parts if len(part.split()) > 3]

    def look(pieces):
        text = " ".join(pieces)
        months = re.findall(r"\b(?:January|February|March|May|June|July|October|December)\b", text)
        return [
            *(piece for piece in pieces if whole.fullmatch(piece)),
            *(p for p in long if p in text),
            *months,
        ]

    return look


@pytest.fixture
def reads_german(english_in):
    """`reads_german(response)`: all of it is German, and it says so itself. Gives its text."""

    def read(response):
        page = response.content.decode()
        if response["Content-Type"].startswith("text/plain"):
            pieces = [" ".join(line.split()) for line in page.splitlines() if line.strip()]
        else:
            reader = _Reader(page)
            pieces = reader.said
            assert reader.language == "de"
        assert response["Content-Language"] == "de"
        assert english_in(pieces) == [], response.request["PATH_INFO"]
        assert [piece for piece in pieces if FORMAL.search(piece)] == [], response.request["PATH_INFO"]
        return " ".join(pieces)

    return read


IN_MARCH = dt.datetime(2026, 3, 3, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def wren(wren):
    return speaking(wren, "de")


@pytest.fixture
def isko(isko):
    return speaking(isko, "de")


@pytest.fixture
def two(wren, isko):
    with clock.telling(IN_MARCH):
        return pair(wren, isko)


def speaking(someone, language):
    someone.language = language
    someone.save(update_fields=["language"])
    return someone


def somebody(language="de"):
    """A browser that nobody is logged in at."""
    return Client(headers={"accept-language": language})


@pytest.fixture
def written(me, them):
    """A little of everything that an entry can have happen to it, in words that are German themselves."""
    mine = me.write("Am Fluss geht es mir gut.", kind="value", happened_on=IN_MARCH.date(), helped_by="Mira")
    theirs = them.write("Heute habe ich zugehört.", kind="conversation", prompt="Was war?")
    me.correct(mine, "Am Fluss geht es mir am besten.")
    gone = them.write("Das war zu viel.", kind="")
    them.withdraw(gone, "Es klang kälter, als es war.")
    Draft.keep(me.participant, "write/", None, None, text="Noch nicht fertig.")
    return {
        "mine": mine,
        "theirs": theirs,
        "gone": gone,
        "answer": them.answer(mine, "Und im Winter?"),
        "long": me.write("Ich gehe gern zu Fuß. " * 40, kind="care_preference"),
    }


LED_ON = {
    "draft": "answers a script",
    "draft-discarding": "leads back to the record",
    "invitation-taking-back": "leads back to the invitations",
    "join-agreed": "leads to the record",
    "sign-in": "leads on, and in development only",
    "account_set_password": "leads on: everybody has a password",
    "account_confirm_email": "leads on: addresses are confirmed by a code",
    "account_reset_password_from_key": "leads on: passwords are chosen anew by a code",
}
"""Addresses that show nothing by themselves, and why."""


def of_the_record(me, written):
    for page in (
        "",
        "?kind=value",
        "?kind=life_context",
        "?before=1",
        "write/",
        "event/",
        "ending/",
        "invitation/",
    ):
        yield me.get(page)
    for page in ("brief/", "brief/?since=2020-01-01", "brief/?since=bald", "brief/text/", "no/such/page/"):
        yield me.get(page)
    for entry in written.values():
        yield me.get(f"entry/{entry.pk}/")
    theirs, mine = f"entry/{written['theirs'].pk}/", f"entry/{written['mine'].pk}/"
    for page in ("answer/", "answer/differently/"):
        yield me.get(theirs + page)
        yield me.post(theirs + page, do="share", text="")
    for page in ("correction/", "withdrawal/"):
        yield me.get(mine + page)
        yield me.post(mine + page, do="share", text="\x07")


def of_writing(me):
    yield me.post("write/", do="preview", text="Ein Satz.")
    yield me.post("write/", do="keep", text="Ein Satz.")
    yield me.post("write/", do="keep", text="Ein\x07Satz.")
    for text in ("", "a" * 20_001, "\x07", "\u202e"):
        yield me.post("write/", do="share", text=text)
    for day in ("bald", "1066-10-14", "2999-01-01"):
        yield me.post("write/", do="share", text="Ein Satz.", happened_on=day)
    yield me.post("write/", do="share", text="Ein Satz.", kind="recipe", helped_by="x" * 121)
    yield me.client.post(f"{me.address}write/", {"do": "share", "text": "Noch ein Satz."}, follow=True)


def of_a_person(me):
    for path in ("/", "/begin/", "/me/settings/", "/about/", "/no/such/page/", "/accounts/inactive/"):
        yield me.client.get(path)
    for path in (
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/reauthenticate/",
        "/accounts/logout/",
    ):
        yield me.client.get(path)
    yield me.client.post("/begin/", {})
    yield me.client.post(
        "/me/settings/", {"language": "xx", "time_zone": "Nowhere", "called": "\u202e", "name": "!"}
    )
    yield me.client.post("/me/settings/", {"language": "de", "name": ""})
    yield me.client.post("/accounts/email/", {"action_add": "", "email": "x"})
    yield me.client.post("/accounts/reauthenticate/", {"password": "wrong"})
    yield me.client.post("/accounts/reauthenticate/?next=/accounts/password/change/", {"password": PASSWORD})
    wrong = {"oldpassword": "wrong", "password1": "12345", "password2": "1"}
    yield me.client.post("/accounts/password/change/", wrong)
    yield me.client.post("/accounts/password/change/", {})


def of_a_journal_that_begins(me, them):
    person, other = me.participant.person, them.participant.person
    with clock.telling(timezone.now() - dt.timedelta(hours=1)):
        begun = Relationship.begin(by=person, side=Side.PATIENT)
    mine = begun.seat_of(person)
    link, mailed = begun.invite(by=mine), begun.invite(by=mine, address="jemand@example.org")
    for page in ("", "brief/", "event/", "write/", "invitation/", f"invitation/{link.pk}/"):
        yield me.client.get(f"/r/{begun.pk}/{page}")
    yield me.client.post(f"/r/{begun.pk}/invitation/", {"way": "mail", "address": "x"})
    yield me.client.post(f"/r/{begun.pk}/invitation/", {"way": "mail", "address": ""})
    yield me.client.post(f"/r/{begun.pk}/write/", {"do": "share", "text": "Ein Anfang."}, follow=True)
    yield me.client.get("/")
    yield me.client.get(f"/join/{link.token}/")
    yield me.client.post(f"/join/{link.token}/", follow=True)
    yield them.client.get(f"/join/{link.token}/")
    yield them.client.post(f"/join/{mailed.token}/", follow=True)
    yield somebody().get(f"/join/{link.token}/")
    yield somebody().get("/join/aaaaa-aaaaa-aaaaa-aaaaa/")
    yield somebody().post(f"/join/{mailed.token}/no/")
    yield me.client.post(f"/r/{begun.pk}/invitation/{link.pk}/taking-back/", follow=True)
    begun.accept(begun.invite(by=mine), by=other)
    yield me.client.post(f"/r/{begun.pk}/invitation/", {"way": "link"}, follow=True)
    yield me.client.get(f"/r/{begun.pk}/event/")


def of_an_end(me, written):
    yield me.client.post(f"{me.address}ending/", follow=True)
    for page in ("", "ending/", "write/", "event/"):
        yield me.get(page)
    yield me.post("write/", do="share", text="Zu spät.")
    yield me.client.get("/")


@pytest.fixture
def every_page(me, them, written):
    """The answers of all of them, in the order in which two people might come by."""

    def walk():
        yield from of_the_record(me, written)
        yield from of_writing(me)
        yield from of_a_person(me)
        yield from of_a_journal_that_begins(me, them)
        yield from of_an_end(me, written)
        yield from of_the_entrance(me.participant.person)

    return walk


def of_the_entrance(someone):
    for path in (
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/login/code/",
        "/accounts/password/reset/",
    ):
        yield somebody().get(path)
        yield somebody().post(path, {})
    yield somebody().post(
        "/accounts/signup/", {"name": "Noor", "email": "noor@example.org", "password1": "password"}
    )
    yield somebody().post("/accounts/login/", {"login": someone.email, "password": "wrong"})
    yield somebody().get("/accounts/password/reset/done/")
    yield somebody().get("/accounts/password/reset/key/done/")
    for path in ("/accounts/login/code/", "/accounts/password/reset/"):
        waiting = somebody()
        on = waiting.post(path, {"email": someone.email})["Location"]
        yield waiting.get(on)
        yield waiting.post(on, {"code": "000-000"})
    new = somebody()
    on = new.post("/accounts/signup/", {"name": "Noor", "email": "noor@example.org", "password1": PASSWORD})
    yield new.get(on["Location"])
    yield new.post(on["Location"], {"code": "000-000"})
    yield new.post(on["Location"], {"action": "resend"}, follow=True)


def test_every_page_is_german_from_either_chair(every_page, reads_german):
    seen = set()
    for response in every_page():
        assert response.status_code in (200, 403, 404, 409, 422), response.request["PATH_INFO"]
        reads_german(response)
        match = response.wsgi_request.resolver_match
        seen |= {match.url_name} if match else set()
    assert names_of(get_resolver().url_patterns) - seen == set(LED_ON)


def names_of(patterns):
    """The name of every address there is."""
    names = {pattern.name for pattern in patterns if isinstance(pattern, URLPattern)}
    return names.union(*(names_of(one.url_patterns) for one in patterns if not isinstance(one, URLPattern)))
