"""What gunicorn serves: `gunicorn config.wsgi`. A served process is never a development one unless it is told."""

import io
import os

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DEBUG", "0")

application = get_wsgi_application()

# A process that is served never stands on a record that could be rewritten (`relationships.guards`).
call_command(
    "check", "--database", "default", "--tag", "database", "--fail-level", "ERROR", stdout=io.StringIO()
)
