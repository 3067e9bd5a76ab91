"""B6: fifty who write and two hundred who read, for a minute: no error, no lock, and a write is quick."""

from tests.drill import IS_LONG, length, run


def test_nobody_waits_and_nothing_fails(database, measured):
    writers, readers, seconds = length(6, 50), length(10, 200), length(6, 60)
    found = run("load", database, "--writers", writers, "--readers", readers, "--seconds", seconds)
    assert found["writes"] >= 1
    assert found["errors"] == found["locked"] == found["lost"] == found["forks"] == 0
    assert found["faults"] == []
    assert set(found["statuses"]) <= {"200", "302"}
    measured(
        f"{writers} writers (an entry every 30 s) and {readers} readers (a page every 20 s) for {seconds} s: "
        f"{found['writes']} writes, p95 {found['p95_write']} ms; {found['reads']} pages, p95 {found['p95_read']} ms; "
        f"{found['errors']} errors, {found['locked']} locked"
    )
    # In short, other tests run beside this one.
    assert not IS_LONG or found["p95_write"] < 500
