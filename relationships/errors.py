"""Why a verb says no. Each carries a sentence that can be shown to the person as it stands."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from relationships.prose import Fault

FAULTS: dict[str, Any] = {
    Fault.EMPTY: _("Write something first. One line is enough."),
    Fault.TOO_LONG: _("This is longer than one entry can be. Share it in two parts."),
    Fault.CONTROL: _(
        "There is an invisible control character in this text. Type that part again, or paste it as plain text."
    ),
    Fault.SURROGATE: _(
        "There is a broken character in this text, perhaps half an emoji. Type that part again."
    ),
    Fault.BIDI: _(
        "There is an invisible character in this text that turns the direction of reading. Type that part again."
    ),
}


class Refused(Exception):
    """The record does not take this. `str()` of it is a plain sentence for a page."""

    sentence = _("That cannot be done.")

    def __str__(self) -> str:
        return str(self.args[0] if self.args else self.sentence)


class Ended(Refused):
    sentence = _("This journal has ended. You can both still read it, and nothing can be added.")


class NotYourWords(Refused):
    sentence = _("Only the person who wrote this can change it. You can answer it.")


class YourOwnWords(Refused):
    sentence = _("These are your own words. The other one says what they understood of them.")


class RewordedMeanwhile(Refused):
    sentence = _("This was put differently in the meantime. Read it once more, and say it again.")


class RenamedMeanwhile(Refused):
    sentence = _("This is called otherwise by now. Look at its name, and share your words again.")


class NotToBeAnswered(Refused):
    sentence = _("Nothing is said to this. It stands as it is.")


class Withdrawn(Refused):
    sentence = _("This has been withdrawn.")


class Erased(Refused):
    sentence = _("The words were erased here by law. There is nothing left to put differently.")


class SeatTaken(Refused):
    sentence = _("Both places in this journal are taken.")


class TooManyInvitations(Refused):
    sentence = _("Enough invitations for one day. Use one that waits, or try again tomorrow.")


class TooManyAppointments(Refused):
    sentence = _("Enough changes to appointments for one day. Try again tomorrow.")


class NotWaiting(Refused):
    sentence = _("This invitation does not work any more.")


class AnotherAddress(Refused):
    sentence = _("This invitation was sent to another e-mail address.")


class OnePersonOneSeat(Refused):
    sentence = _("You have a place in this journal already. The other one is for someone else.")


class NotSound(Refused):
    """Text that the record does not take: raised with the `Fault` that it has, or with a sentence."""

    def __str__(self) -> str:
        return str(FAULTS.get(self.args[0], self.args[0]))


class DoesNotFit(NotSound):
    """What no page of ours sends. It is raised with a reason for whoever reads the code, and says this to a person."""

    sentence = _("This cannot be taken as it was sent. Open the page once more, and try again.")

    def __str__(self) -> str:
        return str(self.sentence)


class SharedAlready(Refused):
    sentence = _("You have shared this once already, with other words. These words are not shared yet.")


class SentAlready(Refused):
    sentence = _(
        "You have sent this once already, and it said something else. Look at it, and send it again."
    )


class NotMetYet(Refused):
    sentence = _("You can answer this once you have met.")


class NotTogetherYet(Refused):
    sentence = _("You can say something to this once you have both answered.")


class AnsweredAlready(Refused):
    sentence = _("You have answered these questions. What you said stays as it is.")


class SaidAlready(AnsweredAlready):
    sentence = _("You have said this already. What you said stays as it is.")


class ClosedAlready(Refused):
    sentence = _("This is closed already. You can answer it.")


class InThePast(Refused):
    sentence = _("That time is past. If you have met already, say that you have met.")


class TooFarAhead(Refused):
    sentence = _("That is more than two years ahead. Check the year.")


class TooLongAgo(Refused):
    sentence = _("That is more than two years ago. Check the year.")


class NotItsTime(Refused):
    sentence = _("The time of this appointment has not come yet. If you met earlier, move it first.")


class MetAlready(Refused):
    sentence = _("You have met. This appointment stays as it was.")


class CalledOffMeanwhile(Refused):
    sentence = _("This appointment was called off in the meantime. Press once more to plan it again.")


class CalledOffAlready(Refused):
    sentence = _("This appointment has been called off already.")
