"""Item pages held against each other: markup, order, exchanged systems, and response times by system."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _

from ratings.models import Assignment, Item, PresentedText, ShownText, TextOrigin
from ratings.services.blinding_audit.rows import ALARM, AuditRow, counted, leak_figure, measured, row
from ratings.services.blinding_audit.walk import Skeleton, Visitor, without_chance
from ratings.statistics.leaks import latency_leak
from ratings.statistics.results import NotEstimable

ITEMS_A_PART = 3
REPEATS = 5
SLOWER = 0.005  # seconds between medians below which nobody outside this process sees anything
_SHORT, _LONG = "Short.", "Long and longer. " * 400


def markup(visited: Visitor) -> AuditRow:
    """With equal texts a page stays the same to the byte when systems change places, whatever the length."""
    wrong: list[str] = []
    sample = _sample(visited)
    for assignment in sample:
        address = visited.at("item", assignment.token)
        shapes = []
        for text in (_SHORT, _LONG):
            PresentedText.objects.filter(item=assignment.item_id).update(text=text)
            before = without_chance(visited.get(address).content.decode())
            shapes.append(Skeleton(before).tags)
            _exchange_systems(assignment.item)
            if without_chance(visited.get(address).content.decode()) != before:
                wrong.append(_("item %(item)s shows which system is where") % {"item": assignment.position})
        if shapes[0] != shapes[1]:
            wrong.append(_("item %(item)s shows how long texts are") % {"item": assignment.position})
    figure = _("%(items)s items stay the same to the byte when systems change places") % {
        "items": len(sample)
    }
    return counted("markup", _("Length and bytes"), wrong, figure)


def page_order(visited: Visitor, tokens: Sequence[str]) -> AuditRow:
    """The order in the page is the stored one."""
    stored: dict[str, list[str]] = defaultdict(list)
    rows = ShownText.objects.filter(assignment__token__in=tokens).order_by("position")
    for assignment, token in rows.values_list("assignment__token", "token"):
        stored[assignment].append(token)
    pages: dict[str, str] = defaultdict(str)
    for each in visited.received:
        if "/item/" in each.address and each.status == 200 and "<html" in each.body:
            # Texts that come one at a time stand on pages that follow each other.
            pages[each.address.split("/item/")[1].strip("/")] += each.body
    wrong = [
        _("item %(item)s stands in another order") % {"item": tokens.index(token) + 1}
        for token in tokens
        if token in pages and not _in_order(pages[token], stored[token])
    ]
    figure = _("as stored in %(pages)s pages") % {"pages": sum(token in pages for token in tokens)}
    return counted("order", _("Order on the page"), wrong, figure)


def timing(visited: Visitor, tokens: Sequence[str], *, seed: int) -> AuditRow:
    """Pages take as long whichever system stands first."""
    key, title = "timing", _("Response times")
    shown = ShownText.objects.filter(assignment__token__in=tokens, position=1)
    first = dict(shown.values_list("assignment__token", "presented__origins__system"))
    asked = [token for token in tokens if token in first] * REPEATS
    seconds: dict[str, list[float]] = defaultdict(list)
    for place in np.random.default_rng(seed).permutation(len(asked)):
        token = asked[place]
        seconds[str(first[token])].append(visited.timed(visited.at("item", token)))
    try:
        leak = latency_leak(seconds)
    except NotEstimable as refusal:
        return measured(key, title, str(refusal))
    figure = leak_figure(_("seconds between medians"), leak)
    return row(key, title, figure, passed=leak.pvalue > ALARM or leak.effect < SLOWER)


def _sample(visited: Visitor) -> list[Assignment]:
    found: dict[int, list[Assignment]] = defaultdict(list)
    rows = Assignment.objects.filter(rater=visited.rater).select_related("item").order_by("position")
    for assignment in rows:
        if len(found[assignment.part_id]) < ITEMS_A_PART:
            found[assignment.part_id].append(assignment)
    return [assignment for chosen in found.values() for assignment in chosen]


def _exchange_systems(item: Item) -> None:
    """Let each of the item's texts be by the next one's system, and the last by the first's."""
    origins = list(TextOrigin.objects.filter(item=item).order_by("pk"))
    systems = [origin.system_id for origin in origins]
    TextOrigin.objects.filter(item=item).delete()
    TextOrigin.objects.bulk_create(
        TextOrigin(
            item=item,
            example_id=origin.example_id,
            presented_id=origin.presented_id,
            system_id=system,
        )
        for origin, system in zip(origins, [*systems[1:], *systems[:1]], strict=True)
    )


def _in_order(page: str, tokens: Sequence[str]) -> bool:
    """Whether `tokens` stand so, or none does: a label check shows its text after the rater's own label."""
    places = [page.find(token) for token in tokens]
    if set(places) == {-1}:
        return True
    return -1 not in places and places == sorted(places)
