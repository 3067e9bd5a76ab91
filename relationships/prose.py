"""Typed words in, safe HTML out.

People may write Markdown; nobody has to. So the rule behind every choice here is that a sign somebody typed
is shown unless it is plainly markup, and that no letter or digit is ever lost: where the converter would lose
one, cost too much, fail, or make HTML outside the list below, the words are shown escaped, as typed.

    typed -> a linear look at the shape -> Markdown -> bleach -> our own reading of the result -> HTML

Only this module imports markdown or bleach; nothing outside knows which converter or sanitiser there is.
The reasons are in docs/decisions/0003-markdown-and-bleach-tamed.md.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from enum import StrEnum
from html import escape
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple, TypeAlias
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement

from bleach._vendor import html5lib  # type: ignore[import-not-found]
from bleach.sanitizer import Cleaner
from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import (
    BlockProcessor,
    BlockQuoteProcessor,
    EmptyBlockProcessor,
    HashHeaderProcessor,
    ListIndentProcessor,
    OListProcessor,
    ParagraphProcessor,
    UListProcessor,
)
from markdown.inlinepatterns import InlineProcessor, SimpleTagInlineProcessor
from markdown.preprocessors import NormalizeWhitespace
from markdown.treeprocessors import InlineProcessor as InlineTreeprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString, Registry

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT: Final = 20_000
"""The most an entry may hold, in characters (code points), newlines counted as one."""

VERSION: int = 1
"""Of the renderer. Kept beside derived HTML, which is thrown away when this number grows."""


# What may be typed ------------------------------------------------------------------------------------------


class Fault(StrEnum):
    """Why typed text cannot be kept. The words for a person belong to the form."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL = "control"
    SURROGATE = "surrogate"
    BIDI = "bidi"


_CONTROL: Final = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
_SURROGATE: Final = r"\ud800-\udfff"
# Embeddings, overrides and isolates can make a line read in another order than it was written in
# (CVE-2021-42574). The marks U+200E, U+200F and U+061C only steer their neighbours; scripts need them.
_BIDI: Final = r"\u202a-\u202e\u2066-\u2069"

_REFUSED: Final = (
    (Fault.SURROGATE, re.compile(f"[{_SURROGATE}]")),
    (Fault.CONTROL, re.compile(f"[{_CONTROL}]")),
    (Fault.BIDI, re.compile(f"[{_BIDI}]")),
)
_UNSHOWABLE: Final = re.compile(f"[{_SURROGATE}{_CONTROL}{_BIDI}]")

_INVISIBLE_KINDS: Final = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
# Letters and signs that draw nothing: the joiner, Hangul and Khmer fillers, the empty Braille cell, variation
# selectors.
_BLANK: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)


def normalise_newlines(text: str) -> str:
    """Write each line end as one LF: CRLF, which browsers send, and lone CR.

    This is the only change ever made to typed text, and this is the one place that makes it.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n")


def fault(text: str) -> Fault | None:
    """Say why typed text cannot be kept, or None if it can.

    Line ends are read as `normalise_newlines` writes them.
    """
    text = normalise_newlines(text)
    for found, pattern in _REFUSED:
        if pattern.search(text):
            return found
    if not any(_draws_something(character) for character in text):
        return Fault.EMPTY
    return Fault.TOO_LONG if len(text) > LIMIT else None


def _draws_something(character: str) -> bool:
    return unicodedata.category(character) not in _INVISIBLE_KINDS and not _BLANK.match(character)


# What is shown ----------------------------------------------------------------------------------------------


class Rendered(NamedTuple):
    """What `render` and `visible` return for one text."""

    html: str
    words: str


def rendered(text: str) -> Rendered:
    """Return what `render` and what `visible` return, from one conversion, which is nearly all that each costs."""
    shown = _showable(text)
    document = _convert(shown)
    if document is None:
        return Rendered(_as_typed(shown), shown.strip())
    return Rendered(document.html, _written(document.tree))


Shown: TypeAlias = tuple[str, Rendered]
"""A text, and what is kept as made from it."""


def is_made_from(shown: Shown) -> bool:
    text, kept = shown
    return rendered(text) == kept


def are_made_from(shown: list[Shown]) -> list[bool]:
    """For each whether what is kept was made from its text. Any process can tell: it takes no database."""
    return [is_made_from(one) for one in shown]


def render(text: str) -> str:
    """Return typed text as safe HTML, for `mark_safe` in one template tag and nowhere else.

    Never raises, whatever the text. Up to `LIMIT` characters it costs less than half a second of CPU; longer
    text is shown by `plain`.
    """
    return rendered(text).html


def plain(text: str) -> str:
    """Return typed text as safe HTML without reading any markup in it; paragraphs and line breaks stay."""
    return _as_typed(_showable(text))


def visible(text: str) -> str:
    """Return the words of the rendered text without HTML, blocks apart by an empty line.

    For exports and for searching: numbers, bullets and quote marks are written out, and a link's whole target
    stands where the page names its host, since paper cannot be clicked.
    """
    return rendered(text).words


def excerpt(text: str, limit: int) -> tuple[str, bool]:
    """`cut` of the visible text: at most `limit` characters of it, and whether something was left out."""
    return cut(visible(text), limit)


def cut(words: str, limit: int) -> tuple[str, bool]:
    """Cut words that `visible` made to at most `limit` characters, and say whether something was left out.

    They end with a sentence or a line if one ends in the second half of the room, else with a word, else
    between two characters as a reader counts them.
    """
    if len(words) <= limit:
        return words, False
    end = _sentence_end(words, limit) or _word_end(words, limit) or _character_end(words, limit)
    return words[:end].rstrip(), True


def _showable(text: str) -> str:
    """Put U+FFFD for what `fault` refuses: text kept by another way neither misleads nor breaks a page."""
    return _UNSHOWABLE.sub("\ufffd", normalise_newlines(text))


def _as_typed(shown: str) -> str:
    paragraphs = re.split(r"\n(?:[ \t]*\n)+", shown.strip())
    lines = (escape(paragraph.strip()).replace("\n", "<br>\n") for paragraph in paragraphs)
    return "\n".join(f'<p dir="auto">{paragraph}</p>' for paragraph in lines if paragraph)


class _Document(NamedTuple):
    html: str
    tree: Element


def _convert(shown: str) -> _Document | None:
    """Return the converted text, or None if it has to be shown as typed."""
    if _may_cost(shown):
        return None
    try:
        html = _tools.cleaner.clean(_tools.converter.reset().convert(shown)).strip()
        tree = _reread(html)
    except Exception:
        # Words are never hidden because a renderer failed. A converter that stopped half-way keeps its state,
        # so this thread gets new ones.
        _tools.renew()
        return None
    return _Document(html, tree) if tree is not None and _keeps(shown, tree) else None


class _Tools(threading.local):
    """One converter, sanitiser and parser a thread: each keeps state while it works, and is dear to build."""

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        self.converter = _Converter(output_format="html")
        self.cleaner = Cleaner(tags=_TAGS, attributes=_permits, protocols={"http", "https", "mailto"})
        # strict: HTML that a browser would have to repair is not ours.
        self.parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)


# The list ---------------------------------------------------------------------------------------------------

_HEADINGS: Final = frozenset({"h3", "h4", "h5", "h6"})
_BLOCKS: Final = frozenset({"p", "blockquote", "ul", "ol", "li", "hr"}) | _HEADINGS
_TAGS: Final = _BLOCKS | {"br", "em", "strong", "code", "a"}

_REL: Final = "nofollow noopener noreferrer"

_HOST: Final = r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?"
# Printable ASCII only, and no sign that two parsers of addresses read differently: no user:password@ before
# the host, no backslash, no quote. bleach alone would let `javascript:123` through.
_WEB: Final = re.compile(
    rf"https?://({_HOST})(?::[0-9]{{1,5}})?(?:[/?#][!#-&(-;=?-\[\]^_a-z{{|}}~]*)?", re.A | re.I
)
_MAIL: Final = re.compile(rf"mailto:([a-z0-9._+-]+@{_HOST})", re.A | re.I)
_LONGEST_ADDRESS: Final = 2_000


def _permits(tag: str, attribute: str, value: str) -> bool:
    """The whole list of attributes; asked by bleach on the way out and by `_reread` after it."""
    match attribute:
        case "dir":
            return tag in _BLOCKS and value in {"auto", "ltr", "rtl"}
        case "value":
            return tag == "li" and re.fullmatch("[0-9]{1,9}", value) is not None
        case "rel":
            return tag == "a" and value == _REL
        case "href":
            return tag == "a" and bool(_WEB.fullmatch(value) or _MAIL.fullmatch(value))
    return False


def _reread(html: str) -> Element | None:
    """Parse HTML as a browser does and return its tree, or None if anything in it is outside the list."""
    tree: Element = _tools.parser.parseFragment(html)
    for element in list(tree.iter())[1:]:
        if element.tag not in _TAGS or not all(
            _permits(element.tag, name, value) for name, value in element.items()
        ):
            return None
    return tree


# Signs that may vanish because they were read as markup. Any other sign, letter or digit has to be seen.
_MARKS: Final = frozenset("*_`#>-[]()")


def _keeps(shown: str, tree: Element) -> bool:
    rest = iter(_written(tree, every_target=True))
    return all(sign in rest for sign in shown if sign not in _MARKS and not sign.isspace())


# What would cost --------------------------------------------------------------------------------------------

# Each line, list item and emphasis is an element, and elements are what costs time; each of & < > is a token.
# Prose of this length has a few hundred lines, a few dozen marks, and hardly a sign that HTML has to escape.
_COSTLY: Final = (
    (re.compile(r"\n"), 1_000),
    (re.compile(r"\*+|_+|`+|\]\(|://"), 800),
    (re.compile(r"[&<>]"), 2_500),
)
# Nesting recurses. Nobody quotes a quotation six deep, or sets a list into a list into a list that often.
_DEEP: Final = re.compile(
    r"^[ \t]*+(?:(?:>|[*-][ \t]|[0-9]{1,9}\.[ \t])[ \t]*+){6}"  # by marks on one line
    r"|^(?:[ ]{4}|[ ]{0,3}\t){6,}+[ ]*+[>*0-9-]",  # by indenting
    re.MULTILINE,
)


def _may_cost(shown: str) -> bool:
    """Look once over the text, in linear time, for a shape that the converter might take long over."""
    return (
        len(shown) > LIMIT
        or _DEEP.search(shown) is not None
        or any(len(pattern.findall(shown)) > most for pattern, most in _COSTLY)
    )


# Addresses --------------------------------------------------------------------------------------------------


class _Address(NamedTuple):
    href: str
    """Printable ASCII, within the list."""
    host: str
    """What a reader has to know before following it: the host in ASCII (punycode), or the mail address."""


_PARTS: Final = re.compile(r"(https?://)([^/?#:@\\\s]+)(.*)", re.I)


def _address(typed: str) -> _Address | None:
    """Read a typed address; None if it is not one that may be followed."""
    if len(typed) > _LONGEST_ADDRESS:
        return None
    href = typed if typed.isascii() else _in_ascii(typed)
    if found := _WEB.fullmatch(href) or _MAIL.fullmatch(href):
        return _Address(href, found[1].lower())
    return None


def _in_ascii(typed: str) -> str:
    """Write an address as browsers send it, the host in punycode; "" where that cannot be done."""
    if not (parts := _PARTS.fullmatch(typed)):
        return ""
    scheme, host, rest = parts.groups()
    try:
        return scheme + host.encode("idna").decode("ascii") + quote(rest, safe="/?#[]@!$&()*+,;=:%~")
    except UnicodeError:
        return ""


def _aside(text: str, href: str) -> str:
    """What is written after a link so that its words cannot disguise where it leads: nothing, or the host."""
    address = _address(href)
    bare = re.sub(r"^(?:https?://|mailto:)", "", href, flags=re.I).rstrip("/")
    if address is None or text.strip().rstrip("/").lower() in {href.rstrip("/").lower(), bare.lower()}:
        return ""
    return f" ({address.host})"


# Inline marks -----------------------------------------------------------------------------------------------


def _emphasis(mark: str, tag: str) -> SimpleTagInlineProcessor:
    """Emphasis around whole words within a line; inside a word or a sum, 2*3*4, a star is a star."""
    one = re.escape(mark[0])
    signs = re.escape(mark)
    inside = rf"[^{one}\n]" if len(mark) == 1 else rf"(?:[^{one}\n]|(?<!{one}){one}(?!{one}))"
    before = rf"(?<![^\W_])(?<![)\]}}%\\{one}])"
    after = rf"(?![^\W_])(?![(\[{{{one}])"
    return SimpleTagInlineProcessor(
        rf"{before}({signs})(?![\s{one}])({inside}+?)(?<![\s{one}]){signs}{after}", tag
    )


_Match: TypeAlias = tuple[Element | None, int | None, int | None]
"""What took the place of a match, where it starts and where it ends; three times None for nothing."""


class _Code(InlineProcessor):
    """`as it is`, between one, two or three backticks on one line."""

    def __init__(self) -> None:
        super().__init__(r"(?<!`)(`{1,3})(?!`)([^`\n]+)\1(?!`)")

    def handleMatch(self, m: re.Match[str], data: str) -> _Match:  # type: ignore[override]
        code = Element("code")
        code.text = AtomicString(m[2])
        return code, m.start(), m.end()


class _Link(InlineProcessor):
    """[words](address). No titles and no references: they would take words off the page."""

    def __init__(self) -> None:
        super().__init__(r"\[([^\[\]\n]+)\]\(((?:[^\s()<>]|\([^\s()<>]*\))+)\)")

    def handleMatch(self, m: re.Match[str], data: str) -> _Match:  # type: ignore[override]
        # The target is out of sight here, so it has to be ASCII as typed; others stay on the page in full.
        address = _address(m[2]) if m[2].isascii() and m[1].strip() else None
        if address is None:
            return None, None, None
        link = Element("a", href=address.href, rel=_REL)
        link.text = m[1]
        return link, m.start(), m.end()


class _BareAddress(InlineProcessor):
    """https://… as typed can be followed; what it shows is where it leads."""

    ANCESTOR_EXCLUDES = ("a",)
    AFTER: Final = ".,;:!?…'\"’”»)]}*_。，、！？；：）」"

    def __init__(self) -> None:
        super().__init__(r"(?<![^\W_])[Hh][Tt][Tt][Pp][Ss]?://[^\s<>\x02\x03]+")

    def handleMatch(self, m: re.Match[str], data: str) -> _Match:  # type: ignore[override]
        typed = m[0].rstrip(self.AFTER)
        if m[0].startswith(typed + ")") and typed.count("(") > typed.count(")"):
            typed += ")"
        address = _address(typed)
        if address is None:
            return None, None, None
        link = Element("a", href=address.href, rel=_REL)
        link.text = AtomicString(typed)
        return link, m.start(), m.start() + len(typed)


# Blocks -----------------------------------------------------------------------------------------------------


class _Heading(HashHeaderProcessor):
    """# and a space. "#3 on the list" and "#tired" are what they are; underlined titles stay as typed."""

    RE = re.compile(r"(?:^|\n)(?P<level>#{1,6})[ ]+(?P<header>[^ \n][^\n]*)(?:\n|$)")


class _Rule(BlockProcessor):
    """Three or more dashes, stars or underscores that stand alone between empty lines."""

    RE: Final = re.compile(r"[ ]{0,3}([-*_])(?:[ ]*+\1){2,}+[ ]*\n*")

    def test(self, parent: Element, block: str) -> bool:
        return self.RE.fullmatch(block) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        blocks.pop(0)
        SubElement(parent, "hr")


class _Quote(BlockQuoteProcessor):
    """> before words. Before a number it says "more than", and "> 140" must never lose that."""

    RE = re.compile(r"(^|\n)[ ]{0,3}>(?=[ >\n]|[^\W\d_]|$)(?![ ]*+[^\w\s>]?[ ]*+\d)[ ]?(.*)")


class _Bullets(UListProcessor):
    """- or *. Not +: "+ fever" beside "- rash" means present and absent, and such blocks stay as typed."""

    SIBLING_TAGS: ClassVar = ["ul"]
    PLUS: Final = re.compile(r"^[ ]*\+", re.MULTILINE)

    def __init__(self, parser: BlockParser) -> None:
        super().__init__(parser)
        self.RE = re.compile(r"^[ ]{0,3}[*-][ ]+(?![*-][ ])(.*)")
        self.CHILD_RE = re.compile(r"^[ ]{0,3}(([*-]))[ ]+(?![*-][ ])(.*)")

    def test(self, parent: Element, block: str) -> bool:
        return super().test(parent, block) and not self.PLUS.search(block)


class _Numbers(OListProcessor):
    """1. and so on, each shown with the number it was typed with."""

    SIBLING_TAGS: ClassVar = ["ol"]

    def __init__(self, parser: BlockParser) -> None:
        super().__init__(parser)
        # No leading zero and nine digits at most, so that `value` shows what was typed.
        # "3. 5. 2026" is a date.
        number = r"^[ ]{0,3}((0|[1-9][0-9]{0,8})\.)[ ]+(?![0-9]+\.(?:[ ]|$))(.*)"
        self.RE = re.compile(number)
        self.CHILD_RE = re.compile(number)

    def run(self, parent: Element, blocks: list[str]) -> None:
        numbers = [found[2] for line in blocks[0].split("\n") if (found := self.CHILD_RE.match(line))]
        super().run(parent, blocks)
        items = list(parent if parent.tag in {"ol", "ul"} else parent[-1])
        for item, number in zip(items[-len(numbers) :], numbers, strict=True):
            item.set("value", number)


# After Markdown ---------------------------------------------------------------------------------------------


class _Finish(Treeprocessor):
    """Line breaks, the outline, links and directions: what is ours in the tree, before it becomes text."""

    def run(self, root: Element) -> None:
        for element in list(root.iter()):
            _break_lines(element)
        _set_outline(root)
        for link in root.iter("a"):
            link.tail = _aside("".join(link.itertext()), link.get("href", "")) + (link.tail or "")
        for element in root.iter():
            if element.tag in _BLOCKS and element.tag != "hr":
                element.set("dir", _direction(element))
            if element.tag in _BLOCKS or element.tag == "br":
                element.tail = "\n" + (element.tail or "")
        for element in root.iter():
            _escape_ampersands(element)


def _break_lines(element: Element) -> None:
    """A line break typed is a line break shown."""
    children = list(element)
    del element[:]
    element.text, *lines = (element.text or "").split("\n")
    _append_lines(element, lines)
    for child in children:
        element.append(child)
        child.tail, *lines = (child.tail or "").split("\n")
        _append_lines(element, lines)


def _append_lines(element: Element, lines: list[str]) -> None:
    for line in lines:
        SubElement(element, "br").tail = line


def _set_outline(root: Element) -> None:
    """Headings start at h3, under the page's own, and never skip a level downwards, whatever was typed."""
    above = 2
    for element in root.iter():
        if re.fullmatch("h[1-6]", element.tag):
            above = min(int(element.tag[1]) + 2, above + 1, 6)
            element.tag = f"h{above}"


def _direction(element: Element) -> str:
    """`auto` where words are set; where only blocks are, the direction of the first word.

    A browser that works out `auto` skips children which have a direction of their own, so a list of Hebrew
    lines would otherwise have its bullets on the wrong side.
    """
    holds_blocks = len(element) and element[0].tag in _BLOCKS and not (element.text or "").strip()
    if not holds_blocks:
        return "auto"
    kinds = (unicodedata.bidirectional(sign) for text in element.itertext() for sign in text)
    first = next((kind for kind in kinds if kind in {"L", "R", "AL"}), None)
    return "auto" if first is None else "ltr" if first == "L" else "rtl"


def _escape_ampersands(element: Element) -> None:
    """Markdown's serialiser leaves `&amp;` as it is; somebody who typed it wants to see it."""
    element.text = (element.text or "").replace("&", "&amp;")
    element.tail = (element.tail or "").replace("&", "&amp;")
    if "href" in element.attrib:
        element.set("href", element.attrib["href"].replace("&", "&amp;"))


class _Converter(Markdown):
    """Python-Markdown with the constructs named here and no others.

    A list of what is in, not of what is out: raw HTML, entities, images, references, titles, backslashes,
    indented code and underlined headings cannot come back with a new release.
    """

    def build_parser(self) -> _Converter:
        self.preprocessors = Registry()
        self.preprocessors.register(NormalizeWhitespace(self), "white space", 10)
        self.parser = BlockParser(self)
        self.inlinePatterns = Registry()
        for place, pattern in enumerate(reversed(list(_inline_patterns()))):
            self.inlinePatterns.register(pattern, str(place), place)
        blocks = (
            EmptyBlockProcessor,
            ListIndentProcessor,
            _Heading,
            _Rule,
            _Numbers,
            _Bullets,
            _Quote,
            ParagraphProcessor,
        )
        for place, block in enumerate(reversed(blocks)):
            self.parser.blockprocessors.register(block(self.parser), block.__name__, place)
        self.treeprocessors = Registry()
        self.treeprocessors.register(InlineTreeprocessor(self), "inline", 20)
        self.treeprocessors.register(_Finish(self), "finish", 10)
        self.postprocessors = Registry()
        return self


def _inline_patterns() -> Iterator[InlineProcessor]:
    yield _Code()
    yield _Link()
    yield _BareAddress()
    for mark, tag in (("**", "strong"), ("__", "strong"), ("*", "em"), ("_", "em")):
        yield _emphasis(mark, tag)


# Reading the result back ------------------------------------------------------------------------------------


def _written(node: Element, *, every_target: bool = False) -> str:
    """Write the tree as text: what a reader sees, with marks on paper for the marks on the page."""
    return _tidy("".join(_pieces(node, every_target)))


def _tidy(words: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", words).strip()


def _pieces(node: Element, every_target: bool) -> Iterator[str]:
    # Each line break is an element, so a newline in the text of the HTML is only there to make it legible.
    yield (node.text or "").replace("\n", "")
    for child in node:
        tail = (child.tail or "").replace("\n", "")
        inner = "".join(_pieces(child, every_target))
        if child.tag == "a":
            href = child.get("href", "")
            aside = _aside(inner, href)
            tail = tail.removeprefix(aside)
            inner += f" ({href})" if aside or every_target else ""
        yield _as_written(child, inner)
        yield tail


def _as_written(element: Element, inner: str) -> str:
    match element.tag:
        case "br":
            return "\n"
        case "hr":
            return "\n\n---\n\n"
        case "li":
            number = element.get("value")
            return "\n" + _hang(_tidy(inner), "- " if number is None else f"{number}. ")
        case "blockquote":
            return "\n\n" + "\n".join(f"> {line}".rstrip() for line in _tidy(inner).split("\n")) + "\n\n"
        case tag if tag in _BLOCKS:
            return f"\n\n{inner}\n\n"
    return inner


def _hang(words: str, mark: str) -> str:
    """Set the mark before the first line and indent the others under it."""
    first, *rest = words.split("\n")
    indent = " " * len(mark)
    return "\n".join([mark + first, *(indent + line if line else "" for line in rest)])


# Where to cut -----------------------------------------------------------------------------------------------

# A full stop after a digit may be the number of a list item.
_SENTENCE_END: Final = re.compile(r"(?:(?<![0-9])[.!?…؟।]+[\"'”’»)\]]*(?=\s)|[。！？]+|(?=\n))")
_VIRAMA: Final = 9
"""The canonical combining class of the signs that tie two Indic consonants into one."""


def _sentence_end(words: str, limit: int) -> int:
    """Return where the last whole sentence in the room ends, or 0."""
    end = 0
    for found in _SENTENCE_END.finditer(words, limit // 2, limit + 2):
        # Lower case goes on with the sentence: "e.g. at night".
        follows = words[found.end() : found.end() + 3].lstrip(" ")
        if found.end() <= limit and not follows[:1].islower():
            end = found.end()
    return end


def _word_end(words: str, limit: int) -> int:
    return next((at for at in range(limit, limit // 2, -1) if words[at].isspace()), 0)


def _character_end(words: str, limit: int) -> int:
    # Where one character in the reader's sense is wider than the room, something has to give.
    return next((at for at in range(limit, 0, -1) if not _splits_a_character(words, at)), limit)


def _splits_a_character(words: str, at: int) -> bool:
    before, after = words[at - 1], words[at]
    return (
        unicodedata.category(after).startswith("M")
        or "\u200d" in (before, after)
        or unicodedata.combining(before) == _VIRAMA
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or "\U000e0020" <= after <= "\U000e007f"
        or "\u1160" <= after <= "\u11ff"
        or _splits_a_flag(words, at)
    )


def _splits_a_flag(words: str, at: int) -> bool:
    """Flags are pairs of letters, so an odd number of them before the cut leaves one alone."""
    indicators = re.search("[\U0001f1e6-\U0001f1ff]*$", words[max(0, at - 64) : at])
    return (
        "\U0001f1e6" <= words[at] <= "\U0001f1ff" and indicators is not None and len(indicators[0]) % 2 == 1
    )


_tools: Final = _Tools()
