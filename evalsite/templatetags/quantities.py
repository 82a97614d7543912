"""Filters that write quantities for people: times, shares, large counts."""

from functools import cache

from django import template
from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()

MINUTE, HOUR = 60, 3600


@register.filter
def duration(seconds: float | None) -> str:
    """`seconds` in at most two units, an en dash where unknown: 45 s, 3 min 20 s, 1 h 5 min."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    if whole < 1 and seconds > 0:
        return _("under a second")
    if whole < MINUTE:
        return _("%(seconds)d s") % {"seconds": whole}
    if whole < HOUR:
        return _("%(minutes)d min %(seconds)d s") % {"minutes": whole // MINUTE, "seconds": whole % MINUTE}
    return _("%(hours)d h %(minutes)d min") % {"hours": whole // HOUR, "minutes": whole % HOUR // MINUTE}


@register.filter
def percent(share: float | None) -> str:
    """A share as per cent with two significant digits below ten per cent, an en dash where unknown."""
    if share is None:
        return "–"
    value = 100 * share
    digits = 0 if value >= 10 or value == 0 else 1 if value >= 1 else 2
    return _("%(number)s %%") % {"number": number_format(round(value, digits), decimal_pos=digits)}


@register.filter
def large(count: int | None) -> str:
    """A count, in millions or billions where it is that large, an en dash where unknown."""
    if count is None:
        return "–"
    for size, unit in ((10**9, _("billion")), (10**6, _("million"))):
        if count >= size:
            return f"{number_format(round(count / size, 1), decimal_pos=1)} {unit}"
    return number_format(count, force_grouping=True)


@register.filter
def of_five(stars: int) -> SafeString:
    """A number of stars, and for who hears the page of how many; a page has dozens of these."""
    return _of_five(int(stars), get_language())


@cache
def _of_five(value: int, _language: str | None) -> SafeString:
    words = _('%(value)s<span class="visually-hidden"> of 5</span>') % {"value": value}
    return mark_safe(words)  # noqa: S308 - a number in a text of ours
