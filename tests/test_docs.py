"""What is written about this software is true: the documents are compared with the code that they describe."""

import datetime as dt
import hashlib
import json
import re
import textwrap
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from relationships import chain, kinds, prose
from relationships.agenda import agenda
from relationships.models import Appointment, Bearing, Entry, Event, Invitation, Relationship, Verb, Way
from relationships.models.participant import Participant
from tests.cast import from_one_chair

HERE = Path(__file__).parent.parent
DOCUMENTS = sorted([*HERE.glob("*.md"), *(HERE / "docs").rglob("*.md")])
README = (HERE / "README.md").read_text()
CHAIN = (HERE / "docs" / "chain.md").read_text()


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next one."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    assert found, f"There is no heading {heading!r}."
    return found[1]


def fenced(text: str, language: str) -> str:
    """The first block of that language."""
    found = re.search(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)
    assert found, f"There is no block of {language or 'plain text'}."
    return found[1]


def first_cells(text: str) -> list[str]:
    """The names in the first column of a table."""
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


# --- Links and paths ---------------------------------------------------------------------------------


def test_every_link_within_the_documents_leads_somewhere():
    missing = []
    for document in DOCUMENTS:
        words = re.sub(r"^```.*?^```$", "", document.read_text(), flags=re.M | re.S)
        targets = [target for target in re.findall(r"\]\(([^)\s]+)\)", words) if ":" not in target]
        missing += [
            (document.name, target)
            for target in targets
            if not (document.parent / target.partition("#")[0]).exists()
        ]
    assert missing == []


def test_every_file_that_a_document_names_is_there():
    missing = []
    for document in DOCUMENTS:
        named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*\w)`", document.read_text())
        ours = [name for name in named if (HERE / name.split("/")[0]).is_dir()]
        missing += [(document.name, name) for name in ours if not (HERE / name).exists()]
    assert missing == []


def tree() -> list[str]:
    """The paths of the README's tree: the names on each line, under the folder that it is indented by."""
    paths, folder = [], ""
    for line in fenced(section(README, "The tree"), "").splitlines():
        names = [name for name in re.split(r" {2,}", line.strip()) if re.fullmatch(r"[\w./-]+", name)]
        if line.startswith(" "):
            paths += [folder + name for name in names]
        else:
            paths += names
            folder = names[0] if names[0].endswith("/") else ""
    return paths


def test_the_tree_of_the_readme_names_only_what_is_there():
    assert [path for path in tree() if not (HERE / path).exists()] == []


def test_the_tree_of_the_readme_names_every_package():
    packages = {"relationships", "accounts", "config", "static", "templates", "tests", "docs"}
    assert {f"{package}/" for package in packages} - set(tree()) == set()


def test_the_tree_of_the_readme_leaves_out_no_module_of_the_record():
    modules = {path.name for path in (HERE / "relationships").glob("*.py")} - {"apps.py"}
    named = {Path(path).name for path in tree() if path.startswith("relationships/")}
    assert modules <= named


def test_every_promise_has_a_file_of_tests_and_the_readme_links_it():
    promises = section(README, "What it promises")
    linked = re.findall(r"\]\((tests/promises/test_\d_\w+\.py)\)", promises)
    there = sorted(str(path.relative_to(HERE)) for path in (HERE / "tests" / "promises").glob("test_*.py"))
    assert len(linked) == 8
    assert linked == there


def test_every_target_that_the_readme_names_is_in_the_makefile():
    targets = set(re.findall(r"^([a-z-]+):", (HERE / "Makefile").read_text(), re.M))
    for document in DOCUMENTS:
        named = set(re.findall(r"(?:`|^    )make ([a-z-]+)", document.read_text(), re.M))
        assert named <= targets, document


# --- Configuration -----------------------------------------------------------------------------------


def read_by_the_settings() -> dict[str, str]:
    """The names in the environment that the settings read, each with what stands behind it on the line."""
    words = (HERE / "config" / "settings.py").read_text()
    return dict(re.findall(r'\benv(?:\.\w+)?\(\s*"([A-Z_]+)"(.*)', words))


def test_the_readme_lists_each_name_that_the_settings_read_and_no_other():
    listed = first_cells(section(README, "Configuration"))
    assert len(listed) == len(set(listed))
    assert set(listed) == set(read_by_the_settings())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INVITATION_HOURS", "72"),
        ("REMINDER_HOURS", "48"),
        ("CONN_MAX_AGE", "600"),
        ("TRUSTED_PROXY_COUNT", "0"),
        ("SESSION_IDLE_MINUTES", "30"),
        ("SESSION_ABSOLUTE_HOURS", "12"),
        ("SHARED_DEVICE_IDLE_MINUTES", "10"),
        ("SHARED_DEVICE_MINUTES", "60"),
        ("NEUTRAL_SITE", "https://www.bbc.co.uk/weather"),
        ("TIME_ZONE", "UTC"),
        ("LOG_LEVEL", "INFO"),
        ("DEFAULT_FROM_EMAIL", "Alongside <alongside@localhost>"),
    ],
)
def test_a_default_in_the_readme_is_the_one_in_the_settings(name, value):
    assert f"| `{name}` | `{value}` |" in README
    assert re.match(rf", default=\"?{re.escape(value)}\"?\)", read_by_the_settings()[name])


def test_the_defaults_that_are_sums_add_up():
    rows = dict(re.findall(r"^\| `(\w+)` \| `(\d+)` \|", README, re.M))
    assert read_by_the_settings()["SESSION_HOURS"].startswith(", default=24 * 14)")
    assert read_by_the_settings()["SECURE_HSTS_SECONDS"].startswith(", default=365 * 24 * 3600)")
    assert (int(rows["SESSION_HOURS"]), int(rows["SECURE_HSTS_SECONDS"])) == (24 * 14, 365 * 24 * 3600)
    assert read_by_the_settings()["OWN_DEVICE_IDLE_HOURS"].startswith(", default=24 * 7)")
    assert int(rows["OWN_DEVICE_IDLE_HOURS"]) == 24 * 7


# --- The chain ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def example() -> list[dict[str, Any]]:
    acts: list[dict[str, Any]] = json.loads(fenced(CHAIN, "json"))
    return acts


@pytest.fixture(scope="module")
def longer(example) -> list[dict[str, Any]]:
    """The same, and how it goes on."""
    more: list[dict[str, Any]] = json.loads(fenced(section(CHAIN, "How it goes on, with a consult"), "json"))
    return example + more


def test_the_longer_example_is_what_the_code_computes(longer):
    previous, consults = chain.FIRST, set()
    for one in longer:
        committed = chain.commitment(one["salt"], one["content"]) if "content" in one else ""
        assert one.get("commitment", "") == committed
        previous = chain.digest(previous, one["act"], committed)
        assert one["digest"] == previous
        if "appointment" in one:
            made = one["appointment"]
            values = made["content"] | {"starts_at": dt.datetime.fromisoformat(made["content"]["starts_at"])}
            ids = {f"{name}_id": values.pop(name) for name in ("consult", "relationship")}
            appointment = Appointment(**values, **ids, salt=made["salt"])
            assert appointment.content() == made["content"]
            assert appointment.sealed() == one["act"]["details"]
            consults.add(made["content"]["consult"])
    assert {one["content"].get("consult") for one in longer if "content" in one} - {None} == consults
    assert f"its head is {len(longer)} acts · `{chain.fingerprint(previous)}`." in " ".join(CHAIN.split())


def test_the_example_of_the_chain_is_what_the_code_computes(example):
    previous = chain.FIRST
    for one in example:
        committed = chain.commitment(one["salt"], one["content"]) if "content" in one else ""
        assert one.get("commitment", "") == committed
        previous = chain.digest(previous, one["act"], committed)
        assert one["digest"] == previous
    assert f"Its head is {len(example)} acts · `{chain.fingerprint(previous)}`." in " ".join(CHAIN.split())
    assert chain.canonical(example[-1]["act"]).decode() == fenced(CHAIN, "text").strip()


def test_the_verifier_in_the_document_runs_and_finds_every_change(example, longer):
    verifier: dict = {}
    exec(fenced(CHAIN, "python"), verifier)  # noqa: S102  What the document prints, run as a reader would.
    head = verifier["head"]
    assert head(example) == (len(example), example[-1]["digest"])
    assert head(longer) == (len(longer), longer[-1]["digest"])
    for number, one in enumerate(longer):
        for part in {"act", "content", "appointment"} & set(one):
            there = one[part].get("content", one[part])
            for name, value in there.items():
                changed = json.loads(json.dumps(longer))
                place = changed[number][part]
                other = value + 1 if isinstance(value, int) else {"something": "else"}
                place.get("content", place)[name] = other
                with pytest.raises(ValueError, match=rf"act {number + 1} does not fit"):
                    head(changed)
    with pytest.raises(ValueError, match="act 1 does not fit"):
        head(example[1:])


def as_documented(relationship: Relationship) -> list[dict[str, Any]]:
    """A record's acts in the form of the document's example."""
    acts = []
    for event in relationship.events.select_related("entry").order_by("number"):
        read = event.readings.order_by("entry__number").values_list("entry", flat=True)
        one = {"act": event.act([str(key) for key in read]), "digest": event.digest}
        if event.entry:
            one |= {
                "content": event.entry.content(),
                "salt": event.entry.salt,
                "commitment": event.commitment,
            }
        if event.verb in ("planned", "moved", "called_off", "met"):
            made = event.appointment
            one["appointment"] = {"content": made.content(), "salt": made.salt}
        acts.append(one)
    return acts


def a_little_around_a_consult(me, them) -> None:
    """Every act and every name of an entry's content that consults have brought."""
    record, soon = me.relationship, timezone.now() + dt.timedelta(minutes=30)
    planned = record.plan(by=them.participant, starts_at=soon, minutes=20, where="Zoë’s 🙂", way="home")
    record.call_off(planned.consult, by=me.participant, reason="“Rain.”")
    record.move(planned.consult, by=them.participant, starts_at=soon, minutes=30)
    me.write("The stairs.", kind="hope", consult=planned.consult, handed_over_by=them.participant)
    record.meet(planned.consult, by=me.participant)
    for chair in (me, them):
        given = {"heard": {"level": "mostly", "words": "Zoë 🙂"}, "next": {"level": "no"}}
        chair.write("", kind="experience", consult=planned.consult, answers=given)
    promise = me.write("I shall ask.", kind="promise", due_on=dt.date(2031, 5, 6))
    me.answer(promise, "", kind="moved", due_on=dt.date(2031, 6, 6))
    them.answer(promise, "", kind="kept")
    said_back = them.answer(promise, "That you will ask her.", kind="reflection")
    me.answer(said_back, "", kind="acknowledgement", answers={"understood": {"level": "nearly"}})


def test_the_verifier_in_the_document_recounts_a_real_record(me, them):
    entry = me.write("First, “this”.\n\nAnd 🌊.", kind="value")
    them.get()
    them.answer(entry)
    me.correct(entry)
    me.withdraw(entry)
    me.get("brief/")
    a_little_around_a_consult(me, them)
    me.relationship.end(by=me.participant)
    verifier: dict[str, Any] = {}
    exec(fenced(CHAIN, "python"), verifier)  # noqa: S102
    newest = me.relationship.head()
    assert newest.number > 18
    assert verifier["head"](as_documented(me.relationship)) == (newest.number, newest.digest)


@from_one_chair
def test_the_document_names_every_detail_that_an_act_seals(two, me, them):
    a_little_around_a_consult(me, them)
    said = next(line for line in CHAIN.splitlines() if line.startswith("| `details`"))
    for event in two.relationship.events.all():
        assert set(event.details) <= set(re.findall(r"`(\w+)`", said)), event.verb
        # A `wrote` has details only on a device that was handed over.
        assert bool(event.details) == (f"`{event.verb}`" in said) or event.verb == "wrote"
    assert {bool(event.details) for event in two.relationship.events.filter(verb="wrote")} == {True, False}


def test_an_invitation_is_sealed_as_the_document_says(two):
    said = section(CHAIN, "What seals an invitation")
    names = re.search(r"has the names (.*?)\. ", " ".join(said.split()))
    assert names
    invitation = two.relationship.invitations.get()
    known = {"invited_by": str(invitation.invited_by_id)} | {
        name: chain.moment(getattr(invitation, name)) for name in ("made_at", "expires_at")
    }
    content = {
        name: known.get(name) or str(getattr(invitation, name))
        for name in re.findall(r"`(\w+)`", re.sub(r"\(.*?\)", "", names[1]))
    }
    assert len(content) == 7
    assert invitation.sealed() == {"invitation": hashlib.sha256(chain.canonical(content)).hexdigest()}


def test_the_document_names_every_part_of_an_act_and_of_an_entry(example):
    event = Event(relationship_id=uuid.uuid4(), number=1, at=timezone.now())
    entry = Entry(relationship_id=uuid.uuid4(), number=1, written_at=timezone.now())
    always, later = section(CHAIN, "What an act is").split("only where", 1)
    assert set(first_cells(always)) == set(event.act([]))
    event.device = "phone"
    assert set(first_cells(always)) | set(first_cells(later)) == set(event.act([]))
    event.device = ""
    assert set(first_cells(section(CHAIN, "What seals an appointment"))) == set(
        Appointment(relationship_id=uuid.uuid4(), number=1, starts_at=timezone.now()).content()
    )
    always, where_they_say_something = section(CHAIN, "What an entry's content is").split(
        "each only where", 1
    )
    assert set(first_cells(always)) == set(entry.content())
    entry.consult_id, entry.due_on, entry.answers = uuid.uuid4(), dt.date(2031, 5, 6), {"heard": {}}
    entry.door, entry.heading, entry.why, entry.ranked = "heals", "What helps", "It was too long.", ["an id"]
    assert set(first_cells(always)) | set(first_cells(where_they_say_something)) == set(entry.content())
    entry.consult_id = entry.due_on = entry.answers = entry.ranked = None
    entry.door = entry.heading = entry.why = ""
    assert all(set(one["act"]) == set(event.act([])) for one in example)
    assert set(next(one["content"] for one in example if "content" in one)) == set(entry.content())
    sealed = Participant(pk=uuid.uuid4(), person_id=uuid.uuid4(), seat=1, side="patient").sealed()
    assert set(example[0]["act"]["details"]) == set(sealed)


def test_the_document_names_every_verb_kind_and_bearing():
    act, content = section(CHAIN, "What an act is"), section(CHAIN, "What an entry's content is")
    for verb in Verb.values:
        assert f"`{verb}`" in act
    for bearing in Bearing.values:
        assert f"`{bearing}`" in content
    for name in filter(None, kinds._registry):
        assert f"`{name}`" in content
    for kind in kinds._registry.values():
        for question in kind.questions:
            assert f"`{question.name}`" in content
            assert [f"`{level}`" for level in kind.levels if f"`{level}`" not in content] == []
    appointment = section(CHAIN, "What seals an appointment")
    for value in (*Appointment.State.values, *Way.values):
        assert f"`{value}`" in appointment


# --- The other documents -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_example_of_a_consultation_is_loaded_as_its_document_says(tmp_path):
    from relationships import demo

    words = (HERE / "docs" / "consultations.md").read_text()
    spoken = json.loads(fenced(words, "json"))
    (tmp_path / "one.json").write_text(json.dumps(spoken), encoding="utf-8")
    (relationship,) = demo.load_consultations(tmp_path)
    complaint, transcript, note, hope = relationship.entries.select_related("author").order_by("number")
    assert (complaint.author.side_label, complaint.kind) == ("patient", "life_context")
    assert complaint.text == hope.text == spoken["presenting_complaint"]
    assert (transcript.author.side_label, transcript.kind) == ("healthcare professional", "conversation")
    assert transcript.helped_by == "a recording"
    assert all(one["text"] in transcript.text for one in spoken["utterances"])
    assert (note.author, note.text, note.kind) == (transcript.author, spoken["clinician_note"], "account")
    assert (hope.author, hope.kind) == (complaint.author, "hope")
    met, planned = agenda(relationship).appointments
    assert (met.has_met, planned.is_planned) == (True, True)
    assert [met.consult, met.consult, planned.consult] == [transcript.consult, note.consult, hope.consult]
    assert f"for {met.minutes} minutes" in words
    assert planned.starts_at.astimezone(timezone.get_default_timezone()).hour == 10
    assert planned.starts_at > timezone.now()
    assert f"{prose.LIMIT:,} characters" in words


def test_the_glossary_has_the_labels_that_people_see():
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", (HERE / "docs" / "glossary.md").read_text(), re.M))
    labels = {name: str(kind.label) for name, kind in kinds._registry.items() if name}
    # `moved` is a kind as well, and its act stands on a line of its own.
    shown = (Verb.BEGAN, Verb.TOOK_BACK, Verb.ENDED, Verb.PLANNED, Verb.CALLED_OFF, Verb.MET)
    labels |= {verb.value: str(verb.label) for verb in shown}
    assert rows == labels
    assert f"| `moved` as an act | {Verb.MOVED.label} |" in (HERE / "docs" / "glossary.md").read_text()


def test_a_decision_has_a_number_of_its_own_and_is_short():
    decisions = sorted((HERE / "docs" / "decisions").glob("*.md"))
    assert [path.name[:4] for path in decisions] == [
        f"{number:04}" for number in range(1, len(decisions) + 1)
    ]
    for path in decisions:
        lines = path.read_text().splitlines()
        assert lines[0].startswith(f"# {path.name[:4]} ")
        assert 10 <= len(lines) <= 40, path.name
        assert all(f"**{part}.**" in path.read_text() for part in ("Context", "Decision", "What it costs"))


def test_the_tokens_of_invitations_are_as_long_as_the_decision_says(settings):
    decision = (HERE / "docs" / "decisions" / "0004-an-invitations-token-is-derived.md").read_text()
    by_mail, by_link = Invitation(address="wren@example.org").token, Invitation().token
    assert len(by_mail) * 5 >= 256
    assert "256 bits" in decision
    assert len(by_link.replace("-", "")) * 5 == 100
    assert "100 bits" in " ".join(decision.split())
    assert settings.INVITATION_HOURS == 72


def test_prose_is_wrapped_for_reading_in_a_terminal():
    """Tables and blocks are as wide as they are."""
    for document in DOCUMENTS:
        words = re.sub(r"^```.*?^```$", "", document.read_text(), flags=re.M | re.S)
        wide = [
            line for line in words.splitlines() if len(line) > 120 and not line.startswith(("|", "    ", "!"))
        ]
        assert wide == [], textwrap.shorten(str(document), 80)
