from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.design.strata import Stratum, evenly_drawn, ranked_by_stratum, strata_of


def test_strata_tell_facts_lengths_and_same_texts_apart():
    pool = [["a", "a"], ["a" * 50, "b" * 50], ["a" * 100, "b" * 100]]
    assert strata_of(pool=pool, slots=[3, 8, 5]) == (
        Stratum(slots=0, length=0, texts=1),
        Stratum(slots=2, length=1, texts=2),
        Stratum(slots=1, length=2, texts=2),
    )


def test_a_pool_that_is_all_alike_is_one_stratum():
    assert len(set(strata_of(pool=[["x", "y"]] * 9, slots=[4] * 9))) == 1
    assert strata_of(pool=[], slots=[]) == ()


strata = st.builds(
    Stratum,
    texts=st.integers(1, 3),
    slots=st.sampled_from([0, 0, 1, 2]),
    length=st.sampled_from([0, 1, 1, 2]),
)
MARGINS = (
    lambda stratum: stratum.texts,
    lambda stratum: (stratum.texts, stratum.slots),
    lambda stratum: stratum,
)


@settings(deadline=None)
@given(st.lists(strata, max_size=200), st.integers(0, 2**32 - 1), st.data())
def test_a_draw_holds_each_stratum_in_its_share(strata, seed, data):
    rng = np.random.default_rng(seed)
    count = data.draw(st.integers(0, len(strata)))
    taken = evenly_drawn(ranked_by_stratum(strata, rng), count, rng)
    assert len(set(taken)) == count
    for margin in MARGINS:
        drawn = Counter(margin(strata[index]) for index in taken)
        for kind, size in Counter(map(margin, strata)).items():
            assert abs(drawn[kind] - size * count / len(strata)) < 1 + 1e-9


def test_every_example_is_as_likely_to_be_drawn_as_any_other():
    strata = [Stratum(texts=2, slots=0, length=0)] * 6 + [Stratum(texts=1, slots=0, length=0)] * 4
    rng = np.random.default_rng(5)
    early = Counter(
        index for _ in range(4000) for index in evenly_drawn(ranked_by_stratum(strata, rng), 3, rng)
    )
    # Each is drawn in about 3 of 10 draws (standard deviation about 30).
    assert [early[index] for index in range(10)] == pytest.approx([1200] * 10, abs=120)
