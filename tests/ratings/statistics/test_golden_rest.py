"""Golden numbers that follow from others, so that none is left unread without a reason in the documents."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import special, stats

from ratings.statistics.agreement import percent_agreement
from ratings.statistics.agreement_chance import agreement_weights, gwet_ac
from ratings.statistics.beta_binomial import beta_binomial
from ratings.statistics.comparison import item_means, paired_t_over_items
from ratings.statistics.discrimination import d_prime, proportion_correct, proportion_of_discriminators
from ratings.statistics.equivalence import equivalence
from ratings.statistics.psychometric import Protocol, link
from ratings.statistics.rank_tests import signed_rank_z
from ratings.statistics.ratings_table import RatingsTable

PROTOCOLS = {
    "triangle": (Protocol.TRIANGLE, None),
    "twoAFC": (Protocol.TWO_AFC, None),
    "threeAFC": (Protocol.IDENTIFY, 3),
    "duotrio": (Protocol.DUO_TRIO, None),
    "tetrad": (Protocol.TETRAD, None),
}
WEIGHTS = {"unweighted": "identity", "ordinal": "ordinal", "linear": "linear", "quadratic": "quadratic"}


@pytest.fixture(scope="module")
def sensr(golden: Path) -> dict:
    return json.loads((golden / "sensr.json").read_text())


def test_every_discrimination_case_has_sensrs_estimates_and_bounds(sensr: dict) -> None:
    cases = [case for case in sensr.values() if isinstance(case, dict) and case.get("method") in PROTOCOLS]
    assert len(cases) == 13
    for case in cases:
        protocol, options = PROTOCOLS[case["method"]]
        interval = "likelihood" if case["stat"] == "likelihood" else "clopper-pearson"
        chance = link(protocol, options=options).chance
        counts = (case["x"], case["n"])
        shared = {"protocol": protocol, "options": options, "interval": interval}
        ours = {
            "pc": proportion_correct(*counts, chance=chance, interval=interval),
            "pd": proportion_of_discriminators(*counts, **shared),
            "d-prime": d_prime(*counts, **shared),
        }
        for name, result in ours.items():
            theirs = case["coef"][name]
            digits = 2e-3 if name == "d-prime" else 2e-5 if interval == "likelihood" else 1e-9
            assert result.estimate == pytest.approx(theirs["Estimate"], abs=digits)
            if case["stat"] == "score":
                continue  # sensR's score interval has Yates' correction, ours has not
            # sensR cuts the proportion correct at chance, below which nobody is; we show it as it is.
            least = chance if name == "pc" else 0
            assert max(result.ci_low, least) == pytest.approx(theirs["Lower"], abs=digits)
            assert result.ci_high == pytest.approx(theirs["Upper"], abs=digits)


@pytest.mark.parametrize("name", ["2afc", "tri"])
@pytest.mark.parametrize("corrected", [False, True])
def test_every_beta_binomial_number_is_sensrs(name: str, corrected: bool, golden: Path, sensr: dict) -> None:
    case = sensr[f"betabin_{name}_{'corr' if corrected else 'uncorr'}"]
    source, protocol = {"2afc": ("twoafc", Protocol.TWO_AFC), "tri": ("triangle", Protocol.TRIANGLE)}[name]
    rows = np.genfromtxt(golden / "data" / f"{source}.csv", delimiter=",", names=True, dtype=None)
    columns = rows.dtype.names
    right, total = (rows[columns[-2]], rows[columns[-1]])
    fit = beta_binomial(right, total, protocol=protocol, chance_corrected=corrected, interval="wald")
    mean = fit.discriminators if corrected else fit.proportion_correct
    assert mean.estimate == pytest.approx(case["coef"]["mu"], abs=1e-5)
    assert fit.overdispersion.estimate == pytest.approx(case["coef"]["gamma"], abs=1e-5)
    table = case["table"]
    assert mean.estimate == pytest.approx(table["mu"]["Estimate"], abs=1e-5)
    assert [mean.ci_low, mean.ci_high] == pytest.approx(
        [table["mu"]["Lower"], table["mu"]["Upper"]], abs=1e-4
    )
    assert fit.proportion_correct.estimate == pytest.approx(table["pc"]["Estimate"], abs=1e-5)
    at = link(protocol).d_prime
    ours = [
        at(fit.proportion_correct.estimate),
        at(fit.proportion_correct.ci_low),
        at(fit.proportion_correct.ci_high),
    ]
    theirs = [table["d-prime"][key] for key in ("Estimate", "Lower", "Upper")]
    assert ours[0] == pytest.approx(theirs[0], abs=1e-3)
    # sensR's bounds of d′ are those of the cut proportion correct.
    assert ours[1:] == pytest.approx(theirs[1:], abs=2e-3)


def test_tost_has_tosters_t_and_error(golden: Path, stars: RatingsTable) -> None:
    case = json.loads((golden / "toster.json").read_text())["t_TOST_0.30"]
    comparison = paired_t_over_items(stars, "lora", "full")
    contrast = comparison.contrast
    t = [(contrast.estimate - bound) / contrast.standard_error for bound in (0, -0.3, 0.3)]
    assert t == pytest.approx(case["TOST"]["t"], abs=1e-9)
    assert [contrast.standard_error] * 3 == pytest.approx(case["TOST"]["SE"], abs=1e-10)
    assert [contrast.degrees_of_freedom] * 3 == pytest.approx(case["TOST"]["df"])
    result = equivalence(comparison, margin=0.3)
    assert result.estimate.estimate == pytest.approx(case["effsize"]["estimate"][0], abs=1e-12)
    assert result.estimate.confidence == pytest.approx(case["effsize"]["conf.level"][0])


@pytest.mark.parametrize(
    ("key", "a", "b"),
    [
        ("lora_full", "lora", "full"),
        ("pre_full", "pretrained", "full"),
        ("pre_lora", "pretrained", "lora"),
    ],
)
def test_signed_ranks_without_ties_at_zero_are_normal_as_rs(
    key: str, a: str, b: str, golden: Path, stars: RatingsTable
) -> None:
    case = json.loads((golden / "debian.json").read_text())[key]
    means = item_means(stars, a, b)
    differences = means[0] - means[1]
    assert np.std(differences, ddof=1) == pytest.approx(case["sd_diff"], abs=1e-10)
    moved = differences[np.abs(differences) > 1e-12]
    ranks = stats.rankdata(np.abs(np.round(moved, 12)))
    z = signed_rank_z(ranks, float(ranks[moved > 0].sum()))
    assert 2 * special.ndtr(-abs(z)) == pytest.approx(case["p_asym_nocc"], rel=1e-8)


@pytest.mark.parametrize("source", ["stars", "stars_missing"])
def test_agreement_before_correction_is_irrcacs(
    source: str, golden: Path, stars: RatingsTable, stars_missing: RatingsTable
) -> None:
    table = {"stars": stars, "stars_missing": stars_missing}[source]
    numbers = json.loads((golden / "agree.json").read_text())[source]
    assert percent_agreement(table) == pytest.approx(numbers["unweighted"]["ac"]["pa"], abs=1e-10)
    outputs, unit = np.unique(table.item * 3 + table.system, return_inverse=True)
    counts = np.zeros((len(outputs), 5))
    np.add.at(counts, (unit, table.score.astype(int) - 1), 1)
    shares = (counts / counts.sum(axis=1, keepdims=True)).mean(axis=0)
    for name, kind in WEIGHTS.items():
        case = numbers[name]["ac"]
        weights = agreement_weights(np.arange(1.0, 6.0), kind)
        chance = weights.sum() / 20 * float(shares @ (1 - shares))
        assert chance == pytest.approx(case["pe"], abs=1e-10)
        result = gwet_ac(table, weights=kind, scale=range(1, 6))
        assert result.estimate == pytest.approx((case["pa"] - case["pe"]) / (1 - case["pe"]), abs=1e-9)
        half = float(stats.t.ppf(0.975, len(outputs) - 1)) * case["coeff.se"]
        assert (result.ci_high - result.ci_low) / 2 == pytest.approx(half, abs=2e-5)
        t = result.estimate / case["coeff.se"]
        assert math.log(max(stats.t.sf(t, len(outputs) - 1), 1e-13)) == pytest.approx(
            math.log(max(case["p.value"], 1e-13)), abs=0.02
        )
