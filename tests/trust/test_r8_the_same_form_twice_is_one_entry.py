"""R8: a form sent twice (a double click, a line that was cut, two tabs, twenty at once) gives exactly one entry."""

import uuid

from relationships.models import Entry
from tests.cast import signed_in
from tests.drill import length
from tests.relationships.test_concurrency import assert_whole, at_once, busy, writers  # noqa: F401
from tests.relationships.views.shown import cards


def send_at_once(seats, address, form, times):
    clients = [signed_in(seat.person) for seat in seats for _ in range(times)]
    return clients, at_once(*(lambda client=client: client.post(address, form) for client in clients))


def test_twenty_at_once_are_one_entry_and_every_answer_shows_it(busy, measured):  # noqa: F811
    address = f"/r/{busy.relationship.pk}/"
    rounds = length(1, 10)
    for number in range(rounds):
        form = {"text": f"Tapped {number}.", "submission": str(uuid.uuid4())}
        clients, answers = send_at_once([busy.patient], address + "write/", form, 20)
        assert {answer.status_code for answer in answers} == {302}
        for client, answer in zip(clients, answers, strict=True):
            assert f"Tapped {number}." in cards(client.get(answer["Location"].partition("#")[0]))
        assert busy.relationship.entries.count() == number + 1
    assert_whole(busy.relationship)
    measured(f"{rounds} entries of {20 * rounds} posts")


def test_again_after_the_line_was_cut_and_from_another_tab(me):
    form = {"text": "Once.", "submission": str(uuid.uuid4())}
    first = me.post("write/", **form)
    for client in (me.client, signed_in(me.participant.person)):
        again = client.post(me.address + "write/", form)
        assert (again.status_code, again["Location"]) == (302, first["Location"])
    assert Entry.objects.count() == 1


def test_of_two_people_with_the_same_key_neither_takes_the_others_place(me, them):
    form = {"submission": str(uuid.uuid4())}
    assert me.post("write/", text="Mine.", **form).status_code == 302
    them.post("write/", text="Theirs.", **form)
    assert me.relationship.entries.get(author=me.participant).text == "Mine."
    assert Entry.objects.filter(text="Mine.").count() == 1
