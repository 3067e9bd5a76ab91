"""Every word can be translated, and German is the proof.

Whoever reads in German meets German alone, from either chair: on every page, beside every box, in every mail
and in every date. The catalogue has all of our words and none that nobody says, keeps what is filled in, and
says "du" throughout.
"""

import ast
import datetime as dt
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import allauth
import django
import polib  # type: ignore[import-untyped]
import pytest
from django.conf import settings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation.template import templatize
from PIL import Image

from relationships import clock
from relationships.models import Draft, Relationship, Side
from tests.cast import PASSWORD, pair, person, signed_in
from tests.trust.locks import App, Passkey, recovery_codes

pytestmark = pytest.mark.looks

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
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NAMES:
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
SAID += ("data-says", "data-once", "data-twice")


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
    exact = {" ".join(strip_tags(said).split()) for said in differing}
    filled = re.compile("|".join(pattern(strip_tags(said)) for said in differing if "%" in said))
    parts = {
        part.strip(" .,:\n") for said in differing for part in re.split(r"%\(\w+\)[sd]|%[sd]|<[^>]+>", said)
    }
    long = [" ".join(part.split()) for part in parts if len(part.split()) > 3]

    def look(pieces):
        text = " ".join(pieces)
        months = re.findall(r"\b(?:January|February|March|May|June|July|October|December)\b", text)
        return [
            *(piece for piece in pieces if piece in exact or filled.fullmatch(piece)),
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
    me.correct(mine, "Am Fluss geht es mir am besten.", happened_on=IN_MARCH.date())
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
    "consult-meeting": "leads back to the appointment",
    "talked-about": "leads back to the room",
    "calendar-feed": "is read by a calendar",
    "portrait-picture-of": "is a picture",
    "portrait-leaving-out": "leads back to one’s own page",
    "portrait-offering": "leads back to one’s own page",
    "prompt-leaving-out": "leads back to the questions",
    "prompt-offering": "leads back to the questions",
    "prompt-first-name": "leads back to the questions",
    "sign-in": "leads on, and in development only",
    "account_set_password": "leads on: everybody has a password",
    "health": "is read by a machine",
    "ready": "is read by a machine",
    "session": "answers a script",
    "session-ending": "leads back to the list of sessions",
    "mfa_download_recovery_codes": "is not there: they are shown once, on their page",
    "mfa_login_webauthn": "answers a script, and leads on",
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
        "export/",
        "checking/",
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


def of_consults(me, them):
    record, now = me.relationship, clock.now()
    day = dt.timedelta(days=1)

    def planned(by, after):
        made = record.plan(by=by, starts_at=now + after, minutes=20, way="home", where="Am Fluss")
        return f"consult/{made.consult_id}/", made.consult

    coming, consult = planned(me.participant, 2 * day)
    off, gone = planned(them.participant, 3 * day)
    record.move(gone, by=me.participant, starts_at=now + 4 * day, minutes=30, way="video", reason="Regen.")
    record.call_off(gone, by=them.participant, reason="Grippe.")
    soon, _soon = planned(them.participant, dt.timedelta(minutes=30))
    been = record.meet(None, by=them.participant, starts_at=now - day, minutes=20).consult
    met = f"consult/{been.pk}/"
    hope = them.write("Ruhe.", kind="hope", consult=consult)
    promise = me.write("Ich rufe an.", kind="promise", consult=been, due_on=(now + 3 * day).date())
    theirs = them.write("Ich schreibe.", kind="promise")
    me.answer(promise, "", kind="moved", due_on=(now - day).date())
    back = me.answer(theirs, "Du schreibst mir.", kind="reflection")
    waits = them.answer(promise, "Du rufst an.", kind="reflection")
    them.answer(back, "", kind="acknowledgement", answers={"understood": {"level": "nearly"}})
    for page in (
        "consult/",
        "consult/planning/",
        "consult/unplanned/",
        "consult/over-time/",
        "promise/",
        "",
        "event/",
    ):
        yield me.get(page)
    for page in ("consult/planning/", "consult/unplanned/", "promise/", f"{coming}moving/"):
        yield me.post(page, do="share", day="bald", time="früh", minutes="viele", due_on="bald", way="Floß")
    for page in (
        "",
        "moving/",
        "calling-off/",
        "brief/",
        "brief/text/",
        "hope/",
        "hope/more/",
        "arrival/",
        "room/",
    ):
        yield me.get(coming + page)
        yield me.get(off + page)
    for page in ("", "hope/", "arrival/", "room/", "account/", "questions/", "brief/", "brief/text/"):
        yield me.get(met + page)
        yield me.get(soon + page)
    for page in (
        f"{coming}hope/",
        f"{coming}arrival/",
        f"{met}account/",
        f"{met}questions/",
        f"{soon}account/",
    ):
        yield me.post(page, do="share", text="")
    yield me.client.post(f"{me.address}{off}meeting/", follow=True)
    yield me.client.post(f"{me.address}entry/{hope.pk}/talked-about/", {"do": "tick"}, follow=True)
    for entry, pages in {
        promise: ("", "keeping/", "releasing/", "moving/", "correction/"),
        theirs: ("", "keeping/", "reflection/"),
        waits: ("acknowledgement/",),
    }.items():
        for page in pages:
            yield me.get(f"entry/{entry.pk}/{page}")
    yield me.post(f"entry/{waits.pk}/acknowledgement/", do="share", text="")
    yield me.client.post(f"{me.address}entry/{theirs.pk}/keeping/", {"do": "share", "text": ""}, follow=True)
    yield me.get(f"entry/{theirs.pk}/keeping/")
    for chair in (me, them):
        answers = {"heard_level": "mostly", "next_words": "Nicht ganz."}
        yield chair.client.post(f"{me.address}{met}questions/", answers, follow=True)
    yield me.get(f"{met}questions/")
    yield me.get("consult/over-time/")
    for path in ("/today/", "/today/?day=2020-01-01", "/today/briefs/", "/me/code/", "/me/calendar/", "/"):
        yield me.client.get(path)
    for path in ("/me/code/", "/me/calendar/"):
        yield me.client.post(path, {"do": "make"}, follow=True)
        yield me.client.get(path)
    yield me.get("consult/")
    yield from of_a_device(them, coming)
    them.client.force_login(them.participant.person)


def of_a_device(giver, consult):
    """One of the two hands theirs over."""
    yield giver.get(f"{consult}handing-over/")
    yield giver.client.post(f"{giver.address}{consult}handing-over/", follow=True)
    yield giver.client.post("/handed-over/", {"do": "share", "text": "", "code": ""})
    yield giver.client.post("/handed-over/", {"do": "share", "text": "Ruhe.", "code": "0000 0000"})
    yield giver.client.post("/handed-over/", {"do": "mail", "text": "Ruhe."})
    yield giver.client.post("/handed-over/end/", follow=True)
    for how in ("shared", "time", "tries", "ended"):
        yield giver.client.get(f"/handed-over/end/?how={how}&language=de")
    yield somebody().get("/handed-over/")


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
    yield me.client.post(
        "/accounts/reauthenticate/?next=/accounts/email/", {"password": PASSWORD}, follow=True
    )
    wrong = {"oldpassword": "wrong", "password1": "12345", "password2": "1"}
    yield me.client.post("/accounts/password/change/", wrong)
    yield me.client.post("/accounts/password/change/", {})


def of_staying_and_leaving(someone):
    here, elsewhere = somebody(), somebody()
    for browser in (here, elsewhere):
        browser.post("/accounts/login/", {"login": someone.email, "password": PASSWORD})
    yield here.get("/accounts/sessions/")
    yield here.post("/accounts/sessions/", follow=True)
    yield here.post("/me/session/0/ending/", follow=True)
    someone.leaves_quickly = True
    someone.save()
    yield here.get("/")
    yield here.post("/me/leaving/")
    someone.leaves_quickly = False
    someone.save()
    yield somebody().get("/help/")


def of_what_lets_somebody_in(someone):
    """A second lock, made and taken away, and the log-ins."""
    out = somebody()
    out.post("/accounts/login/", {"login": someone.email, "password": "wrong"})
    mine = signed_in(someone)
    for path in ("/me/second-lock/", "/me/log-ins/", "/me/proof/", "/accounts/2fa/"):
        yield mine.get(path)
    yield mine.post("/me/proof/", {"do": "send"}, follow=True)
    yield mine.post("/me/proof/", {"code": "000-000"})
    yield mine.get("/accounts/reauthenticate/")
    yield mine.get("/accounts/2fa/webauthn/")
    for page in ("totp/activate/", "webauthn/add/"):
        yield mine.get(f"/accounts/2fa/{page}")
        yield mine.post(f"/accounts/2fa/{page}", {"code": "x"})
    app, passkey = App(someone), Passkey(someone)
    recovery_codes(someone)
    key = someone.authenticator_set.get(type="webauthn").pk
    for page in ("", "recovery-codes/", "recovery-codes/", "recovery-codes/generate/", "totp/deactivate/"):
        yield mine.get(f"/accounts/2fa/{page}")
    for page in ("", f"keys/{key}/edit/", f"keys/{key}/remove/"):
        yield mine.get(f"/accounts/2fa/webauthn/{page}")
    for page in ("reauthenticate/", "webauthn/reauthenticate/"):
        yield mine.get(f"/accounts/2fa/{page}")
    yield mine.post("/accounts/2fa/reauthenticate/", {"code": "x"})
    out.post("/accounts/login/", {"login": someone.email, "password": PASSWORD})
    yield out.get("/accounts/2fa/authenticate/")
    yield out.post("/accounts/2fa/authenticate/", {"code": "x"})
    yield somebody().post("/accounts/2fa/webauthn/login/", {"credential": "x"}, follow=True)
    passkey.logs_in(somebody())
    yield mine.get("/me/log-ins/")
    yield mine.post(f"/accounts/2fa/webauthn/keys/{key}/edit/", {"name": ""})
    yield mine.post(f"/accounts/2fa/webauthn/keys/{key}/remove/", follow=True)
    yield mine.post("/accounts/2fa/recovery-codes/generate/", follow=True)
    mine.post("/accounts/2fa/totp/deactivate/", follow=True)
    assert app.code()


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
    agreed = somebody()
    agreed.post(f"/join/{link.token}/")
    agreed.force_login(other)
    yield agreed.get("/join/agreed/")
    yield somebody().get("/join/aaaaa-aaaaa-aaaaa-aaaaa/")
    yield somebody().post(f"/join/{mailed.token}/no/")
    yield me.client.post(f"/r/{begun.pk}/invitation/{link.pk}/taking-back/", follow=True)
    begun.accept(begun.invite(by=mine), by=other)
    yield me.client.post(f"/r/{begun.pk}/invitation/", {"way": "link"}, follow=True)
    yield me.client.get(f"/r/{begun.pk}/event/")


def of_understanding(me, them):
    """Saying back, in every state, and what can be told elsewhere."""
    entry = them.write("Sag es mir früh.", kind="care_preference")
    yield me.get(f"entry/{entry.pk}/reflection/")
    first = me.answer(entry, "Du willst es bald wissen.", kind="reflection")
    for chair in (me, them):
        yield chair.get()
        yield chair.client.get("/")
        yield chair.get(f"entry/{entry.pk}/")
    yield them.get(f"entry/{first.pk}/acknowledgement/")
    yield them.post(f"entry/{first.pk}/acknowledgement/", do="share", text="Nur Worte.")
    yield them.client.post(
        f"{me.address}entry/{first.pk}/acknowledgement/", {"do": "share", "understood": "nearly"}, follow=True
    )
    them.correct(entry, "Sag es mir gleich.", why="Früh ist nicht gleich.")
    for chair in (me, them):
        yield chair.get()
        yield chair.get(f"entry/{entry.pk}/")
        yield chair.get(f"entry/{first.pk}/difference/")
        chair.answer(first, "So sehe ich es.", kind="difference")
        yield chair.get(f"entry/{first.pk}/difference/")
        yield chair.get(f"entry/{entry.pk}/")
    for long in ("Danke.", "Danke.\nUnd noch etwas."):
        yield me.get("saying/appreciation/")
        yield me.client.post(f"{me.address}saying/appreciation/", {"do": "share", "text": long}, follow=True)
    mine = me.write("Der Fluss.", kind="value")
    yield me.get(f"entry/{mine.pk}/telling/")
    other = Relationship.begin(by=me.participant.person, side=me.participant.side)
    other.accept(other.invite(by=other.seat_of(me.participant.person)), by=person("Ottilie"))
    yield me.get(f"entry/{mine.pk}/telling/")
    yield me.post(f"entry/{mine.pk}/telling/", journal="")
    yield me.client.post(f"{me.address}entry/{mine.pk}/telling/", {"journal": other.pk}, follow=True)
    yield me.get(f"entry/{mine.pk}/")
    yield me.get("event/")


def of_what_matters(me, them):
    for page in ("values/", "care/", "philosophy/"):
        yield me.get(page)
    with clock.telling(timezone.now() - dt.timedelta(days=500)):
        old = me.write("Der Garten.", kind="value")
    for number in range(2):
        for chair in (me, them):
            chair.write(f"Das Meer, {number}.", kind="care_preference")
            chair.write("Schlaf.", kind="philosophy", door="heals")
            yield chair.client.get("/")
            yield chair.get("values/")
    yield me.get("care/order/")
    ranked = [str(one.pk) for one in me.relationship.entries.of_kind("care_preference").by(me.participant)]
    yield me.post("care/order/", ranked=ranked, move=f"first:{ranked[-1]}")
    yield me.client.post(f"{me.address}care/order/", {"ranked": ranked[::-1]}, follow=True)
    me.write("Noch etwas.", kind="value")
    yield me.get("values/order/")
    me.correct(old, "Der Garten, am Abend.", why="Es ist heiß.")
    for kind in ("still_true", "no_longer"):
        yield me.get(f"entry/{old.pk}/saying/{kind}/")
        yield me.client.post(f"{me.address}entry/{old.pk}/saying/{kind}/", {"do": "share"}, follow=True)
    for chair in (me, them):
        for page in ("values/", "care/", "philosophy/", f"entry/{old.pk}/", "event/"):
            yield chair.get(page)
    yield me.get(f"entry/{old.pk}/saying/no_longer/")


def of_who_they_are(me, them):
    for page in ("portrait/", "portrait/mine/", "portrait/one/", "portrait/two/", "portrait/picture/"):
        yield me.get(page)
    yield me.client.post(f"{me.address}portrait/picture/", {})
    drawn = io.BytesIO()
    Image.new("RGB", (9, 9), "teal").save(drawn, "PNG")
    for sent in (b"kein Bild", drawn.getvalue()):
        file = SimpleUploadedFile("ich.png", sent)
        yield me.client.post(f"{me.address}portrait/picture/", {"picture": file}, follow=True)
    yield me.get("portrait/picture/")
    yield me.get("saying/portrait/people/")
    yield me.client.post(
        f"{me.address}saying/portrait/people/",
        {"do": "share", "text": "Mein Bruder.", "helped_by": "Anna"},
        follow=True,
    )
    for page in ("portrait/doors/adding/", "portrait/doors/people/"):
        yield me.get(page)
        yield me.client.post(me.address + page, {"do": "share", "text": "Der Hund"}, follow=True)
        yield me.post(page, do="share", text="Der Hund")
    for page in ("leaving-out", "offering"):
        yield me.client.post(f"{me.address}portrait/doors/people/{page}/", follow=True)
    for chair in (me, them):
        for page in ("portrait/", "portrait/mine/", "portrait/one/", "portrait/two/", "event/"):
            yield chair.get(page)
    gone = {"do": "take-away"}
    yield me.client.post(f"{me.address}portrait/picture/", gone, follow=True)


def of_working_together(me, them):
    yield me.get("working/")
    yield me.get("saying/way_of_working/names/")
    proposed = them.write("Wren und Isko.", kind="way_of_working", door="names")
    yield me.get("working/")
    yield them.get("working/")
    yield me.get(f"entry/{proposed.pk}/saying/agreement/")
    stale = {"do": "share", "wording": str(proposed.pk)}
    better = them.correct(proposed, "Nur Wren und Isko.")
    yield me.client.post(f"{me.address}entry/{proposed.pk}/saying/agreement/", stale)
    agreed = {"do": "share", "wording": str(better.pk)}
    yield me.client.post(f"{me.address}entry/{proposed.pk}/saying/agreement/", agreed, follow=True)
    them.correct(proposed, "Wren, und Herr Isko.")
    answering = me.write("Am Freitag.", kind="way_of_working", door="answering")
    them.answer(answering, "", kind="agreement")
    for chair in (me, them):
        for page in ("working/", f"entry/{proposed.pk}/", "write/", "", "event/", "prompts/"):
            yield chair.get(page)
    for page in ("prompts/adding/", "prompts/value/adding/", "prompts/value/most/"):
        yield me.get(page)
        yield me.client.post(me.address + page, {"do": "share", "text": "Was trägst du?"}, follow=True)
        yield me.client.post(me.address + page, {"do": "share", "text": ""})
    for way in ("leaving-out", "offering", "first-name"):
        yield me.client.post(f"{me.address}prompts/value/most/{way}/", follow=True)
    for chair in (me, them):
        for page in ("prompts/", "write/", "event/"):
            yield chair.get(page)


def of_words_that_came_too_late(me):
    yield somebody().post(f"{me.address}write/", {"do": "share", "text": "Ein Satz."})
    strict = Client(enforce_csrf_checks=True, headers={"sec-fetch-site": "same-origin"})
    strict.force_login(me.participant.person)
    yield strict.post(f"{me.address}write/", {"do": "share", "text": "Ein Satz."})
    yield strict.post("/begin/", {"side": "patient"})


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
        yield from of_consults(me, them)
        yield from of_a_person(me)
        yield from of_a_journal_that_begins(me, them)
        yield from of_understanding(me, them)
        yield from of_what_matters(me, them)
        yield from of_who_they_are(me, them)
        yield from of_working_together(me, them)
        yield from of_words_that_came_too_late(me)
        yield from of_staying_and_leaving(me.participant.person)
        yield from of_an_end(me, written)
        yield from of_what_lets_somebody_in(speaking(person("Ada"), "de"))
        yield from of_the_entrance(me.participant.person)

    return walk


def newest_code():
    return re.findall(r"^\d{3}-\d{3}$", str(mail.outbox[-1].body), re.M)[0]


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
        yield waiting.post(on, {"action": "resend"}, follow=True)
    forgetful = somebody()
    on = forgetful.post("/accounts/password/reset/", {"email": someone.email})["Location"]
    on = forgetful.post(on, {"code": newest_code()})["Location"]
    yield forgetful.get(on)
    yield forgetful.post(on, {"password1": "12345", "password2": "1"})
    new = somebody()
    on = new.post("/accounts/signup/", {"name": "Noor", "email": "noor@example.org", "password1": PASSWORD})
    yield new.get(on["Location"])
    yield new.post(on["Location"], {"code": "000-000"})
    yield new.post(on["Location"], {"action": "resend"}, follow=True)  # Too soon.


def test_every_page_is_german_from_either_chair(every_page, reads_german):
    seen, answers = set(), set()
    for response in every_page():
        reads_german(response)
        match = response.wsgi_request.resolver_match
        seen |= {match.url_name} if match else set()
        answers.add(response.status_code)
    assert answers == {200, 403, 404, 409, 422, 429}
    assert names_of(get_resolver().url_patterns) - seen == set(LED_ON)


def names_of(patterns):
    """The name of every address there is."""
    names = {pattern.name for pattern in patterns if isinstance(pattern, URLPattern)}
    return names.union(*(names_of(one.url_patterns) for one in patterns if not isinstance(one, URLPattern)))


@pytest.fixture
def journey(me, them, client, mailoutbox):
    """One mail of each kind, sent from German pages."""

    def go():
        address = me.participant.person.email
        begun = Relationship.begin(by=me.participant.person, side=Side.PATIENT)
        me.client.post(f"/r/{begun.pk}/invitation/", {"way": "mail", "address": "jemand@example.org"})
        new = {"name": "Noor", "password1": PASSWORD}
        somebody().post("/accounts/signup/", new | {"email": "noor@example.org"})
        somebody().post("/accounts/signup/", new | {"email": address})
        somebody().post("/accounts/login/code/", {"email": "nobody@example.org"})
        somebody().post("/accounts/login/code/", {"email": address})
        forgetful = somebody()
        on = forgetful.post("/accounts/password/reset/", {"email": address})["Location"]
        on = forgetful.post(on, {"code": newest_code()})["Location"]
        forgetful.post(on, {"password1": PASSWORD, "password2": PASSWORD})
        theirs = them.client
        theirs.post("/accounts/reauthenticate/?next=/accounts/email/", {"password": PASSWORD})
        theirs.post("/accounts/email/", {"action_add": "", "email": "new@example.org"})
        theirs.post("/accounts/confirm-email/", {"code": newest_code()})
        return mailoutbox

    return go


def test_every_mail_is_german(journey, english_in):
    letters = journey()
    assert [letter.subject for letter in letters] == [
        "Eine Einladung, gemeinsam ein Tagebuch zu führen",
        "Dein Code",
        "Du hast schon ein Konto",
        "Kein Konto mit dieser Adresse",
        "Dein Code",
        "Dein Code",
        "Dein Passwort wurde geändert",
        "Dein Code",
        "Deine E-Mail-Adresse wurde geändert",
    ]
    for letter in letters:
        pieces = [" ".join(line.split()) for line in letter.body.splitlines() if line.strip()]
        assert english_in(pieces) == []
        assert [piece for piece in pieces if FORMAL.search(piece)] == []
        assert pieces[0] == "Hallo,"


# --- Whose language it is -------------------------------------------------------------------------------


def language_of(response):
    """What the page says of itself, to the browser and to a screen reader."""
    spoken = re.findall(r'<html lang="([\w-]+)"', response.content.decode())
    assert spoken == [response["Content-Language"]]
    return spoken[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "answered"),
    [("de", "de"), ("de-AT,de;q=0.9,en;q=0.5", "de"), ("en-GB,de;q=0.5", "en"), ("tlh", "en"), ("", "en")],
)
def test_whoever_is_not_logged_in_reads_what_their_browser_asks_for(asked, answered):
    response = somebody(asked).get("/accounts/login/")
    assert language_of(response) == answered
    assert ("Anmelden" in response.content.decode()) == (answered == "de")


@pytest.mark.parametrize("theirs", ["de", "en"])
@pytest.mark.parametrize("browser", ["de", "en"])
def test_what_a_person_chose_comes_before_what_their_browser_asks_for(me, theirs, browser):
    speaking(me.participant.person, theirs)
    for path in ("/", me.address, "/me/settings/", "/accounts/email/", "/no/such/page/"):
        response = me.client.get(path, headers={"accept-language": browser})
        assert language_of(response) == theirs
    speaking(me.participant.person, "")
    assert language_of(me.client.get("/", headers={"accept-language": browser})) == browser


def test_each_of_the_two_reads_the_same_record_in_their_own_language(me, them, written):
    speaking(them.participant.person, "en")
    assert language_of(me.get()) == "de"
    assert language_of(them.get()) == "en"
    for chair, label in ((me, "was mir wichtig ist"), (them, "what matters to me")):
        page = chair.get().content.decode()
        assert f"<span>{label}</span>" in page
        assert "Am Fluss geht es mir am besten." in page


@pytest.mark.parametrize("theirs", ["de", "en"])
def test_a_mail_speaks_as_the_page_that_sent_it(me, theirs, mailoutbox):
    """It answers whoever sits there now. What its reader once chose does not matter."""
    speaking(me.participant.person, theirs)
    somebody("de").post("/accounts/login/code/", {"email": me.participant.person.email})
    somebody("en").post("/accounts/login/code/", {"email": me.participant.person.email})
    assert [letter.subject for letter in mailoutbox] == ["Dein Code", "Your code"]
    assert [letter.body.partition("\n")[0] for letter in mailoutbox] == ["Hallo,", "Hello,"]


def test_languages_are_offered_in_their_own_names(me):
    for language in ("de", "en"):
        speaking(me.participant.person, language)
        page = me.client.get("/me/settings/").content.decode()
        assert re.findall(r'<option value="(?:en|de)"[^>]*>(\w+)<', page) == ["English", "Deutsch"]


@pytest.mark.parametrize(
    ("chosen", "answer"),
    [("de", "Deine Einstellungen sind gespeichert."), ("en", "Your settings are saved.")],
)
def test_a_language_is_spoken_from_the_moment_it_is_chosen(me, chosen, answer):
    speaking(me.participant.person, "en" if chosen == "de" else "de")
    response = me.client.post("/me/settings/", {"name": "Wren Halloway", "language": chosen}, follow=True)
    assert language_of(response) == chosen
    assert answer in response.content.decode()


# --- Days and moments -----------------------------------------------------------------------------------


def test_days_are_written_as_germans_write_them(me, written, reads_german):
    assert "Gemeinsam seit 3. März 2026." in reads_german(me.get())
    assert "Es geht um den 3. März 2026" in reads_german(me.get())
    assert "Neu seit dem 3. März 2026" in reads_german(me.get("brief/", since="2026-03-03"))
    assert re.search(r"3\. März 2026,? 0?9:30", reads_german(me.get("event/")))


def test_a_day_may_be_typed_as_germans_write_it(me, written, reads_german):
    assert "Neu seit dem 4. März 2026" in reads_german(me.get("brief/", since="04.03.2026"))


def test_the_mail_of_an_invitation_dates_it_in_german(me, mailoutbox):
    begun = Relationship.begin(by=me.participant.person, side=Side.PATIENT)
    with clock.telling(IN_MARCH):
        me.client.post(f"/r/{begun.pk}/invitation/", {"way": "mail", "address": "jemand@example.org"})
    assert re.search(r"bis zum 6\. März 2026", mailoutbox[-1].body)


# --- Sentences that are put together --------------------------------------------------------------------


def test_why_something_was_withdrawn_is_quoted_as_germans_quote(me, written, reads_german):
    text = reads_german(me.get())
    assert "Es klang kälter, als es war." in text
    assert not re.search('[”"]', text)


def test_what_happened_here_reads_as_sentences(me, them, written, reads_german):
    me.get("brief/")
    them.get(f"entry/{written['mine'].pk}/")
    text = reads_german(me.get("event/"))
    mine, theirs = me.participant.short_name, them.participant.short_name
    for sentence in (
        "Wren begann dieses Tagebuch",
        "Isko nahm die Einladung an",
        f"{mine} schrieb : was mir wichtig ist",
        f"{theirs} schrieb : worüber wir gesprochen haben",
        f"{mine} sagte es anders : was mir wichtig ist",
        f"{theirs} antwortete auf : was mir wichtig ist",
        f"{mine} öffnete „Vor dem Treffen“",
        f"{theirs} öffnete einen Eintrag",
    ):
        assert sentence in re.sub(r" ?: ?", " : ", text), sentence
