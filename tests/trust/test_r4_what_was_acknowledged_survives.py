"""R4: writers are killed at any moment, and the server is stopped: what was acknowledged is there, the chain whole."""

from tests.drill import length, run


def test_nothing_that_was_acknowledged_is_lost(server, measured):
    kills, stops = length(3, 80), length(1, 5)
    found = run("killed", server, "--kills", kills, "--stops", stops)
    assert found["acknowledged"] > kills
    assert found["lost"] == 0
    assert found["fault"] == ""
    assert not found["gaps"]
    assert found["is_sound"]
    ends = f"{kills} kills" + (f" and {stops} stops" if server == "postgresql" else "")
    measured(
        f"{found['lost']} of {found['acknowledged']:,} lost in {ends}; "
        f"{found['kept_and_never_told']} kept and not yet acknowledged"
    )
