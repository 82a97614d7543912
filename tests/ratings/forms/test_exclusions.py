"""Every exclusion rule has its field, its words in the form and its sentence in the report."""

import dataclasses

from django.utils.translation import override

from ratings.design.exclusions import ExclusionRules
from ratings.forms.exclusions import WORDS, ExclusionsForm, rule_words
from ratings.reports.exclusion_words import RULES


def test_form_and_report_name_the_same_rules() -> None:
    rules = [field.name for field in dataclasses.fields(ExclusionRules)]
    assert list(ExclusionsForm().fields) == list(WORDS) == list(RULES) == rules


def test_a_rule_is_said_with_its_limit_in_the_readers_numbers() -> None:
    rules = ExclusionRules(agreement_at_least=0.25)
    assert rule_words(rules)[0].endswith(": 0.25")
    with override("vi"):
        assert rule_words(rules)[0].endswith(": 0,25")
