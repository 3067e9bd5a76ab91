"""A picture of oneself, for the other one in this journal: one's own to change and to take away."""

import io
from typing import IO, Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from relationships.errors import Refused

LARGEST = 200 * 1024
"""Of the stored file, in bytes."""
SIDE = 960
"""Its longer side at most, in pixels."""
SENT = 10 * 1024 * 1024
"""Of the file that somebody sends, in bytes."""
PIXELS = 25_000_000
"""Of the picture that somebody sends."""


class NoPicture(Refused):
    sentence = _("This could not be read as a picture. Choose a photo as JPEG, PNG or WebP.")


class TooLarge(Refused):
    sentence = _("This picture is too large. Choose one of at most 10 MB and 25 megapixels.")


def made_anew(sent: IO[bytes]) -> bytes:
    """The same picture as a JPEG of our own making, of at most LARGEST bytes: its pixels and nothing else.

    The place, the camera and whatever else a file carries stay behind. Raises NoPicture and TooLarge.
    """
    try:
        # The formats that cannot carry a program; a size is looked at before a pixel is.
        with Image.open(sent, formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > PIXELS:
                raise TooLarge
            picture.draft("RGB", (2 * SIDE, 2 * SIDE))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((SIDE, SIDE))
            seen = upright.convert("RGBA")
            paper = Image.new("RGB", seen.size, "white")
            paper.paste(seen, mask=seen)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLarge from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise NoPicture from error
    return _within(paper)


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
