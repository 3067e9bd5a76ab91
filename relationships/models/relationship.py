"""Two seats and everything between them. The verbs."""

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Exists
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from config.append_only import AppendOnly
from config.prepared import Prepared
from relationships import chain, clock, kinds, prose
from relationships.errors import (
    AnotherAddress,
    AnsweredAlready,
    CalledOffAlready,
    ClosedAlready,
    DoesNotFit,
    Erased,
    InThePast,
    MetAlready,
    NotItsTime,
    NotMetYet,
    NotSound,
    NotToBeAnswered,
    NotTogetherYet,
    NotWaiting,
    NotYourWords,
    OnePersonOneSeat,
    RewordedMeanwhile,
    SaidAlready,
    SeatTaken,
    SentAlready,
    SharedAlready,
    TooFarAhead,
    TooLongAgo,
    TooManyAppointments,
    TooManyInvitations,
    Withdrawn,
    YourOwnWords,
)
from relationships.models import projection
from relationships.models.consult import Appointment, Consult, Way
from relationships.models.draft import Draft
from relationships.models.entry import Bearing, Entry, Rendering
from relationships.models.event import Event, Reached, Verb
from relationships.models.invitation import Invitation
from relationships.models.participant import Participant, Side
from relationships.models.recount import Thread
from relationships.models.retelling import Retelling
from relationships.models.turn import turn

LATELY = dt.timedelta(minutes=30)
"""How long one look at a page lasts: within it, looking again is the same look."""


EARLY = dt.timedelta(hours=1)
"""How long before its time a consult may have met: somebody arrives early, somebody is free early."""

LATE = dt.timedelta(minutes=5)
"""How far in the past a consult may be planned: it took a moment to fill in the form."""

AHEAD = dt.timedelta(days=2 * 366)
"""How far ahead a consult can be planned, and how long ago one that nobody planned may have met."""

LONGEST = 24 * 60
"""How long a consult can be, in minutes."""

ARRANGED_A_DAY = 100
"""Enough for any two people who plan and move, too few to bury the other in appointments."""

DOOR = re.compile(r"[a-z0-9_]{1,32}(/[a-z0-9_]{1,32})?")
"""The name of a door; for a change to one, that of its kind before it."""

INVITATIONS_A_DAY = 10
"""Enough for wrong addresses and lost mails, too few to trouble somebody with."""


_LAST_OPENED = Prepared(
    lambda by, page: (
        Event.objects.filter(actor=by, verb=Verb.OPENED, page=page).newest_first().values_list("at")[:1]
    )
)


def _newest(relationship: uuid.UUID) -> models.QuerySet[Event]:
    acts = Event.objects.filter(relationship=relationship)
    newest: models.QuerySet[Event] = acts.annotate(is_after_the_end=Exists(acts.filter(verb=Verb.ENDED)))
    return newest.order_by("-number")[:1]


_HEAD = Prepared(_newest)


class Relationship(AppendOnly):
    """The aggregate root: all that belongs to one relationship carries its key.

    Every verb takes `by=`, is one transaction that locks the relationship, and leaves exactly one Event.
    A verb that says no raises a `relationships.errors.Refused` and leaves nothing.
    """

    # Not time-ordered: it stands in addresses, and would tell when somebody came into care.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    begun_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        ordering: ClassVar = ["-begun_at"]

    def __str__(self) -> str:
        return str(self.pk)

    # --- What stands --------------------------------------------------------------------------------

    def head(self) -> Event | None:
        """The newest Event, as it is now: its number is the record's length and its digest seals all of it."""
        return next(iter(_HEAD(relationship=self.pk)), None)

    @cached_property
    def reached(self) -> Reached:
        """As the door found it (`access.enter`), or as the last act of this instance left it; else asked once."""
        return Reached.by(self.head())

    @property
    def head_number(self) -> int:
        return self.reached.number

    @property
    def head_digest(self) -> str:
        return self.reached.digest

    @property
    def is_ended(self) -> bool:
        return self.reached.is_ended

    @cached_property
    def seats(self) -> list[Participant]:
        """The participants, whoever began first."""
        return list(self.participants.select_related("person"))

    @property
    def fingerprint(self) -> str:
        return chain.fingerprint(self.head_digest)

    def facing(self, me: Participant) -> Participant | None:
        """The other one, or nobody yet."""
        return next((seat for seat in self.seats if seat.pk != me.pk), None)

    def own(self, entries: Iterable[Entry]) -> list[Entry]:
        """Those that belong here. A row of another record that points into this one is not part of it."""
        return [entry for entry in entries if entry.relationship_id == self.pk]

    def with_authors(self, entries: Iterable[Entry]) -> list[Entry]:
        """Those that belong here, each knowing who wrote it without asking the database."""
        seats = {seat.pk: seat for seat in self.seats}
        found = self.own(entries)
        for entry in found:
            entry.relationship, entry.author = self, seats[entry.author_id]
        return found

    def seat_of(self, person: Any) -> Participant:
        seat: Participant = self.participants.select_related("person").get(person=person)
        return seat

    def lock(self) -> None:
        """Wait for one's turn. SQLite's IMMEDIATE transactions have waited for it already."""
        rows = Relationship.objects.filter(pk=self.pk)
        if transaction.get_connection().features.has_select_for_no_key_update:
            rows.select_for_update(no_key=True).values_list("pk").get()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else acts in this record until it is left, so what is found here still holds when one writes."""
        with transaction.atomic():
            self.lock()
            yield

    # --- Filling the seats --------------------------------------------------------------------------

    @classmethod
    def begin(cls, *, by: Any, side: str) -> "Relationship":
        """Take the first seat of a new relationship. The other one stays empty until somebody accepts it."""
        with transaction.atomic():
            relationship = cls.objects.create(begun_at=clock.now())
            first = Participant.objects.create(
                relationship=relationship,
                person=by,
                seat=Participant.Seat.FIRST,
                side=Side(side),
                joined_at=relationship.begun_at,
            )
            with turn(relationship, first, at=relationship.begun_at) as this:
                this.note(Verb.BEGAN, details=first.sealed())
        return relationship

    @classmethod
    def just_begun(cls, *, by: Any, side: str) -> "Relationship | None":
        """One that this person has begun within the last minute and done nothing in."""
        lately = clock.now() - dt.timedelta(minutes=1)
        mine = cls.objects.filter(participants__person=by, participants__side=side, begun_at__gt=lately)
        found: Relationship | None = mine.annotate(acts=Count("events")).filter(acts=1).first()
        return found

    def invite(self, *, by: Participant, address: str = "") -> Invitation:
        """Hold the empty seat out, to one e-mail address or to whoever holds the link."""
        lasts = dt.timedelta(hours=settings.INVITATION_HOURS)
        with turn(self, by) as this:
            if self.participants.count() == len(Participant.Seat):
                raise SeatTaken
            if (
                self.invitations.filter(made_at__gt=this.at - dt.timedelta(days=1)).count()
                >= INVITATIONS_A_DAY
            ):
                raise TooManyInvitations
            invitation = Invitation.to(self, by=by, side=Side(by.side).facing, address=address, lasts=lasts)
            invitation.save()
            this.note(Verb.INVITED, invitation=invitation, details=invitation.sealed())
        return invitation

    def accept(self, invitation: Invitation, *, by: Any) -> Participant:
        """Take the empty seat. `by` is a person, who becomes a participant with this."""
        if invitation.address and not by.owns(invitation.address):
            raise AnotherAddress
        with turn(self, None) as this:
            if self.participants.of(by).exists():
                raise OnePersonOneSeat
            self._must_wait(invitation)
            this.by = Participant.objects.create(
                relationship=self,
                person=by,
                seat=Participant.Seat.SECOND,
                side=invitation.side,
                invitation=invitation,
                joined_at=this.at,
            )
            this.note(Verb.ACCEPTED, invitation=invitation, details=this.by.sealed())
        return this.by

    def decline(self, invitation: Invitation) -> None:
        """Say no to the empty seat. Whoever does so leaves no name."""
        with turn(self, None) as this:
            self._must_wait(invitation)
            this.note(Verb.DECLINED, invitation=invitation)

    def take_back(self, invitation: Invitation, *, by: Participant) -> None:
        with turn(self, by) as this:
            self._must_wait(invitation)
            this.note(Verb.TOOK_BACK, invitation=invitation)

    def _must_wait(self, invitation: Invitation) -> None:
        if not self.invitations.waiting().filter(pk=invitation.pk).exists():
            raise NotWaiting

    # --- Writing ------------------------------------------------------------------------------------

    def write(
        self,
        *,
        by: Participant,
        text: str,
        kind: str = "",
        prompt: str = "",
        happened_on: dt.date | None = None,
        due_on: dt.date | None = None,
        helped_by: str = "",
        consult: Consult | None = None,
        answers: dict[str, dict[str, str]] | None = None,
        door: str = "",
        heading: str = "",
        ranked: list[str] | None = None,
        handed_over_by: Participant | None = None,
        submission: uuid.UUID | None = None,
        draft: Draft | None = None,
    ) -> Entry:
        """Share something. `submission` names the form it came from: sent twice, it is shared once.

        `answers` are those to the questions of the kind, `door` is the way in that it was written by, `heading` what the
        two call it, `ranked` the ids that an order ranks. `handed_over_by` is the other one, where it was written on
        a device of theirs: both can see that.
        """
        if kinds.get(kind).bears:
            raise DoesNotFit("That kind of entry answers another one.")
        if kinds.get(kind).of_a_consult and consult is None:
            raise DoesNotFit("That kind of entry belongs to a consult.")
        entry = Entry(
            kind=kind,
            prompt=prompt,
            happened_on=happened_on,
            due_on=due_on,
            helped_by=helped_by,
            consult=consult,
            answers=_sound_answers(kinds.get(kind), answers, text),
            door=_sound_door(kinds.get(kind), door),
            heading=heading,
            ranked=ranked,
        )
        return self._enter(
            Verb.WROTE,
            entry,
            by=by,
            text=text,
            submission=submission,
            draft=draft,
            details={"handed_over_by": str(handed_over_by.pk)} if handed_over_by else None,
        )

    def correct(
        self,
        entry: Entry,
        *,
        by: Participant,
        text: str,
        happened_on: dt.date | None = None,
        due_on: dt.date | None = None,
        helped_by: str = "",
        why: str = "",
        submission: uuid.UUID | None = None,
        draft: Draft | None = None,
    ) -> Entry:
        """Put one's own words differently, with a why or without. The earlier wording stays, and both can read it."""
        if kinds.get(entry.kind).questions or not kinds.get(entry.kind).is_words:
            raise AnsweredAlready
        correction = Entry(
            kind=entry.kind,
            bearing=Bearing.CORRECTS,
            happened_on=happened_on,
            due_on=due_on,
            helped_by=helped_by,
            door=entry.door,
            heading=entry.heading,
            why=why,
        )
        return self._enter(
            Verb.CORRECTED, correction, about=entry, by=by, text=text, submission=submission, draft=draft
        )

    def answer(
        self,
        entry: Entry,
        *,
        by: Participant,
        text: str = "",
        kind: str = "reply",
        due_on: dt.date | None = None,
        helped_by: str = "",
        answers: dict[str, dict[str, str]] | None = None,
        submission: uuid.UUID | None = None,
        draft: Draft | None = None,
    ) -> Entry:
        """Answer any entry, one's own or the other's; say back what one understood of it; or close it."""
        says = kinds.get(kind)
        answer = Entry(
            kind=kind,
            bearing=says.bears,
            due_on=due_on,
            helped_by=helped_by,
            answers=_sound_answers(says, answers, text),
        )
        verb = Verb.CLOSED if says.bears == Bearing.CLOSES else Verb.ANSWERED
        return self._enter(verb, answer, about=entry, by=by, text=text, submission=submission, draft=draft)

    def withdraw(
        self, entry: Entry, *, by: Participant, text: str = "", submission: uuid.UUID | None = None
    ) -> Entry:
        """Take back one's own words, with a why or without. They fold away, and stay readable by both."""
        if not kinds.get(entry.kind).is_words:
            raise NotToBeAnswered
        withdrawal = Entry(kind=entry.kind, bearing=Bearing.WITHDRAWS)
        return self._enter(
            Verb.WITHDREW, withdrawal, about=entry, by=by, text=text, submission=submission, draft=None
        )

    def tell(
        self, words: Entry, *, by: Participant, helped_by: str = "", submission: uuid.UUID | None = None
    ) -> Entry:
        """Bring one's own words from another relationship: as a new entry, in the wording that holds there.

        Who helped is for its author to say anew: it may be the other one, whom nobody here has heard of.
        A mark that only its author sees stays on both. Raises NotYourWords for anybody else's.
        """
        first = words.thread if words.bearing == Bearing.CORRECTS else words
        if first.author.person_id != by.person_id or first.relationship_id == self.pk:
            raise NotYourWords
        kind = kinds.get(first.kind)
        # A question or heading that the two made there may be the other one's words, and those stay where they are.
        ours = {str(door) for door in kind.doors}
        with transaction.atomic():
            told = self.write(
                by=by,
                text=words.text,
                kind=first.kind,
                prompt=first.prompt if first.prompt in ours else "",
                door=first.door if first.door in {door.name for door in kind.doors} else "",
                heading=first.heading if kind.has_ones_own_doors else "",
                happened_on=words.happened_on,
                helped_by=helped_by,
                submission=submission,
            )
            for entry in (first, told):
                Retelling.objects.get_or_create(entry=entry, defaults={"relationship": entry.relationship})
        return told

    def _enter(
        self,
        verb: Verb,
        entry: Entry,
        *,
        by: Participant,
        text: str,
        about: Entry | None = None,
        submission: uuid.UUID | None,
        draft: Draft | None,
        details: dict[str, str] | None = None,
    ) -> Entry:
        if entry.consult and entry.consult.relationship_id != self.pk:
            raise ValueError("A consult is of the same relationship.")
        entry.relationship, entry.author, entry.text = self, by, prose.normalise_newlines(text)
        needs_words = kinds.get(entry.kind).needs_words and entry.bearing != Bearing.WITHDRAWS
        fault = prose.fault(entry.text) if entry.text or needs_words else None
        for name in ("heading", "why"):
            line, longest = getattr(entry, name), getattr(Entry._meta.get_field(name), "max_length", 0)
            fault = fault or (prose.fault(line) if line else None)
            if len(line) > longest:
                fault = fault or prose.Fault.TOO_LONG
        if fault:
            raise NotSound(fault)
        longest = kinds.get(entry.kind).longest_line
        if longest and ("\n" in entry.text or len(entry.text) > longest):
            raise NotSound(_("Write this on one line, and shorter."))
        if entry.kind == kinds.Order.name and not entry.bearing and not entry.ranked:
            raise NotSound(prose.Fault.EMPTY)
        if entry.ranked and entry.kind != kinds.Order.name:
            raise DoesNotFit("That kind of entry ranks nothing.")
        entry.about, entry.thread = about, about.thread if about else entry
        entry.submission = submission or entry.submission
        shown = Rendering.of(entry)  # Before the turn: nobody waits for a renderer.
        with turn(self, by) as this:
            shared = self._shared_in(submission, by)
            if shared:
                if _said_differently(shared, entry):
                    raise SharedAlready
                this.leave_nothing()
                return shared
            joined = projection.joined_by(entry)
            if about:
                _must_bear(entry, about, by, Thread(one for one in joined if one.thread == entry.thread_id))
            elif kinds.get(entry.kind).opens_together and self._has_answered(entry, by):
                raise AnsweredAlready
            elif kinds.get(entry.kind).is_of_what_was and not self._has_met(entry.consult):
                raise NotMetYet
            elif entry.ranked and not self._ranks_own(entry, by):
                raise DoesNotFit("An order ranks one's own entries of its kind, each once.")
            return this.enter(verb, entry, joined=joined, shown=shown, draft=draft, details=details)

    def _ranks_own(self, order: Entry, by: Participant) -> bool:
        """Whether an order names what its author has said in the kind that it is about, and each of it once."""
        mine = self.entries.by(by).of_kind(order.door).first_in_thread().values_list("pk", flat=True)
        ranked = order.ranked or []
        return len(set(ranked)) == len(ranked) and {*ranked} <= {str(key) for key in mine}

    def _has_met(self, consult: Consult | None) -> bool:
        return self.appointments.met().filter(consult=consult).exists()

    def _has_answered(self, entry: Entry, by: Participant) -> bool:
        return self.entries.filter(author=by, kind=entry.kind, consult=entry.consult).exists()

    def _shared_in(self, submission: uuid.UUID | None, by: Participant) -> Entry | None:
        """What this form has shared already."""
        return self.entries.filter(author=by, submission=submission).first() if submission else None

    # --- Consults -----------------------------------------------------------------------------------

    def plan(
        self,
        *,
        by: Participant,
        starts_at: dt.datetime,
        minutes: int,
        way: str = "",
        where: str = "",
        submission: uuid.UUID | None = None,
    ) -> Appointment:
        """Plan a consult. `starts_at` is aware; `minutes` is how long it is to take."""
        what = {"starts_at": starts_at, "minutes": minutes, "way": way, "where": where}
        return self._arrange(Verb.PLANNED, None, what, by=by, submission=submission)

    def move(
        self,
        consult: Consult,
        *,
        by: Participant,
        starts_at: dt.datetime,
        minutes: int,
        way: str = "",
        where: str = "",
        reason: str = "",
        submission: uuid.UUID | None = None,
    ) -> Appointment:
        """Another time, another length, another place. One that was called off is planned again by this."""
        what = {"starts_at": starts_at, "minutes": minutes, "way": way, "where": where, "reason": reason}
        return self._arrange(Verb.MOVED, consult, what, by=by, submission=submission)

    def call_off(
        self, consult: Consult, *, by: Participant, reason: str = "", submission: uuid.UUID | None = None
    ) -> Appointment:
        return self._arrange(Verb.CALLED_OFF, consult, {"reason": reason}, by=by, submission=submission)

    def meet(
        self,
        consult: Consult | None,
        *,
        by: Participant,
        starts_at: dt.datetime | None = None,
        minutes: int | None = None,
        way: str = "",
        where: str = "",
        submission: uuid.UUID | None = None,
    ) -> Appointment:
        """Say that it has met: a consult that was planned, or, with its time, one that nobody had planned."""
        what = {"starts_at": starts_at, "minutes": minutes, "way": way, "where": where}
        return self._arrange(Verb.MET, consult, {} if consult else what, by=by, submission=submission)

    def _arrange(
        self,
        verb: Verb,
        consult: Consult | None,
        what: dict[str, Any],
        *,
        by: Participant,
        submission: uuid.UUID | None,
    ) -> Appointment:
        if consult and consult.relationship_id != self.pk:
            raise ValueError("A consult is of the same relationship.")
        told = Appointment(
            relationship=self, state=STATES[verb], submission=submission or uuid.uuid4(), **what
        )
        for text in (told.where, told.reason):
            if text and (fault := prose.fault(text)):
                raise NotSound(fault)
        with turn(self, by) as this:
            done: Appointment | None = self.appointments.filter(submission=told.submission).first()
            if done:
                if _arranged_differently(done, verb, consult, what):
                    raise SentAlready
                this.leave_nothing()
                return done
            lately = self.appointments.filter(event__at__gt=this.at - dt.timedelta(days=1))
            if lately.count() >= ARRANGED_A_DAY:
                raise TooManyAppointments
            before = (
                self.appointments.filter(consult=consult).order_by("-number").first() if consult else None
            )
            _must_follow(verb, before, told, this.at)
            told.consult = consult or Consult.objects.create(relationship=self)
            return this.arrange(verb, told)

    # --- Reading ------------------------------------------------------------------------------------

    def open(self, *, by: Participant, page: str, entries: Iterable[Entry] = ()) -> Event | None:
        """Read a page that shows `entries` (as `for_reading` loaded them).

        One Event at most per person, page and half hour, and one more where the page shows words that its
        reader has not had before their eyes: whoever wrote them wants to know, and to know when.
        """
        unread = list({entry.pk: entry for entry in entries if _is_news_to(by, entry)}.values())
        if not unread and self._opened_lately(by, page):
            return None
        # Not asked for here: it has to be older than the entries.
        loaded = self.__dict__.get("reached")
        with turn(self, by, after_the_end=True) as this:
            if not loaded or this.number - 1 != loaded.number:
                # Something was added since these entries were loaded, perhaps this same look in another tab.
                unread = list(self.entries.filter(pk__in=[entry.pk for entry in unread], reading=None))
                if not unread and self._opened_lately(by, page):
                    this.leave_nothing()
                    return None
            return this.note(Verb.OPENED, page=page, readings=unread)

    def _opened_lately(self, by: Participant, page: str) -> bool:
        return any(at > clock.now() - LATELY for (at,) in _LAST_OPENED(by=by.pk, page=page))

    def knocked(self, *, stranger: str) -> None:
        """Note that somebody without a seat asked for this: once for each name that `knocking` has for a stranger."""
        with turn(self, None, after_the_end=True) as this:
            if self.events.filter(verb=Verb.KNOCKED, details__stranger=stranger).exists():
                this.leave_nothing()
            else:
                this.note(Verb.KNOCKED, details={"stranger": stranger})

    # --- Taking away --------------------------------------------------------------------------------

    def export(self, *, by: Participant) -> Event:
        """Take a copy of what stands now. Both see that it was taken; after the end too."""
        with turn(self, by, after_the_end=True) as this:
            return this.note(Verb.EXPORTED)

    # --- Ending -------------------------------------------------------------------------------------

    def end(self, *, by: Participant) -> None:
        """Close it to writing. It stays, readable by both."""
        with turn(self, by) as this:
            this.note(Verb.ENDED)


def _said_differently(shared: Entry, entry: Entry) -> bool:
    """Whether a form that was shared already says something else now."""
    names = (
        "text",
        "kind",
        "prompt",
        "happened_on",
        "due_on",
        "helped_by",
        "about_id",
        "bearing",
        "consult_id",
        "answers",
        "door",
        "heading",
        "why",
        "ranked",
    )
    return any(getattr(shared, name) != getattr(entry, name) for name in names)


def _arranged_differently(
    done: Appointment, verb: Verb, consult: Consult | None, what: dict[str, Any]
) -> bool:
    """The same for a form that has planned, moved, called off or met already."""
    return (
        done.event.verb != verb
        or (consult is not None and done.consult_id != consult.pk)
        or any(getattr(done, name) != value for name, value in what.items())
    )


def _is_news_to(reader: Participant, entry: Entry) -> bool:
    return entry.author_id != reader.pk and entry.read_at is None


def _must_bear(entry: Entry, about: Entry, by: Participant, thread: Thread) -> None:
    """Whether this entry may bear on that one, in the thread as it is."""
    if about.relationship_id != entry.relationship_id:
        raise ValueError("An entry is about one in the same relationship.")
    if kinds.get(about.kind).opens_together and not _is_open_to_both(about):
        raise NotTogetherYet
    says = kinds.get(entry.kind)
    if entry.bearing not in (Bearing.CORRECTS, Bearing.WITHDRAWS):
        _must_be_said_of(says, about, by, thread)
        return
    if about.author_id != by.pk:
        raise NotYourWords
    if about.bearing in (Bearing.CORRECTS, Bearing.WITHDRAWS):
        raise ValueError("What is corrected or withdrawn is the entry, not one of its wordings.")
    if about.pk in thread.withdrawn:
        raise Withdrawn
    if about.is_erased and entry.bearing == Bearing.CORRECTS:
        raise Erased


def _must_be_said_of(says: type[kinds.Kind], about: Entry, by: Participant, thread: Thread) -> None:
    """Whether one of the two may say this of that entry, or of that wording of it, now."""
    # What is said of a wording is said of the entry.
    entry = about.about if about.bearing == Bearing.CORRECTS and about.about else about
    is_wording = about.bearing in (Bearing.CORRECTS, Bearing.WITHDRAWS)
    if says.about and (about.kind not in says.about or (is_wording and not says.of_the_wording)):
        raise DoesNotFit("That kind of entry is about another kind.")
    if says.of_author_only and about.author_id != by.pk:
        raise NotYourWords
    if says.of_other_only and about.author_id == by.pk:
        raise YourOwnWords
    if not kinds.get(entry.kind).is_answered:
        raise NotToBeAnswered
    if says.about and entry.pk in thread.withdrawn:
        raise Withdrawn
    if says is kinds.Difference and thread.is_understood_or_gone(entry.pk):
        raise ClosedAlready
    if says is kinds.Agreement and _is_passed_over(entry, about):
        raise RewordedMeanwhile
    if says.of_the_wording and about.pk != thread.wording_of(entry.pk):
        raise RewordedMeanwhile
    said = thread.said_of(about.pk, says.name)
    if says.only_once and said:
        raise SaidAlready
    if says.once_each:
        if any(one.author_id == by.pk for one in said):
            raise AnsweredAlready
    elif says.about and entry.pk in thread.closed:
        raise ClosedAlready


def _is_passed_over(proposal: Entry, wording: Entry) -> bool:
    """Whether its author has proposed something newer by the same door, or the two have agreed to something since."""
    others = projection.threads_of_kind(
        proposal.relationship, kinds.WayOfWorking.name, door=proposal.door, but=proposal.thread_id
    )
    return any(
        fact.number > wording.number
        and not other.is_withdrawn(fact)
        and (
            fact.kind == kinds.Agreement.name
            or (
                fact.kind == kinds.WayOfWorking.name
                and fact.author_id == proposal.author_id
                and fact.bearing != Bearing.WITHDRAWS
            )
        )
        for other in others
        for fact in other.facts
    )


def _is_open_to_both(about: Entry) -> bool:
    """Whether both have written theirs."""
    if about.about_id:
        return True  # What is said of such an answer, a withdrawal too, can only be said once both are open.
    both = Entry.objects.filter(relationship=about.relationship_id, kind=about.kind, consult=about.consult_id)
    return both.values("author").distinct().count() > 1


def _sound_door(kind: type[kinds.Kind], door: str) -> str:
    """The name of a door. Raises NotSound for what cannot be one."""
    if door and not (DOOR.fullmatch(door) and (kind.doors or kind in (kinds.Order, kinds.Change))):
        raise DoesNotFit("There is no such door.")
    return door


def _sound_answers(
    kind: type[kinds.Kind], answers: dict[str, dict[str, str]] | None, text: str
) -> dict[str, dict[str, str]] | None:
    """The answers without what was left empty. Raises NotSound for what nobody asked, and where nothing is said."""
    if not kind.questions:
        if answers:
            raise DoesNotFit("That kind of entry asks nothing.")
        return None
    asked = {question.name for question in kind.questions}
    given = {
        name: {part: value for part, value in answer.items() if value}
        for name, answer in (answers or {}).items()
        if any(answer.values())
    }
    if not given:
        if kind is kinds.Change and text:
            return None
        raise NotSound(prose.Fault.EMPTY)
    for name, answer in given.items():
        if (
            name not in asked
            or set(answer) - {"level", "words"}
            or answer.get("level", "yes") not in kind.levels
        ):
            raise DoesNotFit("Nobody asked that.")
        if "words" in answer:
            answer["words"] = prose.normalise_newlines(answer["words"])
            if fault := prose.fault(answer["words"]):
                raise NotSound(fault)
    return given


STATES = {
    Verb.PLANNED: Appointment.State.PLANNED,
    Verb.MOVED: Appointment.State.PLANNED,
    Verb.CALLED_OFF: Appointment.State.CALLED_OFF,
    Verb.MET: Appointment.State.MET,
}
"""How an act leaves a consult."""


def _must_follow(verb: Verb, before: Appointment | None, told: Appointment, now: dt.datetime) -> None:
    """Whether this act may follow the one before; what it does not say stays as it was."""
    if before and before.has_met:
        raise MetAlready
    if before and before.is_called_off and verb != Verb.MOVED:
        raise CalledOffAlready
    if before and verb in (Verb.CALLED_OFF, Verb.MET):
        told.starts_at, told.minutes = before.starts_at, before.minutes
        told.way, told.where = before.way, before.where
    if told.starts_at is None or not 1 <= (told.minutes or 0) <= LONGEST:  # type: ignore[redundant-expr]
        raise DoesNotFit("A consult has a time and a length.")
    if told.way and told.way not in Way.values:
        raise DoesNotFit("Nobody meets like that.")
    if verb == Verb.MET and told.starts_at > now + EARLY:
        raise NotItsTime
    if verb == Verb.MET and told.starts_at < now - AHEAD:
        raise TooLongAgo
    if verb in (Verb.PLANNED, Verb.MOVED) and told.starts_at < now - LATE:
        raise InThePast
    if verb in (Verb.PLANNED, Verb.MOVED) and told.starts_at > now + AHEAD:
        raise TooFarAhead
