import pytest

from ratings.design import study_toml
from ratings.design.exclusions import ExclusionRules
from ratings.design.gold import GoldPlan
from ratings.design.looks import LooksPlan
from ratings.design.payment import Payment
from ratings.design.study_plan import DEFAULT_CRITERIA
from ratings.design.study_toml import read_study_toml
from ratings.errors import StudyPlanInvalid

WHOLE = """
name = "LoRA or full"
public_title = "Restaurant texts"
dataset = "sample"
raters = 6
seed = 7

[[systems]]
system = "s-full"
label = "full"

[[systems]]
system = "lora"

[[parts]]
kind = "stars"
items = 10
ratings_per_item = 3

[[parts]]
kind = "two_afc"
items = 12
ratings_per_item = 2
target = "full"
foil = "lora"
question = "Which of the two?"

[[claims]]
criterion = "quality"
system_a = "lora"
system_b = "full"
margin = 0.2
"""


@pytest.fixture
def read(tmp_path):
    def write_and_read(text):
        path = tmp_path / "study.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_study_toml(path)

    return write_and_read


def test_a_whole_file_with_its_defaults(read):
    plan = read(WHOLE)
    assert [system.label for system in plan.systems] == ["full", "lora"]
    stars, pair = plan.parts
    assert (stars.criteria, stars.practice, stars.question) == (DEFAULT_CRITERIA, 1, "")
    assert (pair.target, pair.foil, pair.practice) == ("full", "lora", 2)
    assert plan.claims[0].margin == 0.2
    assert "voluntary" in plan.consent_text


def test_the_documented_example_is_a_plan(read):
    example = study_toml.__doc__.split("):\n", maxsplit=1)[1]
    assert [part.kind for part in read(example.replace("    ", "")).parts] == ["stars", "two_afc"]


def test_own_criteria_replace_the_default(read):
    own = '\n[[parts.criteria]]\nname="charm"\nquestion="Charming?"\nlow_anchor="no"\nhigh_anchor="yes"\n'
    plan = read(
        WHOLE.replace("ratings_per_item = 3", "ratings_per_item = 3" + own).replace('"quality"', '"charm"')
    )
    assert [criterion.name for criterion in plan.parts[0].criteria] == ["charm"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("raters = 6", "", "study.toml: 'raters' is missing: write a whole number."),
        ("raters = 6", "raters = 'six'", "study.toml: 'raters' is 'six': write a whole number."),
        ("raters = 6", "raters = true", "'raters' is True: write a whole number."),
        ("raters = 6", "raters = 2", r"'parts\[1\].ratings_per_item' is 3, with 2 raters"),
        ("seed = 7", "seeds = 7", "'seed' is missing"),
        ("seed = 7", "seed = 7\ncolour = 1", "'colour' is no field that a study knows"),
        ("items = 12", "items = 12\nside = 1", r"'parts\[2\].side' is no field"),
        ("margin = 0.2", "margin = 'small'", r"'claims\[1\].margin' is 'small': write a number"),
        ("seed = 7", "seed = ", r"is not valid TOML: .*line 6"),
        ("seed = 7", "seed = 7\nsystems = 3", "is not valid TOML"),
    ],
)
def test_a_broken_file_is_refused_with_its_field(read, old, new, sentence):
    with pytest.raises(StudyPlanInvalid, match=sentence):
        read(WHOLE.replace(old, new))


@pytest.mark.parametrize(
    ("seed", "sentence"),
    [
        ("9223372036854775808", "'seed' is a number of more than 64 bits: write a whole number"),
        (f"0x{'f' * 9000}", "'seed' is a number of more than 64 bits"),
        (f"[0x{'f' * 9000}]", "'seed' is a number too long to read: write a whole number"),
        (f"'{'a' * 9000}'", "'seed' is 'a{119}…: write a whole number"),
    ],
)
def test_what_no_database_or_sentence_holds_is_named_shortly(read, seed, sentence):
    with pytest.raises(StudyPlanInvalid, match=sentence) as refused:
        read(WHOLE.replace("seed = 7", f"seed = {seed}"))
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("seed", ["9" * 5000, "[" * 5000 + "]" * 5000])
def test_endless_numbers_and_deep_brackets_are_no_toml(read, seed):
    with pytest.raises(StudyPlanInvalid, match=r"study\.toml: is not valid TOML: ") as refused:
        read(WHOLE.replace("seed = 7", f"seed = {seed}"))
    assert len(str(refused.value)) < 300


def test_a_long_value_is_cut_in_the_sentence(read):
    with pytest.raises(StudyPlanInvalid, match=r"…$") as refused:
        read(WHOLE.replace("margin = 0.2", f"margin = 0.2\nrelation = '{'a' * 9000}'"))
    assert len(str(refused.value)) < 1100


def test_a_nul_is_no_text(read):
    with pytest.raises(StudyPlanInvalid, match="'public_title' holds a NUL"):
        read(WHOLE.replace("Restaurant texts", "Restaurant\\u0000texts"))


def test_tables_have_to_be_tables(read):
    with pytest.raises(StudyPlanInvalid, match=r"'systems' is 3: write a list of tables"):
        read(WHOLE.split("[[systems]]", maxsplit=1)[0] + "systems = 3")
    with pytest.raises(StudyPlanInvalid, match=r"'systems\[1\]' is 'full': head a table"):
        read(WHOLE.split("[[systems]]", maxsplit=1)[0] + "systems = ['full']")


def test_a_file_that_is_no_text_or_not_there(read, tmp_path):
    with pytest.raises(StudyPlanInvalid, match="cannot be read as UTF-8"):
        read(b"\xff\xfe")
    with pytest.raises(StudyPlanInvalid, match=r"absent.toml: cannot be read"):
        read_study_toml(tmp_path / "absent.toml")


def test_the_founding_set_of_a_classification_asks_for_accuracy(read):
    founding = '\n[[founding_claims]]\nsystem_a = "lora"\nsystem_b = "full"\nlabels = true\n'
    claims = read(WHOLE + founding).claims
    assert "accuracy" in {claim.measure for claim in claims}
    assert "bleu" not in {claim.subject for claim in claims}
    with pytest.raises(
        StudyPlanInvalid, match=r"'founding_claims\[1\].labels' is 'yes': write true or false"
    ):
        read(WHOLE + founding.replace("true", '"yes"'))


def test_conduct_checks_and_payment_are_read(read):
    plan = read(
        WHOLE.replace('kind = "stars"', 'kind = "stars"\nchecks = 2\nrepeats = 1')
        + "\n[exclusions]\nchecks_failed_at_most = 0\nalike_at_most = 0.9\n"
        + '\n[payment]\namount = 2\nper = "item"\ncurrency = "VND"\n'
    )
    assert plan.exclusions == ExclusionRules(checks_failed_at_most=0, alike_at_most=0.9)
    assert plan.payment == Payment(amount=2.0, per="item", currency="VND")
    assert (plan.parts[0].checks, plan.parts[0].repeats) == (2, 1)


@pytest.mark.parametrize(
    ("addition", "sentence"),
    [
        ("[exclusions]\ntoo_slow = 3", r"study.toml: 'exclusions.too_slow' is no field"),
        (
            "[exclusions]\nchecks_failed_at_most = 0.5",
            r"'exclusions.checks_failed_at_most' is 0.5: write a whole",
        ),
        ("[payment]\nper = 'item'", r"'payment.amount' is missing"),
        ("[payment]\namount = -1", r"'payment.amount' is -1: give an amount above 0"),
    ],
)
def test_conduct_that_makes_no_sense_is_named(read, addition, sentence):
    with pytest.raises(StudyPlanInvalid, match=sentence):
        read(f"{WHOLE}\n{addition}\n")


def test_checks_belong_to_stars(read):
    with pytest.raises(StudyPlanInvalid, match=r"'parts\[2\].repeats' is 1: only stars parts have them"):
        read(WHOLE.replace('kind = "two_afc"', 'kind = "two_afc"\nrepeats = 1'))


def test_planned_looks_are_read(read):
    assert read(WHOLE).looks == LooksPlan()
    looks = read(WHOLE + '\n[looks]\nat = [0.5, 0.75]\nspending = "pocock"\n').looks
    assert looks == LooksPlan(at=(0.5, 0.75), spending="pocock")


@pytest.mark.parametrize(
    ("looks", "sentence"),
    [
        ('at = ["half"]', r"study.toml: 'looks.at' is \['half'\]: write a list of numbers"),
        ("at = [true]", r"'looks.at' is \[True\]: write a list"),
        ("at = 0.5", r"'looks.at' is 0.5: write a list of numbers"),
        ("at = [54]", r"'looks.at' is 54, but the study plans 54 item ratings"),
        ("when = [0.5]", "'looks.when' is no field"),
    ],
)
def test_looks_that_make_no_sense_are_named(read, looks, sentence):
    with pytest.raises(StudyPlanInvalid, match=sentence):
        read(f"{WHOLE}\n[looks]\n{looks}\n")


GOLD = '\n[[parts.gold]]\nexample = 2\ntext = "A pub."\nexpected = { quality = [1, 2] }\n'


def test_known_answers_are_read(read):
    (gold,) = read(WHOLE.replace("ratings_per_item = 3", "ratings_per_item = 3" + GOLD)).parts[0].gold
    assert gold == GoldPlan(example=2, text="A pub.", expected={"quality": (1, 2)})


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("[1, 2]", "[1]", r"'parts\[1\].gold\[1\].expected.quality' is \[1\]: write the stars that pass"),
        ("[1, 2]", "[1, true]", "write the stars that pass"),
        ("[1, 2]", "2", "write the stars that pass"),
        ("{ quality = [1, 2] }", "3", "'parts.1..gold.1..expected' is 3: write a table"),
        ("example = 2", "example = 0", "examples are numbered from 1"),
    ],
)
def test_known_answers_that_make_no_sense_are_named(read, old, new, sentence):
    with pytest.raises(StudyPlanInvalid, match=sentence):
        read(WHOLE.replace("ratings_per_item = 3", "ratings_per_item = 3" + GOLD.replace(old, new)))


def test_known_answers_belong_to_stars(read):
    pair = WHOLE.replace('question = "Which of the two?"', GOLD)
    with pytest.raises(StudyPlanInvalid, match=r"'parts\[2\].gold' is 1: only stars parts have them"):
        read(pair)


def test_texts_one_at_a_time_are_for_stars(read):
    stars = WHOLE.replace('kind = "stars"', 'kind = "stars"\none_at_a_time = true')
    assert [part.one_at_a_time for part in read(stars).parts] == [True, False]
    with pytest.raises(StudyPlanInvalid, match=r"one_at_a_time' is true: only stars parts have it"):
        read(WHOLE.replace('kind = "two_afc"', 'kind = "two_afc"\none_at_a_time = true'))


def test_consent_texts_in_other_languages(read):
    texts = '\n[consent_translations]\nvi = "Xin chào."\n'
    assert read(WHOLE + texts).consent_translations == {"vi": "Xin chào."}
    with pytest.raises(StudyPlanInvalid, match=r"'consent_translations.en' is in the study's own language"):
        read(WHOLE + texts.replace("vi", "en"))
    with pytest.raises(StudyPlanInvalid, match=r"'consent_translations.vi' is empty"):
        read(WHOLE + texts.replace("Xin chào.", " "))
