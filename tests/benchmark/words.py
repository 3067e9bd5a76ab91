"""Texts that nobody wrote: invented words, drawn by chance from a seed, with their HTML."""

import random

from relationships import prose

SYLLABLES = [
    head + tail
    for head in [
        "b",
        "d",
        "f",
        "g",
        "h",
        "k",
        "l",
        "m",
        "n",
        "p",
        "r",
        "s",
        "t",
        "v",
        "w",
        "sh",
        "th",
        "st",
        "gr",
    ]
    for tail in ["a", "e", "i", "o", "u", "ea", "ow"]
]
ENDINGS = ["", "", "n", "r", "s", "t", "l", "ng", "d"]


class Words:
    """A vocabulary in which a few words are common and most are rare, and paragraphs made of it.

    Rendering a paragraph costs milliseconds, so each is rendered once and texts are put together from paragraphs:
    the HTML of a text is that of its paragraphs, one after the other.
    """

    def __init__(self, seed: int, *, plain: int = 500, special: int = 120) -> None:
        self.random = random.Random(seed)
        self.vocabulary = sorted({self._word() for _ in range(5000)})
        self.random.shuffle(self.vocabulary)
        self.weights = [1 / (rank + 3) for rank in range(len(self.vocabulary))]
        self.plain = [self._rendered(self._paragraph()) for _ in range(plain)]
        self.special = [self._rendered(self._special(place)) for place in range(special)]

    def text(self) -> tuple[str, str, str]:
        """Words as typed, as HTML, and without marks: one to four paragraphs, the last of them sometimes a list."""
        paragraphs = self.random.choices(self.plain, k=self.random.choice((1, 1, 1, 2, 2, 3)))
        if self.random.random() < 0.2:
            paragraphs.append(self.random.choice(self.special))
        typed, html, visible = zip(*paragraphs, strict=True)
        return "\n\n".join(typed), "\n".join(html), "\n\n".join(visible)

    def line(self) -> str:
        """One line of at most 60 characters."""
        return self._sentence(self.random.randint(2, 7))[:60]

    def name(self) -> str:
        return " ".join(self._word().capitalize() for _ in range(2))

    def _word(self) -> str:
        syllables = self.random.choices(SYLLABLES, k=self.random.choice((1, 1, 2, 2, 2, 3)))
        return "".join(syllables) + self.random.choice(ENDINGS)

    def _sentence(self, length: int) -> str:
        words = self.random.choices(self.vocabulary, self.weights, k=length)
        return " ".join(words).capitalize() + "."

    def _paragraph(self) -> str:
        return " ".join(
            self._sentence(self.random.randint(4, 16)) for _ in range(self.random.choice((1, 2, 2, 3, 4)))
        )

    def _special(self, place: int) -> str:
        lines = [self._sentence(self.random.randint(2, 9)) for _ in range(3)]
        if place % 3 == 0:
            return "\n".join(f"- {line}" for line in lines)
        if place % 3 == 1:
            return "> " + lines[0]
        return f"{lines[0]} *{lines[1]}* **{lines[2]}**"

    @staticmethod
    def _rendered(text: str) -> tuple[str, str, str]:
        return text, prose.render(text), prose.visible(text)
