"""Record stars as they are given: each change is a new revision, the last one is live."""

from collections.abc import Mapping
from dataclasses import dataclass

from ratings.errors import AnswerInvalid
from ratings.models import Assignment, Rater, Rating
from ratings.services.access import answering, require_not_flagged

Place = tuple[str, int]  # the shown text's token, the criterion's position


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What came with an answer: `key` is the same when it is sent again, `client_ms` the time it took."""

    key: str
    client_ms: int | None = None


def record_rating(
    *, rater: Rater, assignment: str, shown: str, criterion: int, stars: int, sent: Sent
) -> None:
    """Record one rating; see `record_ratings`."""
    record_ratings(rater=rater, assignment=assignment, stars={(shown, criterion): stars}, sent=sent)


def record_ratings(*, rater: Rater, assignment: str, stars: Mapping[Place, int], sent: Sent) -> None:
    """Record ratings of one assignment, in a number of queries that does not depend on how many.

    A rating that was sent before (same key) or that says what is live already changes nothing. Raises
    UnknownToken, StudyClosed, ConsentMissing, and AnswerInvalid for a text, criterion or number that the item
    does not have.
    """
    with answering(rater, assignment) as target:
        save_ratings(target, stars, sent)


def save_ratings(target: Assignment, stars: Mapping[Place, int], sent: Sent) -> int:
    """Record ratings of a locked assignment; how many of its questions for stars are open after that.

    Raises AnswerInvalid as `record_ratings` does.
    """
    require_not_flagged(target)
    places = _places(target)
    for place, value in stars.items():
        if place not in places:
            raise AnswerInvalid(f"This item has no text '{place[0]}' with a question {place[1]}.")
        if not 1 <= value <= 5:
            raise AnswerInvalid(f"{value} is no number of stars: give 1 to 5.")
    history: dict[tuple[int, int], list[Rating]] = {}
    for rating in Rating.objects.filter(assignment=target).order_by("revision"):
        history.setdefault((rating.shown_id, rating.criterion_id), []).append(rating)
    live = {key: rating for key, ratings in history.items() for rating in ratings if rating.live}
    fresh: list[Rating] = []
    for place, value in stars.items():
        key = places[place]
        earlier = history.get(key, [])
        if any(rating.key == sent.key for rating in earlier) or (key in live and live[key].stars == value):
            continue
        fresh.append(
            Rating(
                assignment=target,
                shown_id=key[0],
                criterion_id=key[1],
                stars=value,
                revision=len(earlier) + 1,
                key=sent.key,
                client_ms=sent.client_ms,
            )
        )
    renewed = {(rating.shown_id, rating.criterion_id) for rating in fresh}
    Rating.objects.filter(pk__in=[live[key].pk for key in renewed & live.keys()]).update(live=False)
    Rating.objects.bulk_create(fresh)
    return len(places) - len(renewed | live.keys())


def retract_rating(*, rater: Rater, assignment: str, shown: str, criterion: int) -> None:
    """Take back a rating of an item not yet handed in; its revision is kept, nothing is live.

    Raises as `record_ratings` does, and AnswerInvalid once the item was handed in.
    """
    with answering(rater, assignment) as target:
        if target.completed_at is not None:
            raise AnswerInvalid("This item was handed in: its answers can be changed, not left open.")
        Rating.objects.filter(
            assignment=target, shown__token=shown, criterion__position=criterion, live=True
        ).update(live=False)


def _places(assignment: Assignment) -> dict[Place, tuple[int, int]]:
    """The places an item has for stars, with the keys of text and criterion; none in other kinds."""
    asked = assignment.shown_texts.filter(assignment__part__criteria__isnull=False).order_by()
    fields = ("token", "assignment__part__criteria__position", "pk", "assignment__part__criteria")
    return {(token, place): (text, criterion) for token, place, text, criterion in asked.values_list(*fields)}
