"""What may stand in a log."""

import logging
import re
import traceback


class WithoutMessages(logging.Filter):
    """Keeps where an exception came from, and drops what it says.

    A database that refuses a row may quote all of it, words and all, and nothing of the record leaves by a log.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1]:
            record.exc_text = "\n".join(_frames(record.exc_info[1]))
            record.exc_info = None
        return True


def _frames(error: BaseException) -> list[str]:
    cause = error.__cause__ or error.__context__
    before = [*_frames(cause), ""] if cause else []
    frames = traceback.format_list(traceback.extract_tb(error.__traceback__))
    return [*before, "".join(frames).rstrip(), f"{type(error).__module__}.{type(error).__qualname__}"]


class WithoutTokens(logging.Filter):
    """Drops from an address what opens a door: the token of an invitation, a sign-in link or a calendar."""

    TOKEN = re.compile(r"/(join|sign-in|calendar)/[^/\s?]+")

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self.TOKEN.sub(r"/\1/…", record.getMessage()), ()
        return True
