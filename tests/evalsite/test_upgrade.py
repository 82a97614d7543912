"""A database of any state that migrations ever left is brought up to date with its rows.

One walk from the first migration to the last: at each state rows of that time are added, and those of all
earlier states go along, so that the newest state holds rows that began at every one.
"""

from collections import Counter

import pytest
from django.apps import apps as newest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState
from django.utils import timezone

from ratings.models import Claim, Judgement, PresentedText, Rating, Report, TextOrigin

OURS = ("evalsite", "generation", "ratings")
SYSTEMS = ("full", "lora")


class Then:
    """Makes rows of a study by the models of a state; `tag` keeps those of different states apart."""

    def __init__(self, apps, tag: str, made: Counter[str]) -> None:
        self.apps, self.tag, self.made = apps, tag, made

    def make(self, label: str, /, **values):
        """A row with those of `values` whose fields there were; None where there was no such table."""
        try:
            model = self.apps.get_model(label)
        except LookupError:
            return None
        there = {field.name for field in model._meta.fields}
        self.made[label] += 1
        return model.objects.create(**{name: value for name, value in values.items() if name in there})

    def generation(self):
        owner = self.apps.get_model("auth.user").objects.create(username=f"ada-{self.tag}")
        dataset = self.make("generation.dataset", name=f"corpus-{self.tag}", task="e2e", sha256="0" * 64)
        examples = [
            self.make("generation.example", dataset=dataset, position=position, source="name[The Mill]")
            for position in range(2)
        ]
        self.make("generation.reference", example=examples[0], position=0, text="The Mill.")
        base = self.make(
            "generation.checkpoint", name=f"base-{self.tag}", adaptation="pretrained", architecture="gpt2",
            parameters=1, bytes=1, digest="0" * 64,
        )  # fmt: skip
        self.make("generation.checkpointfile", checkpoint=base, name="config.json", sha256="1" * 64, size=1)
        self.make(
            "generation.finetunejob", base=base, dataset=dataset, adaptation="lora", steps=3, seconds=1.5,
            name=f"tuned-{self.tag}", state="done",
        )  # fmt: skip
        runs = {}
        for name in SYSTEMS:
            system = self.make("generation.system", name=f"{name}-{self.tag}")
            run = self.make("generation.run", system=system, dataset=dataset, state="done", seconds=2.5)
            self.make("generation.chunk", run=run, position=0, example_ids=[examples[0].pk], state="done")
            self.make("generation.output", run=run, example=examples[0], raw=name, text=name)
            self.make("generation.metricscore", run=run, metric="bleu", value=3, signature="s", examples=1)
            runs[name] = run
        return owner, dataset, examples, runs

    def ratings(self) -> None:
        owner, dataset, examples, runs = self.generation()
        study = self.make(
            "ratings.study", name=self.tag, slug=self.tag, owner=owner, dataset=dataset, seed=1,
            raters_planned=1, state="closed", closed_at=timezone.now(), opened_at=timezone.now(),
            protocol={}, protocol_sha256="2" * 64,
        )  # fmt: skip
        systems = {
            name: self.make("ratings.studysystem", study=study, run=run, label=name, position=position)
            for position, (name, run) in enumerate(runs.items())
        }
        rater = self.make("ratings.rater", study=study, place=1, pseudonym="R1")
        for position, kind in enumerate(("stars", "identify")):
            part = self.make(
                "ratings.part", study=study, position=position, kind=kind, n_items=1, ratings_per_item=1,
                target=None if kind == "stars" else systems["full"],
            )  # fmt: skip
            self.item(part, examples[position], rater, systems)
        self.make("ratings.report", study=study, state="done", document="{}", fingerprint="0" * 64)
        self.make("ratings.sizeplan", owner=owner, question={}, state="failed")

    def item(self, part, example, rater, systems) -> None:
        item = self.make("ratings.item", part=part, example=example, position=0)
        task = self.make("ratings.assignment", part=part, item=item, rater=rater, position=part.position)
        shown = []
        for place, (name, system) in enumerate(systems.items()):
            text = self.make(
                "ratings.presentedtext", item=item, example=example, text=name, sha256=str(place) * 64
            )
            self.make("ratings.textorigin", item=item, example=example, presented=text, system=system)
            shown.append(self.make("ratings.showntext", assignment=task, presented=text, position=place))
        sent = {"assignment": task, "revision": 1, "key": "k", "created_at": timezone.now()}
        if part.kind == "identify":
            self.make("ratings.judgement", **sent, chosen=shown[0], correct=True, kind="identify")
            return
        criterion = self.make("ratings.criterion", part=part, position=0, name="quality", question="q")
        for text, stars in zip(shown, (2, 5), strict=True):
            self.make("ratings.rating", **sent, shown=text, criterion=criterion, stars=stars)
        self.make(
            "ratings.claim", study=part.study, criterion=criterion, system_a=systems["lora"],
            system_b=systems["full"], margin=0.25,
        )  # fmt: skip


@pytest.fixture
def executor(transactional_db):
    """An executor whose database has none of our tables; they are all there again afterwards."""
    first = MigrationExecutor(connection)
    first.migrate([(app, None) for app in OURS])
    yield MigrationExecutor(connection)
    last = MigrationExecutor(connection)
    last.migrate(last.loader.graph.leaf_nodes())


def test_rows_of_every_state_are_brought_along(executor) -> None:
    made: Counter[str] = Counter()
    tags = []
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    state = executor.loader.project_state(list(executor.loader.applied_migrations))
    for migration, _backwards in plan:
        state = executor.migrate(None, plan=[(migration, False)], state=state)
        if "ratings" in {model for model, _ in state.models}:
            tags.append(f"{migration.app_label}-{migration.name[:4]}")
            # Models made anew: those that a migration left may name each other as they were before it.
            Then(ProjectState(state.models, state.real_apps).apps, tags[-1], made).ratings()
    assert len(tags) >= 16
    with connection.cursor():
        connection.check_constraints()
    assert {label: newest.get_model(label).objects.count() for label in made} == made
    assert Counter(Rating.objects.values_list("stars", flat=True)) == {2: len(tags), 5: len(tags)}
    answers = Judgement.objects.values_list("kind", "correct", "chosen__presented__text")
    assert set(answers) == {("identify", True, "full")}
    claims = Claim.objects.values_list("criterion__name", "measure", "system_a__label", "margin")
    assert Counter(claims) == {("quality", "stars", "lora", 0.25): len(tags)}
    for model in (PresentedText, TextOrigin):
        rows = model.objects.values_list("item__example", "example")
        assert all(of_item == own for of_item, own in rows)
    assert set(Report.objects.values_list("state", "document")) == {("done", "{}")}
