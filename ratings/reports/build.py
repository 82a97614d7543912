"""From a closed study to its report. The same data give the same report: every seed is the study's."""

import platform
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from ratings.design.payment import payment_from_json
from ratings.models import Claim, Item, Part, Study, StudyEvent
from ratings.reports.claim_tests import Evidence
from ratings.reports.conduct import (
    cannot_judge_section,
    deviations_section,
    exclusions_section,
    looks_section,
    payment_sentence,
    raters_section,
)
from ratings.reports.correlations import (
    contests_section,
    correlations_section,
    output_scores,
    rated_outputs,
)
from ratings.reports.costs import costs_section
from ratings.reports.datasheet import datasheet_of
from ratings.reports.document import (
    FORMAT,
    ClaimResult,
    PartFacts,
    Report,
    Software,
    StudyFacts,
    SystemFacts,
    Version,
)
from ratings.reports.document_statistic import Sentence
from ratings.reports.label_checks import label_checks_section
from ratings.reports.limitations import limitations_of
from ratings.reports.looks import final_paths, information_of
from ratings.reports.methods import methods_of
from ratings.reports.metrics import NO_METRICS, metric_tables, metrics_section
from ratings.reports.preferences import preferences_section
from ratings.reports.remarks import comments_section, confidence_section
from ratings.reports.samples import sample_section, style_section
from ratings.reports.stars import (
    agreement_section,
    comparisons_section,
    criterion_tables,
    ratings_section,
)
from ratings.reports.trials import PartTrials, discrimination_row, trials_of
from ratings.reports.uses import uses_section
from ratings.reports.verdicts import Conditions, claims_section
from ratings.selectors import identical_items, require_unlocked
from ratings.selectors.attrition import attrition
from ratings.selectors.exclusions import excluded_raters
from ratings.selectors.looks import item_ratings, looks_taken
from ratings.selectors.participation import participation
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.results import NotEstimable

STEPS = 6
PROGRAMS = ("django", "krippendorff", "matplotlib", "numpy", "sacrebleu", "scipy", "statsmodels")


def build_report(study: Study, *, progress: Callable[[int], None] = lambda _step: None) -> Report:
    """Everything that the data of `study` say; raises ResultsLocked before closing.

    `progress` is told how many of the STEPS are done.
    """
    excluded = excluded_raters(study)
    evidence = evidence_of(study, without=excluded)
    stars, tables, costs, seed = evidence.stars, evidence.metrics, evidence.costs, evidence.seed
    claims = claims_of(study)
    labels = [system.label for system in study.systems.order_by("position")]
    claimed = [(claim.system_a.label, claim.system_b.label) for claim in claims]
    progress(1)
    metrics = metrics_section(tables, labels, claimed=claimed, seed=seed)
    progress(2)
    conditions = conditions_of(study, claims, without=excluded)
    verdicts = claims_section(claims, evidence, conditions)
    everyone = claims_with_everyone(study, claims, evidence, conditions) if excluded else ()
    progress(3)
    comparisons = comparisons_section(stars, claimed=claimed, seed=seed)
    progress(4)
    agreement = agreement_section(stars, seed=seed)
    progress(5)
    scores = output_scores(tables, labels)
    aggregate = _aggregate(evidence)
    rated = rated_outputs(aggregate, scores) if aggregate else ()
    facts = _study(study, outputs=len(tables.examples))
    places, stopped = participation(study), attrition(study)
    report = Report(
        study=facts,
        claims=verdicts,
        claims_with_everyone=everyone,
        preferences=preferences_section(parts_of(study), without=excluded),
        label_checks=label_checks_section(parts_of(study), seed=seed, without=excluded),
        looks=looks_section(study),
        confidence=confidence_section(parts_of(study), evidence.trials, without=excluded),
        comments=comments_section(study, seed=seed, without=excluded),
        ratings=ratings_section(stars, seed=seed),
        comparisons=comparisons,
        discrimination=tuple(discrimination_row(each) for each in evidence.trials),
        agreement=agreement,
        metrics=metrics,
        correlations=correlations_section(stars, scores, seed=seed),
        costs=costs,
        raters=raters_section(study, places, excluded, stopped),
        cannot_judge=cannot_judge_section(study, without=excluded),
        exclusions=exclusions_section(places, excluded),
        deviations=deviations_section(study, stopped, places),
        software=_software(seed),
        contests=contests_section(stars, scores, seed=seed),
        outputs=rated,
        sample=sample_section(rated, tables.examples),
        style=style_section(tables.examples, labels, seed=seed),
        uses=uses_section(study, aggregate, claims, costs),
        limitations=(),
        methods=Sentence(en="", vi=""),
        datasheet=(),
    )
    progress(STEPS)
    # These three speak of everything else in the report.
    return replace(
        report,
        limitations=limitations_of(report),
        methods=methods_of(report),
        datasheet=datasheet_of(report),
    )


def conditions_of(study: Study, claims: Sequence[Claim], *, without: Collection[int] = ()) -> Conditions:
    """Under which verdicts are given at the end: what looks left of alpha, and whether they confirm."""
    taken = looks_taken(study)
    now = information_of(claims, parts_of(study), item_ratings(study, without=without)) if taken else {}
    return Conditions(
        simulated=study.is_simulated,
        exploratory=study.events.filter(kind=StudyEvent.Kind.UNBLINDED).exists(),
        paths=final_paths(study, claims, now, taken),
    )


def claims_with_everyone(
    study: Study, claims: Sequence[Claim], primary: Evidence, conditions: Conditions
) -> tuple[ClaimResult, ...]:
    """Every claim as it comes out when nobody is left out but those who withdrew."""
    parts = parts_of(study)
    evidence = replace(primary, stars=criterion_tables(parts), trials=_trials(parts))
    return claims_section(claims, evidence, conditions)


def evidence_of(
    study: Study, *, without: Collection[int] = (), claims: Sequence[Claim] | None = None
) -> Evidence:
    """All that the claims of a closed study are tested on, `without` some raters (keys).

    Where `claims` are named, metrics are counted only if one of them rests on metrics. Raises ResultsLocked
    before closing.
    """
    require_unlocked(study)
    parts = parts_of(study)
    return Evidence(
        stars=criterion_tables(parts, without=without),
        trials=_trials(parts, without=without),
        metrics=metric_tables(study) if claims is None or _rest_on_metrics(claims) else NO_METRICS,
        costs=costs_section(study),
        seed=study.seed,
    )


def _rest_on_metrics(claims: Sequence[Claim]) -> bool:
    return any(claim.measure in (Claim.Measure.METRIC, Claim.Measure.ACCURACY) for claim in claims)


def _trials(parts: Sequence[Part], *, without: Collection[int] = ()) -> tuple[PartTrials, ...]:
    told = (part for part in parts if part.design.is_discrimination)
    return tuple(each for part in told for each in trials_of(part, without=without))


def claims_of(study: Study) -> list[Claim]:
    """The study's claims in the order in which they were frozen."""
    return list(study.claims.select_related("criterion", "system_a", "system_b").order_by("pk"))


def parts_of(study: Study) -> list[Part]:
    """The study's parts in the order in which raters meet them."""
    # Each part has this very study: reading it again reads its protocol, which is long for a large one.
    return list(study.parts.select_related("target", "foil").order_by("position"))


def _aggregate(evidence: Evidence) -> RatingsTable | None:
    try:
        return evidence.aggregate
    except NotEstimable:
        return None


def _study(study: Study, *, outputs: int) -> StudyFacts:
    imported = study.protocol.get("imported", {})
    return StudyFacts(
        name=study.name,
        slug=study.slug,
        public_title=study.public_title,
        simulated=study.is_simulated,
        imported_from=_origin(imported),
        scale_inferred=not imported.get("scale_stated", True),
        dataset=study.dataset.name,
        dataset_sha256=study.dataset.sha256,
        language=study.language,
        seed=study.seed,
        opened_at=_time(study.opened_at),
        closed_at=_time(study.closed_at),
        protocol_sha256=study.protocol_sha256,
        systems=_systems(study, outputs),
        hypotheses=study.hypotheses,
        stopping_rule=study.stopping_rule,
        payment=payment_sentence(payment_from_json(study.payment)),
        parts=tuple(_part(part) for part in parts_of(study)),
    )


def _origin(imported: Mapping[str, Any]) -> str:
    """The file that ratings came from, and which of its rows where not all of them were read."""
    where = ", ".join(f"{column}={value}" for column, value in imported.get("where", {}).items())
    file = str(imported.get("file", ""))
    return f"{file} ({where})" if where else file


def _systems(study: Study, outputs: int) -> tuple[SystemFacts, ...]:
    rows = study.systems.select_related("run__system__checkpoint", "run__system__decoding")
    return tuple(
        SystemFacts(
            label=row.label,
            system=row.run.system.name,
            adaptation=row.run.system.checkpoint.adaptation if row.run.system.checkpoint else "",
            checkpoint=row.run.system.checkpoint.name if row.run.system.checkpoint else "",
            checkpoint_digest=row.run.system.checkpoint.digest if row.run.system.checkpoint else "",
            decoding=row.run.system.decoding.name if row.run.system.decoding else "",
            outputs=outputs,
        )
        for row in rows.order_by("position")
    )


def _part(part: Part) -> PartFacts:
    cannot_be_told = Item.objects.filter(part=part, is_practice=False, cannot_be_told=True).count()
    assignments = part.assignments.filter(rater__withdrawn_at=None, purpose="data")
    return PartFacts(
        position=part.position,
        kind=part.kind,
        question=part.question,
        items=part.items.filter(is_practice=False, check_kind="").count(),
        ratings_per_item=part.ratings_per_item,
        target=part.target.label if part.target else "",
        foil=part.foil.label if part.foil else "",
        identical_items=identical_items(part) if part.kind == Part.Kind.STARS else cannot_be_told,
        assignments=assignments.count(),
        completed=assignments.filter(completed_at__isnull=False).count(),
    )


def _software(seed: int) -> Software:
    versions = [Version(name="python", version=platform.python_version())]
    versions += [Version(name=name, version=version(name)) for name in PROGRAMS]
    return Software(format=FORMAT, seed=seed, versions=tuple(versions))


def _time(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else ""
