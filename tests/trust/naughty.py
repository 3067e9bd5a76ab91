"""Strings that have broken other software, made here by their kinds: what people type, paste, and send to hurt."""

import itertools
import unicodedata

SPACES = [" ", "\t", "\u00a0", "\u1680", "\u2003", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff"]
UNSEEN = ["\u200b", "\u200c", "\u200d", "\u2060", "\u00ad", "\u034f", "\u061c", "\u200e", "\u200f", "\ufe0f"]
OF_MACHINES = [
    *(
        "undefined",
        "null",
        "NULL",
        "(null)",
        "nil",
        "None",
        "True",
        "false",
        "NaN",
        "-Infinity",
        "[]",
        "{}",
        "0",
    ),
    *(
        "1/0",
        "-1",
        "0x0",
        "1e1000",
        "00012",
        "١٢٣",
        "1.000,00",
        "2147483648",
        "9" * 60,
        "$1.00",
        "hasOwnProperty",
    ),
    *(
        "__proto__",
        "constructor",
        "{{ 7*7 }}",
        "{% debug %}",
        "${7*7}",
        "#{7*7}",
        "%s%s%n",
        "%(name)s",
        "{0.__class__}",
    ),
    *(
        "' OR 1=1 --",
        "'; DROP TABLE entries; --",
        '"',
        "''",
        "\\'",
        "`id`",
        "$(reboot)",
        "| cat /etc/passwd",
        "&& ls",
    ),
    *(
        "../../../etc/passwd",
        "C:\\con\\nul",
        "file.txt\\",
        "~root",
        "~/.ssh",
        "<?xml version='1.0'?>",
        "<!DOCTYPE x>",
    ),
    *(
        "<![CDATA[x]]>",
        "<!--#exec cmd='ls'-->",
        "]]>",
        "&#x27;",
        "&lt;3",
        "&nbsp;",
        "\\u0041",
        "\\x00",
        "%00",
        "%0d%0a",
    ),
    *(
        "=1+1",
        "@SUM(A1)",
        "+49 30 1",
        "-- ",
        "Content-Type: x",
        "X-Forwarded-For: y",
        "GET / HTTP/1.1",
        "EOF",
        "\\n",
    ),
]
OF_PEOPLE = [
    *("O’Brien & Søn", "Nguyễn Thị Ngọc", "李小龍", "محمد", "יוסף", "नमस्ते", "สวัสดี", "வணக்கம்", "ⵣ", "Ὀδυσσεύς"),
    *(
        "naïve café",
        "cafe\u0301",
        "ﬁ ﬂ ﬃ",
        "ß ẞ ſ",
        "İstanbul ısı",
        "Ǆ ǅ ǆ",
        "Ⅷ ⅷ",
        "½ ⅓ ²",
        "① ㊿",
        "ＦＵＬＬ",
    ),
    *(
        "👩🏽\u200d🔬 🏳️\u200d🌈",
        "🇩🇪🇫🇷",
        "1️⃣ #️⃣",
        "👨\u200d👩\u200d👧\u200d👦",
        "🫠🫨",
        "❤️ ❤",
        "¯\\_(ツ)_/¯",
        "(ಠ_ಠ)",
        "ʕ•ᴥ•ʔ",
        "𝕳𝖊𝖑𝖑𝖔",
    ),
    *(
        "pain 7/10 → 3/10",
        "BP 140/90 > 130/80",
        "2*3*4 mg",
        "if x<y and y>z",
        "5 µg ≠ 5 mg",
        "37.2 °C",
        "10⁻⁶",
        "±2 √9",
    ),
    *(
        "- not a list",
        "#not a heading",
        "1. 5. 2026",
        "7) b",
        "> quoted",
        "    four spaces",
        "a  \nb",
        "***",
        "___",
        "---",
    ),
]
LINES = [
    "a\nb",
    "a\r\nb",
    "a\rb",
    "a\n\n\nb",
    "\n\na",
    "a\n\n",
    "a \n b ",
    "\ta\n\tb",
    "a\n \nb",
    "\r\n\r\na\r\n",
]
PAYLOADS = [
    *(
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        '"><script>x</script>',
    ),
    *(
        "javascript:alert(1)",
        "<iframe src=//e></iframe>",
        "<a href='x' onclick=y>z</a>",
        "<b>x",
        "</textarea><b>",
    ),
    *(
        "</title></head>",
        "<plaintext>",
        "<style>*{}</style>",
        "<math><mtext></math>",
        "<x:y>",
        "<p/onclick=z>",
    ),
]
BLOCKS = [
    "".join(
        chr(point) for point in range(start, start + 256) if unicodedata.category(chr(point))[0] not in "C"
    )
    for start in (
        *range(0x100, 0xD800, 0x100),
        *range(0xF900, 0x10000, 0x100),
        *range(0x10000, 0x1FB00, 0x80),
    )
]
"""Every letter and sign of Unicode's first plane, and many of the next."""

STRINGS = [
    text
    for text in (
        *OF_MACHINES,
        *OF_PEOPLE,
        *LINES,
        *PAYLOADS,
        *(f"{space}a{space}{space}b{space}" for space in SPACES),
        *(f"{sign}a{sign}b{sign}" for sign in UNSEEN),
        *(f"{one}\n\n{other}" for one, other in itertools.pairwise(OF_PEOPLE)),
        *("a" + "".join(map(chr, range(0x300, 0x300 + many))) for many in (1, 12, 100)),
        *BLOCKS,
    )
    if text.strip()
]
REFUSED = [
    *(f"a{chr(point)}b" for point in (*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0))),
    *(f"a{chr(point)}b" for point in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))),
    *("", " ", "\n\n", "\u200b\u2060", "\u00a0"),
]
"""What no form takes: signs that nobody sees, signs that turn the order of others around, and nothing at all."""
