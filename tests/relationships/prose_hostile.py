"""Texts that are costly to render, each of exactly the length asked for."""

from __future__ import annotations

from typing import Final

_REPEATED: Final = {
    "normal prose": "The pain was less on Tuesday, after the walk with Ada. ",
    "one letter": "a",
    "spaces": "a ",
    "spaces only": " ",
    "newlines": "a\n",
    "empty lines": "a\n\n",
    "tabs": "\ta",
    "open brackets": "[",
    "open brackets with letters": "[a",
    "close brackets": "]",
    "bracket pairs": "[]",
    "link starts": "[a](",
    "link starts in links": "[a](http://b",
    "links": "[a](http://b.c) ",
    "links close together": "[a](http://b.c)",
    "empty links": "[]()",
    "image starts": "![[]()",
    "images": "![a](http://b.c)",
    "references": "[a]: http://b\n",
    "reference uses": "[a][b]",
    "parentheses": "[a]((",
    "declarations": "<![",
    "tag starts": "<",
    "tag starts apart": "<aaaaa",
    "ampersands apart": "&aaaaa",
    "stars and underscores": "*__**__*",
    "anchor starts": "<a ",
    "attribute soup": '<a href="x" b=',
    "comments": "<!-- ",
    "comment ends": "-->",
    "nested div": "<div>",
    "entities": "&a;",
    "ampersands": "&",
    "numeric entities": "&#x41;",
    "backticks": "`",
    "backticks apart": "` ",
    "growing backticks": "`a``b```c",
    "code": "`a` ",
    "stars": "*",
    "stars apart": "* ",
    "star soup": "*a **a",
    "star soup apart": "*a **a ",
    "emphasis": "*a* ",
    "strong": "**a** ",
    "strong and emphasis": "**a *b* c** ",
    "underscores": "_",
    "underscore soup": "_a __a ",
    "mixed soup": "*_a_* **_",
    "closers only": "a* ",
    "openers only": " *a",
    "strong openers only": " **a",
    "level one underlines": "a\n===\n",
    "level two underlines": "a\n---\n",
    "rules": "---\n\n",
    "rules in a row": "---\n",
    "rules of stars": "* * *\n",
    "a long rule": "- ",
    "rule that is none": "- - - x",
    "headings": "# a\n",
    "headings apart": "# a\n\n",
    "hashes": "#",
    "hashes apart": "# ",
    "flat list": "- a\n",
    "flat list of stars": "* a\n",
    "numbered list": "1. a\n",
    "loose list": "- a\n\n",
    "mixed list": "- a\n1. a\n",
    "loose mixed list": "- a\n\n1. a\n\n",
    "numbers in a row": "1. ",
    "deep mixed": "- 1. ",
    "deep quotation": ">",
    "deep quotation apart": "> ",
    "quotations": "> a\n",
    "quotations apart": "> a\n\n",
    "quotations and text": "a\n> b\n\n",
    "quotations in lists": "- > - > a\n",
    "lists in quotations": "> - a\n",
    "list and quotation": "- a\n> b\n",
    "addresses": "http://a.b ",
    "address starts": "http://",
    "long address": "http://a",
    "address and dots": "http://a.b....",
    "addresses in brackets": "(http://a.b) ",
    "mail addresses": "[a](mailto:a@b.c) ",
    "foreign hosts": "http://\u0430.b ",
    "backslashes": "\\",
    "escapes": "\\*",
    "control characters": "\x00\x02\x03",
    "placeholders": "\x02klzzwxh:0000\x03",
    "surrogates": "\ud800",
    "combining marks": "\u0301",
    "right to left": "\u05d0 ",
    "emoji": "\U0001f469\u200d\U0001f52c",
    "line separators": "a\u2028",
    "carriage returns": "a\r",
    "plus and minus": "+ a\n- b\n",
    "table": "| a | b |\n",
    "indented list": "    - a\n",
    "four spaces": "    a\n\n",
    "list with paragraphs": "- a\n\n    b\n\n",
    "list with lists": "- a\n    - b\n\n",
    "three deep": "- a\n    - b\n        - c\n",
}


def _nested_list(length: int) -> str:
    return "".join("    " * depth + "- a\n" for depth in range(100))


def _lists_in_quotations(length: int) -> str:
    lines = [" " * 4 * depth + "- > - > x\n\n" for depth in range(6)]
    return "".join(lines) * (length // sum(map(len, lines)) + 1)


def _little_of_everything(length: int) -> str:
    """About as many marks and lines as are let through, with letters between them."""
    return ("*a* **b** [c](http://d.e) `f`\n" + "g" * 60 + "\n- h\n\n") * (length // 90)


_BUILT: Final = {
    "list to the limit of depth": _nested_list,
    "lists in quotations in lists": _lists_in_quotations,
    "a little of everything": _little_of_everything,
    "lines of fourteen": lambda length: ("x" * 13 + "\n") * length,
    "list items of fourteen": lambda length: ("- " + "x" * 11 + "\n") * length,
    "paragraphs of twenty-seven": lambda length: ("x" * 25 + "\n\n") * length,
    "quoted items of fourteen": lambda length: ("> - " + "x" * 9 + "\n") * length,
    "emphasis every twenty": lambda length: ("*" + "x" * 36 + "* ") * length,
    "links every forty-one": lambda length: "[aaaaaaaaaaaaaaa](http://b.c/dddddddddd) " * length,
    "all limits at once": lambda length: (
        "- *x* <&\n" * 395 + "- <>xxxxxxxxxxxxxxxxxxx&\n" * 570 + "x" * length
    ),
    "addresses and signs": lambda length: "a<b&http://b.c/&amp;dddd " * 750 + "x" * length,
    "heading that trails off": lambda length: "# a" + " " * length,
    "rule that trails off": lambda length: "---" + " " * (length - 4) + "x",
    "bullet that trails off": lambda length: "-" + " " * (length - 2) + "x",
    "quotation that trails off": lambda length: ">" + " " * (length - 2) + "x",
    "emphasis that trails off": lambda length: "*" + "a " * length,
    "strong that trails off": lambda length: "**" + "a* *b" * length,
    "link that trails off": lambda length: "[a](http://b/" + "(" * length,
    "host that trails off": lambda length: "http://" + "a." * length,
    "foreign host that trails off": lambda length: "http://" + "\u00e9" * length,
    "addresses that are none": lambda length: "a://" * 900 + "http://b.c/" + "d" * length,
}


def hostile(length: int) -> dict[str, str]:
    """Return every shape by name, cut to `length` characters."""
    texts = {name: part * (length // len(part) + 1) for name, part in _REPEATED.items()}
    texts |= {name: build(length) for name, build in _BUILT.items()}
    return {name: text[:length] for name, text in texts.items()}
