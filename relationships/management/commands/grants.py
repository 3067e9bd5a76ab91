"""`manage.py grants`: what the role of PostgreSQL that serves may do, and no more."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from relationships import guards


class Command(BaseCommand):
    help = (
        "Print what a role of PostgreSQL needs to serve: it can add to the record and change nothing of it. "
        "After every migration, as the owner of the tables."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="the role that the web process and the worker connect as")
        parser.add_argument("--apply", action="store_true", help="grant it, in one transaction")

    def handle(self, *, role: str, apply: bool, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL has roles. On SQLite a process that is served denies itself.")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [role])
            found = cursor.fetchone()
            if found is None:
                raise CommandError(f"There is no role {role!r}. Make one with: createuser --pwprompt {role}")
            if found[0]:
                raise CommandError(f"{role!r} is a superuser, whom no grant holds back.")
            cursor.execute(
                "SELECT bool_or(pg_has_role(%s, relowner, 'USAGE')) FROM pg_class "
                "WHERE oid = to_regclass('relationships_event')",
                [role],
            )
            if cursor.fetchone()[0]:
                raise CommandError(f"{role!r} owns the tables, whom no grant holds back.")
            for statement in guards.grants(connection, role):
                self.stdout.write(f"{statement};")
                if apply:
                    cursor.execute(statement)
