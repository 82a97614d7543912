"""Reads that more than one place needs."""

from ratings.selectors.rated_stars import StarsTable, stars_table
from ratings.selectors.raters import NextStep, next_step, rater_of_link, rater_sequence
from ratings.selectors.results import TrialTable, identical_items, require_unlocked, trial_table
from ratings.selectors.studies import StudyProgress, studies_of, study_progress

__all__ = [
    "NextStep",
    "StarsTable",
    "StudyProgress",
    "TrialTable",
    "identical_items",
    "next_step",
    "rater_of_link",
    "rater_sequence",
    "require_unlocked",
    "stars_table",
    "studies_of",
    "study_progress",
    "trial_table",
]
