"""`plan_size` says the same as the pages."""

import json

import pytest
from django.core.management import CommandError, call_command

from ratings.services.completion import close_study
from ratings.services.simulation import simulate

FEW = ("--raters", "12", "--replicates", "50", "--most-items", "60")


def test_a_typed_claim_is_planned(capsys):
    call_command("plan_size", "--margin", "0.4", *FEW, "--pay", "12")
    said = capsys.readouterr().out
    assert "Stars: A no worse than B by more than 0.4" in said
    assert "The fewest judgements: 12 raters and" in said
    assert "price (€)" in said


def test_a_studys_claims_as_json(study, capsys):
    call_command("plan_size", "--study", study.slug, *FEW, "--json")
    said = json.loads(capsys.readouterr().out)
    assert said["question"]["claims"][0]["alpha"] == 0.025
    assert said["answers"][0]["curves"][0]["raters"] == 12


def test_a_pilot_gives_the_spreads(make_study, capsys):
    pilot = close_study(study=simulate(study=make_study(), seed=3))
    call_command("plan_size", "--pilot", pilot.slug, "--criterion", "quality", *FEW, "--json")
    spread = json.loads(capsys.readouterr().out)["question"]["assumptions"]["spread"]
    assert spread["mean"] != 4.82
    with pytest.raises(CommandError, match="has no ratings of 'none'"):
        call_command("plan_size", "--pilot", pilot.slug, "--criterion", "none", *FEW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--margin", "-1"), r"'claims\[1\]\.margin' is -1"),
        (("--raters", "six"), "'six' are no numbers"),
        (("--study", "none"), "There is no study 'none'"),
        (("--measure", "p_d", "--relation", "superior"), "name one of indistinguishable"),
    ],
)
def test_refusals_are_one_sentence(arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("plan_size", *arguments)
