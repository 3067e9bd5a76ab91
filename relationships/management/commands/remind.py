"""`manage.py remind`: the mail before an appointment. The worker does the same every minute."""

from typing import Any

from django.core.management.base import BaseCommand

from relationships.management.commands.worker import must_be_reachable
from relationships.reminding import remind


class Command(BaseCommand):
    help = "Put into the queue the one reminder for each of two people whose appointment begins within REMINDER_HOURS."

    def handle(self, **options: Any) -> None:
        must_be_reachable()
        self.stdout.write(f"Reminders on their way: {remind()}.")
