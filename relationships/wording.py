"""What changed between two wordings, word by word."""

import re
from typing import NamedTuple

from diff_match_patch import diff_match_patch

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
SECONDS = 0.3
"""How long the comparisons of a page may take. After that they are coarser, never wrong."""
SURROGATES = range(0xD800, 0xE000)


class Difference(NamedTuple):
    change: str
    """`same`, `added` or `removed`."""
    text: str


def differences(before: str, after: str, *, seconds: float = SECONDS) -> list[Difference]:
    """The way from one wording to the other. All but the removed, joined, is `after`; all but the added, `before`.

    None where there is no time left to look for it.
    """
    if seconds <= 0:
        return []
    tokens: list[str] = []
    codes: dict[str, str] = {}

    def encode(text: str) -> str:
        # Each different word becomes one character, so that words change whole and never letter by letter.
        letters = []
        for token in TOKEN.findall(text):
            if token not in codes:
                codes[token] = _character(len(tokens))
                tokens.append(token)
            letters.append(codes[token])
        return "".join(letters)

    compare = diff_match_patch()
    compare.Diff_Timeout = seconds
    steps = compare.diff_main(encode(before), encode(after), False)
    compare.diff_cleanupSemantic(steps)
    names = {-1: "removed", 0: "same", 1: "added"}
    return [Difference(names[step], "".join(tokens[_index(letter)] for letter in run)) for step, run in steps]


def _character(index: int) -> str:
    """The index-th character that is not a surrogate."""
    return chr(index + 1 if index + 1 < SURROGATES.start else index + 1 + len(SURROGATES))


def _index(character: str) -> int:
    code = ord(character) - 1
    return code if code < SURROGATES.start else code - len(SURROGATES)
