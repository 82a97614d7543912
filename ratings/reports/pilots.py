"""What a closed study tells about the spreads to plan another one with."""

from ratings.models import Study
from ratings.reports.stars import criterion_tables
from ratings.statistics.results import NotEstimable
from ratings.statistics.stars_population import StarsSpread, spread_of


def pilot_spread(study: Study, criterion: str) -> StarsSpread:
    """The spreads of the study's ratings on a criterion.

    Raises ResultsLocked before closing, NotEstimable where the study has no such ratings or they cannot tell.
    """
    for each in criterion_tables(study.parts.all()):
        if each.criterion.name == criterion and len(each.table.score):
            low, high = each.scale
            return spread_of(each.table, lowest=low, highest=high)
    raise NotEstimable(f"'{study}' has no ratings of '{criterion}': choose another study or criterion")
