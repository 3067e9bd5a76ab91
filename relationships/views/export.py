"""A copy to take away: what is in it, and then the file itself."""

from typing import cast

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.fresh import fresh_proof
from relationships import chain, exports
from relationships.access import SignedInRequest, door
from relationships.models import Event, Participant, Relationship
from relationships.views.pages import page


@door
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_proof
def create(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    if request.method != "POST":
        return page(request, "record/export.html", relationship, me, program=exports.verifier_digest())
    newest = relationship.export(by=me)
    response = StreamingHttpResponse(
        exports.archive(relationship, me, newest, read_me(newest)), content_type="application/zip"
    )
    # No name and no word of what it is: the file lies among others.
    response["Content-Disposition"] = f'attachment; filename="{_file_of(newest)}"'
    return cast(HttpResponse, response)  # To whoever serves it, it is one as good as another.


def _file_of(newest: Event) -> str:
    return f"journal-{timezone.localtime(newest.at).date().isoformat()}.zip"


def read_me(newest: Event) -> str:
    """What stands beside it in the file, in the language of whoever took it."""
    day, file = formats.date_format(timezone.localtime(newest.at), "DATE_FORMAT"), _file_of(newest)
    head = _("%(number)s acts · %(fingerprint)s") % {
        "number": newest.number,
        "fingerprint": chain.fingerprint(newest.digest),
    }
    return (
        "\n\n".join(
            (
                _("This is a copy of a journal that two people keep together in Alongside, taken on %(day)s.")
                % {"day": day},
                head,
                _("Whoever has this file can read all of it. Keep it where you keep private letters."),
                _(
                    "record.jsonl: everything that was done and written, one act to a line.\n"
                    "head.txt: how many acts there are and the seal of the newest, signed by the journal.\n"
                    "key.txt: the public key that the signature is checked with.\n"
                    "verify.py: a small program that checks all of this, without the internet."
                ),
                _("If somebody else gave you this copy, use the verify.py of your own."),
                _(
                    "To check it, install Python 3.11 or newer. Put verify.py and the ZIP file into one folder, open a "
                    "terminal there, and type (python3 or py in place of python, if your computer says so):"
                ),
                f"    python verify.py {file}",
                _(
                    "Compare it with something that you kept elsewhere: a note from a mail, a fingerprint on paper, an "
                    "older copy. Then you know that nothing was changed in between:"
                ),
                f"    python verify.py {file} --note note.txt\n"
                f'    python verify.py {file} --number 214 --fingerprint "7f3a 91bc 04de 5b20 c8e1"\n'
                f"    python verify.py {file} --later newer.zip",
                _(
                    "An answer that opens for both at once, and had not yet, lies in here sealed and without its words. "
                    "Take another copy once it is open."
                ),
            )
        )
        + "\n"
    )
