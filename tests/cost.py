"""What something costs, on a machine that is at work on other things as well."""

import gc
import time
from collections.abc import Callable

ROUNDS = 4


def cpu(what: Callable[..., object], *given: object, within: float, rounds: int = ROUNDS) -> float:
    """Seconds of CPU that `what(*given)` took in its calmest round. A round that stays within is the last one.

    Garbage is not collected meanwhile: a collection walks over all that thousands of tests before have left
    behind, and is no cost of this one.
    """
    best = float("inf")
    gc.disable()
    try:
        for _ in range(rounds):
            began = time.process_time()
            what(*given)
            best = min(best, time.process_time() - began)
            if best < within:
                break
    finally:
        gc.enable()
    return best
