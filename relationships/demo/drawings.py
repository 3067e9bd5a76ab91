"""A picture of each of the two in the demonstration. Nobody is in them: they are drawn here."""

import io
from typing import Any

from PIL import Image, ImageDraw

SIZE = 480

Colour = tuple[int, int, int]
PAPER: Colour = (244, 238, 226)


def of(side: str) -> io.BytesIO:
    """A file as somebody would send it, of whoever sits on that side of the story."""
    scene = {"patient": _a_pilot, "clinician": _a_doctor}[side]
    # Drawn at twice its size, so that no edge is jagged.
    drawn = Image.new("RGB", (2 * SIZE, 2 * SIZE), PAPER)
    scene(ImageDraw.Draw(drawn))
    sent = io.BytesIO()
    drawn.resize((SIZE, SIZE)).save(sent, "PNG")
    sent.seek(0)
    return sent


def _a_pilot(draw: Any) -> None:
    """Somebody with white hair under a cap, the sea behind her, and two lights."""
    draw.rectangle((0, 0, 960, 560), fill=(206, 222, 224))
    draw.rectangle((0, 560, 960, 960), fill=(62, 110, 118))
    for row in range(5):
        for wave in range(-1, 6):
            x = wave * 200 + (row % 2) * 100
            draw.arc((x, 600 + row * 70, x + 120, 640 + row * 70), 200, 340, fill=(150, 188, 190), width=6)
    draw.ellipse((770, 120, 830, 180), fill=(190, 74, 58))
    draw.ellipse((770, 230, 830, 290), fill=(190, 74, 58))
    _somebody(draw, skin=(122, 84, 62), coat=(34, 52, 74), hair=(236, 232, 224))
    draw.pieslice((300, 190, 660, 520), 180, 360, fill=(34, 52, 74))
    draw.rounded_rectangle((280, 340, 680, 376), 18, fill=(22, 34, 50))
    draw.rectangle((456, 250, 504, 310), fill=(214, 178, 92))


def _a_doctor(draw: Any) -> None:
    """Somebody with a beard and a green coat, before a window that wants cleaning."""
    draw.rectangle((0, 0, 960, 960), fill=(226, 208, 182))
    for x in (90, 510):
        draw.rectangle((x, 90, x + 360, 600), fill=(212, 226, 222), outline=(164, 128, 96), width=22)
    _somebody(draw, skin=(206, 164, 128), coat=(74, 100, 72), hair=(70, 52, 44))
    draw.pieslice((318, 200, 642, 560), 180, 360, fill=(70, 52, 44))
    draw.ellipse((345, 290, 615, 560), fill=(206, 164, 128))
    draw.chord((345, 360, 615, 690), 10, 170, fill=(70, 52, 44))
    _face(draw)
    draw.arc((640, 400, 700, 480), 240, 120, fill=(120, 120, 124), width=12)


def _somebody(draw: Any, *, skin: Colour, coat: Colour, hair: Colour) -> None:
    draw.ellipse((310, 240, 650, 640), fill=hair)
    draw.rounded_rectangle((160, 660, 800, 1100), 200, fill=coat)
    draw.rectangle((420, 580, 540, 720), fill=skin)
    draw.ellipse((330, 260, 630, 660), fill=skin)
    _face(draw)


def _face(draw: Any) -> None:
    ink = (46, 36, 32)
    for x in (410, 526):
        draw.ellipse((x, 440, x + 24, 470), fill=ink)
    draw.arc((420, 500, 540, 590), 25, 155, fill=ink, width=8)
