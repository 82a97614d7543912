"""What a report rests on, as a fingerprint: another fingerprint means that it has to be built again."""

import hashlib
import json

from django.db.models import Count, Sum

from ratings.models import Assignment, Judgement, RaterExclusion, Rating, Remark, Study
from ratings.selectors.results import require_unlocked
from ratings.selectors.study_outputs import stored_scores

FORMAT = 8  # raise it when reports of the same data come out differently


def report_fingerprint(study: Study) -> str:
    """SHA-256 over all that may still change after closing: withdrawals, exclusions, scores, costs, claims.

    Raises ResultsLocked before closing.
    """
    require_unlocked(study)
    ratings = Rating.objects.filter(live=True, assignment__rater__study=study)
    judgements = Judgement.objects.filter(live=True, assignment__rater__study=study)
    flagged = Assignment.objects.filter(rater__study=study).exclude(cannot_judge="").order_by("pk")
    remarks = Remark.objects.filter(live=True, assignment__rater__study=study)
    checkpoints = study.systems.order_by("position").values_list(
        "run__system__checkpoint__digest",
        "run__system__checkpoint__bytes",
        "run__system__checkpoint__trainable",
        "run__system__checkpoint__training_seconds",
        "run__system__checkpoint__training_record",
    )
    inputs = [
        FORMAT,
        study.protocol_sha256,
        study.is_simulated,
        list(ratings.aggregate(count=Count("pk"), total=Sum("stars")).values()),
        list(judgements.aggregate(count=Count("pk"), strength=Sum("strength")).values()),
        judgements.filter(correct=True).count(),
        judgements.filter(accepts=True).count(),
        list(remarks.aggregate(count=Count("pk"), confidence=Sum("confidence")).values()),
        list(study.raters.exclude(withdrawn_at=None).order_by("pk").values_list("pseudonym", flat=True)),
        list(flagged.values_list("pk", flat=True)),
        study.screen_outs.count(),
        [vars(score) for score in stored_scores(study)],
        [list(row) for row in checkpoints],
        [list(row) for row in study.events.values_list("kind", "reason")],
        [
            list(row)
            for row in RaterExclusion.objects.filter(rater__study=study)
            .order_by("rater")
            .values_list("rater__pseudonym", "reason", "actor_name")
        ],
    ]
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()
