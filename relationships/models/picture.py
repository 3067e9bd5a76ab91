"""A picture of oneself, for the other one in this journal: one's own to change and to take away."""

import io
import re
import struct
import threading
import zlib
from typing import IO, Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image

from relationships.errors import Ended, Refused
from relationships.models.participant import Participant

LARGEST = 200 * 1024
"""Of the stored file, in bytes."""
SIDE = 960
"""Its longer side at most, in pixels."""
SENT = 10 * 1024 * 1024
"""Of the file that somebody sends, in bytes."""
PIXELS = 25_000_000
"""Of the picture that somebody sends."""
SCANS = 64
"""Of a JPEG that somebody sends: a camera makes a dozen, and each one costs as much as the whole picture."""

FORMATS = ("JPEG", "PNG", "WEBP")
"""Those that cannot carry a program, and that every camera and every browser can make."""

_one_at_a_time = threading.Lock()
"""A picture of 25 megapixels takes some hundred megabytes while it is read: one of them in a process, not eight."""
_SCAN = re.compile(rb"\xff\xda\x00[\x08\x0a\x0c\x0e][\x01-\x04]")
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What the reader of a format raises for a file that is broken, or was made to break it.
_BROKEN = (
    *(OSError, EOFError, ValueError, TypeError, SyntaxError, RuntimeError, AttributeError),
    *(LookupError, ArithmeticError, AssertionError, struct.error, zlib.error),
)


class NoPicture(Refused):
    sentence = _("This could not be read as a picture. Choose a photo as JPEG, PNG or WebP.")


class TooLarge(Refused):
    sentence = _("This picture is too large. Choose one of at most 10 MB and 25 megapixels.")


def made_anew(sent: IO[bytes]) -> bytes:
    """The same picture as a JPEG of our own making, of at most LARGEST bytes: its pixels and nothing else.

    The place, the camera and whatever else a file carries stay behind. Of several pictures in one file it is the
    first. How large the file and the picture are is looked at before a pixel is. Raises NoPicture and TooLarge.
    """
    if sent.seek(0, io.SEEK_END) > SENT:
        raise TooLarge
    sent.seek(0)
    if len(_SCAN.findall(sent.read())) > SCANS:
        raise NoPicture
    sent.seek(0)
    try:
        with _one_at_a_time, Image.open(sent, formats=FORMATS) as picture:
            if picture.width * picture.height > PIXELS:
                raise TooLarge
            paper = _on_paper(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise TooLarge from error
    except _BROKEN as error:
        raise NoPicture from error
    return _within(paper)


def _on_paper(picture: Image.Image) -> Image.Image:
    """Its pixels as they are meant to be seen: small, upright, in plain colours, on white where it is transparent."""
    picture.draft("RGB", (2 * SIDE, 2 * SIDE))
    picture.load()
    upright = _UPRIGHT.get(_orientation(picture))
    if picture.mode.startswith("I"):
        # Sixteen bits of grey: Pillow would cut off all but the darkest of them.
        picture = picture.convert("I").point(lambda grey: grey / 256).convert("L")
    elif picture.mode not in ("L", "RGB", "RGBA"):
        # Colours from a palette cannot be mixed, so not before this.
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    elif picture.has_transparency_data:
        picture = picture.convert("RGBA")
    picture.thumbnail((SIDE, SIDE))
    if upright is not None:
        picture = picture.transpose(upright)
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture if picture.mode == "RGBA" else None)
    return paper


def _orientation(picture: Image.Image) -> int:
    """How the camera was held, as the file says; as if it said nothing, where what it says cannot be read."""
    try:
        held: object = picture.getexif().get(ExifTags.Base.Orientation)
    except _BROKEN:
        return 1
    return held if isinstance(held, int) else 1


def _within(paper: Image.Image) -> bytes:
    """As good as LARGEST allows: worse in quality first, and then smaller."""
    while True:
        for quality in (85, 70, 55):
            made = io.BytesIO()
            paper.save(made, "JPEG", quality=quality, optimize=True)
            if made.tell() <= LARGEST:
                return made.getvalue()
        paper = paper.resize((max(1, paper.width * 3 // 4), max(1, paper.height * 3 // 4)))


class Picture(models.Model):
    """Outside the record, like a name: it may change, and an earlier one is not kept."""

    participant = models.OneToOneField(
        "Participant", on_delete=models.PROTECT, primary_key=True, related_name="picture"
    )
    relationship = models.ForeignKey("Relationship", on_delete=models.PROTECT, related_name="pictures")
    image = models.BinaryField()
    changed_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    def __str__(self) -> str:
        return str(self.participant_id)

    @classmethod
    def show(cls, image: bytes, *, by: Participant) -> "Picture":
        """Put it in the place of the one before. Raises Ended: nothing is added to what has ended."""
        with by.relationship.alone():
            newest = by.relationship.head()
            if newest and newest.is_after_the_end:
                raise Ended
            picture: Picture
            picture, _is_new = cls.objects.update_or_create(
                participant=by, defaults={"relationship": by.relationship, "image": image}
            )
        return picture

    @classmethod
    def take_away(cls, *, by: Participant) -> None:
        """One's own, at any time: after the end too."""
        cls.objects.filter(participant=by).delete()
