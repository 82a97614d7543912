"""Do planned looks keep alpha when the product itself takes them: in families, as one rater follows another?

The quick form runs in every test run; EVALSITE_CALIBRATE=full simulates EVALSITE_CALIBRATE_STUDIES studies.
"""

import os
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from ratings.design.looks import Spending
from ratings.models import Claim, Criterion, StudySystem
from ratings.reports.claim_tests import Evidence
from ratings.reports.document_systems import Costs
from ratings.reports.families import decide
from ratings.reports.looks import look_at, spending_paths
from ratings.reports.metrics import NO_METRICS
from ratings.reports.stars import CriterionTable
from ratings.selectors.looks import ItemRatings, LookTaken
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.simulated_stars import StarsStudy, draw_study, latent_difference

FULL = os.environ.get("EVALSITE_CALIBRATE") == "full"
STUDIES = int(os.environ.get("EVALSITE_CALIBRATE_STUDIES", "2000")) if FULL else 20
ALPHA, MARGIN, RATERS, ITEMS = 0.025, 0.2, 12, 40
STUDY = StarsStudy(raters=RATERS, items=ITEMS, mean=3.8, together=True)
A, B = StudySystem(pk=1, label="a"), StudySystem(pk=2, label="b")
CRITERIA = [Criterion(pk=number, name=f"criterion {number}") for number in (1, 2)]


def claims_of(correction: str) -> list[Claim]:
    """One claim a criterion, in one family, each at its margin."""
    return [
        Claim(
            pk=criterion.pk,
            criterion=criterion,
            system_a=A,
            system_b=B,
            relation="non_inferior",
            margin=MARGIN,
            alpha=ALPHA,
            correction=correction,
        )
        for criterion in CRITERIA
    ]


def evidence_of(tables: list[RatingsTable], raters: int) -> Evidence:
    """What the first raters said."""
    return Evidence(
        stars=tuple(
            CriterionTable(criterion=criterion, systems=("a", "b"), table=table.where(table.rater < raters))
            for criterion, table in zip(CRITERIA, tables, strict=True)
        ),
        trials=(),
        metrics=NO_METRICS,
        costs=Costs(reference="", systems=()),
        seed=1,
    )


def verdicts(tables: list[RatingsTable], looks: tuple[int, ...], spending: Spending) -> Iterator[str]:
    """What looks after so many raters say of both claims, and the end without those that were looked at."""
    claims = claims_of("holm")
    taken: list[LookTaken] = []
    for number, raters in enumerate(looks, start=1):
        now = dict.fromkeys((1, 2), ItemRatings(handed_in=raters * ITEMS, planned=RATERS * ITEMS))
        said = look_at(claims, evidence_of(tables, raters), now, taken, spending)
        taken.append(LookTaken(number=number, at=None, actor_name="", handed_in=0, claims=said))  # type: ignore[arg-type]
        yield from (row.verdict for row in said)
    everything = dict.fromkeys((1, 2), ItemRatings(handed_in=RATERS * ITEMS, planned=RATERS * ITEMS))
    paths = spending_paths(claims, everything, taken, spending, at_end=True)
    yield from (row.verdict for row in decide(claims, evidence_of(tables, RATERS), paths).values())


@pytest.mark.parametrize("spending", ["obrien-fleming", "pocock"])
def test_a_family_with_looks_is_rarely_supported_at_its_margins(spending: Spending) -> None:
    study = replace(STUDY, difference=latent_difference(STUDY, -MARGIN))
    streams = np.random.default_rng(11).spawn(2 * STUDIES)
    pairs = zip(streams[::2], streams[1::2], strict=True)
    false = sum(
        "supported" in verdicts([draw_study(study, one), draw_study(study, other)], (4, 8), spending)
        for one, other in pairs
    )
    print(f"\n| two looks, family of two, {spending} | {false / STUDIES:.1%} | {STUDIES} |")  # noqa: T201 - the table of the full run
    assert false <= stats.binom.ppf(0.999, STUDIES, ALPHA)
