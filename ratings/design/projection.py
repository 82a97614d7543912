"""When a study will be finished if raters go on as they did lately."""

from collections.abc import Sequence
from datetime import datetime, timedelta

WINDOW = timedelta(hours=24)
FEWEST = 10  # hand-ins in the window, below which a pace says nothing


def projected_end(*, completed_at: Sequence[datetime], left: int, now: datetime) -> datetime | None:
    """The time at which the `left` items are handed in, at the pace of the last 24 hours.

    The pace counts from the first hand-in of the window until now, so that a pause slows it. None where
    nothing is left or there is too little to go by.
    """
    lately = [time for time in completed_at if now - WINDOW <= time <= now]
    if left == 0 or len(lately) < FEWEST:
        return None
    # The first hand-in opens the clock, so it is not counted among what was done since.
    pace = (now - min(lately)) / (len(lately) - 1)
    return now + left * pace
