"""What gunicorn serves: `gunicorn config.wsgi`. A served process is never a development one unless it is told."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DEBUG", "0")

application = get_wsgi_application()

from relationships import guards  # noqa: E402  Not before its models can be there.

guards.stand()
