"""A stored study's design as the plan that it was made from, to edit it or to make another like it."""

from typing import cast

from ratings.design.claim_plan import ClaimPlan, Correction
from ratings.design.exclusions import rules_from_json
from ratings.design.gold import gold_from_json
from ratings.design.kinds import PartKind
from ratings.design.looks import looks_from_json
from ratings.design.payment import payment_from_json
from ratings.design.quiz import quiz_from_json
from ratings.design.study_plan import CriterionPlan, PartPlan, StudyPlan, SystemPlan, UsePlan
from ratings.models import Study
from ratings.selectors.consent import current_texts


def plan_of(study: Study) -> StudyPlan:
    """The plan that `create_study` would store as this study; five queries, six with its dataset.

    Consent texts are those of today, also where they were amended.
    """
    texts = {row.language: row.text for row in current_texts(study)}
    return StudyPlan(
        name=study.name,
        public_title=study.public_title,
        dataset=study.dataset.name,
        systems=tuple(
            SystemPlan(system=row.run.system.name, label=row.label, run=row.run_id)
            for row in study.systems.select_related("run__system")
        ),
        parts=_parts(study),
        raters=study.raters_planned,
        seed=study.seed,
        claims=_claims(study),
        hypotheses=study.hypotheses,
        stopping_rule=study.stopping_rule,
        payment=payment_from_json(study.payment),
        exclusions=rules_from_json(study.exclusion_rules),
        looks=looks_from_json(study.looks),
        uses=tuple(UsePlan(name=use["name"], loss=use["loss"]) for use in study.uses),
        language=study.language,
        consent_text=texts.pop(study.language, ""),
        consent_translations=texts,
        instructions=study.instructions,
        completion_note=study.completion_note,
        link_days=study.link_days,
        lease_hours=study.lease_hours,
        open_lease_hours=study.open_lease_hours,
        retention_days=study.retention_days,
        quiz=quiz_from_json(study.quiz),
    )


def _parts(study: Study) -> tuple[PartPlan, ...]:
    parts = study.parts.select_related("target", "foil").prefetch_related("criteria")
    return tuple(
        PartPlan(
            kind=cast("PartKind", part.kind),
            items=part.n_items,
            ratings_per_item=part.ratings_per_item,
            practice=part.n_practice,
            checks=part.n_checks,
            repeats=part.n_repeats,
            one_at_a_time=part.one_at_a_time,
            gold=tuple(gold_from_json(gold) for gold in part.gold),
            question=part.question,
            criteria=tuple(
                CriterionPlan(
                    name=criterion.name,
                    question=criterion.question,
                    low_anchor=criterion.low_anchor,
                    high_anchor=criterion.high_anchor,
                )
                for criterion in part.criteria.all()
            ),
            target=part.target.label if part.target else None,
            foil=part.foil.label if part.foil else None,
            training=part.n_training,
            confidence_steps=part.confidence_steps,
            asks_comment=part.asks_comment,
        )
        for part in parts
    )


def _claims(study: Study) -> tuple[ClaimPlan, ...]:
    return tuple(
        ClaimPlan(
            system_a=claim.system_a.label,
            system_b=claim.system_b.label,
            margin=claim.margin,
            criterion=claim.criterion.name if claim.criterion else "",
            measure=claim.measure,
            subject=claim.subject,
            relation=claim.relation,
            alpha=claim.alpha,
            family=claim.family,
            correction=cast("Correction", claim.correction),
        )
        for claim in study.claims.select_related("criterion", "system_a", "system_b")
    )
