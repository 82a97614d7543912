"""What people judged, in tables: studies, items, raters and their answers."""

from ratings.models.answers import Judgement, Rating, Remark
from ratings.models.consent import ConsentText
from ratings.models.events import StudyEvent
from ratings.models.exclusions import RaterExclusion
from ratings.models.identities import PlatformIdentity
from ratings.models.items import Item, PresentedText, TextOrigin
from ratings.models.leaving import ScreenOut
from ratings.models.raters import Assignment, Rater, ShownText
from ratings.models.recruitment import OpenLink
from ratings.models.reports import Report
from ratings.models.size_plans import SizePlan
from ratings.models.studies import Claim, Criterion, Part, Study, StudySystem

__all__ = [
    "Assignment",
    "Claim",
    "ConsentText",
    "Criterion",
    "Item",
    "Judgement",
    "OpenLink",
    "Part",
    "PlatformIdentity",
    "PresentedText",
    "Rater",
    "RaterExclusion",
    "Rating",
    "Remark",
    "Report",
    "ScreenOut",
    "ShownText",
    "SizePlan",
    "Study",
    "StudyEvent",
    "StudySystem",
    "TextOrigin",
]
