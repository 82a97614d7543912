"""Adjusted p-values against base R, and intervals that agree with the decisions."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from ratings.statistics.multiplicity import Correction, correct_family

CORRECTIONS: tuple[Correction, ...] = ("holm", "bonferroni", "benjamini-hochberg")
STATSMODELS = {"holm": "holm", "bonferroni": "bonferroni", "benjamini-hochberg": "fdr_bh"}
FAMILIES = st.lists(st.floats(0, 1) | st.sampled_from([0.0, 0.01, 0.05, 0.05, 1.0]), min_size=1, max_size=9)


def test_holm_matches_base_r(golden: Path) -> None:
    debian = json.loads((golden / "debian.json").read_text())
    raw = [debian[key]["p_t"] for key in ("lora_full", "pre_full", "pre_lora")]
    assert correct_family(raw).adjusted == pytest.approx(debian["holm_t"], rel=1e-10)


@settings(max_examples=100, deadline=None)
@given(raw=FAMILIES, correction=st.sampled_from(CORRECTIONS))
def test_adjusted_pvalues_match_statsmodels(raw: list[float], correction: Correction) -> None:
    expected = multipletests(raw, method=STATSMODELS[correction])[1]
    assert np.array(correct_family(raw, correction=correction).adjusted, float) == pytest.approx(expected)


@settings(max_examples=100, deadline=None)
@given(raw=FAMILIES, correction=st.sampled_from(CORRECTIONS))
def test_interval_levels_agree_with_the_decisions(raw: list[float], correction: Correction) -> None:
    family = correct_family(raw, correction=correction, alpha=0.04)
    for pvalue, rejected, level in zip(raw, family.rejected, family.interval_alphas, strict=True):
        if abs(pvalue - level) > 1e-12:
            assert rejected == (pvalue < level)
        assert 0.04 / len(raw) - 1e-12 <= level <= 0.04 + 1e-12


def test_an_untested_claim_still_counts() -> None:
    family = correct_family([0.02, None, 0.5], correction="bonferroni")
    assert family.adjusted == (pytest.approx(0.06), None, 1.0)
    assert family.rejected == (False, False, False)
    assert family.method == "Bonferroni over 3 claims, alpha 0.05"


def test_an_empty_family_is_empty() -> None:
    for correction in CORRECTIONS:
        assert correct_family([], correction=correction).adjusted == ()


def test_what_is_no_pvalue_is_refused() -> None:
    with pytest.raises(ValueError, match="no p-value"):
        correct_family([0.1, float("nan")])
