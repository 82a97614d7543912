"""`plan_size`: how many items and raters claims need, of a study's claims or of one that is typed in."""

import argparse
import json
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from ratings.design.kinds import DISCRIMINATIONS
from ratings.design.size_answers import answer_question
from ratings.design.size_plan import (
    PLANNED,
    Assumptions,
    ClaimToPlan,
    Payment,
    SizeQuestion,
    check_question,
)
from ratings.errors import RatingsError
from ratings.management.studies import study_named
from ratings.reports.pilots import pilot_spread
from ratings.reports.sections import Section, Table
from ratings.reports.size_presentation import size_sections
from ratings.selectors.size_questions import question_of
from ratings.statistics.results import NotEstimable

USUAL = Assumptions()


class Command(BaseCommand):
    help = "Simulate how many items and raters claims need, and what they cost."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--study", help="plan the claims of this study (slug or name)")
        parser.add_argument("--measure", choices=sorted(PLANNED), default="stars")
        relations = sorted({relation for relations in PLANNED.values() for relation in relations})
        parser.add_argument("--relation", choices=relations, help="default: the measure's first")
        parser.add_argument("--margin", type=float, default=0.2, help="stars, a share, or a ratio")
        parser.add_argument("--alpha", type=float, default=0.025, help="one-sided")
        parser.add_argument("--expected", type=float, default=0.0, help="A − B, or the share that can tell")
        parser.add_argument("--protocol", choices=DISCRIMINATIONS, default="two_afc", help="kind of trial")
        parser.add_argument("--options", type=int, default=2, help="texts that identify chooses among")
        parser.add_argument("--power", type=float, default=USUAL.power)
        parser.add_argument("--raters", type=_numbers, help="such as 6,9,12")
        parser.add_argument("--ratings-per-item", type=int)
        parser.add_argument("--most-items", type=int, default=USUAL.most_items)
        parser.add_argument("--replicates", type=int, default=USUAL.replicates)
        parser.add_argument("--seed", type=int, default=USUAL.seed)
        parser.add_argument("--disagreement", type=float, default=USUAL.disagreement)
        parser.add_argument("--pilot", help="take the spreads of this closed study (slug or name)")
        parser.add_argument("--criterion", default="", help="the pilot's criterion")
        parser.add_argument("--pay", type=float, default=0.0)
        parser.add_argument("--per", choices=["hour", "item"], default="hour")
        parser.add_argument("--seconds", type=float, default=Payment().seconds, help="for one item")
        parser.add_argument("--currency", default=Payment().currency)
        parser.add_argument("--language", choices=["en", "vi"], default="en")
        parser.add_argument("--json", action="store_true", help="print question and answers as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            question = _question(options)
            check_question(question)
            answers = answer_question(question)
        except (RatingsError, NotEstimable) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            said = {"question": question.to_json(), "answers": [answer.to_json() for answer in answers]}
            self.stdout.write(json.dumps(said, indent=2, ensure_ascii=False))
            return
        with override(options["language"]):
            for section in size_sections(question, answers):
                self.stdout.write(_text(section))


def _question(options: dict[str, Any]) -> SizeQuestion:
    measure = options["measure"]
    claim = ClaimToPlan(
        measure=measure,
        relation=options["relation"] or PLANNED[measure][0],
        **{name: options[name] for name in ("margin", "alpha", "expected", "protocol", "options")},
    )
    asked = SizeQuestion(claims=(claim,))
    if options["study"]:
        asked = question_of(study_named(options["study"]))
    given = {name: options[name] for name in ("power", "most_items", "replicates", "seed", "disagreement")}
    given |= {name: options[name] for name in ("raters", "ratings_per_item") if options[name] is not None}
    if options["pilot"]:
        given["spread"] = pilot_spread(study_named(options["pilot"]), options["criterion"])
    payment = {name: options[name] for name in ("per", "seconds", "currency")}
    return replace(
        asked,
        assumptions=replace(asked.assumptions, **given),
        payment=Payment(amount=options["pay"], **payment),
    )


def _numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(sorted({int(number) for number in text.split(",")}))
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' are no numbers: give some such as 6,9,12") from None


def _text(section: Section) -> str:
    lines = [section.title, *section.sentences, *section.items]
    return "\n".join([*lines, *(_table(table) for table in section.tables), ""])


def _table(table: Table) -> str:
    rows = [tuple(column.title for column in table.columns), *table.rows]
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.columns))]
    lines = ["  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(["", table.caption, *lines])
