"""A planned size as it is read: a sentence, a picture and its numbers for each claim, then all together."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ratings.design.size_plan import ClaimToPlan, SizeAnswer, SizeQuestion, judged_items
from ratings.reports.figure_words import language_in_use
from ratings.reports.numbers import decimal, percent, short
from ratings.reports.reason_words import reason_in
from ratings.reports.sections import NONE, Column, Section, Table
from ratings.statistics.size_planning import PowerAt


@dataclass(frozen=True, kw_only=True)
class Size:
    """So many items by so many raters; `judged` counts an item once for each of its raters."""

    raters: int
    items: int
    judged: int


def size_sections(question: SizeQuestion, answers: Sequence[SizeAnswer]) -> tuple[Section, ...]:
    """One section a claim and, where people judge several, one of the whole study."""
    sections = [
        _claim_section(number, claim, answer, question)
        for number, (claim, answer) in enumerate(zip(question.claims, answers, strict=True), start=1)
    ]
    by_people = [claim for claim in question.claims if claim.measure != "accuracy"]
    if len(by_people) > 1:
        sections.append(_whole_study(question, answers))
    return tuple(sections)


def claim_title(claim: ClaimToPlan) -> str:
    """A claim to plan, in a line."""
    language = language_in_use()
    share = claim.measure != "stars" or claim.relation == "ratio_at_least"
    margin = percent(claim.margin, language, places=2) if share else short(claim.margin, language)
    said = {
        "stars": {
            "non_inferior": _("Stars: A no worse than B by more than %(margin)s"),
            "equivalent": _("Stars: A and B within ±%(margin)s"),
            "superior": _("Stars: A better than B by more than %(margin)s"),
            "ratio_at_least": _("Stars: A at least %(margin)s of B"),
        },
        "p_d": {"indistinguishable": _("Fewer than %(margin)s of people-trials can tell")},
        "accuracy": {
            "non_inferior": _("Accuracy: A no worse than B by more than %(margin)s"),
            "equivalent": _("Accuracy: A and B within ±%(margin)s"),
        },
    }[claim.measure][claim.relation] % {"margin": margin}
    return f"{said} ({claim.label})" if claim.label else said


def raters_words(raters: int) -> str:
    """What a curve is called."""
    return _("%(raters)s raters") % {"raters": raters} if raters else _("examples")


def size_axis(claim: ClaimToPlan) -> str:
    """What a claim's size is counted in."""
    return _("Examples") if claim.measure == "accuracy" else _("Items")


def figure_name(number: int) -> str:
    """The name that addresses the picture of a claim, counted from 1."""
    return f"size-{number}"


def _claim_section(number: int, claim: ClaimToPlan, answer: SizeAnswer, question: SizeQuestion) -> Section:
    title = f"{number}. {claim_title(claim)}"
    if answer.refused:
        return Section(
            key=f"claim-{number}", title=title, items=(f"{reason_in(language_in_use(), answer.refused)}.",)
        )
    name = figure_name(number)
    caption = _("Simulated power by size; dashed is the power wanted, ringed the least size with it.")
    return Section(
        key=f"claim-{number}",
        title=title,
        sentences=(_sentence(claim, answer, question), _assumed(claim, question)),
        figures=(name,),
        captions={name: caption},
        tables=(_power_table(name, claim, answer), *_needed_tables(number, claim, answer, question)),
    )


def _sentence(claim: ClaimToPlan, answer: SizeAnswer, question: SizeQuestion) -> str:
    language, assumptions = language_in_use(), question.assumptions
    wanted = percent(assumptions.power, language)
    if claim.measure == "accuracy":
        found = answer.needed.get(0)
        if found is None:
            return _("Even %(most)s examples have less than %(power)s power.") % {
                "most": answer.curves[0].most,
                "power": wanted,
            }
        return _("%(items)s labelled examples are needed (power %(power)s).") % {
            "items": found.items,
            "power": _power_words(found),
        }
    sizes = _sizes(answer, assumptions.ratings_per_item)
    if not sizes:
        return _(
            "No size up to %(raters)s raters and %(items)s items has %(power)s power: allow more raters or "
            "items, or claim less."
        ) % {"raters": max(assumptions.raters), "items": assumptions.most_items, "power": wanted}
    least = min(sizes, key=lambda size: size.judged)
    return _(
        "The fewest judgements: %(raters)s raters and %(items)s items, %(judged)s judged items in all (power "
        "%(power)s)."
    ) % {
        "raters": least.raters,
        "items": least.items,
        "judged": least.judged,
        "power": _power_words(answer.needed[least.raters]),
    }


def _assumed(claim: ClaimToPlan, question: SizeQuestion) -> str:
    language, assumptions = language_in_use(), question.assumptions
    share = claim.measure != "stars"
    expected = percent(claim.expected, language) if share else short(claim.expected, language)
    said = {
        "stars": _(
            "Expected is a difference A − B of %(expected)s stars, with a mean of %(mean)s for B; "
            "alpha %(alpha)s."
        ),
        "p_d": _("Expected is that %(expected)s can tell; alpha %(alpha)s."),
        "accuracy": _(
            "Expected is a difference A − B of %(expected)s, with %(apart)s of labels apart; alpha %(alpha)s."
        ),
    }[claim.measure]
    return said % {
        "expected": expected,
        "mean": decimal(assumptions.spread.mean, language),
        "apart": percent(assumptions.disagreement, language),
        "alpha": short(claim.alpha, language),
    }


def _power_words(found: PowerAt) -> str:
    language = language_in_use()
    low, high = (percent(bound, language) for bound in (found.ci_low, found.ci_high))
    shown = percent(found.power, language)
    return _("%(power)s, by simulation %(low)s to %(high)s") % {"power": shown, "low": low, "high": high}


def _sizes(answer: SizeAnswer, ratings_per_item: int | None) -> tuple[Size, ...]:
    return tuple(
        Size(raters=raters, items=found.items, judged=judged_items(found.items, raters, ratings_per_item))
        for raters, found in answer.needed.items()
    )


def _power_table(name: str, claim: ClaimToPlan, answer: SizeAnswer) -> Table:
    language = language_in_use()
    items = sorted({point.items for curve in answer.curves for point in curve.points})
    shown = [{point.items: point.power for point in curve.points} for curve in answer.curves]
    return Table(
        key=name,
        caption=_("Power by size"),
        columns=(
            Column(title=size_axis(claim)),
            *(Column(title=raters_words(curve.raters), number=True) for curve in answer.curves),
        ),
        rows=tuple(
            (str(size), *(percent(row[size], language, places=0) if size in row else NONE for row in shown))
            for size in items
        ),
        notes=(_("A dash: smaller sizes are nearly always enough already."),)
        if any(size not in row for row in shown for size in items)
        else (),
        is_narrow=True,
    )


def _needed_tables(
    number: int, claim: ClaimToPlan, answer: SizeAnswer, question: SizeQuestion
) -> tuple[Table, ...]:
    if claim.measure == "accuracy":
        return ()
    sizes = {size.raters: size for size in _sizes(answer, question.assumptions.ratings_per_item)}
    rows = tuple(
        _row(curve.raters, sizes.get(curve.raters), question, answer.needed.get(curve.raters))
        for curve in answer.curves
    )
    caption = _("What %(power)s power needs") % {
        "power": percent(question.assumptions.power, language_in_use())
    }
    columns = (*_columns(question), Column(title=_("power"), number=True))
    return (Table(key=f"needed-{number}", caption=caption, columns=columns, rows=rows),)


def _columns(question: SizeQuestion) -> tuple[Column, ...]:
    return (
        Column(title=_("raters")),
        *(
            Column(title=title, number=True)
            for title in (_("items"), _("items a rater"), _("judged items"), _("hours in all"))
        ),
        Column(title=_("price (%(currency)s)") % {"currency": question.payment.currency}, number=True),
    )


def _row(raters: int, size: Size | None, question: SizeQuestion, found: PowerAt | None) -> tuple[str, ...]:
    if size is None or found is None:
        more = _("more than %(items)s") % {"items": question.assumptions.most_items}
        return (str(raters), more, *[NONE] * 5)
    return (*_size_cells(size, question), percent(found.power, language_in_use()))


def _size_cells(size: Size, question: SizeQuestion) -> tuple[str, ...]:
    language, payment = language_in_use(), question.payment
    return (
        str(size.raters),
        str(size.items),
        str(-(-size.judged // size.raters)),
        str(size.judged),
        decimal(payment.hours(size.judged), language, places=1),
        decimal(payment.price(size.judged), language) if payment.amount else NONE,
    )


def _whole_study(question: SizeQuestion, answers: Sequence[SizeAnswer]) -> Section:
    """Claims of one kind share its part, so the largest decides; parts of different kinds add up."""
    rows = []
    for raters in question.assumptions.raters:
        largest: dict[tuple[str, str], int | None] = {}
        for claim, answer in zip(question.claims, answers, strict=True):
            if claim.measure == "accuracy":
                continue
            kind, found = (claim.measure, claim.protocol), answer.needed.get(raters)
            before = largest.get(kind, 0)
            largest[kind] = None if before is None or found is None else max(before, found.items)
        parts = list(largest.values())
        if None in parts:
            rows.append((str(raters), _("not every claim"), *[NONE] * 4))
            continue
        items = sum(part for part in parts if part is not None)
        judged = judged_items(items, raters, question.assumptions.ratings_per_item)
        rows.append(_size_cells(Size(raters=raters, items=items, judged=judged), question))
    return Section(
        key="whole",
        title=_("The whole study"),
        sentences=(
            _(
                "So that each claim by itself has the power wanted: claims of one part share its items, so "
                "the largest decides, and the items of different parts add up. That all claims are supported "
                "at once is less likely."
            ),
        ),
        tables=(Table(key="whole", caption=_("All claims"), columns=_columns(question), rows=tuple(rows)),),
    )
