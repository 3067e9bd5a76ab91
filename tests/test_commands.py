"""The commands: a demonstration to look at, consultations to try it on, and the chain recounted.

Consultations are always tried on small files made here; where the real ones lie beside the checkout, on all of
those too: every page of each answers to both its people and to nobody else.
"""

import io
import json
import re
from collections import Counter
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings as live
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from relationships import kinds as registry
from relationships import prose
from relationships.agenda import agenda, find
from relationships.models import Bearing, Entry, Relationship
from tests.cast import pair, person, signed_in
from tests.relationships.views.shown import cards, links, shown

pytestmark = pytest.mark.django_db

REAL = live.BASE_DIR.parent / "shared/data/consultations"
OWN = re.compile(
    r"/entry/[^/]+/(telling|correction|withdrawal|reflection|acknowledgement|moving)/$|/account/$"
)
"""What only one of the two is offered: the words are theirs, or the other's, or they have said theirs already."""
PARTS = 40
"""The real ones are looked at in parts, so that every core has some: the first with each `make test`."""
SOURCES = [
    "made here",
    *(
        pytest.param(f"real, part {part}", marks=[pytest.mark.long] if part else [])
        for part in range(PARTS)
        if REAL.is_dir()
    ),
]


@pytest.fixture(autouse=True)
def _development(settings):
    settings.DEBUG = True


def said(*arguments):
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def path(address):
    return urlsplit(address).path


def come_in(sign_in):
    """A browser that opened a sign-in link, and the page to which that led."""
    client = Client()
    parts = urlsplit(sign_in)
    return client, client.get(f"{parts.path}?{parts.query}", follow=True)


# --- demo -----------------------------------------------------------------------------------------------


def test_the_demonstration_is_two_links_to_one_record():
    made = json.loads(said("demo", "--json"))
    assert list(made) == ["record", "people"]
    assert [list(one) for one in made["people"]] == [["name", "side", "sign_in"]] * 2
    assert {one["side"] for one in made["people"]} == {"patient", "clinician"}
    assert made["record"].startswith("http://127.0.0.1:8000/r/")
    for one in made["people"]:
        client, page = come_in(one["sign_in"])
        assert page.status_code == 200
        assert page.request["PATH_INFO"] == path(made["record"])
        assert one["name"] in page.content.decode()
        assert len(cards(page)) > 10
        assert client.get(path(made["record"]) + "brief/").status_code == 200
    assert "Every seal fits: 1 records" in said("verify_record")


def test_each_demonstration_is_a_new_one():
    records = {json.loads(said("demo", "--json"))["record"] for _ in range(2)}
    assert len(records) == 2


def test_its_year_has_something_of_everything():
    call_command("demo", stdout=io.StringIO())
    relationship = Relationship.objects.get()
    entries = relationship.entries
    kinds = {"conversation", "value", "life_context", "care_preference", ""}
    for seat in relationship.participants.all():
        assert kinds - {""} <= set(entries.by(seat).values_list("kind", flat=True))
    assert {"", *Bearing.values} == set(entries.values_list("bearing", flat=True))
    assert set(registry._registry) == set(entries.values_list("kind", flat=True))
    first, last = entries.earliest("written_at"), entries.latest("written_at")
    assert (last.written_at - first.written_at).days > 300
    numbers = relationship.events.order_by("number").values_list("at", flat=True)
    assert list(numbers) == sorted(numbers)


def test_its_consults_have_been_moved_called_off_and_met_and_one_is_tomorrow():
    call_command("demo", stdout=io.StringIO())
    relationship = Relationship.objects.get()
    consults, entries = agenda(relationship), relationship.entries
    assert Counter(one.state for one in consults.appointments) == {"met": 4, "called_off": 1, "planned": 1}
    moved = relationship.appointments.get(event__verb="moved")
    assert moved.reason
    assert find(relationship, moved.consult_id).has_met
    assert 0 < (consults.next.starts_at - timezone.now()).total_seconds() < 48 * 3600
    assert consults.unsaid == []
    for seat in relationship.seats:
        assert entries.by(seat).of_kind("hope").filter(consult=consults.next.consult).exists()
    both_gave_accounts = [
        one
        for one in consults.appointments
        if entries.of_kind("account").filter(consult=one.consult).values("author").distinct().count() == 2
    ]
    assert len(both_gave_accounts) >= 3


def test_its_four_questions_were_answered_by_both_three_times_and_once_by_one_alone():
    call_command("demo", stdout=io.StringIO())
    relationship = Relationship.objects.get()
    answered = relationship.entries.of_kind("experience")
    each = Counter(answered.values_list("consult", flat=True))
    assert sorted(each.values()) == [1, 2, 2, 2]
    seen = [answered.shown_to(seat).count() for seat in relationship.seats]
    assert sorted(seen) == [6, 7]


def test_its_promises_are_kept_released_moved_and_open():
    call_command("demo", stdout=io.StringIO())
    promises = Relationship.objects.get().entries.of_kind("promise")
    closings = Counter(
        Entry.objects.filter(bearing="closes", about__in=promises).values_list("kind", flat=True)
    )
    assert closings == {"kept": 2, "released": 1}
    still = promises.open_still()
    assert still.filter(told_about_it__kind="moved").count() == 1
    assert still.filter(due_on=None).exists()
    assert len({one.author_id for one in still}) == 2


def test_in_words_it_prints_both_links_for_a_person_to_open():
    words = said("demo")
    assert words.count("/me/sign-in/") == 2
    for seat in Relationship.objects.get().seats:
        assert seat.name in words


def test_the_port_is_the_one_it_is_served_at(monkeypatch):
    monkeypatch.setenv("PORT", "8123")
    assert json.loads(said("demo", "--json"))["record"].startswith("http://127.0.0.1:8123/r/")


def test_if_empty_it_makes_one_and_then_shows_that_one():
    first = json.loads(said("demo", "--if-empty", "--json"))
    length = Relationship.objects.get().events.count()
    second = json.loads(said("demo", "--if-empty", "--json"))
    assert second["record"] == first["record"]
    assert [one["name"] for one in second["people"]] == [one["name"] for one in first["people"]]
    assert Relationship.objects.get().events.count() == length
    assert come_in(second["people"][0]["sign_in"])[1].status_code == 200


def test_if_empty_it_adds_nothing_to_somebodys_own_data():
    pair(person("Wren"), person("Isko"))
    assert said("demo", "--if-empty", "--json") == ""
    assert Relationship.objects.count() == 1


def test_in_production_it_makes_nothing(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="development only"):
        call_command("demo")
    assert not Relationship.objects.exists()


# --- demo --consultations -------------------------------------------------------------------------------


def spoken(number, turns):
    return {
        "id": f"made_up_{number}",
        "presenting_complaint": f"My knee, number {number}, <b>and</b> my ear.",
        "clinician_note": f"Knee & ear, {number}.\n\n- rest\n- review <2/52>\n\nImp: ?sprain",
        "utterances": [
            {
                "at_s": turn * 3.5,
                "speaker": ("clinician", "patient")[turn % 2],
                "text": f"This is turn {turn}: " + "a number of words, " * 8,
            }
            for turn in range(turns)
        ],
    }


@pytest.fixture
def consultations(request, tmp_path):
    """A folder of consultation files: made here, or the real ones."""
    if request.param != "made here":
        part = int(request.param.rpartition(" ")[2])
        for file in sorted(REAL.glob("*.json"))[part::PARTS]:
            (tmp_path / file.name).symlink_to(file)
        return tmp_path
    for number, turns in enumerate((3, 1, 200)):
        (tmp_path / f"made_up_{number}.json").write_text(json.dumps(spoken(number, turns)))
    (tmp_path / "README.md").write_text("Not a consultation.")
    return tmp_path


def of_consults(relationship):
    """The pages of each consult, below the record, whether or not a link leads there."""
    return [
        f"consult/{one.consult_id}/{page}"
        for one in agenda(relationship).appointments
        for page in ("", "brief/", "brief/text/", "room/", "questions/")
    ]


def crawl(client, record, pages=()):
    """Every page of a record that somebody comes to by links, each with the status of its answer."""
    found, waiting = {}, [record, *(record + page for page in pages)]
    while waiting:
        address = waiting.pop()
        # Looking for a kind or a person shows a part of the same page.
        if address in found or not address.startswith(record) or "kind=" in address or "by=" in address:
            continue
        answer = client.get(address)
        found[address] = answer.status_code
        if answer.status_code == 200 and "text/html" in answer["Content-Type"]:
            waiting += [urljoin(address, link).partition("#")[0] for link in links(shown(answer))]
    return found


def assert_every_word_is_there(relationship, consultation):
    texts = list(relationship.entries.order_by("number").values_list("text", flat=True))
    assert all(0 < len(text) <= prose.LIMIT for text in texts)
    assert prose.normalise_newlines(consultation["presenting_complaint"]) in texts
    assert prose.normalise_newlines(consultation["clinician_note"]) in texts
    transcript, place = "\n\n".join(texts), 0
    for utterance in consultation["utterances"]:
        said_then = prose.normalise_newlines(utterance["text"])
        place = transcript.index(said_then, place) + len(said_then)


@pytest.mark.parametrize("consultations", SOURCES, indirect=True)
def test_every_page_of_every_consultation_answers_to_its_two_people_and_to_nobody_else(
    consultations, settings
):
    made = json.loads(said("demo", "--consultations", str(consultations), "--json"))["relationships"]
    files = sorted(consultations.glob("*.json"))
    assert len(made) == len(files) > 0
    settings.DEBUG = False
    stranger = signed_in(person("Sefa Stranger"))
    for one, file in zip(made, files, strict=True):
        record = path(one["record"])
        relationship = Relationship.objects.get(pk=record.split("/")[2])
        assert_every_word_is_there(relationship, json.loads(file.read_text()))
        around = of_consults(relationship)
        assert len(around) == 2 * 5
        seen = [crawl(signed_in(seat.person), record, around) for seat in relationship.seats]
        for pages in seen:
            assert set(pages.values()) == {200}, file.name
        shared = [{address for address in pages if not OWN.search(address)} for pages in seen]
        assert shared[0] == shared[1]
        assert len(shared[0]) >= 5 + 3 * relationship.entries.count()
        refused = {stranger.get(address).status_code for address in {*seen[0], *seen[1]}}
        assert refused == {404}, file.name
    assert f"Every seal fits: {len(files)} records" in said("verify_record")


def test_a_transcript_longer_than_one_entry_is_shared_in_parts(tmp_path):
    (tmp_path / "long.json").write_text(json.dumps(spoken(1, 300)))
    call_command("demo", "--consultations", str(tmp_path), stdout=io.StringIO())
    entries = Relationship.objects.get().entries.filter(helped_by="a recording")
    parts = entries.order_by("number").values_list("text", flat=True)
    assert len(parts) > 1
    assert "This is turn 0:" in parts[0]
    assert "This is turn 299:" in parts[len(parts) - 1]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("demo", "--consultations", str(tmp_path / "nowhere"))


# --- verify_record --------------------------------------------------------------------------------------


def test_records_can_be_named_and_a_made_up_one_is_not_passed_over(two):
    other = pair(person("Ada"), person("Bo")).relationship
    two.relationship.write(by=two.patient, text="Words.")
    assert "Every seal fits: 2 records, 7 acts." in said("verify_record")
    assert "Every seal fits: 1 records, 3 acts." in said("verify_record", str(other.pk))
    with pytest.raises(CommandError, match="There is no record"):
        call_command("verify_record", "00000000-0000-4000-8000-000000000000")


def test_an_empty_installation_is_whole():
    assert "Every seal fits: 0 records, 0 acts." in said("verify_record")
