"""Ratings collected elsewhere become a closed study whose tables say the same, or nothing at all."""

import csv

import pytest
from django.core.management import CommandError, call_command

from generation.models import Dataset, Output, Run, System
from ratings.design.claim_plan import ClaimPlan
from ratings.design.long_ratings import read_long_ratings
from ratings.errors import RatingsRefused, StudyPlanInvalid
from ratings.models import Claim, Criterion, PresentedText, Rater, Rating, Study
from ratings.reports.build import build_report
from ratings.selectors import identical_items
from ratings.selectors.rated_stars import stars_table
from ratings.services.importing import import_study

HEADER = "item,system,rater,criterion,rating,text,mr\n"
ROWS = (
    "i1,full,ann@example.org,fluency,4,The Mill.,name[The Mill]\n"
    "i1,full,ann@example.org,accuracy,6,The Mill.,name[The Mill]\n"
    "i1,lora,ann@example.org,fluency,5,The Mill.,name[The Mill]\n"
    "i1,lora,bob,fluency,2,The Mill.,name[The Mill]\n"
    "i2,lora,bob,fluency,3,An inn.,free text\n"
    "i2,full,bob,accuracy,1,A pub.,free text\n"
)


@pytest.fixture
def long_form(tmp_path):
    path = tmp_path / "ratings.csv"
    path.write_text(HEADER + ROWS, encoding="utf-8")
    return path


def test_the_tables_say_what_the_file_said(long_form, researcher):
    study = import_study(owner=researcher, name="Elsewhere", ratings=read_long_ratings(long_form))
    assert (study.state, study.is_simulated, study.raters_planned) == ("closed", False, 2)
    part = study.parts.get()
    table = stars_table(part)
    rows = {
        (table.items[i], table.systems[s], table.raters[r], table.criteria[c]): stars
        for i, s, r, c, stars in zip(
            table.item, table.system, table.rater, table.criterion, table.stars, strict=True
        )
    }
    assert rows == {
        (0, "full", "R01", "fluency"): 4,
        (0, "full", "R01", "accuracy"): 6,
        (0, "lora", "R01", "fluency"): 5,
        (0, "lora", "R02", "fluency"): 2,
        (1, "lora", "R02", "fluency"): 3,
        (1, "full", "R02", "accuracy"): 1,
    }
    assert set(Criterion.objects.values_list("scale_low", "scale_high")) == {(1, 6)}
    assert part.ratings_per_item == 1


def test_more_items_than_sqlite_looks_up_at_once(tmp_path, researcher):
    path = tmp_path / "many.csv"
    rows = "".join(f"i{n},full,ann,fluency,{1 + n % 5},Text {n}.,mr {n}\n" for n in range(1001))
    path.write_text(HEADER + rows, encoding="utf-8")
    study = import_study(owner=researcher, name="Many", ratings=read_long_ratings(path))
    items = study.protocol["parts"][0]["items"]
    assert len(items) == 1001
    assert all([text["example"] for text in item["texts"]] == [item["example"]] for item in items)


def test_what_was_said_is_kept_and_who_rated_is_not(long_form, researcher):
    study = import_study(owner=researcher, name="Elsewhere", ratings=read_long_ratings(long_form))
    assert set(Output.objects.values_list("run__system__name", "example__position", "text")) == {
        ("full", 0, "The Mill."),
        ("full", 1, "A pub."),
        ("lora", 0, "The Mill."),
        ("lora", 1, "An inn."),
    }
    first, second = study.dataset.examples.order_by("position")
    assert (first.slots, second.slots) == ([["name", "The Mill"]], [])
    assert not System.objects.exclude(checkpoint=None).exists()
    assert "ann@" not in str(list(Rater.objects.values())) + str(study.protocol)
    assert study.protocol["imported"]["claims_fixed_before_the_data"] is False
    assert study.protocol["imported"]["where"] == {}
    assert identical_items(study.parts.get()) == 1


def test_outputs_without_text_are_shown_empty_and_no_run_has_them(tmp_path, researcher):
    path = tmp_path / "bare.csv"
    path.write_text("item,system,rater,rating\n1,a,r,3\n1,b,r,4\n", encoding="utf-8")
    study = import_study(owner=researcher, name="Bare", ratings=read_long_ratings(path))
    assert list(PresentedText.objects.values_list("text", flat=True)) == ["", ""]
    assert not Output.objects.exists()
    assert identical_items(study.parts.get()) == 0
    assert study.dataset.examples.get().source == "1"
    assert build_report(study)


def test_claims_are_checked_and_stored(long_form, researcher):
    ratings = read_long_ratings(long_form)
    claim = ClaimPlan(
        system_a="lora", system_b="full", margin=0.2, criterion="fluency", relation="equivalent"
    )
    study = import_study(owner=researcher, name="Elsewhere", ratings=ratings, claims=[claim])
    assert Claim.objects.get(study=study).system_a.label == "lora"
    wrong = ClaimPlan(system_a="lora", system_b="full", margin=0.2, criterion="beauty")
    with pytest.raises(StudyPlanInvalid, match="'beauty'"):
        import_study(owner=researcher, name="Other", ratings=ratings, claims=[wrong])


def test_a_name_that_is_taken_leaves_nothing_behind(long_form, researcher, comparison):
    ratings = read_long_ratings(long_form)
    before = (Dataset.objects.count(), Run.objects.count(), Study.objects.count())
    for name, text, message in (
        ("CANARY-corpus", ROWS, "dataset named 'CANARY-corpus' already"),
        (
            "New",
            ROWS.replace("full", "CANARY-system-full"),
            "generates its outputs from a checkpoint; rename",
        ),
    ):
        long_form.write_text(HEADER + text, encoding="utf-8")
        with pytest.raises(RatingsRefused, match=message):
            import_study(owner=researcher, name=name, ratings=read_long_ratings(long_form))
    assert (Dataset.objects.count(), Run.objects.count(), Study.objects.count()) == before
    import_study(owner=researcher, name="Elsewhere", ratings=ratings)
    with pytest.raises(RatingsRefused, match="study named 'Elsewhere' already: choose another with --study"):
        import_study(owner=researcher, name="Elsewhere", ratings=ratings)


def test_the_command_tells_what_it_made(long_form, researcher, capsys):
    call_command("import_ratings", long_form, "--study", "Elsewhere", "--owner", "ada", "--margin", "0.5")
    printed = capsys.readouterr().out
    assert "Made the closed study 'Elsewhere' (elsewhere)." in printed
    assert "6 ratings by 2 raters of 2 items." in printed
    assert "Scale 1 to 6, inferred from the ratings" in printed
    assert Claim.objects.count() == 2
    text = HEADER + ROWS.replace("A pub.", "").replace("free text", "")
    long_form.write_text(text, encoding="utf-8")
    call_command(
        "import_ratings",
        long_form,
        "--study",
        "Two",
        "--owner",
        "ada",
        "--scale",
        "1-7",
        "--where",
        "rater=bob",
    )
    printed = capsys.readouterr().out
    assert "Scale 1 to 7.\n1 of 3 outputs have no text" in printed


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--scale", "6"), "--scale is '6': write LOW-HIGH"),
        (("--scale", "6-1"), "--scale is '6-1'"),
        (("--where", "rater"), "--where is 'rater': write COLUMN=VALUE"),
        (("--item", "nr"), "line 1: --item names the column 'nr'"),
        (("--margin", "0"), r"'claims\[1\].margin' is 0.0"),
    ],
)
def test_mistakes_are_one_sentence(long_form, researcher, options, message):
    with pytest.raises(CommandError, match=message):
        call_command("import_ratings", long_form, "--study", "Elsewhere", "--owner", "ada", *options)
    assert not Study.objects.exists()


def test_a_file_that_is_not_there(tmp_path, researcher):
    with pytest.raises(CommandError, match=r"absent\.csv cannot be read: No such file"):
        call_command("import_ratings", tmp_path / "absent.csv", "--study", "E", "--owner", "ada")


def test_rankme_is_taken_in_whole(real_data, researcher):
    path = real_data / "rankme" / "ratings_long.csv"
    conditions = ("--where", "setup=stp1", "--where", "method=likert")
    call_command("import_ratings", path, "--study", "RankME", "--owner", "ada", *conditions)
    with path.open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if (row["setup"], row["method"]) == ("stp1", "likert")]
    part = Study.objects.get().parts.get()
    table = stars_table(part)
    assert sorted(table.systems) == ["baseline", "sheffield_v2", "slug2slug"]
    assert Rating.objects.count() == len(rows) == 2742
    for criterion in range(3):
        for system in range(3):
            chosen = table.stars[(table.criterion == criterion) & (table.system == system)]
            names = (table.criteria[criterion], table.systems[system])
            theirs = [int(row["rating"]) for row in rows if (row["criterion"], row["system"]) == names]
            assert sorted(chosen) == sorted(theirs)
    assert set(Criterion.objects.values_list("scale_low", "scale_high")) == {(1, 6)}
    assert identical_items(part) == 18
