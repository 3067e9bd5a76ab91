"""B5: whatever is sent as a picture, what is kept is a small JPEG made anew, of nothing but its pixels."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from relationships.models import Picture
from relationships.models.picture import PIXELS, SENT, SIDE
from tests.cast import CANARY
from tests.relationships.test_picture import corners, noise, png, sent

SCRIPT = f"<script>{CANARY}</script>".encode()


def located():
    exif = Image.Exif()
    exif[0x010F], exif[0x0132] = CANARY, "2026:11:24 10:00:00"
    exif.get_ifd(0x8825)[2] = (48.0, 12.0, 30.0)
    return sent(corners(), "JPEG", exif=exif, comment=CANARY).getvalue()


def html_in_a_png():
    return png(1, 1, (b"tEXt", b"Comment\x00" + SCRIPT), (b"IDAT", zlib.compress(b"\x00" * 4))).getvalue()


TAKEN = {
    "a place in it": located(),
    "a page behind it": sent(corners()).getvalue() + SCRIPT,
    "a page inside it": html_in_a_png(),
    "an archive behind it": sent(corners(), "JPEG").getvalue() + b"PK\x03\x04" + SCRIPT,
    "a program behind it": sent(corners(), "WEBP").getvalue() + b"#!/bin/sh\n" + SCRIPT,
}
REFUSED = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="x"><script>x</script></svg>',
    "html": b"<!doctype html>" + SCRIPT,
    "gif and script": b"GIF89a/*" + b"\x00" * 40 + b"*/=1;" + SCRIPT,
    "pdf": b"%PDF-1.7\n" + SCRIPT,
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    "zip": b"PK\x03\x04" + b"\x00" * 100,
    "50,000 by 50,000": png(50_000, 50_000, (b"IDAT", zlib.compress(b"\x00" * 1000))).getvalue(),
    "all there is": png(2**31 - 1, 2**31 - 1).getvalue(),
    "a bomb": png(10, 10, (b"iCCP", b"icc\x00\x00" + zlib.compress(b"\x00" * 90_000_000, 9))).getvalue(),
    "a bomb of rows": png(4_999, 4_999, (b"IDAT", zlib.compress(b"\x00" * 100, 9))).getvalue(),
    "cut off": sent(noise((90, 90)), "JPEG").getvalue()[:900],
    "nothing": b"",
    "too many bytes": b"\xff\xd8\xff" + b"\x00" * SENT,
}
NAMES = [
    "../../x.jpg",
    "x.php",
    "x.svg",
    "a\r\nX-Evil: 1.png",
    "con.html",
    "ü\u202egnp.exe",
    "a" * 300 + ".png",
    ".htaccess",
]


def show(chair, words, name="x.jpg", kind="image/jpeg"):
    return chair.post("portrait/picture/", picture=SimpleUploadedFile(name, words, kind))


def is_only_a_picture(words):
    image = Image.open(io.BytesIO(words))
    image.load()
    segments, at = [], 2
    while words[at + 1] != 0xDA:
        segments.append(words[at + 1])
        at += 2 + struct.unpack(">H", words[at + 2 : at + 4])[0]
    # The frame, the tables and JFIF's own head: no APP1 and after, no comment.
    plain = set(segments) <= {0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDD}
    return plain and image.format == "JPEG" and max(image.size) <= SIDE and CANARY.encode() not in words


@pytest.mark.parametrize("what", TAKEN)
def test_of_what_is_taken_only_the_pixels_are_left(me, them, what, measured):
    assert show(me, TAKEN[what]).status_code == 302, what
    assert is_only_a_picture(bytes(Picture.objects.get().image))
    voice = "one" if me.participant.seat == 1 else "two"
    answer = them.get(f"portrait/{voice}/picture/")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert is_only_a_picture(answer.content)
    measured(f"{len(TAKEN)} polyglots: 0 bytes left but pixels")


def test_what_looks_like_only_a_picture_is_looked_at_well():
    assert not is_only_a_picture(located())


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_picture_or_too_large_is_refused_in_words(me, what, measured):
    answer = show(me, REFUSED[what], kind="image/png")
    assert answer.status_code in (413, 422), what
    assert not Picture.objects.exists()
    measured(f"{len(REFUSED)} refused (limits {PIXELS // 10**6} megapixels, {SENT // 2**20} MB)")


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_the_name_of_a_file_is_used_for_nothing(me, them, name):
    assert show(me, sent(corners()).getvalue(), name=name, kind="text/html").status_code == 302
    voice = "one" if me.participant.seat == 1 else "two"
    answer = them.get(f"portrait/{voice}/picture/")
    assert answer["Content-Type"] == "image/jpeg"
    assert "X-Evil" not in answer.headers
    assert name not in str(answer.headers)
