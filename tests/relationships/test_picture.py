"""A picture of oneself: made small and anew out of whatever a camera sends, and nothing of the file but its pixels."""

import io
import random
import struct
import threading
import time
import zlib

import pytest
from django.conf import settings
from PIL import Image, PngImagePlugin

from relationships.errors import Ended
from relationships.models import Picture, picture
from relationships.models.picture import LARGEST, PIXELS, SENT, SIDE, NoPicture, TooLarge, made_anew
from tests.cast import CANARY, from_one_chair

RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 160, 60), (30, 60, 200), (255, 255, 255)


def sent(image, kind="PNG", **how):
    file = io.BytesIO()
    image.save(file, kind, **how)
    return io.BytesIO(file.getvalue())


def seen(file):
    """What comes out, as a picture, after all that must hold of everything that comes out."""
    made = made_anew(file)
    assert len(made) <= LARGEST
    image = Image.open(io.BytesIO(made))
    assert image.format == "JPEG"
    assert image.mode == "RGB"
    assert max(image.size) <= SIDE
    image.load()
    return image


def is_like(pixel, wanted, by=14):
    return all(abs(one - other) <= by for one, other in zip(pixel, wanted, strict=True))


def corners(size=(300, 200)):
    """Red where it begins, then green beside it, and blue below."""
    image = Image.new("RGB", size, WHITE)
    width, height = size
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    return image


def noise(size):
    return Image.frombytes("RGB", size, random.Random(7).randbytes(size[0] * size[1] * 3))


def png(width, height, *chunks):
    """The head of a PNG of any size, and what one puts after it."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = b"".join(chunk(name, data) for name, data in chunks)
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b""))


# --- What comes out -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (960, 960), (961, 400), (3000, 4000)])
def test_every_kind_and_shape_comes_out_small_and_whole(kind, size):
    image = seen(sent(Image.new("RGB", size, GREEN), kind))
    longest = max(size)
    if longest <= SIDE:
        assert image.size == size
    else:
        assert image.size == tuple(max(1, round(side * SIDE / longest)) for side in size)
    assert is_like(image.getpixel((0, 0)), GREEN)


@pytest.mark.parametrize("size", [(960, 960), (4000, 3000)])
def test_the_busiest_picture_keeps_within_its_bytes(size):
    assert max(seen(sent(noise(size), "PNG" if size[0] < 1000 else "JPEG")).size) > 300


def test_a_good_picture_is_not_made_worse_than_it_needs():
    image = seen(sent(corners((900, 600))))
    assert image.size == (900, 600)
    for place, colour in {(200, 100): RED, (700, 100): GREEN, (200, 500): BLUE, (700, 500): WHITE}.items():
        assert is_like(image.getpixel(place), colour, by=5)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_stands_upright_however_the_camera_was_held(orientation, kind):
    turned = {
        1: [],
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    stored = corners()
    for turn in turned[orientation]:
        stored = stored.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = seen(sent(stored, kind, exif=exif))
    assert image.size == (300, 200)
    assert is_like(image.getpixel((60, 40)), RED, by=40)
    assert is_like(image.getpixel((240, 40)), GREEN, by=40)
    assert is_like(image.getpixel((60, 160)), BLUE, by=40)


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow says so, and goes on.
def test_what_says_nonsense_about_how_it_was_held_is_taken_as_it_is():
    for exif in (
        b"Exif\x00\x00garbage",
        b"Exif\x00\x00MM\x00*\xff\xff\xff\xff",
        b"Exif\x00\x00MM\x00*" + noise((10, 10)).tobytes(),
    ):
        assert seen(sent(corners(), "JPEG", exif=exif)).size == (300, 200)
    strange = Image.Exif()
    strange[0x0112] = 99
    assert seen(sent(corners(), "JPEG", exif=strange)).size == (300, 200)


def test_the_place_the_camera_the_day_and_every_word_stay_behind():
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0132] = f"{CANARY} maker", f"{CANARY} model", "2026:11:24 10:00:00"
    exif.get_ifd(0x8825)[2] = (48.0, 12.0, 30.0)
    exif.get_ifd(0x8825)[29] = CANARY
    profile = CANARY.encode() * 40
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{CANARY}</x:xmpmeta>".encode()
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", CANARY)
    words.add_itxt("XML:com.adobe.xmp", xmp.decode())
    told = {
        "JPEG": {"exif": exif, "icc_profile": profile, "xmp": xmp, "comment": CANARY},
        "PNG": {"exif": exif, "icc_profile": profile, "pnginfo": words},
        "WEBP": {"exif": exif, "icc_profile": profile, "xmp": xmp},
    }
    for kind, how in told.items():
        file = sent(corners(), kind, **how)
        if kind != "PNG":  # There it is compressed.
            assert CANARY.encode() in file.getvalue()
        made = made_anew(file)
        assert CANARY.encode() not in made
        for name in (b"Exif", b"http://ns.adobe.com", b"ICC_PROFILE", b"Photoshop", b"\xff\xfe"):
            assert name not in made[: made.index(b"\xff\xda")], (kind, name)
        out = Image.open(io.BytesIO(made))
        assert dict(out.getexif()) == {}
        assert set(out.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


# --- Every way of keeping colours -----------------------------------------------------------------------


def test_what_is_transparent_is_white():
    clear = Image.new("RGBA", (40, 40), (*RED, 0))
    clear.paste((*BLUE, 255), (0, 0, 20, 40))
    for kind in ("PNG", "WEBP"):
        image = seen(sent(clear, kind))
        assert is_like(image.getpixel((5, 20)), BLUE, by=40)
        assert is_like(image.getpixel((35, 20)), WHITE)
    half = seen(sent(Image.new("LA", (40, 40), (0, 128))))
    assert is_like(half.getpixel((20, 20)), (127, 127, 127))
    named = Image.new("RGB", (40, 40), RED)
    assert is_like(seen(sent(named, transparency=RED)).getpixel((20, 20)), WHITE)


def test_a_palette_is_mixed_as_colours_and_not_as_numbers():
    stripes = Image.new("P", (2000, 100))
    stripes.putpalette([*RED, *WHITE])
    stripes.paste(1, (1000, 0, 2000, 100))
    image = seen(sent(stripes))
    assert is_like(image.getpixel((100, 20)), RED)
    assert is_like(image.getpixel((900, 20)), WHITE)
    clear = stripes.copy()
    assert is_like(seen(sent(clear, transparency=0)).getpixel((100, 20)), WHITE)
    assert is_like(seen(sent(clear, transparency=bytes([255, 0]))).getpixel((100, 20)), RED)


@pytest.mark.parametrize("grey", [0, 9_000, 40_000, 65_535])
def test_sixteen_bits_of_grey_are_not_cut_off(grey):
    image = seen(sent(Image.new("I;16", (2000, 30), grey)))
    assert is_like(image.getpixel((5, 5)), (grey // 256,) * 3, by=2)


def test_black_and_white_and_the_colours_of_a_printer_come_out_as_they_are_seen():
    assert is_like(seen(sent(Image.new("1", (2000, 30), 1))).getpixel((5, 5)), WHITE)
    assert is_like(seen(sent(Image.new("L", (30, 30), 90))).getpixel((5, 5)), (90, 90, 90))
    cyan = Image.new("CMYK", (1200, 1200), (255, 0, 0, 0))
    assert is_like(seen(sent(cyan, "JPEG")).getpixel((5, 5)), (0, 255, 255))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_what_moves_it_is_the_first_picture(kind):
    frames = [Image.new("RGB", (60, 60), colour) for colour in (GREEN, RED, BLUE)]
    file = sent(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)
    with Image.open(file) as image:
        assert image.n_frames == 3
    assert is_like(seen(file).getpixel((30, 30)), GREEN)


def test_two_pictures_in_one_jpeg_as_a_telephone_makes_it():
    file = sent(corners(), "MPO", save_all=True, append_images=[Image.new("RGB", (300, 200), RED)])
    assert is_like(seen(file).getpixel((240, 40)), GREEN, by=40)


# --- What is no picture ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        b"",
        b"\x00",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\xff\xff\xff\xffWEBP",
        b"RIFF\x1a\x00\x00\x00WEBPVP8 \x0e\x00\x00\x00" + b"\x00" * 14,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,"
        b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;",
        b"%PDF-1.7\n1 0 obj",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        b"BM" + b"\x00" * 60,
        b"II*\x00\x08\x00\x00\x00\x00\x00",
        b"PK\x03\x04" + b"\x00" * 40,
    ],
    ids=lambda words: words[:8].hex() or "nothing",
)
def test_what_is_no_photo_is_refused_in_a_plain_sentence(words):
    with pytest.raises(NoPicture, match="Choose a photo as JPEG, PNG or WebP"):
        made_anew(io.BytesIO(words))


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "PPM", "TGA", "ICO", "JPEG2000", "PCX"])
def test_a_picture_of_another_kind_is_refused_too(kind):
    with pytest.raises(NoPicture):
        made_anew(sent(corners((64, 64)), kind))


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_file_that_was_cut_off_or_has_fallen_over_never_does_more_than_be_refused(kind):
    whole = sent(noise((120, 90)), kind).getvalue()
    for length in range(0, len(whole) - 64, len(whole) // 37):
        with pytest.raises(NoPicture):
            made_anew(io.BytesIO(whole[:length]))
    dice = random.Random(11)
    for _throw in range(300):
        broken = bytearray(whole)
        for _byte in range(dice.randint(1, 30)):
            broken[dice.randrange(min(len(broken), 700))] = dice.randrange(256)
        try:
            made = made_anew(io.BytesIO(bytes(broken)))
        except (NoPicture, TooLarge):
            continue
        assert made.startswith(b"\xff\xd8")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_of_a_file_that_is_two_things_only_the_picture_is_left(kind):
    script = f"<script>{CANARY}</script><?php {CANARY} ?>PK\x03\x04".encode()
    file = io.BytesIO(sent(corners(), kind).getvalue() + script)
    made = made_anew(file)
    assert CANARY.encode() not in made
    assert b"<script" not in made
    assert made.endswith(b"\xff\xd9")


# --- What is too large ----------------------------------------------------------------------------------


def quickly(file, error, seconds=1.0):
    began = time.thread_time()
    with pytest.raises(error):
        made_anew(file)
    assert time.thread_time() - began < seconds


@pytest.mark.parametrize("size", [(5001, 5000), (50_000, 50_000), (2**31 - 1, 2**31 - 1), (1, PIXELS + 1)])
def test_too_many_pixels_are_refused_before_one_of_them_is_looked_at(size):
    quickly(png(*size, (b"IDAT", zlib.compress(b"\x00" * 1000))), TooLarge)


def test_as_many_pixels_as_there_may_be_are_taken():
    assert seen(sent(Image.new("RGB", (5000, 5000), BLUE), "JPEG")).size == (960, 960)
    assert seen(sent(Image.new("L", (PIXELS // 1000, 1000), 80))).size == (960, 38)


def test_a_webp_that_claims_to_be_huge_is_refused_quickly():
    head = b"VP8X" + struct.pack("<I", 10) + b"\x02\x00\x00\x00" + b"\xff\x3e\x00" + b"\xff\x3e\x00"
    first = sent(Image.new("RGB", (8, 8), RED), "WEBP").getvalue()[12:]
    frame = b"\x00\x00\x00\x00\x00\x00\x07\x00\x00\x07\x00\x00\x10\x00\x00\x00" + first
    body = b"WEBP" + head + b"ANIM" + struct.pack("<I", 6) + b"\x00" * 6
    body += b"ANMF" + struct.pack("<I", len(frame)) + frame
    quickly(io.BytesIO(b"RIFF" + struct.pack("<I", len(body)) + body), (TooLarge, NoPicture))


def test_a_small_file_that_unpacks_to_a_great_deal_is_refused_quickly():
    bomb = zlib.compress(b"\x00" * 300_000_000, 9)
    quickly(png(10, 10, (b"zTXt", b"words\x00\x00" + bomb), (b"IDAT", bomb)), (NoPicture, TooLarge), 3.0)
    quickly(png(10, 10, (b"iCCP", b"icc\x00\x00" + bomb), (b"zTXt", b"w\x00\x00" + bomb)), NoPicture, 3.0)


def test_a_jpeg_of_a_thousand_layers_is_refused_quickly():
    """A few bytes to a layer, and each costs the decoder the whole picture."""
    whole = sent(Image.new("RGB", (4900, 4900), RED), "JPEG", progressive=True).getvalue()
    last = whole.rindex(b"\xff\xda")
    layers = io.BytesIO(whole[:last] + (whole[last:-2]) * 1000 + b"\xff\xd9")
    assert layers.getbuffer().nbytes < SENT
    quickly(layers, NoPicture)
    assert seen(io.BytesIO(whole)).size == (960, 960)


def test_ten_megabytes_are_looked_at_and_one_byte_more_is_not():
    whole = sent(corners()).getvalue()
    assert seen(io.BytesIO(whole + b"\x00" * (SENT - len(whole)))).size == (300, 200)
    quickly(io.BytesIO(whole + b"\x00" * (SENT - len(whole) + 1)), TooLarge, 0.1)
    assert settings.FILE_UPLOAD_MAX_MEMORY_SIZE == SENT


# --- Kept ---------------------------------------------------------------------------------------------


@from_one_chair
def test_there_is_one_to_a_person_and_an_earlier_one_is_not_kept(me, them):
    Picture.show(b"first", by=me.participant)
    Picture.show(b"theirs", by=them.participant)
    Picture.show(b"second", by=me.participant)
    assert {bytes(one.image) for one in Picture.objects.all()} == {b"second", b"theirs"}
    Picture.take_away(by=me.participant)
    Picture.take_away(by=me.participant)
    assert bytes(Picture.objects.get().image) == b"theirs"


@from_one_chair
def test_it_is_no_act_of_the_record(me):
    acts = me.relationship.events.count()
    Picture.show(b"first", by=me.participant)
    Picture.take_away(by=me.participant)
    assert me.relationship.events.count() == acts


@from_one_chair
def test_what_has_ended_takes_no_picture_and_still_gives_one_back(me, them):
    Picture.show(b"first", by=me.participant)
    them.relationship.end(by=them.participant)
    with pytest.raises(Ended):
        Picture.show(b"second", by=me.participant)
    assert bytes(Picture.objects.get().image) == b"first"
    Picture.take_away(by=me.participant)
    assert not Picture.objects.exists()


def test_one_picture_at_a_time_is_read(monkeypatch):
    """So that a few large ones at once do not take all the memory of a small machine."""
    inside, most = [], []
    read = picture._on_paper

    def slowly(opened):
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.02)
        try:
            return read(opened)
        finally:
            inside.pop()

    monkeypatch.setattr(picture, "_on_paper", slowly)
    file = sent(Image.new("RGB", (40, 20), RED)).getvalue()
    at_once = [threading.Thread(target=made_anew, args=[io.BytesIO(file)]) for _each in range(5)]
    for one in at_once:
        one.start()
    for one in at_once:
        one.join()
    assert most == [1] * 5
