"""A study's protocol: everything that was fixed at opening, as one JSON document with its SHA-256."""

import hashlib
from collections import defaultdict
from typing import Any

import numpy as np
from django.db.models import Prefetch

from ratings.design.protocol_format import protocol_bytes
from ratings.models import Item, Part, PresentedText, ShownText, Study

FORMAT = 3


def frozen_protocol(study: Study) -> tuple[dict[str, Any], str]:
    """The protocol of a study whose items and assignments are planned, and the SHA-256 of its bytes.

    The bytes are UTF-8 JSON with sorted keys and no spaces, as `protocol_bytes` gives them.
    """
    plan = _plan_by_part(study)
    protocol = {
        "format": FORMAT,
        "numpy": np.__version__,
        "study": {
            "name": study.name,
            "public_title": study.public_title,
            "dataset": study.dataset.name,
            "dataset_sha256": study.dataset.sha256,
            "seed": study.seed,
            "raters": study.raters_planned,
            "language": study.language,
            "consent_sha256": study.consent_sha256,
            "consent_texts": dict(study.consent_texts.values_list("language", "sha256")),
            "instructions": study.instructions,
            "quiz": study.quiz,
            "retention_days": study.retention_days,
            "uses": study.uses,
            "hypotheses": study.hypotheses,
            "stopping_rule": study.stopping_rule,
            "payment": study.payment,
            "exclusion_rules": study.exclusion_rules,
            "lease_hours": study.lease_hours,
            "open_lease_hours": study.open_lease_hours,
            "looks": study.looks,
        },
        "systems": _systems(study),
        "parts": [
            _part(part) | {"plan": plan[part.pk]} for part in study.parts.select_related("target", "foil")
        ],
        "claims": [
            {
                "measure": claim.measure,
                "criterion": claim.criterion.name if claim.criterion else None,
                "subject": claim.subject,
                "system_a": claim.system_a.label,
                "relation": claim.relation,
                "system_b": claim.system_b.label,
                "margin": claim.margin,
                "alpha": claim.alpha,
                "family": claim.family,
                "correction": claim.correction,
            }
            for claim in study.claims.select_related("criterion", "system_a", "system_b")
        ],
    }
    return protocol, hashlib.sha256(protocol_bytes(protocol)).hexdigest()


def extension_protocol(
    study: Study, *, number: int, seed: int, raters: int, items: int, before: int
) -> tuple[dict[str, Any], str]:
    """What an extension added, as `frozen_protocol` has it: the new items, and the plan of the new places.

    `before` is how many places there were, `items` how many were added to each part.
    """
    plan = _plan_by_part(study, after=before)
    protocol = {
        "format": FORMAT,
        "numpy": np.__version__,
        "extends": study.protocol_sha256,
        "number": number,
        "seed": seed,
        "raters": raters,
        "first_place": before + 1,
        "parts": [
            {"items": _items(part, is_practice=False)[-items:] if items else [], "plan": plan[part.pk]}
            for part in study.parts.all()
        ],
    }
    return protocol, hashlib.sha256(protocol_bytes(protocol)).hexdigest()


def _systems(study: Study) -> list[dict[str, Any]]:
    rows = study.systems.select_related("run__system__checkpoint", "run__system__decoding")
    return [
        {
            "label": row.label,
            "system": row.run.system.name,
            "run": row.run_id,
            "checkpoint_digest": row.run.system.checkpoint.digest if row.run.system.checkpoint else None,
            "decoding": row.run.system.decoding.name if row.run.system.decoding else None,
        }
        for row in rows
    ]


def _part(part: Part) -> dict[str, Any]:
    return {
        "kind": part.kind,
        "question": part.question,
        "ratings_per_item": part.ratings_per_item,
        "one_at_a_time": part.one_at_a_time,
        "confidence_steps": part.confidence_steps,
        "asks_comment": part.asks_comment,
        "target": part.target.label if part.target else None,
        "foil": part.foil.label if part.foil else None,
        "criteria": list(part.criteria.values("name", "question", "low_anchor", "high_anchor")),
        "items": _items(part, is_practice=False),
        "practice": _items(part, is_practice=True),
    }


def _items(part: Part, *, is_practice: bool) -> list[dict[str, Any]]:
    # Joined, not prefetched: SQLite refuses to look up a thousand rows or more by a prefetched foreign key.
    texts = PresentedText.objects.select_related("example").prefetch_related("systems")
    rows = (
        Item.objects.filter(part=part, is_practice=is_practice)
        .select_related("example")
        .prefetch_related(Prefetch("texts", queryset=texts))
    )
    return [
        {
            "position": item.position,
            "example": item.example.position,
            "source": item.example.source,
            "is_training": item.is_training,
            "cannot_be_told": item.cannot_be_told,
            "check": item.check_kind,
            "expected": item.expected,
            "texts": [
                {
                    "sha256": text.sha256,
                    "example": text.example.position,
                    "systems": sorted(system.label for system in text.systems.all()),
                }
                for text in item.texts.all()
            ],
        }
        for item in rows
    ]


def _plan_by_part(study: Study, *, after: int = 0) -> dict[int, list[list[Any]]]:
    """For each part, from the place `after` that: place, position, purpose, item, texts' SHA-256."""
    shown: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    rows = (
        ShownText.objects.filter(assignment__rater__study=study, assignment__rater__place__gt=after)
        .order_by("assignment__rater__place", "assignment__position", "position")
        .values_list(
            "assignment__part",
            "assignment__rater__place",
            "assignment__position",
            "assignment__purpose",
            "assignment__item__position",
            "presented__sha256",
        )
    )
    for *key, sha256 in rows:
        shown[tuple(key)].append(sha256)
    plan: dict[int, list[list[Any]]] = defaultdict(list)
    for (part, *key), order in shown.items():
        plan[part].append([*key, order])
    return plan
