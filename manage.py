#!/usr/bin/env python
"""Alongside's command line: `python manage.py help` lists what it can do."""

import logging
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from config.logs import tell_quietly

    # Nobody sits there to read what went wrong, and the words of an exception would stay in a log.
    if not sys.stderr.isatty():
        sys.excepthook = tell_quietly
        logging.captureWarnings(True)

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
