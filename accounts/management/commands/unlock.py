"""`manage.py unlock`: take the second lock from an account whose owner has lost the telephone and every code."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import locks
from accounts.models import User


class Command(BaseCommand):
    help = (
        "Take every passkey, app and recovery code from an account, and log it out everywhere. For somebody who has lost "
        "all of them, once you are sure who asks: call them back on a number that you know. They are told by e-mail."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the e-mail address of the account")

    def handle(self, *, address: str, **options: Any) -> None:
        person = User.objects.filter(email__iexact=address).first()
        if person is None:
            raise CommandError("No account has this address.")
        if not locks.take_away(person):
            raise CommandError("This account has no second lock: a password or a code by e-mail opens it.")
        self.stdout.write(
            "Done. A password or a code by e-mail opens it now, and its owner is told by e-mail."
        )
