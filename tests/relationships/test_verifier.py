"""The one file that checks a copy: it names what does not fit, and nothing makes it fall over or say yes."""

import datetime as dt
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationships import clock, erasing, exports, heads, kinds, verifier
from relationships.verifier import DoesNotFit
from tests.cost import cpu

HERE = Path(verifier.__file__)


@pytest.fixture
def copy(two) -> bytes:
    record = two.relationship
    entry = record.write(by=two.patient, text="To walk to the harbour, “once a week”.", kind="value")
    record.open(by=two.clinician, page="", entries=record.entries.for_reading())
    record.answer(entry, by=two.clinician, text="I hear you 🌊.")
    newest = record.export(by=two.patient)
    return b"".join(exports.archive(record, two.patient, newest, "Read me."))


def members(copy: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files, compression=zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for name, content in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, content)
    return made.getvalue()


def said(copy: bytes) -> str:
    """What does not fit; empty where everything does."""
    try:
        verifier.open_copy(io.BytesIO(copy))
    except DoesNotFit as fault:
        return str(fault)
    return ""


def with_lines(copy: bytes, change) -> bytes:
    """The copy with its acts changed by `change`, which is given them as a list of objects."""
    files = members(copy)
    acts = [json.loads(line) for line in files["record.jsonl"].splitlines()]
    acts = change(acts) or acts
    files["record.jsonl"] = b"".join(json.dumps(act).encode() + b"\n" for act in acts)
    return packed(files)


def test_a_copy_that_nobody_touched_fits(copy):
    assert said(copy) == ""
    assert said(packed(members(copy))) == ""
    assert said(with_lines(copy, lambda acts: acts)) == ""


def test_it_needs_nothing_of_the_rest():
    """Neither Django nor a package: it is carried away as a file."""
    assert "django" not in HERE.read_text().lower()
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(HERE), "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0


def test_without_the_package_for_signatures_it_says_that_they_were_not_checked(copy, tmp_path):
    (tmp_path / "copy.zip").write_bytes(copy)
    # -S: without any package that is installed.
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(HERE), str(tmp_path / "copy.zip")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "The signature was NOT checked" in done.stdout


def test_every_single_value_that_is_changed_is_found(copy):
    acts = [json.loads(line) for line in members(copy)["record.jsonl"].splitlines()]
    tried = 0
    for place, one in enumerate(acts):
        for part in one:
            names = one[part] if isinstance(one[part], dict) else [None]
            for name in names:

                def change(acts, place=place, part=part, name=name):
                    if name is None:
                        acts[place][part] = "00" * 32 if acts[place][part] != "00" * 32 else "11" * 32
                    else:
                        acts[place][part][name] = {"something": "else"}

                assert f"Act {place + 1} " in said(with_lines(copy, change)), (place, part, name)
                tried += 1
    assert tried > 60


@pytest.mark.parametrize(
    "change",
    [
        lambda acts: acts[:-1],
        lambda acts: acts[1:],
        lambda acts: acts[:2] + acts[3:],
        lambda acts: [acts[1], acts[0], *acts[2:]],
        lambda acts: [*acts, acts[-1]],
        lambda acts: acts[3].pop("content") and None,
        lambda acts: acts[3].pop("salt") and None,
        lambda acts: acts[3].update(commitment="") or None,
        lambda acts: acts[3].update(commitment=5) or None,
        lambda acts: acts[0].update(content=acts[3]["content"], salt=acts[3]["salt"]) or None,
        lambda acts: acts[0].update(appointment={}) or None,
        lambda acts: acts[3].pop("act") and None,
        lambda acts: acts[3].pop("digest") and None,
        lambda acts: acts[3]["act"].update(number=True) or None,
        lambda acts: acts[3]["act"].update(number=4.0) or None,
        lambda acts: acts[3]["content"].update(text="\ud800") or None,
        lambda acts: [1],
        lambda acts: [{}],
    ],
    ids=range(18),
)
def test_acts_that_are_missing_moved_or_something_else_are_found(copy, change):
    assert said(with_lines(copy, change)) != ""


HOSTILE_LINES = [
    b"",
    b"\n",
    b"null\n",
    b"[]\n",
    b"{}\n",
    b'{"act":{}}\n',
    b'{"act":1,"act":2}\n',
    b"[" * 100_000 + b"\n",
    b'{"act":' * 50_000 + b"\n",
    b'{"act":{"number":' + b"9" * 10_000 + b"}}\n",
    b'{"act":{"number":1e999}}\n',
    b'{"act":{"number":NaN}}\n',
    b'{"act":{"number":-Infinity}}\n',
    b"\xff\xfe\n",
    b"\x00\n",
    b'{"act":{"number":1},"digest":"' + b"0" * 64 + b'"}',
    b'{"act":{"number":1,"relationship":[],"entry":{},"verb":[],"details":null},"digest":{}}\n',
]


@pytest.mark.parametrize("line", HOSTILE_LINES, ids=range(len(HOSTILE_LINES)))
def test_lines_that_were_made_to_break_it_do_not(copy, line):
    files = members(copy)
    assert said(packed(files | {"record.jsonl": line})) != ""
    assert said(packed(files | {"record.jsonl": files["record.jsonl"] + line})) != "" or line == b""


def test_a_name_that_stands_twice_is_not_read_one_way_or_the_other(copy):
    files = members(copy)
    first, rest = files["record.jsonl"].split(b"\n", 1)
    twice = first.replace(b'"verb":"began"', b'"verb":"wrote","verb":"began"')
    assert twice != first
    assert "Act 1 cannot be read" in said(packed(files | {"record.jsonl": twice + b"\n" + rest}))


def test_files_that_are_no_copy_are_not(copy):
    files = members(copy)
    less = {name: content for name, content in files.items() if name != "key.txt"}
    tries = {
        "nothing": b"",
        "no ZIP": b"This is a letter.",
        "the beginning of one": copy[: len(copy) // 2],
        "all but the last byte": copy[:-1],
        "without its end": copy[:-30],
        "a file less": packed(less),
        "a file more": packed(files | {"more.txt": b""}),
        "a name that leads elsewhere": packed(less | {"../key.txt": files["key.txt"]}),
        "an empty one": packed({}),
        "no head": packed(files | {"head.txt": b""}),
        "no key": packed(files | {"key.txt": b""}),
        "another's key": packed(
            files | {"key.txt": heads.verifier_key("2f1d0b0e-6a53-4a0c-9c55-6a4a7f7f2b10").encode()}
        ),
        "a head of broken letters": packed(files | {"head.txt": b"\xff" * 90}),
        "a long head": packed(files | {"head.txt": files["head.txt"] + b"\n" * 5000 + b"x"}),
    }
    answers = {what: said(tried) for what, tried in tries.items()}
    assert [what for what, answer in answers.items() if not answer] == []


def test_a_name_that_is_there_twice_is_found(copy):
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = packed([*members(copy).items(), ("record.jsonl", b"{}\n")])
    assert "there twice" in said(twice)


def test_a_byte_that_was_changed_is_found(copy):
    """Anywhere in the acts, packed as they are. In the few bytes of a ZIP that mean nothing it changes nothing."""
    files = members(copy)
    plain = packed(files, zipfile.ZIP_STORED)
    begins = plain.index(files["record.jsonl"])
    for place in range(begins, begins + len(files["record.jsonl"]), 17):
        changed = bytearray(plain)
        changed[place] ^= 1
        assert said(bytes(changed)) != ""


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_bytes_it_is_given_it_says_something(data):
    garbage = data.draw(st.binary(max_size=400))
    assert said(garbage) != ""
    assert said(packed(dict.fromkeys(verifier.MEMBERS, garbage))) != ""


def test_a_bomb_is_not_unpacked(copy):
    files = members(copy)
    bomb = packed(files | {"record.jsonl": b" " * 30_000_000})
    assert len(bomb) < 100_000
    assert "cut off, or a line of it is too long" in said(bomb)
    many = packed(files | {"record.jsonl": files["record.jsonl"].split(b"\n")[0] + b"\n"})
    with pytest.raises(DoesNotFit, match="too large"):
        verifier.open_copy(io.BytesIO(many), largest=100)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n\n",
        "hello",
        "a\nb\nc\n\n— a b",
        "— " * 3000,
        "alongside/x\n1\nAA==\n\n— alongside/x AA==",
        "\x00",
    ],
)
def test_what_is_no_note_is_not_read_as_one(text):
    with pytest.raises(DoesNotFit, match="no whole note"):
        verifier.read_notes(text)


def test_a_note_may_have_been_through_a_mail():
    note = heads.note("2f1d0b0e-6a53-4a0c-9c55-6a4a7f7f2b10", 5, "ab" * 32)
    for came in (
        note,
        note.strip(),
        note.replace("\n", "\r\n"),
        f"\n\n  {note}\n\n",
        note.replace("\n", " \n"),
        f"Hello,\n\nThere is something new. You can write this down:\n\n{note}\n\nYours, nobody.",
        "\n".join(f"> > {line}" for line in note.splitlines()),
        note.replace("\n", "\n\n"),
        # Wrapped on its way.
        "\n".join(f"> {line}" for line in note.rsplit(" ", 1)[0].splitlines())
        + f"\n> {note.rsplit(' ', 1)[1]}",
    ):
        (found,) = verifier.read_notes(came)
        assert found.number == 5
        assert verifier.check_signature(found, heads.verifier_key(found.relationship))


def test_every_note_of_a_mail_is_read():
    mine, theirs = "2f1d0b0e-6a53-4a0c-9c55-6a4a7f7f2b10", "0b0e2f1d-6a53-4a0c-9c55-6a4a7f7f2b10"
    mail = "Hello.\n" + heads.note(theirs, 9, "cd" * 32) + heads.note(mine, 4, "ab" * 32)
    mail += "> An older one:\n" + heads.note(mine, 3, "ef" * 32)
    found = [(one.relationship, one.number) for one in verifier.read_notes(mail)]
    assert found == [(theirs, 9), (mine, 4), (mine, 3)]


@pytest.mark.parametrize(
    "shape",
    [
        "> " * 32_000,
        "alongside/" * 6_400,
        "\n" * 64_000,
        "alongside/2f1d0b0e-6a53-4a0c-9c55-6a4a7f7f2b10\n1\n" * 1400,
    ],
    ids=["quoted", "names", "empty lines", "beginnings"],
)
def test_no_mail_is_dear_to_look_through(shape):
    def look():
        with pytest.raises(DoesNotFit):
            verifier.read_notes(shape)

    assert cpu(look, within=0.5) < 0.5


@pytest.mark.parametrize(
    "typed", ["7F3A91BC04DE5B20C8E1", " 7f3a 91bc\n04de 5b20 c8e1 ", "7f3a-91bc-04de-5b20-c8e1"]
)
def test_a_fingerprint_may_be_typed_as_one_likes(typed):
    assert verifier.read_fingerprint(typed) == "7f3a91bc04de5b20c8e1"


@pytest.mark.parametrize("typed", ["", "7f3a", "7f3a 91bc 04dg", "x" * 20, "7" * 65, "７f3a91bc04de5b20c8e1"])
def test_what_is_no_fingerprint_is_not_one(typed):
    with pytest.raises(DoesNotFit):
        verifier.read_fingerprint(typed)


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999"])
def test_a_number_of_acts_that_cannot_be_does_not_fit(copy, tmp_path, number):
    (tmp_path / "copy.zip").write_bytes(copy)
    asked = ["copy.zip", f"--number={number}", "--fingerprint", "7f3a 91bc 04de 5b20 c8e1"]
    done = subprocess.run(
        [sys.executable, str(HERE), *asked], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "DOES NOT FIT" in done.stdout


@pytest.mark.parametrize(
    "asked", [["not-there.zip"], ["."], ["copy.zip", "--note", "not-there"], ["copy.zip", "--later", "."]]
)
def test_a_file_that_is_not_there_is_asked_for_again_and_never_fits(copy, tmp_path, asked):
    (tmp_path / "copy.zip").write_bytes(copy)
    done = subprocess.run(
        [sys.executable, str(HERE), *asked], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert f"There is no file called {asked[-1]} here." in done.stderr
    assert "Traceback" not in done.stderr
    assert "FIT" not in done.stdout


def sealed_anew(copy: bytes, change) -> bytes:
    """As by somebody who holds the key: changed by `change`, and then every seal and the signature made anew."""
    acts = [json.loads(line) for line in members(copy)["record.jsonl"].splitlines()]
    change(acts)
    previous = verifier.FIRST
    for one in acts:
        if "content" in one:
            one["commitment"] = verifier.commitment(one["salt"], one["content"])
        previous = one["digest"] = verifier.seal(previous, one["act"], one.get("commitment", ""))
    head = acts[-1]["act"]
    note = heads.note(head["relationship"], head["number"], previous)
    lines = b"".join(json.dumps(one).encode() + b"\n" for one in acts)
    return packed(members(copy) | {"record.jsonl": lines, "head.txt": note.encode()})


def cut(number: int):
    """Takes the words out of an act, as anybody can: no seal changes by it."""

    def change(acts):
        acts[number - 1].pop("content")
        acts[number - 1].pop("salt")

    return change


def copy_for(seat) -> bytes:
    newest = seat.relationship.export(by=seat)
    return b"".join(exports.archive(seat.relationship, seat, newest, "Read me."))


def counted(copy: bytes) -> verifier.Counted:
    return verifier.open_copy(io.BytesIO(copy)).counted


def run(folder: Path, *asked: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(HERE), *asked], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def answered(two):
    """A consult that was, and the four questions answered by one of the two only."""
    record = two.relationship
    yesterday = clock.now() - dt.timedelta(days=1)
    met = record.meet(None, by=two.patient, starts_at=yesterday, minutes=20)
    given = {"heard": {"level": "yes"}}
    record.write(by=two.patient, kind="experience", text="", consult=met.consult, answers=given)
    return two


# --- Words that are not there ----------------------------------------------------------------------------


def test_words_that_were_cut_out_are_missed(copy):
    """What was read, what was spoken of, and what is no beginning."""
    assert said(with_lines(copy, cut(4))) == "The words are missing from act 4."
    assert said(with_lines(copy, cut(6))) == "The words are missing from act 6."


def test_words_that_were_cut_out_are_missed_by_what_is_said_of_them(two):
    record = two.relationship
    entry = record.write(by=two.patient, text="To walk to the harbour.")
    record.answer(entry, by=two.clinician, text="I hear you.")
    copy = copy_for(two.clinician)
    assert said(copy) == ""
    assert said(with_lines(copy, cut(entry.number))) == f"The words are missing from act {entry.number}."


def test_words_that_were_cut_out_are_missed_by_who_read_them(two):
    record = two.relationship
    entry = record.write(by=two.patient, text="To walk to the harbour.")
    record.open(by=two.clinician, page="", entries=record.entries.for_reading())
    copy = copy_for(two.clinician)
    assert said(copy) == ""
    assert said(with_lines(copy, cut(entry.number))) == f"The words are missing from act {entry.number}."


def test_the_words_of_the_owner_of_a_copy_are_in_it(two):
    entry = two.relationship.write(by=two.patient, text="Nobody has read it yet.")
    assert said(with_lines(copy_for(two.patient), cut(entry.number))) == (
        f"The words are missing from act {entry.number}."
    )


def test_both_of_the_two_are_never_closed_at_once(answered):
    record = answered.relationship
    entry = record.write(by=answered.clinician, text="Nobody has read it yet.")
    newest = record.events.order_by("-number").first()
    copy = b"".join(exports.archive(record, answered.clinician, newest, ""))
    assert len(counted(copy).closed) == 1
    assert "The words are missing from act" in said(with_lines(copy, cut(entry.number)))


def test_what_is_closed_is_not_said_to_have_been_checked(answered, tmp_path):
    (tmp_path / "copy.zip").write_bytes(copy_for(answered.clinician))
    done = run(tmp_path, "copy.zip")
    assert (done.returncode, done.stderr) == (0, "")
    *_, unchecked, verdict = done.stdout.splitlines()
    assert unchecked == "The words of 1 act are not in this copy, so they were not checked."
    assert verdict == "EVERYTHING ELSE FITS."
    assert "EVERYTHING FITS" not in done.stdout


def test_what_is_closed_to_the_other_raises_no_alarm(answered, tmp_path):
    """One took a copy with their own answer, and then the other, who had not answered."""
    (tmp_path / "hers.zip").write_bytes(copy_for(answered.patient))
    (tmp_path / "his.zip").write_bytes(copy_for(answered.clinician))
    done = run(tmp_path, "hers.zip", "--later", "his.zip")
    assert done.returncode == 0, done.stdout
    assert "1 entry is closed in the later copy, so the words could not be compared." in done.stdout


def test_what_can_never_be_closed_is_missed_between_two_copies(two):
    """In the later copy alone nothing shows it: nobody had read it."""
    entry = two.relationship.write(by=two.patient, text="Nobody has read it yet.")
    earlier = counted(copy_for(two.patient))
    later = counted(with_lines(copy_for(two.clinician), cut(entry.number)))
    with pytest.raises(DoesNotFit, match="no act says why"):
        verifier.compare_copies(earlier, later)
    assert verifier.compare_copies(later, later) == 0


def test_it_knows_which_kinds_open_together():
    assert [*verifier.OPENING_TOGETHER] == kinds.opening_together()


# --- Corrections and erasures ----------------------------------------------------------------------------


def test_a_correction_is_by_whoever_wrote_the_first_words(two):
    record = two.relationship
    entry = record.write(by=two.patient, text="I took them.")
    record.correct(entry, by=two.patient, text="I took two.")
    copy = copy_for(two.patient)
    assert said(sealed_anew(copy, lambda acts: None)) == ""

    def by_the_other(acts):
        acts[4]["act"]["actor"] = acts[4]["content"]["author"] = str(two.clinician.pk)

    def by_another_name(acts):
        acts[4]["act"]["verb"] = "answered"

    assert said(sealed_anew(copy, by_the_other)) == "Act 5 corrects what somebody else wrote."
    assert said(sealed_anew(copy, by_another_name)) == "Act 5 is something else than its words say."


@pytest.fixture
def erased(two) -> bytes:
    """Two entries in two wordings each (acts 4 and 5, 6 and 7), one of the other's (8), and the first erased (10)."""
    record = two.relationship
    entry = record.write(by=two.patient, text="I took them.")
    record.correct(entry, by=two.patient, text="I took two.")
    other = record.write(by=two.patient, text="I was there.")
    record.correct(other, by=two.patient, text="I was at the harbour.")
    record.write(by=two.clinician, text="I promised to call.")
    erasing.announce(entry, reason="A court said so.")
    with clock.telling(clock.now() + dt.timedelta(days=15)):
        erasing.carry_out(entry)
        return copy_for(two.patient)


def test_what_was_lawfully_erased_fits(erased):
    assert said(sealed_anew(erased, lambda acts: None)) == ""
    assert len(counted(erased).erased) == 2


def also(number: int):
    def change(acts):
        acts[9]["act"]["details"]["entries"] += " " + acts[number - 1]["act"]["entry"]
        acts[number - 1].pop("content", None)
        acts[number - 1].pop("salt", None)

    return change


def too_early(acts):
    acts[9]["act"]["at"] = acts[8]["act"]["at"]


def announced_afterwards(acts):
    acts[8], acts[9] = acts[9], acts[8]
    acts[8]["act"]["number"], acts[9]["act"]["number"] = 9, 10
    acts[8]["act"]["details"]["announced"] = "10"


def twice(acts):
    acts[10] = json.loads(json.dumps(acts[9]))
    acts[10]["act"]["number"] = 11


def never_announced(acts):
    acts[8]["act"]["details"]["entry"] = acts[5]["act"]["entry"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (also(8), "Act 10 erases what nobody announced."),
        (also(6), "Act 10 erases what nobody announced."),
        (never_announced, "Act 10 erases what nobody announced."),
        (announced_afterwards, "Act 9 erases what nobody announced."),
        (too_early, "Act 10 erases before the day that was announced."),
        (also(4), "Act 10 erases what was erased before."),
        (twice, "Act 11 erases what was erased before."),
    ],
    ids=["the other's", "one's own", "never", "afterwards", "too early", "named twice", "by two acts"],
)
def test_an_erasure_goes_as_far_as_it_was_announced(erased, change, fault):
    assert said(sealed_anew(erased, change)) == fault


def test_another_wording_that_is_erased_with_it_is_found_by_an_older_copy(two, erased):
    """Of whose entry it was is said by words that are gone."""
    earlier = verifier.open_copy(io.BytesIO(erased)).counted
    later = counted(sealed_anew(erased, also(7)))
    later.digests = earlier.digests
    with pytest.raises(DoesNotFit, match="nobody had announced"):
        verifier.compare_copies(earlier, later)


def test_a_file_that_is_not_there_is_no_forgery(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        verifier.main([str(tmp_path / "journal.zip")])
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert "There is no file called" in said.err
    assert "DOES NOT FIT" not in said.out + said.err
