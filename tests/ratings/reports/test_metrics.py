"""The table of metrics and the claims that rest on them give one number one interval."""

import numpy as np
import pytest

from generation.metrics.labels import accuracy_statistics
from generation.metrics.measures import ACCURACY
from ratings.reports.metrics import RUN, MetricTables, difference_of
from ratings.statistics.classification import accuracy_margin_test, paired_counts


def test_accuracys_difference_has_the_interval_that_its_claim_is_judged_by():
    labels = ("no", "yes")
    gold = ["yes", "no"] * 40
    first, second = (
        [label if place % every else labels[label == "no"] for place, label in enumerate(gold)]
        for every in (9, 7)
    )
    tables = MetricTables(
        examples=(),
        measured={
            system: {ACCURACY: accuracy_statistics(gold, given, labels)}
            for system, given in (("lora", first), ("full", second))
        },
        rated=np.zeros(80, dtype=bool),
    )
    shown = difference_of(tables, ACCURACY, "lora", "full", RUN, 1)
    right = [np.array(given) == gold for given in (first, second)]
    claimed = accuracy_margin_test(paired_counts(*right), margin=0.05, alpha=0.025).estimate
    assert "Tango" in shown.method
    assert [shown.estimate, shown.ci_low, shown.ci_high] == pytest.approx(
        [100 * claimed.estimate, 100 * claimed.ci_low, 100 * claimed.ci_high]
    )
    assert shown.pvalue == claimed.pvalue
