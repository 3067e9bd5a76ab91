"""What gunicorn serves: `gunicorn config.wsgi`. A served process is never a development one unless it is told."""

import io
import os

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db.backends.signals import connection_created

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DEBUG", "0")

application = get_wsgi_application()

from relationships import guards  # noqa: E402  Not before its models can be there.

# Before the first connection: a process that is served cannot take the guards away.
connection_created.connect(guards.deny_changes)

# A process that is served never stands on a record that could be rewritten (`relationships.guards`).
call_command(
    "check", "--database", "default", "--tag", "database", "--fail-level", "ERROR", stdout=io.StringIO()
)
