"""Somebody who proves who they are: the fixtures of `tests/accounts`."""

from tests.accounts.conftest import (  # noqa: F401
    _no_rate_was_used_before,
    ada,
    at_home,
    hashings,
    log_in,
    make_person,
    newest_code,
    sign_up,
)
