"""Open links: the one that was asked for, those of a study, and the way back to a platform."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from ratings.errors import UnknownToken
from ratings.models import OpenLink, Study
from ratings.models.raters import link_hash

PROLIFIC_RETURN = "https://app.prolific.com/submissions/complete"


@dataclass(frozen=True, kw_only=True)
class WayBack:
    """How somebody who is done, or does not take part, tells the platform.

    `address` is empty where the code is to be copied.
    """

    code: str
    address: str


def open_link_of(token: str) -> OpenLink:
    """The open link of that token, with its study. Raises UnknownToken if unknown, expired or ended."""
    link = (
        OpenLink.objects.select_related("study")
        .filter(token_hash=link_hash(token), revoked_at=None, expires_at__gt=timezone.now())
        .order_by()
        .first()
    )
    if link is None:
        raise UnknownToken("There is no such page.")
    return link


def links_of(study: Study) -> QuerySet[OpenLink]:
    """The study's open links, newest first, with how many raters `came` and `finished`."""
    return study.open_links.annotate(
        came=Count("raters"),
        finished=Count("raters", filter=Q(raters__finished_at__isnull=False)),
    ).order_by("-pk")


def way_back(
    link: OpenLink | None, why: Literal["completion", "declined", "screened_out"] = "completion"
) -> WayBack | None:
    """What to tell the platform; None for raters who came by a personal link, or where there is no code."""
    code = getattr(link, f"{why}_code") if link else ""
    if link is None or not code:
        return None
    prolific = link.platform == OpenLink.Platform.PROLIFIC
    return WayBack(code=code, address=f"{PROLIFIC_RETURN}?{urlencode({'cc': code})}" if prolific else "")
