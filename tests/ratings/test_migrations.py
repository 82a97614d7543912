"""Answers of before there were kinds of every sort are kept by the migrations that made room for them."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

BEFORE = [("ratings", "0009_conduct_events_archive")]
AFTER = [("ratings", "0015_remarks")]
WRITERS = ("full", "lora")


@pytest.fixture
def migrate(transactional_db):
    """Call with targets to migrate there and get the models of that time; the latest come back at the end."""

    def to(targets):
        MigrationExecutor(connection).migrate(targets)
        models = MigrationExecutor(connection).loader.project_state(targets).apps
        return lambda name: models.get_model(name).objects

    yield to
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def make_study(old):
    """A trial of each of the two kinds there were, each with one judgement; the systems by their label."""
    corpus = old("generation.Dataset").create(name="corpus", task="e2e", sha256="0" * 64)
    study = old("ratings.Study").create(
        name="a",
        slug="a",
        owner=old("auth.User").create(username="ada"),
        dataset=corpus,
        seed=1,
        raters_planned=1,
    )
    systems = {}
    for position, label in enumerate(WRITERS):
        system = old("generation.System").create(name=label)
        run = old("generation.Run").create(system=system, dataset=corpus)
        systems[label] = old("ratings.StudySystem").create(
            study=study, run=run, label=label, position=position
        )
    rater = old("ratings.Rater").create(study=study, place=1, pseudonym="R1")
    for position, (kind, foil) in enumerate([("identify", None), ("two_afc", systems["lora"])]):
        example = old("generation.Example").create(dataset=corpus, position=position, source="s")
        part = old("ratings.Part").create(
            study=study,
            position=position,
            kind=kind,
            n_items=1,
            ratings_per_item=1,
            target=systems["full"],
            foil=foil,
        )
        judge(old, part, example, rater, systems)
    return systems


def judge(old, part, example, rater, systems):
    """An item of `example` with a text by each system; `rater` picks the first, the target's."""
    item = old("ratings.Item").create(part=part, example=example, position=0)
    task = old("ratings.Assignment").create(part=part, item=item, rater=rater, position=part.position)
    shown = []
    for place, (label, system) in enumerate(systems.items()):
        text = old("ratings.PresentedText").create(item=item, text=label, sha256=str(place) * 64)
        old("ratings.TextOrigin").create(item=item, presented=text, system=system)
        shown.append(old("ratings.ShownText").create(assignment=task, presented=text, position=place))
    old("ratings.Judgement").create(
        assignment=task, revision=1, key="k", chosen=shown[0], correct=True, created_at=timezone.now()
    )


def test_texts_get_their_item_s_example_and_judgements_their_part_s_kind(migrate) -> None:
    make_study(migrate(BEFORE))
    new = migrate(AFTER)
    for name in ("PresentedText", "TextOrigin"):
        rows = new(f"ratings.{name}").order_by("pk").values_list("item__example", "example")
        assert [own == named for own, named in rows] == [True] * 4
    fields = ("kind", "chosen__presented__text", "correct", "strength", "own_label", "accepts")
    assert list(new("ratings.Judgement").order_by("assignment__part__position").values_list(*fields)) == [
        ("identify", "full", True, None, "", None),
        ("two_afc", "full", True, None, "", None),
    ]


def test_the_way_back_keeps_choices(migrate) -> None:
    make_study(migrate(BEFORE))
    migrate(AFTER)
    old = migrate(BEFORE)
    assert list(old("ratings.Judgement").values_list("correct", "chosen__presented__text")) == [
        (True, "full"),
        (True, "full"),
    ]
