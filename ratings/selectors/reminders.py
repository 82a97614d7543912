"""What to write to raters who have not finished, in each language; names no system and no study of theirs."""

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext, override

from ratings.models import Study
from ratings.selectors.dashboard import Dashboard, RaterRow

LANGUAGES = ("en", "vi")


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """A text to copy in one language; `raters` are the pseudonyms of whom it is for."""

    language: str
    raters: tuple[str, ...]
    text: str


def reminders(study: Study, dashboard: Dashboard) -> tuple[Reminder, ...]:
    """A text in each language for the raters with a link who have not finished; none where all have."""
    due = [row for row in dashboard.raters if _is_due(row)]
    if not due:
        return ()
    names = tuple(row.rater.pseudonym for row in due)
    return tuple(
        Reminder(language=language, raters=names, text=_text(study, due, language)) for language in LANGUAGES
    )


def _is_due(row: RaterRow) -> bool:
    rater = row.rater
    gone = rater.withdrawn_at or rater.handed_on_at or rater.finished_at
    return rater.token_hash is not None and not gone and not row.active


def _text(study: Study, due: list[RaterRow], language: str) -> str:
    """Words for all alike, so that one text can be sent to several people without telling them apart."""
    least = min(row.work.assigned - row.work.completed for row in due)
    most = max(row.work.assigned - row.work.completed for row in due)
    hours = min(study.open_lease_hours if row.rater.open_link_id else study.lease_hours for row in due)
    with override(language):
        left = (
            ngettext("%(n)s item is left.", "%(n)s items are left.", most) % {"n": most}
            if least == most
            else gettext("Between %(least)s and %(most)s items are left.") % {"least": least, "most": most}
        )
        return gettext(
            "Hello,\n\nyou have a place in the study “%(title)s”. %(left)s Your personal link brings you "
            "back to where you left, from any device; everything you answered is kept. Without an answer for "
            "%(hours)s hours your place may be given to somebody else.\n\nThank you very much!"
        ) % {"title": study.public_title, "left": left, "hours": hours}
