"""A3: the same flow, once from either seat: not a letter, a query or a mail differs but the word for the side."""

import datetime as dt
import difflib
import re
import uuid

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relationships.models import Relationship
from tests.cast import person, signed_in

NOON = dt.datetime(2027, 1, 15, 12, tzinfo=dt.UTC)
SIDES = ("patient", "healthcare professional")
PAGES = ["", "write/", "brief/", "brief/text/", "consult/", "values/", "care/", "philosophy/", "portrait/"]
PAGES += ["portrait/one/", "portrait/two/", "portrait/mine/", "working/", "prompts/", "event/", "ending/"]


def plain(html: str, met: dict[str, str]) -> str:
    """A page without what is made anew each time; ids are numbered as they come."""
    html = re.sub(r'name="(?:csrfmiddlewaretoken|shown_to)" value="[^"]*"', "", html)
    html = re.sub(r"\d+ acts? · [\da-f ]{24}|act \d+, [\da-f ]{24}", "", html)
    html = re.sub(
        r"[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{32}\b",
        lambda found: met.setdefault(found[0], f"id {len(met)}"),
        html,
    )
    html = re.sub(r"\b[\da-f]{4}(?: [\da-f]{4}){2,4}\b", "", html)
    return re.sub("|".join(SIDES), "SIDE", html)


class Flow:
    """Two people who do the same things in the same order; everything that they saw."""

    def __init__(self, side: str) -> None:
        self.seen: list[tuple[str, int, int, str]] = []
        self.met: dict[str, str] = {}
        first, second = person(f"a{side}", called="Alder"), person(f"b{side}", called="Birch")
        for one in (first, second):
            one.name = one.called
            one.save()
        self.record = Relationship.begin(by=first, side=side)
        seat = self.record.seat_of(first)
        self.record.accept(self.record.invite(by=seat), by=second)
        self.browsers = [signed_in(first), signed_in(second)]

    def ask(self, who: int, page: str, **words: str) -> str:
        address = f"/r/{self.record.pk}/{page}"
        with CaptureQueriesContext(connection) as asked:
            browser = self.browsers[who]
            answer = browser.post(address, words) if words else browser.get(address)
        said = plain(answer.headers.get("Location", "") + answer.content.decode(), self.met)
        self.seen.append((re.sub(r"[0-9a-f-]{36}", "ID", page), answer.status_code, len(asked), said))
        return str(answer.headers.get("Location", ""))

    def newest(self) -> str:
        return str(self.record.entries.latest("number").pk)

    def everything(self) -> None:
        for who in (0, 1):
            for kind in ("value", "care_preference", "life_context", "conversation", ""):
                self.ask(who, "write/", text=f"Something, {kind}.", kind=kind, submission=str(uuid.uuid4()))
            mine = self.newest()
            self.ask(who, f"entry/{mine}/correction/", text="Rather like this.")
            self.ask(1 - who, f"entry/{mine}/answer/", text="I hear you.")
            self.ask(1 - who, f"entry/{mine}/reflection/", text="That it matters.")
            self.ask(
                who, f"entry/{self.newest()}/acknowledgement/", understood_level="nearly", text="Nearly."
            )
            self.ask(who, "promise/", text="I shall ask.", due_on="2027-02-01")
            self.ask(1 - who, f"entry/{self.newest()}/keeping/", text="")
            self.ask(who, "saying/appreciation/", text="Thank you.")
            self.ask(who, "saying/philosophy/heals/", text="Time.")
            self.ask(who, "saying/way_of_working/names/", text="First names.")
            self.ask(1 - who, f"entry/{self.newest()}/saying/agreement/", text="")
            self.ask(who, "portrait/doors/adding/", text="What I sing")
            self.ask(who, "consult/planning/", day="2027-01-20", time="10:30", minutes="20", where="Here")
            here = f"consult/{self.record.consults.latest('pk').pk}/"
            self.ask(1 - who, f"{here}hope/", text="To be heard.")
            self.ask(who, f"{here}arrival/", text="In a hurry.", do="share")
            for page in (
                *PAGES,
                here,
                f"{here}brief/",
                f"{here}room/",
                f"entry/{mine}/",
                f"entry/{mine}/answer/",
            ):
                self.ask(who, page)
                self.ask(1 - who, page)
        self.ask(0, "ending/", do="end")
        self.ask(1, "")


@pytest.mark.django_db
def test_with_the_seats_swapped_everything_is_the_same(measured, mailoutbox):
    flows = []
    letters = []
    for side in ("patient", "clinician"):
        with time_machine.travel(NOON, tick=False):
            mail.outbox.clear()
            flow = Flow(side)
            flow.everything()
            flows.append(flow)
            letters.append([(one.subject, one.body) for one in mail.outbox])
    first, second = flows
    assert len(first.seen) == len(second.seen) > 100
    different = []
    for one, other in zip(first.seen, second.seen, strict=True):
        assert one[:3] == other[:3], "Page, status and number of queries."
        if one[3] != other[3]:
            different.append(
                (one[0], list(difflib.unified_diff(one[3].split("\n"), other[3].split("\n"), n=0))[:8])
            )
    assert different == []
    assert letters[0] == letters[1]
    assert {status for _, status, _, _ in first.seen} >= {200, 302}
    assert sum(status in (200, 302) for _, status, _, _ in first.seen) > 0.9 * len(first.seen)
    measured(
        f"{len(different)} of {len(first.seen)} answers differ, with {sum(n for *_, n, _ in first.seen):,} queries"
    )
