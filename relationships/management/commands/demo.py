"""`manage.py demo`: relationships to look at, with a sign-in link for each of the people. In development only."""

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from accounts.sign_in import link_for
from relationships import demo
from relationships.models import Relationship


class Command(BaseCommand):
    help = "Make a demonstration relationship and print a sign-in link for each of its two people."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--consultations", type=Path, metavar="DIR", help="one for each consultation file in DIR"
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="make none where there is one, and show that one"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *, consultations: Path | None, if_empty: bool, json: bool, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Demonstrations, and their sign-in links, are for development only.")
        if consultations:
            if not consultations.is_dir():
                raise CommandError(f"There is no folder {consultations}.")
            self._print(
                {"relationships": [described(one) for one in demo.load_consultations(consultations)]}, json
            )
            return
        known = Relationship.objects.filter(participants__person__email__endswith=demo.DOMAIN).order_by(
            "begun_at"
        )
        existing = known.first() if if_empty else None
        if if_empty and existing is None and Relationship.objects.exists():
            return  # Somebody's own data: nothing to demonstrate.
        self._print(described(existing or demo.tell_the_story()), json)

    def _print(self, answer: dict[str, Any], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))
            return
        for one in answer.get("relationships", [answer]):
            self.stdout.write(
                f"\nOne record, {one['record']}, and two people. Open each link in a browser of its own:\n"
            )
            for person in one["people"]:
                self.stdout.write(f"  {person['name']} ({person['side']}): {person['sign_in']}")
        self.stdout.write("")


def described(relationship: Relationship) -> dict[str, Any]:
    """Where the record is, and how each of its people gets there."""
    here = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    record = reverse("record", args=[relationship.pk])
    return {
        "record": here + record,
        "people": [
            {
                "name": seat.name,
                "side": str(seat.side),
                "sign_in": f"{here}{link_for(seat.person)}?next={record}",
            }
            for seat in relationship.seats
        ],
    }
