"""Store what raters elsewhere saw and answered, as if they had answered here."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from django.utils import timezone

from generation.formats.cleaning import clean_output
from generation.models import Example
from ratings.design.long_ratings import LongRating, LongRatings
from ratings.models import (
    Assignment,
    Criterion,
    Item,
    Part,
    PresentedText,
    Rater,
    Rating,
    ShownText,
    Study,
    StudySystem,
    TextOrigin,
)

BATCH = 1000
KEY = "imported"


def store_items(
    part: Part,
    ratings: LongRatings,
    examples: Mapping[str, Example],
    systems: Mapping[str, StudySystem],
) -> dict[tuple[str, str], PresentedText]:
    """Store the items with the text of each rated output; returned by the file's item and system.

    Each output has a text of its own, so its SHA-256 is that of the system's label and the text.
    """
    items = dict(
        zip(
            examples,
            Item.objects.bulk_create(
                [
                    Item(part=part, example=example, position=position)
                    for position, example in enumerate(examples.values(), start=1)
                ],
                batch_size=BATCH,
            ),
            strict=True,
        )
    )
    outputs = tuple(dict.fromkeys((row.item, row.system) for row in ratings.ratings))
    presented = PresentedText.objects.bulk_create(
        [
            PresentedText(
                item=items[item],
                example=examples[item],
                text=clean_output(ratings.texts.get((item, system), "")),
                sha256=hashlib.sha256(
                    f"{system}\n{ratings.texts.get((item, system), '')}".encode()
                ).hexdigest(),
            )
            for item, system in outputs
        ],
        batch_size=BATCH,
    )
    texts = dict(zip(outputs, presented, strict=True))
    TextOrigin.objects.bulk_create(
        [
            TextOrigin(item=items[item], example=examples[item], presented=text, system=systems[system])
            for (item, system), text in texts.items()
        ],
        batch_size=BATCH,
    )
    return texts


def store_raters(study: Study, names: Sequence[str]) -> dict[str, Rater]:
    """A rater under a pseudonym for each name, which is not kept."""
    now = timezone.now()
    rows = Rater.objects.bulk_create(
        [
            Rater(study=study, place=place, pseudonym=f"R{place:02d}", finished_at=now)
            for place in range(1, len(names) + 1)
        ],
        batch_size=BATCH,
    )
    return dict(zip(names, rows, strict=True))


def store_answers(
    part: Part,
    raters: Mapping[str, Rater],
    rows: Sequence[LongRating],
    texts: Mapping[tuple[str, str], PresentedText],
    criteria: Mapping[str, Criterion],
) -> None:
    """Store the ratings as their raters met the items, in the order of the file."""
    assignments = _store_assignments(part, raters, rows, texts)
    outputs = tuple(dict.fromkeys((row.rater, row.item, row.system) for row in rows))
    places = _counted((rater, item) for rater, item, _ in outputs)
    shown = dict(
        zip(
            outputs,
            ShownText.objects.bulk_create(
                [
                    ShownText(
                        assignment=assignments[rater, item], presented=texts[item, system], position=place
                    )
                    for (rater, item, system), place in zip(outputs, places, strict=True)
                ],
                batch_size=BATCH,
            ),
            strict=True,
        )
    )
    Rating.objects.bulk_create(
        [
            Rating(
                assignment=assignments[row.rater, row.item],
                shown=shown[row.rater, row.item, row.system],
                criterion=criteria[row.criterion],
                stars=row.rating,
                revision=1,
                key=KEY,
            )
            for row in rows
        ],
        batch_size=BATCH,
    )


def _store_assignments(
    part: Part,
    raters: Mapping[str, Rater],
    rows: Sequence[LongRating],
    texts: Mapping[tuple[str, str], PresentedText],
) -> dict[tuple[str, str], Assignment]:
    """One for each rater and item that met, in the order of the file."""
    met = tuple(dict.fromkeys((row.rater, row.item) for row in rows))
    items = {item: text.item for (item, _), text in texts.items()}
    now = timezone.now()
    stored = Assignment.objects.bulk_create(
        [
            Assignment(rater=raters[rater], part=part, item=items[item], position=position, completed_at=now)
            for (rater, item), position in zip(met, _counted(rater for rater, _ in met), strict=True)
        ],
        batch_size=BATCH,
    )
    return dict(zip(met, stored, strict=True))


def _counted(keys: Iterable[object]) -> list[int]:
    """For each key how often it has come, itself included."""
    seen: dict[object, int] = {}
    places = []
    for key in keys:
        seen[key] = seen.get(key, 0) + 1
        places.append(seen[key])
    return places
