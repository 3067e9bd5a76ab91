"""Thousands of texts that try to run, to load or to disguise, made by a grammar of what has worked elsewhere."""

import random
from itertools import product

from tests.relationships.test_prose import ELEMENTS, PAYLOADS, SCHEMES, TARGETS, WRAPPINGS

HIT = "hit()"
"""What each of them would run; a page that listens defines it."""

TAGS = [
    "a",
    "abbr",
    "audio",
    "base",
    "body",
    "button",
    "canvas",
    "details",
    "div",
    "embed",
    "form",
    "frameset",
    "iframe",
    "img",
    "input",
    "isindex",
    "keygen",
    "link",
]
TAGS += [
    "marquee",
    "math",
    "meta",
    "object",
    "p",
    "plaintext",
    "script",
    "select",
    "source",
    "style",
    "svg",
    "table",
    "template",
    "textarea",
    "title",
    "track",
    "video",
]
TAGS += [
    "x-y",
    "xmp",
    "noscript",
    "noembed",
    "listing",
    "animate",
    "set",
    "use",
    "foreignobject",
    "mglyph",
    "annotation-xml",
    "image",
]
EVENTS = [
    "onload",
    "onerror",
    "onclick",
    "onmouseover",
    "onfocus",
    "ontoggle",
    "onbegin",
    "onstart",
    "onpointerenter",
    "onanimationstart",
]
EVENTS += [
    "onwheel",
    "oncopy",
    "onscroll",
    "onbeforetoggle",
    "onauxclick",
    "onsearch",
    "onmouseenter",
    "ontransitionend",
]
ADDRESSES = [
    "src",
    "href",
    "action",
    "formaction",
    "data",
    "poster",
    "background",
    "xlink:href",
    "srcdoc",
    "srcset",
]
SPACES = [" ", "\n", "\t", "/", "\x0c", " / "]
QUOTES = ['"{}"', "'{}'", "{}", "`{}`"]
RUNS = [
    f"javascript:{HIT}",
    f"JaVaScRiPt:{HIT}",
    f"java\tscript:{HIT}",
    f" javascript:{HIT}",
    f"javascript&colon;{HIT}",
]
RUNS += [
    f"&#106;avascript:{HIT}",
    f"data:text/html,<script>{HIT}</script>",
    f"vbscript:{HIT}",
    f"\x01javascript:{HIT}",
]
RUNS += [
    f"javascript://x%0a{HIT}",
    f"jav&#x0A;ascript:{HIT}",
    f"javascript\u200b:{HIT}",
    f"blob:{HIT}",
    f"view-source:{HIT}",
]
LOADS = [
    "https://evil.example/x",
    "//evil.example/x",
    "http:evil.example",
    "/\\evil.example",
    "https:///evil.example",
]
BREAKS = [
    "{}",
    "<!--{}-->",
    "<!--><{}",
    "</p>{}",
    '">{}',
    "'>{}",
    "</textarea>{}",
    "</style>{}",
    "</script>{}",
    "<b>{}</b>",
]
BREAKS += [
    "<svg>{}</svg>",
    "<math><mtext>{}",
    "<select>{}",
    "<table>{}",
    "<noscript>{}",
    "<svg><style>{}",
    "<![CDATA[{}]]>",
]
BREAKS += [
    "`{}`",
    "*{}*",
    "[{}](http://a.b)",
    "[x]({})",
    "![x]({})",
    "> {}",
    "- {}",
    "1. {}",
    "# {}",
    "    {}",
    "\\{}",
    "&{};",
]


def _made(dice: random.Random) -> str:
    tag, space, quote = dice.choice(TAGS), dice.choice(SPACES), dice.choice(QUOTES)
    kind = dice.randrange(6)
    if kind == 0:
        inner = f"<{tag}{space}{dice.choice(EVENTS)}={quote.format(HIT)}>"
    elif kind == 1:
        inner = f"<{tag}{space}{dice.choice(ADDRESSES)}={quote.format(dice.choice(RUNS + LOADS))}>x</{tag}>"
    elif kind == 2:
        inner = f"<{dice.choice(['script', 'ScRiPt', 'script/x', 'scr<script>ipt'])}>{HIT}</script>"
    elif kind == 3:
        inner = dice.choice(TARGETS).replace("{}", dice.choice(RUNS + LOADS))
    elif kind == 4:
        inner = f"<style>@import '{dice.choice(LOADS)}';*{{background:url({dice.choice(LOADS)})}}</style>"
    else:
        inner = f"<{tag}{space}style={quote.format(f'background:url({dice.choice(LOADS)})')}{space}autofocus tabindex=1>"
    for _depth in range(dice.randrange(3)):
        inner = dice.choice(BREAKS).replace("{}", inner)
    return inner


def payloads(count: int) -> list[str]:
    """So many of them, always the same ones, none of them twice."""
    dice = random.Random(1)
    made = dict.fromkeys(payload.replace("alert(1)", HIT) for payload in PAYLOADS)
    made |= dict.fromkeys(
        wrap.replace("{}", inner.replace("alert(1)", HIT))
        for wrap, inner in product(BREAKS, [*ELEMENTS, *SCHEMES])
    )
    made |= dict.fromkeys(wrap.replace("{}", element) for wrap, element in product(WRAPPINGS, ELEMENTS))
    known = list(made)
    dice.shuffle(known)
    while len(made) < count:
        made[_made(dice)] = None
    fresh = [payload for payload in made if payload not in set(known)]
    mixed = known + fresh
    dice.shuffle(mixed)
    return mixed[:count]
