"""All that a rater's page may ever receive: what is built here holds no system, run, checkpoint or key."""

from ratings.blinding.items import blinded_consent, blinded_item, blinded_study
from ratings.blinding.pages import BlindedItem, BlindedQuestion, BlindedStudy, BlindedText, PracticeFeedback
from ratings.blinding.practice import practice_feedback, practice_item

__all__ = [
    "BlindedItem",
    "BlindedQuestion",
    "BlindedStudy",
    "BlindedText",
    "PracticeFeedback",
    "blinded_consent",
    "blinded_item",
    "blinded_study",
    "practice_feedback",
    "practice_item",
]
