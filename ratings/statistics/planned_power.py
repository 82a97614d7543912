"""How likely will a plan support its claim? Simulated studies, each judged by the primary analysis."""

from ratings.statistics.comparison import compare_stars
from ratings.statistics.equivalence import equivalence, non_inferiority
from ratings.statistics.margins import Relation
from ratings.statistics.power import simulated_power
from ratings.statistics.proportions import check_level
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.results import Estimate
from ratings.statistics.simulated_stars import StarsStudy, draw_study
from ratings.statistics.simulated_trials import TrialsStudy, draw_trials
from ratings.statistics.trial_clusters import Over, Trials, clustered_similarity_test


def stars_power(
    study: StarsStudy,
    *,
    relation: Relation,
    margin: float,
    alpha: float = 0.025,
    seed: int,
    replicates: int = 1000,
) -> Estimate:
    """Chance that ``compare_stars`` supports 'a is no worse than b by ``margin`` stars', or within it.

    ``study.difference`` is the true latent difference; ``latent_difference`` turns one in stars into it.
    ``RANKME`` is a population estimated from real ratings. The same seed draws the same raters and items for
    every margin, so that powers compare. Raises ValueError as ``simulated_power`` and the test.
    """
    check_level("2·alpha", 2 * alpha)
    test = non_inferiority if relation == "non-inferior" else equivalence

    def supports(table: RatingsTable) -> bool:
        return test(compare_stars(table, "a", "b"), margin=margin, alpha=alpha).verdict == "supported"

    return simulated_power(lambda rng: draw_study(study, rng), supports, seed=seed, replicates=replicates)


def trials_power(
    study: TrialsStudy,
    *,
    margin: float,
    alpha: float = 0.025,
    over: Over = "items and raters",
    seed: int,
    replicates: int = 1000,
) -> Estimate:
    """Chance that ``clustered_similarity_test`` supports 'less than a share ``margin`` can tell'.

    ``binomial_power.discrimination_power`` is the closed form for raters and items that do not differ, and
    too hopeful where they do.
    """
    check_level("2·alpha", 2 * alpha)

    def supports(trials: Trials) -> bool:
        result = clustered_similarity_test(
            trials,
            protocol=study.protocol,
            options=study.options,
            margin=margin,
            alpha=alpha,
            over=over,
        )
        return result.verdict == "supported"

    return simulated_power(lambda rng: draw_trials(study, rng), supports, seed=seed, replicates=replicates)
