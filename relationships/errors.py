"""Why a verb says no. Each carries a sentence that can be shown to the person as it stands."""

from django.utils.translation import gettext_lazy as _


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
    """Text that the record does not take."""


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
