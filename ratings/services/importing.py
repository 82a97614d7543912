"""Make a closed study of ratings that were collected elsewhere."""

import hashlib
from collections.abc import Mapping, Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from evalsite import audit
from generation.errors import GenerationError
from generation.models import Example
from generation.services.given_outputs import store_given_dataset, store_given_run
from ratings.design.claim_plan import ClaimPlan, check_claim, check_families
from ratings.design.long_ratings import LongRatings
from ratings.design.protocol_format import protocol_bytes
from ratings.errors import RatingsRefused
from ratings.models import Criterion, Part, Study, StudySystem
from ratings.services.claims import store_claims
from ratings.services.drafting import free_slug
from ratings.services.imported_answers import store_answers, store_items, store_raters
from ratings.services.protocol import frozen_protocol


def import_study(
    *, owner: User, name: str, ratings: LongRatings, claims: Sequence[ClaimPlan] = (), language: str = "en"
) -> Study:
    """A closed study of one `stars` part that holds `ratings`, with its dataset, systems and runs.

    Raters get pseudonyms in the order of the file; what the file calls them is not kept. Each output keeps a
    text of its own, also where two systems wrote the same, because raters scored each by itself; an output
    without text is shown empty and no run has it. `claims` were not fixed before the data, and the protocol
    says so. Raises RatingsRefused where the name is taken, StudyPlanInvalid for a claim that makes no sense;
    nothing is stored then.
    """
    for number, claim in enumerate(claims, start=1):
        check_claim(claim, f"claims[{number}]", ratings.systems, ratings.criteria)
    check_families(claims)
    if Study.objects.filter(name=name).exists():
        raise RatingsRefused(f"There is a study named '{name}' already: choose another with --study.")
    try:
        with transaction.atomic():
            study = _store(owner, name, ratings, claims, language)
            details = {"file": ratings.file_name, "sha256": ratings.sha256, "ratings": len(ratings.ratings)}
            audit.note(actor=owner, action="imported ratings", subject=name, details=details)
            return study
    except GenerationError as error:
        raise RatingsRefused(str(error)) from error


def _store(owner: User, name: str, ratings: LongRatings, claims: Sequence[ClaimPlan], language: str) -> Study:
    dataset = store_given_dataset(
        name=name[:100],
        sources=[ratings.sources.get(item, item) for item in ratings.items],
        file_name=ratings.file_name,
        sha256=ratings.sha256,
    )
    raters = tuple(dict.fromkeys(row.rater for row in ratings.ratings))
    study = Study.objects.create(
        owner=owner,
        name=name,
        slug=free_slug(name),
        public_title=name,
        dataset=dataset,
        seed=int(ratings.sha256[:8], 16),
        language=language,
        raters_planned=len(raters),
    )
    examples = dict(zip(ratings.items, dataset.examples.order_by("position"), strict=True))
    systems = _store_systems(study, ratings, examples)
    part = Part.objects.create(
        study=study,
        position=1,
        kind=Part.Kind.STARS,
        question=f"Ratings from {ratings.file_name}",
        n_items=len(examples),
        n_practice=0,
        ratings_per_item=_fewest_raters(ratings),
    )
    criteria = _store_criteria(part, ratings)
    texts = store_items(part, ratings, examples, systems)
    store_answers(part, store_raters(study, raters), ratings.ratings, texts, criteria)
    store_claims(study, claims, criteria=criteria, systems=systems)
    return _closed(study, ratings)


def _store_systems(
    study: Study, ratings: LongRatings, examples: Mapping[str, Example]
) -> dict[str, StudySystem]:
    systems = {}
    for position, label in enumerate(ratings.systems, start=1):
        texts = {
            examples[item].pk: text
            for (item, system), text in ratings.texts.items()
            if system == label and text
        }
        run = store_given_run(
            system_name=label, dataset=study.dataset, texts=texts, file_name=ratings.file_name
        )
        systems[label] = StudySystem.objects.create(study=study, run=run, label=label, position=position)
    return systems


def _store_criteria(part: Part, ratings: LongRatings) -> dict[str, Criterion]:
    low, high = ratings.scale
    return {
        name: Criterion.objects.create(
            part=part,
            position=position,
            name=name,
            question=f"{name}, as rated in {ratings.file_name}"[:300],
            low_anchor="lowest",
            high_anchor="highest",
            scale_low=low,
            scale_high=high,
        )
        for position, name in enumerate(ratings.criteria, start=1)
    }


def _fewest_raters(ratings: LongRatings) -> int:
    raters: dict[str, set[str]] = {}
    for row in ratings.ratings:
        raters.setdefault(row.item, set()).add(row.rater)
    return min(len(each) for each in raters.values())


def _closed(study: Study, ratings: LongRatings) -> Study:
    study.state = Study.State.CLOSED
    study.opened_at = study.closed_at = timezone.now()
    protocol, _ = frozen_protocol(study)
    study.protocol = protocol | {
        "imported": {
            "file": ratings.file_name,
            "sha256": ratings.sha256,
            "columns": dict(ratings.columns),
            "where": dict(ratings.where),
            "scale": list(ratings.scale),
            "scale_stated": ratings.is_scale_stated,
            "claims_fixed_before_the_data": False,
        }
    }
    study.protocol_sha256 = hashlib.sha256(protocol_bytes(study.protocol)).hexdigest()
    study.save()
    return study
