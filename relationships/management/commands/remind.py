"""`manage.py remind`: the mail before an appointment. For cron or a systemd timer, as often as one likes."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from relationships.reminding import remind


class Command(BaseCommand):
    help = "Remind by e-mail, once, each of two people whose appointment begins within REMINDER_HOURS."

    def handle(self, **options: Any) -> None:
        address = urlsplit(settings.SITE_ADDRESS)
        if address.scheme not in ("https", "http") or not address.hostname:
            raise CommandError("Set SITE_ADDRESS to where this is reached, like https://journal.example.org.")
        done = remind()
        if done.failed:
            raise CommandError(f"Reminders sent: {done.sent}. Not sent: {done.failed}.", returncode=1)
        self.stdout.write(f"Reminders sent: {done.sent}.")
