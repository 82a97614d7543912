import pytest

from ratings.design.quiz import Quiz, QuizQuestion, check_quiz, quiz_from_json, read_quiz, wrong_answers
from ratings.errors import StudyPlanInvalid

ENGLISH = "Is a short text\nworse than a long one?\r\n- yes\r\n* no\n\nWhich is best?\n- 1\n- 3\n* 5\n"
VIETNAMESE = "Văn bản ngắn có tệ hơn không?\n- có\n* không\n\nMấy sao là tốt nhất?\n- 1\n- 3\n* 5\n"


def quiz(**changes):
    return Quiz(**({"attempts": 2, "texts": {"en": ENGLISH, "vi": VIETNAMESE}} | changes))


def test_the_questions_of_a_text():
    assert read_quiz(ENGLISH, "quiz.en") == (
        QuizQuestion(question="Is a short text worse than a long one?", options=("yes", "no"), right=1),
        QuizQuestion(question="Which is best?", options=("1", "3", "5"), right=2),
    )


def test_each_language_asks_the_same():
    check_quiz(quiz(), "en")
    assert quiz().questions("vi", "en")[0].options == ("có", "không")
    assert quiz().questions("de", "en")[0].options == ("yes", "no")


def test_it_is_stored_and_read_back():
    assert quiz_from_json(quiz().to_json()) == quiz()
    assert quiz_from_json({}) is None


def test_what_was_not_answered_is_wrong_too():
    questions = read_quiz(ENGLISH, "quiz.en")
    assert wrong_answers(questions, [1, 2]) == ()
    assert wrong_answers(questions, [0, None]) == (0, 1)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"attempts": 0}, "'quiz.attempts' is 0: give 1 to 10"),
        ({"texts": {"vi": VIETNAMESE}}, "'quiz.en' is missing"),
        ({"texts": {"en": " \n\n "}}, "'quiz.en' has 0 questions: ask 1 to 20"),
        ({"texts": {"en": "- yes\n* no"}}, "question '- yes' has options only"),
        ({"texts": {"en": "Why?\n* no"}}, "question 'Why?' has 1 options: write 2 to 8"),
        ({"texts": {"en": "Why?\n* no\n-"}}, "question 'Why?' has 2 options: write 2 to 8"),
        ({"texts": {"en": "Why?\n- no\n- yes"}}, "question 'Why?' has 0 right options"),
        ({"texts": {"en": ENGLISH, "vi": VIETNAMESE.replace("* 5", "* 4\n- 5")}}, "'quiz.vi' asks otherwise"),
    ],
)
def test_what_makes_no_quiz_is_named(changes, sentence):
    with pytest.raises(StudyPlanInvalid) as refused:
        check_quiz(quiz(**changes), "en")
    assert sentence in str(refused.value)
