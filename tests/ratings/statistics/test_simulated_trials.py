"""Simulated trials have the population that they state."""

import numpy as np
import pytest

from ratings.statistics.psychometric import Protocol
from ratings.statistics.simulated_trials import TrialsStudy, draw_trials


@pytest.mark.parametrize(
    ("protocol", "options", "chance"),
    [(Protocol.TWO_AFC, None, 1 / 2), (Protocol.TRIANGLE, None, 1 / 3), (Protocol.IDENTIFY, 4, 1 / 4)],
)
@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_many_trials_have_the_stated_share(
    protocol: Protocol, options: int | None, chance: float, share: float
) -> None:
    study = TrialsStudy(
        raters=400, items=400, discriminators=share, protocol=protocol, options=options, rater_spread=0.5
    )
    trials = draw_trials(study, np.random.default_rng(1))
    assert trials.n.ratings == 160_000
    assert np.mean(trials.correct) == pytest.approx(chance + (1 - chance) * share, abs=0.015)


def test_raters_differ_by_the_stated_spread() -> None:
    def variance(spread: float) -> float:
        study = TrialsStudy(raters=300, items=300, discriminators=0.5, rater_spread=spread, item_spread=0)
        trials = draw_trials(study, np.random.default_rng(2))
        return float(np.var(trials.correct.reshape(300, 300).mean(axis=1)))

    assert variance(0) < 0.001 < variance(1.0) < variance(2.0)


@pytest.mark.parametrize("wrong", [{"discriminators": 1.1}, {"discriminators": 0.1, "item_spread": -1}])
def test_no_population_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="no population"):
        TrialsStudy(raters=2, items=2, **wrong)  # type: ignore[arg-type]
