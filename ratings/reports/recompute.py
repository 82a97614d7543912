"""Recompute every number of results.json from the data beside it, without the site and without Django.

Run it in the unpacked bundle, where the project (or its folders ratings/statistics and generation/metrics)
can be imported:

    PYTHONPATH=/path/to/project python recompute.py

It prints what agrees, and ends with 1 where a number differs by more than the tolerance.
"""

import csv
import json
import math
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generation.metrics.example_statistics import ExampleStatistics
from generation.metrics.measures import LESS_IS_BETTER, restored
from ratings.statistics.agreement import krippendorff_alpha
from ratings.statistics.agreement_chance import gwet_ac
from ratings.statistics.agreement_icc import intraclass_correlation
from ratings.statistics.beta_binomial import beta_binomial
from ratings.statistics.classification import accuracy, accuracy_difference, paired_counts
from ratings.statistics.clustered_shares import clustered_share
from ratings.statistics.comparison import compare_stars
from ratings.statistics.confidence import SureAnswers, confidence_gap, right_at
from ratings.statistics.correlation import compare_metrics, correlate
from ratings.statistics.discrimination import d_prime, proportion_correct, proportion_of_discriminators
from ratings.statistics.effect_sizes import cliffs_delta, probability_of_superiority
from ratings.statistics.metric_resampling import compare_metric, metric_estimate
from ratings.statistics.ordinal_models import compare_stars_ordinal
from ratings.statistics.preferences import (
    Preferences,
    preference_share,
    sign_test,
    sign_test_with_ties,
)
from ratings.statistics.psychometric import Protocol
from ratings.statistics.rank_tests import ItemTest, sign_flip_test, wilcoxon_signed_rank
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.ratios import fieller_ratio
from ratings.statistics.results import Estimate, NotEstimable
from ratings.statistics.similarity import similarity_test
from ratings.statistics.stars import mean_stars, median_stars
from ratings.statistics.style import style_accuracy
from ratings.statistics.trial_breakdowns import by_half, scale_discriminators
from ratings.statistics.trial_clusters import (
    Trials,
    clustered_discriminators,
    clustered_proportion_correct,
    clustered_similarity_test,
)

HERE = Path(__file__).resolve().parent
TOLERANCE = 1e-6
RESAMPLES = 1000
GUARDED = re.compile(r"^'([=+\-@\t\r\n])")
Floats = NDArray[np.float64]
Recomputed = Iterator[tuple[str, dict[str, Any], Callable[[], Any]]]


def rows_of(name: str, *, everyone: bool = False) -> list[dict[str, str]]:
    """The rows of one CSV file, without the apostrophe that keeps a spreadsheet from reading a formula.

    Excluded raters are left out, as in the primary results, unless `everyone` is asked for.
    """
    with (HERE / "data" / name).open(encoding="utf-8-sig", newline="") as stream:
        return [
            {column: GUARDED.sub(r"\1", cell) for column, cell in row.items()}
            for row in csv.DictReader(stream)
            if everyone or row.get("excluded") != "true"
        ]


@cache
def results() -> dict[str, Any]:
    """What the report states."""
    stated: dict[str, Any] = json.loads((HERE / "results.json").read_text(encoding="utf-8"))
    return stated


def seed() -> int:
    """The seed behind every resampling."""
    return int(results()["software"]["seed"])


def labels() -> list[str]:
    """The systems, in the study's order."""
    return [system["label"] for system in results()["study"]["systems"]]


@cache
def stars(criterion: str, *, everyone: bool = False) -> RatingsTable:
    """The ratings of one criterion, or of all, averaged, where it is empty."""
    rows = [row for row in rows_of("ratings.csv", everyone=everyone) if criterion in ("", row["criterion"])]
    return RatingsTable.from_long(
        rater=[row["rater"] for row in rows],
        item=[row["item"] for row in rows],
        system=[row["system"] for row in rows],
        score=[float(row["stars"]) for row in rows],
        duplicates="average" if not criterion else "refuse",
    )


def trials(part: int, options: int | None = None, *, everyone: bool = False) -> Trials:
    """The trials of one part with this many options, or all of them."""
    chosen = [
        row
        for row in rows_of("trials.csv", everyone=everyone)
        if int(row["part"]) == part and options in (None, int(row["options"]))
    ]
    codes = {name: sorted({row[name] for row in chosen}) for name in ("rater", "item")}
    return Trials(
        correct=np.array([row["correct"] == "true" for row in chosen], dtype=bool),
        rater=np.array([codes["rater"].index(row["rater"]) for row in chosen], dtype=np.int64),
        item=np.array([codes["item"].index(row["item"]) for row in chosen], dtype=np.int64),
        position=np.array([int(row["order"]) for row in chosen], dtype=np.int64),
    )


def mean_options(part: int, *, everyone: bool = False) -> float:
    """The harmonic mean of the options of a part's trials, whose chance is the mean of theirs."""
    shown = [
        int(row["options"]) for row in rows_of("trials.csv", everyone=everyone) if int(row["part"]) == part
    ]
    return len(shown) / sum(1 / options for options in shown)


@cache
def segments(metric: str, system: str, scope: str) -> ExampleStatistics:
    """What each output adds to a metric."""
    rows = [
        row
        for row in rows_of("segments.csv")
        if (row["metric"], row["system"]) == (metric, system) and (scope == "run" or row["rated"] == "true")
    ]
    if not rows:
        raise NotEstimable("The metric was not computed")
    values = np.array([[float(value) for value in row["values"].split()] for row in rows])
    return restored(metric, signature=metric, values=values)


def ratings() -> Recomputed:
    """Means and medians."""
    for criterion in results()["ratings"]:
        table = stars(criterion["criterion"])
        scale = (criterion["scale_low"], criterion["scale_high"])
        for row in criterion["systems"]:
            name, system = f"{criterion['criterion']}, {row['system']}", row["system"]
            mean = partial(mean_stars, table, system, seed=seed(), scale=scale)
            yield f"{name}: mean", row["mean"], mean
            yield f"{name}: median", row["median"], partial(median_stars, table, system, seed=seed())


def comparisons() -> Recomputed:
    """Differences in stars and what stands beside them."""
    analyses: dict[str, Callable[..., Any]] = {
        "difference": compare_stars,
        "ratio": fieller_ratio,
        "superiority": probability_of_superiority,
        "cliffs_delta": cliffs_delta,
        "sign_flips": partial(sign_flip_test, seed=seed()),
        "signed_ranks": wilcoxon_signed_rank,
        "ordinal_log_odds": compare_stars_ordinal,
    }
    for row in results()["comparisons"]:
        for field, analysis in analyses.items():
            name = f"{row['criterion']}, {row['a']} − {row['b']}: {field}"
            yield name, row[field], partial(analysis, stars(row["criterion"]), row["a"], row["b"])


def discrimination() -> Recomputed:
    """Right answers and what follows from them."""
    for row in results()["discrimination"]:
        own, chance = trials(row["part"], row["options"]), row["chance"]
        protocol = protocol_of(row)
        right = partial(proportion_correct, int(own.correct.sum()), len(own.correct), n=own.n)
        told = partial(
            proportion_of_discriminators, int(own.correct.sum()), len(own.correct), n=own.n, **protocol
        )
        analyses: dict[str, Callable[..., Any]] = {
            "proportion": partial(right, chance=chance),
            "proportion_clustered": partial(clustered_proportion_correct, own, chance=chance),
            "discriminators": told,
            "discriminators_clustered": partial(clustered_discriminators, own, **protocol),
            "with_identical": partial(_over_all, row, own, told),
            "d_prime": partial(d_prime, int(own.correct.sum()), len(own.correct), n=own.n, **protocol),
            "learning": partial(by_half, own, chance=chance),
            "overdispersion": partial(_overdispersion, row),
        }
        for field, analysis in analyses.items():
            yield f"part {row['part']}, {row['options']} options: {field}", row[field], analysis


def preferences() -> Recomputed:
    """Which of two texts is preferred."""
    for row in results()["preferences"]:
        own = [each for each in rows_of("preferences.csv") if int(each["part"]) == row["part"]]
        strength = np.array([int(each["strength"]) for each in own], dtype=np.int64)
        answers = Preferences(strength=strength, **_codes(own))
        analyses: dict[str, Callable[..., Any]] = {
            "prefers_a": partial(preference_share, answers, 1),
            "prefers_b": partial(preference_share, answers, -1),
            "ties": partial(preference_share, answers, 0),
            "sign_test": partial(sign_test, answers),
            "ties_split": partial(sign_test_with_ties, answers),
        }
        for field, analysis in analyses.items():
            yield f"part {row['part']}: {field}", row[field], analysis


def label_checks() -> Recomputed:
    """Own labels against the dataset's, each other's and the systems'."""
    for row in results()["label_checks"]:
        rows = [each for each in rows_of("label_checks.csv") if int(each["part"]) == row["part"]]
        once = list({(each["rater"], each["item"]): each for each in rows}.values())
        gold = [each for each in once if each["gold"]]
        table = RatingsTable.from_long(
            rater=[each["rater"] for each in once],
            item=[each["item"] for each in once],
            system=["own"] * len(once),
            score=[float(row["labels"].index(each["own"])) for each in once],
        )
        scale = [float(code) for code in range(len(row["labels"]))]
        part = f"part {row['part']}"
        yield f"{part}: right", row["right"], _share(gold, [each["own"] == each["gold"] for each in gold])
        alpha = partial(krippendorff_alpha, table, metric="nominal", seed=seed())
        yield f"{part}: alpha_nominal", row["alpha_nominal"], alpha
        yield f"{part}: gwet_ac1", row["gwet_ac1"], partial(gwet_ac, table, scale=scale)
        for system in row["systems"]:
            own = [each for each in rows if each["system"] == system["system"]]
            judged = [each for each in own if each["accepts"]]
            name = f"{part}, {system['system']}"
            accepted = _share(judged, [each["accepts"] == "true" for each in judged])
            yield f"{name}: accepted", system["accepted"], accepted
            same = _share(own, [each["own"] == each["shown"] for each in own])
            yield f"{name}: same_as_own", system["same_as_own"], same


def confidence() -> Recomputed:
    """Right answers by how sure raters were, and how much surer they are when right."""
    right = {
        (row["part"], row["rater"], row["item"]): row["correct"] == "true" for row in rows_of("trials.csv")
    }
    right |= {
        (row["part"], row["rater"], row["item"]): row["own"] == row["gold"]
        for row in rows_of("label_checks.csv")
        if row["gold"]
    }
    for stated in results()["confidence"]:
        rows = [
            row
            for row in rows_of("remarks.csv")
            if row["part"] == str(stated["part"])
            and row["confidence"]
            and (row["part"], row["rater"], row["item"]) in right
        ]
        answers = SureAnswers(
            confidence=np.array([int(row["confidence"]) for row in rows], dtype=np.int64),
            right=np.array([right[row["part"], row["rater"], row["item"]] for row in rows], dtype=bool),
            **_codes(rows),
        )
        for step in stated["by_step"]:
            name = f"part {stated['part']}: right at confidence {step['step']}"
            yield name, step["right"], partial(right_at, answers, step["step"])
        yield f"part {stated['part']}: surer when right", stated["gap"], partial(confidence_gap, answers)


def _share(rows: list[dict[str, str]], holds: list[bool]) -> Callable[[], Any]:
    codes = _codes(rows)
    return partial(clustered_share, np.array(holds, dtype=bool), rater=codes["rater"], item=codes["item"])


def _codes(rows: list[dict[str, str]]) -> dict[str, NDArray[np.int64]]:
    names = {name: np.array([row[name] for row in rows], dtype=np.str_) for name in ("rater", "item")}
    return {name: np.unique(column, return_inverse=True)[1] for name, column in names.items()}


def agreement() -> Recomputed:
    """Agreement between raters."""
    for row in results()["agreement"]:
        table = stars(row["criterion"])
        scale = next(each for each in results()["ratings"] if each["criterion"] == row["criterion"])
        scores = [float(score) for score in range(scale["scale_low"], scale["scale_high"] + 1)]
        alpha = partial(krippendorff_alpha, table, seed=seed())
        analyses: dict[str, Callable[..., Any]] = {
            "alpha_ordinal": alpha,
            "alpha_ordinal_over_raters": partial(alpha, over="raters"),
            "alpha_interval": partial(alpha, metric="interval"),
            "gwet_ac2": partial(gwet_ac, table, weights="ordinal", scale=scores),
            "icc_single": partial(intraclass_correlation, table, of="single"),
            "icc_average": partial(intraclass_correlation, table, of="average"),
        }
        for field, analysis in analyses.items():
            yield f"{row['criterion']}: {field}", row[field], analysis
        for within in row["within_systems"]:
            own, name = table.of_systems(within["system"]), f"{row['criterion']}, {within['system']}"
            alone = partial(krippendorff_alpha, own, seed=seed())
            yield f"{name}: alpha_ordinal", within["alpha_ordinal"], alone
            yield (
                f"{name}: gwet_ac2",
                within["gwet_ac2"],
                partial(gwet_ac, own, weights="ordinal", scale=scores),
            )


def metrics() -> Recomputed:
    """Metrics with resampling."""
    for row in results()["metrics"]["scores"]:
        key = (row["metric"], row["system"], row["scope"])
        yield f"{' '.join(key)}: score", row["score"], partial(_metric_score, *key)
    for row in results()["metrics"]["differences"]:
        pair = (row["metric"], row["a"], row["b"], row["scope"])
        yield " ".join(pair), row["difference"], partial(_metric_difference, *pair)


def correlations() -> Recomputed:
    """Metrics against people."""
    for row in results()["correlations"]:
        name = f"{row['criterion']}, {row['metric']}: {row['kind']} by {row['level']}"
        yield name, row["correlation"], partial(_correlation, row)
    for row in results()["contests"]:
        name = f"{row['criterion']}: {row['first']} − {row['second']}"
        yield name, row["difference"], partial(_contest, row)


def style_and_uses() -> Recomputed:
    """The classifier of style, and the difference that answers the uses."""
    said: dict[str, list[str]] = {}
    for row in rows_of("outputs.csv"):
        said.setdefault(row["system"], []).append(row["text"])
    for stated in results()["style"]:
        pair = said.get(stated["a"], []), said.get(stated["b"], [])
        name = f"style: {stated['a']}, {stated['b']}"
        yield name, stated["accuracy"], partial(style_accuracy, *pair, seed=seed())
    for stated in results()["uses"]:
        difference = partial(compare_stars, stars(""), stated["a"], stated["b"])
        yield f"use: {stated['use']}", stated["difference"], difference


def claims() -> Recomputed:
    """The interval of each claim, at the level that its family left it."""
    for section in ("claims", "claims_with_everyone"):
        everyone = section == "claims_with_everyone"
        for row in results()[section]:
            if row["measure"] != "cost" and row["statistic"]["confidence"] is not None:
                name = f"claim {row['number']}{' with everyone' if everyone else ''}"
                yield name, row["statistic"], partial(_claim, row, everyone=everyone)


def protocol_of(row: dict[str, Any]) -> dict[str, Any]:
    """How the statistics name a row's kind of trial."""
    options = row["options"] if row["kind"] == "identify" else None
    return {"protocol": Protocol(row["kind"]), "options": options}


def identical_share(row: dict[str, Any]) -> float:
    """The share of a part's items that nobody can tell."""
    cannot = row["items_cannot_be_told"]
    return float(cannot / max(cannot + row["items"], 1))


def human(criterion: str) -> Floats:
    """Mean stars of each output, (items, systems), of the items whose outputs are all known."""
    table = stars(criterion)
    known = [row for row, item in enumerate(table.items) if item in set(_positions())]
    systems = labels()
    means = np.full((len(table.items), len(systems)), np.nan)
    for column, system in enumerate(systems):
        if system in table.systems:
            cells = table.rater_by_item(system)
            rated = ~np.all(np.isnan(cells), axis=0)
            means[rated, column] = np.nanmean(cells[:, rated], axis=0)
    return means[known]


def by_output(metric: str, criterion: str) -> Floats:
    """A metric of each output, in the same shape."""
    places = {position: row for row, position in enumerate(dict.fromkeys(_positions()))}
    rows = [places[item] for item in stars(criterion).items if item in places]
    systems = labels()
    columns = []
    for system in systems:
        own = segments(metric, system, "run")
        columns.append(own.example_scores[rows])
    return np.stack(columns, axis=1)


def rising(metric: str, criterion: str) -> Floats:
    """A metric of which more is better."""
    return by_output(metric, criterion) * (-1 if metric in LESS_IS_BETTER else 1)


@cache
def _positions() -> list[str]:
    return [row["item"] for row in rows_of("outputs.csv")]


def _metric_score(metric: str, system: str, scope: str) -> Any:
    own = segments(metric, system, scope)
    if metric != "accuracy":
        return metric_estimate(own, seed=seed())
    return _in_percent(accuracy(int(np.count_nonzero(own.values[:, 0])), len(own.values)))


def _metric_difference(metric: str, a: str, b: str, scope: str, confidence: float = 0.95) -> Any:
    first, second = segments(metric, a, scope), segments(metric, b, scope)
    if metric != "accuracy":
        return compare_metric(first, second, seed=seed(), confidence=confidence).difference
    counts = paired_counts(first.values[:, 0] > 0, second.values[:, 0] > 0)
    return _in_percent(accuracy_difference(counts))


def _in_percent(share: Estimate) -> Estimate:
    low, high = 100 * share.ci_low, 100 * share.ci_high
    return replace(share, estimate=100 * share.estimate, ci_low=low, ci_high=high)


def _correlation(row: dict[str, Any]) -> Any:
    people = human(row["criterion"])
    if not len(people):
        raise NotEstimable("Nothing was rated")
    scores = by_output(row["metric"], row["criterion"])
    ways = {"kind": row["kind"], "level": row["level"]}
    return correlate(scores, people, **ways, seed=seed(), resamples=RESAMPLES)


def _contest(row: dict[str, Any]) -> Any:
    people = human(row["criterion"])
    if not len(people):
        raise NotEstimable("Nothing was rated")
    sides = [rising(row[side], row["criterion"]) for side in ("first", "second")]
    return compare_metrics(sides[0], sides[1], people, seed=seed(), resamples=RESAMPLES).difference


def _over_all(row: dict[str, Any], own: Trials, told: Callable[[], Any]) -> Any:
    try:
        found = clustered_discriminators(own, **protocol_of(row))
    except NotEstimable:
        found = told()
    return scale_discriminators(found, identical_share(row)) if row["items_cannot_be_told"] else found


def _overdispersion(row: dict[str, Any]) -> Any:
    correct, total = ([rater[field] for rater in row["by_rater"]] for field in ("correct", "trials"))
    return beta_binomial(correct, total, **protocol_of(row), items=row["items"]).overdispersion


def _claim(row: dict[str, Any], *, everyone: bool) -> Any:
    a, b, confidence = row["system_a"], row["system_b"], row["statistic"]["confidence"]
    if row["measure"] == "metric":
        pair = (b, a) if row["subject"] in LESS_IS_BETTER else (a, b)
        return _metric_difference(row["subject"], *pair, "run", confidence)
    if row["measure"] == "accuracy":
        right = [segments("accuracy", system, "run").values[:, 0] > 0 for system in (a, b)]
        return accuracy_difference(paired_counts(*right), confidence=confidence)
    if row["measure"] == "p_d":
        return _indistinguishable(row, (1 - confidence) / 2, everyone=everyone)
    table = stars("" if row["measure"] == "aggregate" else row["subject"], everyone=everyone)
    if row["relation"] == "ratio_at_least":
        return fieller_ratio(table, a, b, confidence=confidence)
    return compare_stars(table, a, b, confidence=confidence).estimate


def _indistinguishable(row: dict[str, Any], alpha: float, *, everyone: bool) -> Any:
    pair = {row["system_a"], row["system_b"]}
    part = next(
        each
        for each in results()["discrimination"]
        if each["kind"] == row["subject"] and {each["target"], each["foil"]} - {""} <= pair
    )
    rows = [each for each in results()["discrimination"] if each["part"] == part["part"]]
    own = trials(part["part"], everyone=everyone)
    cannot_be_told = sum(each["items_cannot_be_told"] for each in rows)
    whole = {**part, "options": mean_options(part["part"], everyone=everyone)}
    share = identical_share({"items": own.n.items, "items_cannot_be_told": cannot_be_told})
    settings = {**protocol_of(whole), "margin": row["margin"] / (1 - share), "alpha": alpha}
    try:
        found = clustered_similarity_test(own, **settings).estimate
    except NotEstimable:
        found = similarity_test(int(own.correct.sum()), len(own.correct), **settings).estimate
    return scale_discriminators(found, share) if share else found


def differs(stated: float | None, found: float) -> bool:
    """Whether a number is another than was stated; an open bound is stated as none."""
    if stated is None:
        return math.isfinite(found)
    return not math.isclose(stated, found, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def problems(stated: dict[str, Any], analysis: Callable[[], Any]) -> list[str]:
    """What differs between a statistic and its recomputation."""
    try:
        found = analysis()
    except NotEstimable as refusal:
        return [] if stated["reason"] else [f"could not be recomputed: {refusal}"]
    if stated["reason"]:
        return [f"was refused ({stated['reason']}) and now has a value"]
    # Some analyses give a result of which the stated statistic is one field.
    for field in ("estimate", "difference"):
        if isinstance(getattr(found, field, None), Estimate):
            found = getattr(found, field)
    value = found.effect if isinstance(found, ItemTest) else found.estimate
    numbers = {"estimate": value}
    if isinstance(found, Estimate):
        numbers |= {"ci_low": found.ci_low, "ci_high": found.ci_high}
    return [
        f"{name} is {number}, stated {stated[name]}"
        for name, number in numbers.items()
        if differs(stated[name], number)
    ]


def main() -> int:
    """Recompute all sections; 1 where something differs."""
    checked, wrong = 0, 0
    for section in (
        ratings,
        comparisons,
        discrimination,
        preferences,
        label_checks,
        confidence,
        agreement,
        metrics,
        correlations,
        style_and_uses,
        claims,
    ):
        for name, stated, analysis in section():
            checked += 1
            for problem in problems(stated, analysis):
                wrong += 1
                sys.stdout.write(f"DIFFERS {section.__name__}: {name}: {problem}\n")
    sys.stdout.write(f"{checked} statistics recomputed, {wrong} numbers differ.\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
