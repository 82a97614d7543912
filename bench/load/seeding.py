"""Fill a new site for a load run: texts, open studies, old answers, a network to generate with."""

from pathlib import Path
from typing import Any

QUESTIONS = 8  # ratings of an item in stars: two texts, four criteria
WORDS = "is a family friendly pub near the river that serves Chinese food at a moderate price, "


def make_texts(name: str, examples: int) -> Any:
    """A corpus with two systems' finished runs over it."""
    from generation.models import Dataset, Example, Output, Run, System

    dataset = Dataset.objects.create(name=name, task="e2e", file_name="load.csv", sha256="0" * 64)
    rows = Example.objects.bulk_create(
        Example(
            dataset=dataset,
            position=place,
            source=f"name[Place {place}], food[Chinese], area[riverside]",
            slots=[["name", f"Place {place}"], ["food", "Chinese"], ["area", "riverside"]],
        )
        for place in range(examples)
    )
    for label in ("full", "lora"):
        system = System.objects.get_or_create(name=label)[0]
        run = Run.objects.create(system=system, dataset=dataset, state="done", examples=examples)
        Output.objects.bulk_create(
            Output(run=run, example=row, text=f"Place {row.position} {WORDS}as {label} says.") for row in rows
        )
    return dataset


def make_study(
    owner: Any, dataset: str, name: str, raters: int, *, stars: int, trials: int, first: str = "stars"
) -> Any:
    """An open study of which each rater sees every item: `stars` in stars, `trials` of two texts."""
    from ratings.design.study_plan import DEFAULT_CRITERIA, PartPlan, StudyPlan, SystemPlan
    from ratings.services.drafting import create_study
    from ratings.services.opening import open_study

    parts = (
        PartPlan(kind="stars", items=stars, ratings_per_item=raters, criteria=DEFAULT_CRITERIA),
        PartPlan(kind="two_afc", items=trials, ratings_per_item=raters, target="full", foil="lora"),
    )
    plan = StudyPlan(
        name=name,
        public_title="Texts about restaurants",
        dataset=dataset,
        systems=tuple(SystemPlan(system=label, label=label) for label in ("full", "lora")),
        parts=parts if first == "stars" else parts[::-1],
        raters=raters,
        seed=1,
    )
    return open_study(study=create_study(owner=owner, plan=plan))


def make_people(
    owner: Any, raters: int, *, stars: int, trials: int, stored: int = 0
) -> tuple[list[str], list[Any]]:
    """Links for `raters` people in two studies that ask the same in another order, and the studies.

    With `stored` the first has others too, who have given that many ratings.
    """
    from ratings.services.invitations import create_invitations

    halves = ((raters + 1) // 2, raters // 2)
    before = -(-stored // (stars * QUESTIONS))
    make_texts("load", stars + trials + 8)
    studies = [
        make_study(owner, "load", f"Load, {first} first", people, stars=stars, trials=trials, first=first)
        for first, people in (("stars", halves[0] + before), ("two_afc", halves[1]))
    ]
    links = [
        [invitation.token for invitation in create_invitations(study=study, n=half)]
        for study, half in zip(studies, halves, strict=True)
    ]
    if stored:
        store_ratings(studies[0], stored, raters=range(halves[0] + 1, halves[0] + before + 1))
    return [link for pair in zip(*links, strict=False) for link in pair] + links[0][halves[1] :], studies


def make_others(owner: Any, stored: int) -> None:
    """Another open study in which that many ratings were given."""
    items = min(500, -(-stored // QUESTIONS))
    raters = -(-stored // (items * QUESTIONS))
    make_texts("others", items + 8)
    study = make_study(owner, "others", "Others", raters, stars=items, trials=1)
    store_ratings(study, stored, raters=range(1, raters + 1))


def store_ratings(study: Any, wanted: int, *, raters: range) -> int:
    """At least `wanted` ratings of the study's items in stars by the raters at those places, as handed in."""
    from django.db import connection
    from django.utils import timezone

    from ratings.models import Assignment, Rating

    now, stored = timezone.now(), 0
    rows = Assignment.objects.filter(
        rater__study=study, rater__place__in=raters, part__kind="stars"
    ).prefetch_related("shown_texts")
    criteria = list(study.parts.get(kind="stars").criteria.values_list("pk", flat=True))
    block: list[Rating] = []
    done: list[int] = []
    for assignment in rows.iterator(chunk_size=2000):
        block += [
            Rating(
                assignment=assignment,
                shown=shown,
                criterion_id=criterion,
                stars=1 + (shown.pk + criterion) % 5,
                revision=1,
                key="stored",
                client_ms=4000,
            )
            for shown in assignment.shown_texts.all()
            for criterion in criteria
        ]
        done.append(assignment.pk)
        if len(block) >= 20_000 or stored + len(block) >= wanted:
            Rating.objects.bulk_create(block, batch_size=5000)
            for start in range(0, len(done), 500):
                keys = done[start : start + 500]
                Assignment.objects.filter(pk__in=keys).update(completed_at=now, client_ms=30_000)
            stored += len(block)
            block, done = [], []
        if stored >= wanted:
            break
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return stored


def make_network(folder: Path) -> None:
    """A random Llama that keeps a core busy, with a tokenizer of little more than single bytes."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    from generation.finetuning.saving import save_network, save_tokenizer

    letters = Tokenizer(models.BPE())
    letters.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    letters.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<|end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    letters.train_from_iterator([WORDS], trainer)
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=400,
        hidden_size=256,
        intermediate_size=1024,
        num_hidden_layers=6,
        num_attention_heads=8,
        num_key_value_heads=8,
        max_position_embeddings=512,
        initializer_range=0.3,
        tie_word_embeddings=True,
        bos_token_id=0,
        eos_token_id=0,
    )
    folder.mkdir()
    save_network(LlamaForCausalLM(config), folder, dtype=torch.float32)
    save_tokenizer(PreTrainedTokenizerFast(tokenizer_object=letters, eos_token="<|end|>"), folder)
