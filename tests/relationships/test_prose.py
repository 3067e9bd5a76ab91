"""What people type stays readable, harms nobody, and costs little to show."""

from __future__ import annotations

import re
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from itertools import product
from typing import Any

import bleach
import markdown
import pytest
from bleach._vendor import html5lib  # type: ignore[import-not-found]
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown.blockprocessors import ParagraphProcessor

from relationships import prose
from tests.cost import cpu
from tests.relationships.prose_hostile import hostile

BLOCKS = {"p", "blockquote", "ul", "ol", "li", "h3", "h4", "h5", "h6"}
TAGS = BLOCKS | {"hr", "br", "em", "strong", "code", "a"}


# Two readers that share nothing with the module under test --------------------------------------------------


class _Reader(HTMLParser):
    """The words of HTML as a page sets them, with list numbers and link targets where they stand."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words = ""
        self.target = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in BLOCKS or tag in {"br", "hr"}:
            self.words += "\n"
        if tag == "li":
            self.words += f"{given['value']}. " if "value" in given else "- "
        self.target = given.get("href") or self.target

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.words += f"<<{self.target}>>"

    def handle_data(self, data: str) -> None:
        self.words += data.replace("\n", "")


def seen(html: str, *, targets: bool = False) -> str:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    words = reader.words if targets else re.sub(r"<<.*?>>", "", reader.words)
    return re.sub(r"\n+", "\n", re.sub(r"(?m)^(-|[0-9]+\.) \n+", r"\1 ", words)).strip()


def outside_the_list(html: str) -> list[str]:
    """Name everything in the HTML that may not be there, as a browser would read it, three times over."""
    found = []
    for _ in range(3):
        tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
        for element in tree.iter():
            if element.tag == "DOCUMENT_FRAGMENT":
                continue
            if element.tag not in TAGS:
                found.append(f"<{element.tag}>")
            found += [
                f"{name}={value}" for name, value in element.items() if not allowed(element.tag, name, value)
            ]
        again = html5lib.serialize(tree, quote_attr_values="always", omit_optional_tags=False)
        if seen(again) != seen(html):
            found.append("changes when parsed again")
        html = again
    return found


def allowed(tag: Any, name: str, value: str) -> bool:
    return {
        "href": tag == "a"
        and bool(re.match(r"(https?://[a-z0-9]|mailto:[a-z0-9._+-]+@)[!-~]*\Z", value, re.I | re.A)),
        "rel": tag == "a" and value == "nofollow noopener noreferrer",
        "dir": tag in BLOCKS and value in {"auto", "ltr", "rtl"},
        "value": tag == "li" and value.isascii() and value.isdigit(),
    }.get(name, False)


def in_order(wanted: str, text: str) -> bool:
    rest = iter(text)
    return all(sign in rest for sign in wanted)


def letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


# What is typed is what is seen ------------------------------------------------------------------------------

AS_TYPED = [
    "Slept badly again.",
    "I wrote <private> about mum",
    "if x<y and y>z then stop",
    "pain<now and later>before",
    "a <!-- b --> c",
    "<b>not bold</b>",
    "<script>alert(1)</script>",
    "&amp; stays &amp;",
    "&lt;3 and &#65; and &nbsp; and &copy;",
    "AT&T, R&D; Q&A",
    "take 2*3*4 mg",
    "(2)*3*(4) = 24",
    "2 * 3 * 4",
    "5*x and y*5",
    "snake_case_name and _private",
    "**** off, he said",
    "***all three***",
    "7) b",
    "1) a\n7) b\n2) c",
    "[a]: http://x",
    "[1] the first note",
    "- [ ] and [x]",
    "![alt](javascript:alert(1))",
    "[click](javascript:alert(1))",
    "[click](java\tscript:alert(1))",
    "[click](data:text/html,x)",
    "[click](//example.org)",
    "[click](/admin/)",
    "[click](#top)",
    "[pay](https://paypal.com@example.org/)",
    "[pay](https://example.org\\@paypal.com/)",
    '[title](https://example.org "stays")',
    "[](https://example.org)",
    "> 140 systolic since Monday",
    ">5 days of fever",
    "BP was\n> 140/90 twice",
    ">= 3 tablets",
    ">:( not today",
    "-5 °C outside",
    "+ fever\n- rash\n+ cough",
    "- rash\n+ fever",
    "3. 5. 2026 blood test",
    "10. 5. 2026",
    "007. agent",
    "#tired #hopeful",
    "#3 on the list",
    "Title\n=====",
    "Title\n-----",
    "Weight:\n- 2 kg this week",
    "C:\\Users\\ada \\*not a star\\*",
    "¯\\_(ツ)_/¯",
    "`unclosed and ``uneven```",
    "line one\nline two\nline three",
    "tab\tbetween",
    "שלום, איך ישנת?",
    "\u200fمرحبا (mg 5)",
    "日本語の**強調**です",
    "e\u0301 is not \u00e9",
    "👩🏽\u200d🔬 🏳️\u200d🌈 🇩🇪",
    "non\u00a0breaking and zero\u200bwidth",
    "line\u2028separator",
    "one | two | three\n--- | --- | ---",
    "Dr. Osei said: \"it's fine\" & left",
    "٣. ثلاثة",
]  # fmt: skip


@pytest.mark.parametrize("typed", AS_TYPED)
@pytest.mark.parametrize("show", [prose.render, prose.plain])
def test_typed_signs_are_shown_as_typed(show: Any, typed: str) -> None:
    expected = typed.expandtabs(4) if show is prose.render else typed
    assert seen(show(typed)) == expected


@pytest.mark.parametrize("typed", AS_TYPED)
def test_visible_text_is_what_was_typed(typed: str) -> None:
    assert prose.visible(typed) == typed.expandtabs(4)


def test_four_leading_spaces_are_no_code() -> None:
    assert prose.render("    indented by habit\nnext") == '<p dir="auto">indented by habit<br>\nnext</p>'


MARKUP = [
    ("*a*", "<em>a</em>"),
    ("_a_", "<em>a</em>"),
    ("**a b**", "<strong>a b</strong>"),
    ("__a__", "<strong>a</strong>"),
    ("**a *b* c**", "<strong>a <em>b</em> c</strong>"),
    ("_**a**_", "<em><strong>a</strong></em>"),
    ("(*a*), *b*.", "(<em>a</em>), <em>b</em>."),
    ("`2*3*4`", "<code>2*3*4</code>"),
    ("``&lt;``", "<code>&amp;lt;</code>"),
    ("> said\n> so", '<blockquote dir="ltr"><p dir="auto">said<br>\nso</p>\n</blockquote>'),
    (">said", '<blockquote dir="ltr"><p dir="auto">said</p>\n</blockquote>'),
    ("- a\n- b", '<ul dir="ltr"><li dir="auto">a</li>\n<li dir="auto">b</li>\n</ul>'),
    ("1. a\n7. b", '<li dir="auto" value="1">a</li>\n<li dir="auto" value="7">b</li>'),
    ("3. a\n\n3. b", '<p dir="auto">b</p>\n</li>'),
    ("- a\n    1. b", '<ol dir="ltr"><li dir="auto" value="1">b</li>'),
    ("a\n\n---\n\nb", '<p dir="auto">a</p>\n<hr>\n<p dir="auto">b</p>'),
    ("a\nb\n\nc", '<p dir="auto">a<br>\nb</p>\n<p dir="auto">c</p>'),
]


@pytest.mark.parametrize(("typed", "expected"), MARKUP)
def test_markdown_that_is_plainly_meant_is_read(typed: str, expected: str) -> None:
    assert expected in prose.render(typed)


@pytest.mark.parametrize("typed", ["1. a\n7. b", "0. none", "2026. a year", "3. a\n\n3. b\n\n1. c"])
def test_lists_keep_the_numbers_they_were_typed_with(typed: str) -> None:
    assert seen(prose.render(typed)) == typed.replace("\n\n", "\n")
    assert re.findall(r"\d+", prose.visible(typed)) == re.findall(r"\d+", typed)


def test_headings_stay_under_the_page_and_skip_no_level() -> None:
    html = prose.render("### Deep\n\n# Top\n\n##### Deeper\n\n###### Deepest\n\n## Second\n\ntext")
    assert re.findall(r"<h(\d)", html) == ["3", "3", "4", "5", "4"]
    assert prose.render("# One\ntext") == '<h3 dir="auto">One</h3>\n<p dir="auto">text</p>'


def test_a_list_of_right_to_left_lines_has_its_bullets_on_the_right() -> None:
    assert prose.render("- שלום\n- two").startswith('<ul dir="rtl"><li dir="auto">')
    assert prose.render("> مرحبا").startswith('<blockquote dir="rtl"><p dir="auto">')
    assert prose.render("- שלום\n\n- שלום").startswith('<ul dir="rtl"><li dir="rtl"><p dir="auto">')
    assert prose.render("- 1\n- 2").startswith('<ul dir="auto">')


PIECES = [
    *("a", "b1 ", "\n", "\n\n", "    ", "- ", "* ", "+ ", "> ", ">", "# ", "1. ", "7. ", "00. ", "*", "**"),
    *("_", "__", "`", "``", "[", "]", "(", ")", "[a](http://b.c)", "[HTTP://B.C](http://b.c)"),
    *("http://d.e/f", "http://é.b/ü", "<", "&", "&amp;", "<b>", "\\", "---", "===", "'", '"', "é", "א", "😀"),
    *("\u0301", "\u200d", "\t", "\u00a0", "mailto:a@b.c", "[m](mailto:a@b.c)", "\x02"),
    *("\x02klzzwxh:0000\x03", "\r", "\u2028", "٣. ", "\ufffe", "\ud800"),
]  # fmt: skip
typed_text = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))


@settings(max_examples=400, deadline=None)
@given(typed_text)
def test_every_letter_and_digit_typed_is_on_the_page(typed: str) -> None:
    # List numbers are shown by the list. The target of a link is its href; `visible` writes it out.
    assert in_order(letters(typed), seen(prose.render(typed), targets=True))
    assert in_order(letters(typed), seen(prose.plain(typed)))
    assert letters(prose.visible(typed)) or not letters(typed)


@settings(max_examples=400, deadline=None)
@given(typed_text)
def test_nothing_outside_the_list_is_ever_on_the_page(typed: str) -> None:
    html = prose.render(typed)
    assert outside_the_list(html) == []
    assert outside_the_list(prose.plain(typed)) == []
    assert html == prose.render(typed)
    html.encode("utf-8")


@settings(max_examples=300, deadline=None)
@given(typed_text)
def test_what_was_cleaned_stays_as_it_is_when_cleaned_again(typed: str) -> None:
    html = prose.render(typed)
    assert prose._tools.cleaner.clean(html).replace("&quot;", '"') == html.replace("&quot;", '"')


def test_no_letter_is_given_up_for_the_converter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prose._Converter, "convert", lambda self, source: "<p>if xz then stop</p>")
    assert prose.render("if x<y and y>z then stop") == prose.plain("if x<y and y>z then stop")


# Nobody's words run ----------------------------------------------------------------------------------------

SCHEMES = [
    *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "javascript:123", "javascript&colon;alert(1)"),
    *("vbscript:x", "java&#115;cript:alert(1)", "&#106;avascript:alert(1)", "java\u200bscript:alert(1)"),
    *("\x01javascript:alert(1)", "data:text/html;base64,PHNjcmlwdD4=", "data:image/svg+xml,x", "ftp://a.b"),
    *("file:///etc/passwd", "blob:x", "//evil.example", "https:evil.example", "http:/\\evil.example"),
    *("https://a.b\\@c.d", "https://a@b.c", "x:y", "https://a.b/\"onmouseover=alert(1)//"),
    *("https://a.b/'onmouseover=alert(1)//", "https://a.b/`x`", "http://[::1]"),
    *("https://a.b/<script>alert(1)</script>", "https://ſ.b", "httpſ://a.b", "mailto:a@b.c?cc=d@e.f"),
    *("https://"),
]  # fmt: skip
TARGETS = [
    *("[x]({})", "[x](<{}>)", '[x]({} "t")', "![x]({})", "[![x]({})]({})", "[x][1]\n\n[1]: {}", "<{}>", "{}"),
    *("({})", "[x]: {}", "**[x]({})**", "- [x]({})", "> [x]({})", "# [x]({})", "`[x]({})`", "[{}]({})"),
    *("[x]( {} )", "x{}"),
]  # fmt: skip
ELEMENTS = [
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>"),
    *("<iframe src=x></iframe>", "<a href='javascript:alert(1)'>x</a>", "<math><mi xlink:href='data:x'>"),
    *("<style>*{color:red}</style>", "<p onclick=alert(1)>x", "<form action=x><input>", "<base href=//e>"),
    *("<meta http-equiv=refresh>", "<!--><b>", "<noscript><p title='</noscript><img src=x>'>"),
    *("<svg></p><style><a id='</style><img src=1 onerror=x>'>", "</p><script>x</script>", "<![CDATA[<b>]]>"),
    *("<?php x ?>", "<scr<script>ipt>x</scr</script>ipt>", "<plaintext>", "<details open ontoggle=alert(1)>"),
    *("<video><source onerror=alert(1)>", "<a href=x style=x>", "<p dir=rtl>", "<li value=9>"),
    *("<br/onclick=x>", "<p/>", "<textarea><b>", "<select><b>", "<table><b>", "<template><b>", "<x-y>"),
]  # fmt: skip
WRAPPINGS = [
    *("{}", "*{}*", "**{}**", "`{}`", "``` \n{}\n```", "> {}", "- {}", "1. {}", "# {}", "    {}"),
    *("[{}](http://a.b)", "[x](http://a.b/{})", "http://a.b/{}", "a\n{}\nb", "\\{}", "[{}]: x"),
    *("_{}_\n\n---\n", "&{};", "{}\n===\n"),
]  # fmt: skip
PAYLOADS = [wrap.replace("{}", inner) for wrap, inner in product(TARGETS, SCHEMES)] + [
    wrap.replace("{}", inner) for wrap, inner in product(WRAPPINGS, ELEMENTS)
]


def test_no_payload_gets_outside_the_list() -> None:
    assert len(PAYLOADS) > 900
    assert {
        payload: found for payload in PAYLOADS if (found := outside_the_list(prose.render(payload)))
    } == {}


def test_every_payload_can_still_be_read() -> None:
    unread = [p for p in PAYLOADS if not in_order(letters(p), seen(prose.render(p), targets=True))]
    assert unread == []


def test_the_oracle_does_find_what_must_not_be_there() -> None:
    hits = [payload for payload in PAYLOADS if outside_the_list(markdown.markdown(payload))]
    assert len(hits) > 500
    for html in (
        "<script>x</script>",
        '<p onclick="x">x</p>',
        '<a href="javascript:1">x</a>',
        '<img src="x">',
    ):
        assert outside_the_list(html)


def test_the_list_is_checked_again_behind_bleach(monkeypatch: pytest.MonkeyPatch) -> None:
    escapes = (
        "<script>words</script>",
        '<a href="javascript:123">words</a>',
        '<p onclick="x">words</p>',
        "<p>words</p><!-- x -->",
        "<em>words",
        "words</div>",
    )
    for html in escapes:
        monkeypatch.setattr(bleach.Cleaner, "clean", lambda self, text, html=html: html)
        assert prose.render("*words*") == '<p dir="auto">*words*</p>'


def test_bleach_alone_is_given_the_same_list() -> None:
    cleaned = prose._tools.cleaner.clean(
        '<a href="javascript:123" onclick="x">a</a><img src="x"><p style="x">b</p>'
    )
    assert cleaned == '<a>a</a>&lt;img src="x"&gt;<p>b</p>'


# Links say where they lead ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("[the leaflet](https://nhs.uk/asthma?a=1&b=2)", "the leaflet (nhs.uk)"),
        ("[nhs.uk](https://nhs.uk/)", "nhs.uk"),
        ("[https://nhs.uk/a](https://nhs.uk/a)", "https://nhs.uk/a"),
        ("[https://nhs.uk](https://evil.example)", "https://nhs.uk (evil.example)"),
        ("[nhs.uk](http://nhs.uk.evil.example)", "nhs.uk (nhs.uk.evil.example)"),
        ("[see https://nhs.uk now](https://evil.example)", "see https://nhs.uk now (evil.example)"),
        ("[*so*](HTTPS://NHS.UK)", "so (nhs.uk)"),
        ("[write to me](mailto:ada@example.org)", "write to me (ada@example.org)"),
        ("[ada@example.org](mailto:ada@example.org)", "ada@example.org"),
        ("see https://nhs.uk/asthma.", "see https://nhs.uk/asthma."),
        ("http://аpple.com", "http://аpple.com (xn--pple-43d.com)"),
        ("https://ｎｈｓ.uk/x", "https://ｎｈｓ.uk/x (nhs.uk)"),
        ("[sign in](http://аpple.com/ü)", "[sign in](http://аpple.com/ü (xn--pple-43d.com))"),
    ],
)
def test_a_link_shows_its_host_unless_its_words_are_its_address(typed: str, words: str) -> None:
    html = prose.render(typed)
    assert html.count("<a ") == 1
    assert seen(html) == words


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        ("(https://nhs.uk/a)", "https://nhs.uk/a"),
        ("https://nhs.uk/Cortisol_(hormone)!", "https://nhs.uk/Cortisol_(hormone)"),
        ("[x](https://nhs.uk/Cortisol_(hormone))", "https://nhs.uk/Cortisol_(hormone)"),
        ("*https://nhs.uk/a_b_c*", "https://nhs.uk/a_b_c"),
        ("<https://nhs.uk>", "https://nhs.uk"),
        ("https://nhs.uk?a=1&copy=2", "https://nhs.uk?a=1&amp;copy=2"),
        ("https://nhs.uk/a&copy;b", "https://nhs.uk/a&amp;copy;b"),
        ("https://de.wikipedia.org/wiki/Übelkeit", "https://de.wikipedia.org/wiki/%C3%9Cbelkeit"),
    ],
)
def test_a_link_leads_where_it_says(typed: str, target: str) -> None:
    assert f'<a href="{target}" rel="nofollow noopener noreferrer">' in prose.render(typed)


def test_an_address_too_long_to_be_one_is_shown_as_typed() -> None:
    typed = "https://nhs.uk/" + "a" * 2_000
    assert prose.render(typed) == prose.plain(typed)
    assert "<a" not in prose.render("http://" + "é" * 64 + ".uk http://:é http://é..uk")


# Cost and failure -------------------------------------------------------------------------------------------

HOSTILE = hostile(prose.LIMIT)


@pytest.mark.parametrize("shape", HOSTILE)
def test_no_shape_costs_half_a_second(shape: str) -> None:
    typed = HOSTILE[shape]
    assert len(typed) > 0.9 * prose.LIMIT
    for show in (prose.render, prose.visible, prose.plain, prose.fault):
        assert cpu(show, typed, within=0.5) < 0.5, show.__name__


def test_text_over_the_limit_is_shown_and_costs_no_more() -> None:
    typed = "*a* [b](http://c.d) <&" * 20_000
    assert seen(prose.render(typed)) == typed
    assert cpu(prose.render, typed, within=0.5) < 0.5


def test_long_plain_prose_is_converted_not_refused() -> None:
    typed = "The pain was *less* on Tuesday, after the walk with Ada and the dog.\n\n" * 280
    assert prose.render(typed).count("<em>less</em>") == 280


@pytest.mark.parametrize(
    "failure", [RecursionError("deep"), ValueError("bad"), MemoryError(), AssertionError()]
)
@pytest.mark.parametrize("part", [(prose._Converter, "convert"), (bleach.Cleaner, "clean")])
def test_a_failing_renderer_hides_no_words(
    monkeypatch: pytest.MonkeyPatch, part: tuple[type, str], failure: Exception
) -> None:
    def fail(*_: object) -> str:
        raise failure

    with monkeypatch.context() as patched:
        patched.setattr(*part, fail)
        assert prose.render("*a* <b>\n\nc") == '<p dir="auto">*a* &lt;b&gt;</p>\n<p dir="auto">c</p>'
        assert prose.visible("*a* <b>\n\nc") == "*a* <b>\n\nc"
        assert prose.excerpt("*a* <b>\n\nc", 100) == ("*a* <b>\n\nc", False)
    assert "<em>a</em>" in prose.render("*a*")


def test_a_converter_that_stopped_half_way_spoils_nothing_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = "> - quoted\n\n- a\n- b"
    before = prose.render(typed)

    def fail(*_: object) -> None:
        raise RecursionError

    with monkeypatch.context() as patched:
        patched.setattr(ParagraphProcessor, "run", fail)
        assert prose.render(typed) == prose.plain(typed)
    assert prose.render(typed) == before


def test_a_stack_that_is_nearly_full_hides_no_words() -> None:
    typed = "> - a\n>     - b\n\n**c**"

    def from_depth(depth: int) -> str:
        return prose.render(typed) if depth == 0 else from_depth(depth - 1)

    frame, used = sys._getframe(), 0
    while frame := frame.f_back:  # type: ignore[assignment]
        used += 1
    html = from_depth(sys.getrecursionlimit() - used - 60)
    assert in_order(letters(typed), seen(html))


def test_threads_do_not_read_each_others_words() -> None:
    texts = [
        f"*word{n}* and [link{n}](http://host{n}.example)\n\n- item{n}\n\n{n}. number" for n in range(60)
    ]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(prose.render, texts * 3)) == [prose.render(text) for text in texts] * 3


@settings(max_examples=300, deadline=None)
@given(typed_text)
def test_both_from_one_conversion_are_what_each_is_alone(typed: str) -> None:
    shown = prose.rendered(typed)
    assert (shown.html, shown.words) == (prose.render(typed), prose.visible(typed))
    assert prose.is_made_from((typed, shown))
    assert not prose.is_made_from((typed, prose.Rendered(shown.html + " ", shown.words)))
    assert not prose.is_made_from((typed, prose.Rendered(shown.html, shown.words + " ")))


# Plain, visible, excerpt ------------------------------------------------------------------------------------


def test_plain_keeps_paragraphs_and_line_breaks_and_reads_no_markup() -> None:
    assert prose.plain('*a*\r\n<b>\n \n\nc & "d"') == (
        '<p dir="auto">*a*<br>\n&lt;b&gt;</p>\n<p dir="auto">c &amp; &quot;d&quot;</p>'
    )


@pytest.mark.parametrize("blank", ["", " ", "\n\n", "\t\n"])
def test_nothing_typed_shows_nothing(blank: str) -> None:
    assert (prose.render(blank), prose.plain(blank), prose.visible(blank)) == ("", "", "")


@pytest.mark.parametrize("show", [prose.render, prose.plain, prose.visible])
def test_what_no_form_lets_in_is_shown_as_a_sign_of_its_own(show: Any) -> None:
    text = show("a\x00\x1b\x85\x7f\ud800\u202eb\u2066")
    assert "a\ufffd\ufffd\ufffd\ufffd\ufffd\ufffdb\ufffd" in text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("# Plan\n\nTake **two**.\nThen *rest*.", "Plan\n\nTake two.\nThen rest."),
        ("- a\n- b\n\nc", "- a\n- b\n\nc"),
        ("3. a\n    - b\n\n5. c", "3. a\n\n   - b\n5. c"),
        ("> a\n> b\n>\n> > c\n\nd", "> a\n> b\n>\n> > c\n\nd"),
        ("[leaflet](https://nhs.uk/a) now", "leaflet (https://nhs.uk/a) now"),
        ("a\n\n***\n\nb", "a\n\n---\n\nb"),
        ("&lt; `&amp;` <b>", "&lt; &amp; <b>"),
        ("- a\n\n    > b\n\n    c", "- a\n\n  > b\n\n  c"),
    ],
)
def test_visible_text_reads_as_the_page_does(typed: str, words: str) -> None:
    assert prose.visible(typed) == words


@pytest.mark.parametrize(
    ("typed", "limit", "cut"),
    [
        ("Slept well. Walked to the lake.", 100, "Slept well. Walked to the lake."),
        ("Slept well. Walked to the lake and back.", 20, "Slept well."),
        ("Slept well today. Walked to the lake.", 18, "Slept well today."),
        ("It hurts e.g. at night and in the morning", 20, "It hurts e.g. at"),
        ("Dr. Osei called about the results", 20, "Dr. Osei called"),
        ("Was it 140. or 150. before noon today", 20, "Was it 140. or 150."),
        ("First line\nsecond line goes on", 18, "First line"),
        ('"Why now?" Nobody could say anything', 15, '"Why now?"'),
        ("昨日はよく眠れた。今日は少し痛い。", 12, "昨日はよく眠れた。"),
        ("a" * 50, 20, "a" * 20),
        ("*Slept* **well** today and yesterday", 14, "Slept well"),
        ("xx 🇩🇪🇫🇷", 4, "xx"),
        ("xxxxx🇩🇪🇫🇷xx", 8, "xxxxx🇩🇪"),
        ("xxxxx👩🏽\u200d🔬xx", 7, "xxxxx"),
        ("xxxxe\u0301xx", 5, "xxxx"),
        ("xxxxक्षxx", 6, "xxxx"),
        ("xxxx\u1112\u1161\u11abxx", 6, "xxxx"),
        ("e" + "\u0301" * 30, 10, "e" + "\u0301" * 9),
    ],
)
def test_an_excerpt_ends_where_a_reader_would_stop(typed: str, limit: int, cut: str) -> None:
    assert prose.excerpt(typed, limit) == (cut, cut != prose.visible(typed))


@settings(max_examples=300, deadline=None)
@given(typed_text, st.integers(1, 60))
def test_an_excerpt_is_the_beginning_and_never_longer_than_asked(typed: str, limit: int) -> None:
    cut, left_out = prose.excerpt(typed, limit)
    assert len(cut) <= limit
    assert prose.visible(typed).startswith(cut)
    assert left_out == (len(prose.visible(typed)) > limit)
    assert cut or not prose.visible(typed)


# What may be typed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", "empty"),
        (" \n\t\u00a0\u2003", "empty"),
        ("\u200b\u2060\ufeff\u00ad\u200f", "empty"),
        ("\u3164\u115f\u2800\u034f\ufe0f", "empty"),
        ("a" * 20_001, "too_long"),
        ("a\x00b", "control"),
        ("a\x0bb", "control"),
        ("a\x1b[31mb", "control"),
        ("a\x7fb", "control"),
        ("a\x85b", "control"),
        ("a\ud83db", "surrogate"),
        ("\udc00\x00", "surrogate"),
        *((f"a{chr(point)}b", "bidi") for point in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))),
    ],
)
def test_what_cannot_be_kept_is_named(typed: str, found: str) -> None:
    assert prose.fault(typed) == found


@pytest.mark.parametrize(
    "typed",
    [
        ".",
        "a" * 20_000,
        "a\r\n" * 10_000,
        "a\rb\tc\nd",
        "a\u2028b\u2029c",
        "\u200eabc\u200f\u061c",
        "👩🏽\u200d🔬",
        "\u0301",
        "\U0001fae8 or a sign this Python does not know: \U0001cc00",
        "\ue000",
    ],
)
def test_what_people_write_is_kept(typed: str) -> None:
    assert prose.fault(typed) is None


@given(st.text())
def test_newlines_are_all_that_is_ever_changed(typed: str) -> None:
    kept = prose.normalise_newlines(typed)
    assert "\r" not in kept
    assert prose.normalise_newlines(kept) == kept
    assert kept.replace("\n", "") == typed.replace("\r", "").replace("\n", "")
    assert len(kept.split("\n")) == len(re.split("\r\n|\r|\n", typed))


def test_decomposed_letters_stay_decomposed() -> None:
    assert prose.normalise_newlines("  e\u0301\r\n") == "  e\u0301\n"
    assert unicodedata.is_normalized("NFD", seen(prose.render("e\u0301")))
