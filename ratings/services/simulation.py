"""Fill a study with simulated raters, so that its report can be seen before people come."""

from collections.abc import Sequence

import numpy as np
from django.db import transaction
from django.utils import timezone

from generation.metrics.slots import slot_errors
from ratings.design.simulation import (
    Crossing,
    TextTraits,
    merit,
    simulate_stars,
    traits_of_text,
)
from ratings.errors import NoPlacesLeft, SimulatedAndReal
from ratings.models import (
    Assignment,
    Item,
    Judgement,
    Part,
    PresentedText,
    Rater,
    Rating,
    Remark,
    ShownText,
    Study,
)
from ratings.services.access import require_open
from ratings.services.simulated_judgements import KEY, simulated_judgements, simulated_remarks


def simulate(*, study: Study, seed: int, raters: int | None = None) -> Study:
    """Answer everything that the first `raters` places (all of them where None) have been assigned.

    From then on the study counts as simulated and invites nobody. Places that have answered stay as they are.
    Raises StudyNotOpen or StudyClosed, SimulatedAndReal where real raters were invited, and NoPlacesLeft
    where the study has fewer places.
    """
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=study.pk)
        require_open(study)
        if study.invited_at is not None:
            raise SimulatedAndReal(f"'{study}' has invited real raters: simulate in a study of its own.")
        if raters is not None and not 1 <= raters <= study.raters_planned:
            raise NoPlacesLeft(
                f"'{study}' was opened with {study.raters_planned} places, not {raters}: ask for 1 to "
                f"{study.raters_planned} raters."
            )
        study.is_simulated = True
        study.save(update_fields=["is_simulated"])
        places = list(study.raters.filter(finished_at=None))
        if raters is not None:
            places = [rater for rater in places if rater.place <= raters]
        rng = np.random.default_rng(seed)
        for part in study.parts.all():
            _answer(part, places, rng)
        now = timezone.now()
        Assignment.objects.filter(rater__in=places).update(completed_at=now)
        Rater.objects.filter(pk__in=[rater.pk for rater in places]).update(finished_at=now)
    return study


def _answer(part: Part, places: Sequence[Rater], rng: np.random.Generator) -> None:
    shown = list(
        ShownText.objects.filter(assignment__part=part, assignment__rater__in=places)
        .select_related("assignment__item__example__dataset", "presented__item")
        .prefetch_related("presented__origins")
        .order_by("assignment__rater__place", "assignment__position", "position")
    )
    texts, traits = _traits(part)
    if part.kind == Part.Kind.STARS:
        Rating.objects.bulk_create(_ratings(part, shown, texts, traits, rng))
    else:
        merits = merit(traits, "quality")
        told = {row.pk: float(merits[texts[row.presented_id]]) for row in shown}
        Judgement.objects.bulk_create(simulated_judgements(part, shown, told, rng))
    Remark.objects.bulk_create(simulated_remarks(part, shown, rng))


def _traits(part: Part) -> tuple[dict[int, int], list[TextTraits]]:
    """The row of each presented text's key, and the traits of each row."""
    texts = PresentedText.objects.filter(item__part=part).select_related("example").order_by("pk")
    rows: dict[int, int] = {}
    traits: list[TextTraits] = []
    for text in texts:
        slots = [(str(slot), str(value)) for slot, value in text.example.slots]
        errors = slot_errors(slots, text.text)
        wrong = len(errors.missing) + len(errors.added) + len(errors.wrong)
        rows[text.pk] = len(traits)
        traits.append(traits_of_text(text.text, slot_errors=wrong))
    return rows, traits


def _ratings(
    part: Part,
    shown: Sequence[ShownText],
    texts: dict[int, int],
    traits: Sequence[TextTraits],
    rng: np.random.Generator,
) -> list[Rating]:
    criteria = list(part.criteria.all())
    crossing = Crossing(
        rater=_codes([row.assignment.rater_id for row in shown]),
        item=_codes([row.assignment.item_id for row in shown]),
        text=np.array([texts[row.presented_id] for row in shown], dtype=np.int64),
    )
    merits = np.stack([merit(traits, criterion.name) for criterion in criteria], axis=1)
    stars = simulate_stars(crossing, merits, rng)
    # Simulated raters read: they do as an instruction says, and see what is known of a text.
    known = {
        item.pk: {int(position): stars for position, stars in item.expected.items()}
        for item in part.items.filter(check_kind__in=[Item.Check.INSTRUCTED, Item.Check.GOLD])
    }
    return [
        Rating(
            assignment=row.assignment,
            shown=row,
            criterion=criterion,
            stars=_within(
                known.get(row.assignment.item_id, {}).get(criterion.position), int(stars[line, column])
            ),
            revision=1,
            key=KEY,
        )
        for line, row in enumerate(shown)
        for column, criterion in enumerate(criteria)
    ]


def _within(limits: Sequence[int] | None, stars: int) -> int:
    return stars if limits is None else min(max(stars, limits[0]), limits[1])


def _codes(keys: Sequence[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Numbers from 0 for keys, in the keys' order."""
    return np.unique(np.array(keys, dtype=np.int64), return_inverse=True)[1]
