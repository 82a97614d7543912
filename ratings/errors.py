"""Why `ratings` refuses: one base class, a subclass for each cause, and a sentence that says what to do."""

from typing import Any


class RatingsError(Exception):
    """Base of every refusal in this app; the message is one clear sentence for the person who asked."""


class StudyPlanInvalid(RatingsError):  # noqa: N818 - names the cause
    """A plan cannot be carried out as written; the message names the field, the value and the remedy."""


class StudyFrozen(RatingsError):  # noqa: N818 - names the cause
    """The study was opened, so its design can no longer change."""


class StudyNotOpen(RatingsError):  # noqa: N818 - names the cause
    """The study takes no answers: it has not been opened yet."""


class StudyClosed(RatingsError):  # noqa: N818 - names the cause
    """The study takes no more answers."""


class StudyNotClosed(RatingsError):  # noqa: N818 - names the cause
    """What was asked is done with closed studies only."""


class NoPlacesLeft(RatingsError):  # noqa: N818 - names the cause
    """Every planned rater's place already has a link."""


class PlacesChanged(RatingsError):  # noqa: N818 - names the cause
    """Places were given out since the page that asks for more was shown."""


class StudyPaused(RatingsError):  # noqa: N818 - names the cause
    """The study rests for a while: nobody comes in and no page is shown, answers in hand are still taken."""


class PlaceKept(RatingsError):  # noqa: N818 - names the cause
    """A place cannot be handed on: its rater was heard of, is done, or gave it up before."""


class PlaceHandedOn(RatingsError):  # noqa: N818 - names the cause
    """Somebody else has the place of the rater who asks."""


class SimulatedAndReal(RatingsError):  # noqa: N818 - names the cause
    """A study holds simulated raters or real ones, never both."""


class ReasonMissing(RatingsError):  # noqa: N818 - names the cause
    """What the report will have to tell needs a reason."""


class ResultsLocked(RatingsError):  # noqa: N818 - names the cause
    """Results are read after closing, not before."""


class ResultsUnlocked(RatingsError):  # noqa: N818 - names the cause
    """Results are open already, so that there is nothing to unlock or to look at before the end."""


class LookNotDue(RatingsError):  # noqa: N818 - names the cause
    """A look is taken once it is due, as it was planned."""


class PersonUnknown(RatingsError):  # noqa: N818 - names the cause
    """An open link of a platform was opened without saying for whom."""


class OpenLinkInvalid(RatingsError):  # noqa: N818 - names the cause
    """An open link cannot be made as asked for; the message names the field, the value and the remedy."""


class ScreenedOut(RatingsError):  # noqa: N818 - names the cause
    """Who asks did not pass the study's quiz; `screen_out` is what is kept of it."""

    def __init__(self, screen_out: Any) -> None:
        super().__init__("Who asks did not pass the quiz.")
        self.screen_out = screen_out


class ConsentMissing(RatingsError):  # noqa: N818 - names the cause
    """A rater answers only after consenting."""


class ConsentTextInvalid(RatingsError):  # noqa: N818 - names the cause
    """A consent text cannot be used as written; the message says why."""


class ConsentChanged(RatingsError):  # noqa: N818 - names the cause
    """The consent text that was agreed to is not the study's."""


class UnknownToken(RatingsError):  # noqa: N818 - names the cause
    """A link or token that is unknown, expired or another rater's: all three get the same answer."""


class AnswerInvalid(RatingsError):  # noqa: N818 - names the cause
    """An answer that the item has no place for."""


class AnswersMissing(RatingsError):  # noqa: N818 - names the cause
    """An item was handed in with questions left open."""


class RaterUnknown(RatingsError):  # noqa: N818 - names the cause
    """A study has no rater of that pseudonym."""


class RatingsRefused(RatingsError):  # noqa: N818 - names the cause
    """Ratings from a file cannot be taken in; the message says why and what to do."""


class AccountHasPlace(RatingsError):  # noqa: N818 - names the cause
    """An account has another place in the study, or the place another account."""
