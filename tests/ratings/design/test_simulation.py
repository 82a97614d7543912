import numpy as np

from ratings.design.simulation import (
    Crossing,
    merit,
    simulate_choices,
    simulate_stars,
    traits_of_text,
)

GOOD = traits_of_text("Blue Spice is a cheap coffee shop by the river that welcomes families.", slot_errors=0)
POOR = traits_of_text("Blue Spice Blue Spice Blue Spice Blue Spice is is is is is is.", slot_errors=4)


def test_traits_count_words_and_repeated_trigrams():
    assert GOOD.repetition == 0
    assert GOOD.words == 13
    assert POOR.repetition > 0.3
    assert traits_of_text("", slot_errors=2).repetition == 0


def test_a_missing_slot_costs_informativeness_more_than_naturalness():
    flawed = traits_of_text(
        "Blue Spice is a cheap coffee shop by the river that welcomes families.", slot_errors=2
    )
    cost = {name: np.subtract(*merit([GOOD, flawed], name)) for name in ("Informativeness", "naturalness")}
    assert cost["Informativeness"] > 2 * cost["naturalness"] > 0


def simulate(seed, raters=12, items=40):
    rater, item, which = (axis.ravel() for axis in np.mgrid[:raters, :items, :2])
    crossing = Crossing(rater=rater, item=item, text=which)
    merits = np.stack([merit([GOOD, POOR], name) for name in ("quality", "naturalness")], axis=1)
    return which, simulate_stars(crossing, merits, np.random.default_rng(seed))


def test_stars_are_ordinal_with_a_ceiling_and_follow_the_text():
    which, stars = simulate(5)
    assert stars.shape == (960, 2)
    assert set(np.unique(stars)) == {1, 2, 3, 4, 5}
    good, poor = stars[which == 0], stars[which == 1]
    assert good.mean() - poor.mean() > 1
    assert (good == 5).mean() > 0.3


def test_the_seed_decides():
    assert np.array_equal(simulate(1)[1], simulate(1)[1])
    assert not np.array_equal(simulate(1)[1], simulate(2)[1])


def test_equal_texts_are_told_apart_at_chance_and_unequal_ones_more_often():
    rng = np.random.default_rng(7)
    equal = simulate_choices([np.array([1.0, 1.0])] * 2000, rng)
    unequal = simulate_choices([np.array([2.0, 0.0])] * 2000, rng)
    assert 0.45 < equal.mean() < 0.55
    assert unequal.mean() < 0.2


def test_nothing_to_simulate_gives_nothing():
    none = np.array([], dtype=np.int64)
    crossing = Crossing(rater=none, item=none, text=none)
    assert simulate_stars(crossing, np.zeros((0, 3)), np.random.default_rng(0)).shape == (0, 3)
