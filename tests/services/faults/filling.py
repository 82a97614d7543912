"""What a site under faults starts with; run inside the site by `manage.py shell`."""

import sys
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from rest_framework.authtoken.models import Token

from evalsite.preparation import prepare
from generation.models import DecodingConfig, Example
from generation.services.checkpoints import register_checkpoint
from generation.services.corpora import import_dataset
from generation.services.given_outputs import store_given_dataset, store_given_run
from generation.services.runs import start_run
from generation.services.systems import ensure_system
from ratings.design.study_plan import DEFAULT_CRITERIA, PartPlan, StudyPlan, SystemPlan
from ratings.models import Rater
from ratings.services.drafting import create_study
from ratings.services.invitations import create_invitations, give_consent
from ratings.services.opening import open_study


def fill(*, raters: int) -> None:
    """Tables, an admin with a token, and an open study of stars; prints the raters' links."""
    prepare()
    admin = User.objects.create_superuser("ada", password="correct horse battery")
    Token.objects.create(user=admin, key="0" * 40)
    sources = [f"name[The Mill], eatType[pub], near[number {number}]" for number in range(8)]
    dataset = store_given_dataset(name="given", sources=sources, file_name="given.csv", sha256="0" * 64)
    examples = list(Example.objects.filter(dataset=dataset))
    for name in ("full", "lora"):
        texts = {example.pk: f"{name} says {example.position}." for example in examples}
        store_given_run(system_name=name, dataset=dataset, texts=texts, file_name="given.csv")
    plan = StudyPlan(
        name="under faults",
        public_title="Texts about restaurants",
        dataset="given",
        systems=(SystemPlan(system="full", label="full"), SystemPlan(system="lora", label="lora")),
        parts=(PartPlan(kind="stars", items=4, ratings_per_item=raters, criteria=DEFAULT_CRITERIA),),
        raters=raters,
        seed=1,
    )
    study = open_study(study=create_study(owner=admin, plan=plan))
    links = [invitation.token for invitation in create_invitations(study=study, n=raters)]
    for rater in Rater.objects.filter(study=study):
        give_consent(rater=rater, consent_sha256=study.consent_sha256, language="en")
        Rater.objects.filter(pk=rater.pk).update(practised=3)
    sys.stdout.write(" ".join(["links", *links]) + "\n")


def begin_run(*, network: str, corpus: str) -> None:
    """Queue a run of a tiny network in small chunks."""
    settings.CHUNK_SIZE = 8
    DecodingConfig.objects.create(name="greedy", max_new_tokens=60)
    dataset = import_dataset(task="e2e", path=Path(corpus), name="places")
    base = register_checkpoint(folder=Path(network), name="tiny", adaptation="pretrained")
    start_run(system=ensure_system(checkpoint=base), dataset=dataset)
