"""C3: whatever is typed, showing it costs at most half a second of CPU and never fails."""

import pytest

from relationships import prose
from tests.cost import cpu
from tests.drill import length
from tests.relationships.prose_hostile import hostile
from tests.relationships.views.shown import main

SIZES = (4_096, 16_384, prose.LIMIT)[:: length(2, 1)]
SHAPES = {(name, size): text for size in SIZES for name, text in hostile(size).items()}

WITHIN = 0.5


def test_no_shape_costs_half_a_second(measured):
    worst, shape = max((cpu(prose.render, text, within=WITHIN), shape) for shape, text in SHAPES.items())
    measured(
        f"at most {worst:.2f} s, 0 exceptions, {len(SHAPES)} texts of {', '.join(map(str, SIZES))} characters"
    )
    assert worst < WITHIN, shape


@pytest.mark.parametrize("size", [prose.LIMIT + 1, 65_536])
def test_over_the_limit_the_form_says_so_and_keeps_the_text(me, size):
    typed = hostile(size)["star soup"]
    answer = me.post("write/", text=typed)
    assert answer.status_code == 422
    assert main(answer).one("textarea", name="text").typed == typed
    assert "This is longer than one entry can be." in main(answer).text
    assert not me.relationship.entries.exists()
