"""Hand the place of a rater who stayed away on to somebody else."""

from collections import defaultdict

from django.db import transaction
from django.utils import timezone

from ratings.errors import PlaceKept
from ratings.models import Assignment, Rater, ShownText
from ratings.selectors.places import places_to_hand_on


def hand_on(*, rater: Rater) -> Rater:
    """A new rater for the whole place of `rater`, who has no link yet; what `rater` answered stays theirs.

    The new rater sees the place's items as they were planned, in the same order, under tokens of their own.
    The old one is locked meanwhile, and with them every answer of theirs: an answer that comes first keeps
    the place. Raises PlaceKept where the place is not free, or somebody else just took it.
    """
    with transaction.atomic():
        locked = Rater.objects.select_for_update(of=("self",), no_key=True).select_related("study")
        held = locked.get(pk=rater.pk)
        if not places_to_hand_on(held.study).filter(pk=held.pk).exists():
            raise PlaceKept(
                f"The place of {held} is not free: they were heard of lately, are done, or it went to "
                "somebody else. See the study's page for the places that are free now."
            )
        held.handed_on_at = timezone.now()
        held.save(update_fields=["handed_on_at"])
        holders = Rater.objects.filter(study=held.study_id, place=held.place).count()
        successor = Rater.objects.create(
            study=held.study, place=held.place, pseudonym=f"R{held.place:02d}-{holders + 1}"
        )
        _copy_plan(held, successor)
    return successor


def _copy_plan(held: Rater, successor: Rater) -> None:
    planned = list(Assignment.objects.filter(rater=held).order_by("position"))
    copies = Assignment.objects.bulk_create(
        Assignment(
            rater=successor,
            part_id=row.part_id,
            item_id=row.item_id,
            position=row.position,
            purpose=row.purpose,
        )
        for row in planned
    )
    shown: dict[int, list[ShownText]] = defaultdict(list)
    for text in ShownText.objects.filter(assignment__rater=held).order_by("assignment", "position"):
        shown[text.assignment_id].append(text)
    ShownText.objects.bulk_create(
        ShownText(assignment=copy, presented_id=text.presented_id, position=text.position)
        for row, copy in zip(planned, copies, strict=True)
        for text in shown[row.pk]
    )
