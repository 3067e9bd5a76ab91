"""The keys of rows."""

import uuid

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> uuid.UUID:
    """A time-ordered UUID (RFC 9562), so that tables and their indexes grow at one end.

    Migrations name this function, so that Python 3.14's own can take its place.
    """
    return _uuid7()
