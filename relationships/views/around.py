"""What the pages around a consult share: each asks one thing of each of the two, once."""

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from relationships import kinds
from relationships.access import SignedInRequest
from relationships.errors import Refused
from relationships.forms import WordsForm
from relationships.models import Appointment, Entry, Participant, Relationship
from relationships.views.cards import Card, Deck
from relationships.views.entry import standing_of
from relationships.views.words import words_page


class Said(Refused):
    sentence = _("You have shared this already. Put that differently, or keep these words as a draft.")


class NotNow(Refused):
    sentence = _("This cannot be shared here now. Your words are still on this page.")


def ask(
    request: SignedInRequest,
    relationship: Relationship,
    me: Participant,
    appointment: Appointment,
    *,
    template: str,
    form_class: type[WordsForm],
    kind: str,
    prompt: Promise | str,
    is_asked: bool,
    then: Callable[[Entry], str] | None = None,
    **context: Any,
) -> HttpResponse:
    """A page with a box for one entry of mine of this consult. `is_asked`: its time is there and has not gone.

    What I have shared here stands on the page instead of being asked for again. Where it is too late, or too
    early, the words that somebody had typed are still theirs: the page gives them back.
    """
    said = already_said(relationship, me, appointment.consult_id, kind, prompt)

    def share(words: dict[str, Any]) -> Entry:
        if said and said.submission != words["submission"]:
            raise Said
        if not is_asked:
            raise NotNow
        return relationship.write(by=me, kind=kind, prompt=str(prompt), consult=appointment.consult, **words)

    return words_page(
        request,
        relationship,
        me,
        template=template,
        form_class=form_class,
        share=share,
        then=then,
        appointment=appointment,
        question=prompt,
        card=said and _card(relationship, me, said),
        is_closed=bool(said) or not is_asked or relationship.is_ended,
        **context,
    )


def already_said(
    relationship: Relationship, me: Participant, consult_id: uuid.UUID, kind: str, prompt: Promise | str
) -> Entry | None:
    """What I have shared of this kind around this consult, to this question, and have not withdrawn."""
    mine = relationship.entries.shown_to(me).by(me).of_kind(kind).filter(consult=consult_id)
    if len(kinds.get(kind).doors) > 1:
        mine = mine.filter(prompt__in=_in_every_language(prompt))
    said = mine.first_in_thread().not_withdrawn().newest_first().first()
    return relationship.with_authors([said])[0] if said else None


def _card(relationship: Relationship, me: Participant, entry: Entry) -> Card:
    """Without what was answered to it."""
    standing = standing_of(relationship, entry)
    standing.answers = []
    return Deck(relationship, me).card(standing, is_open=True)


def _in_every_language(sentence: Promise | str) -> set[str]:
    """However a question was put when somebody answered it: they may read in another language since."""
    said = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            said.add(str(sentence))
    return said
