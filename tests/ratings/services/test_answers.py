import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from ratings.blinding import practice_feedback
from ratings.errors import (
    AnswerInvalid,
    AnswersMissing,
    ConsentMissing,
    StudyClosed,
    StudyNotOpen,
    UnknownToken,
)
from ratings.models import Judgement, Rater, Rating
from ratings.services.answers import (
    Sent,
    record_rating,
    record_ratings,
    retract_rating,
)
from ratings.services.completion import close_study, complete_assignment, hand_in_ratings
from ratings.services.drafting import create_study
from ratings.services.judgements import record_choice


def first(rater, kind):
    return rater.assignments.filter(part__kind=kind).order_by("position").first()


@pytest.fixture
def rating(consented):
    """Call with stars and a key to answer the first question of the rater's first item."""
    assignment = first(consented.rater, "stars")
    where = {
        "rater": consented.rater,
        "assignment": assignment.token,
        "shown": assignment.shown_texts.first().token,
        "criterion": 1,
    }

    def give(stars, key, **changes):
        record_rating(**(where | changes), stars=stars, sent=Sent(key=key, client_ms=1200))

    give.where = where
    return give


def history():
    return list(Rating.objects.order_by("revision").values_list("stars", "revision", "live"))


def test_the_last_answer_wins_and_revisions_are_kept(rating):
    rating(3, "a")
    rating(5, "b")
    assert history() == [(3, 1, False), (5, 2, True)]
    assert Rating.objects.first().client_ms == 1200


def test_sent_twice_is_one_even_after_a_later_answer(rating):
    rating(3, "a")
    rating(5, "b")
    rating(3, "a")
    rating(5, "c")
    assert history() == [(3, 1, False), (5, 2, True)]


def test_taken_back_means_nothing_live_and_the_revision_kept(rating):
    rating(3, "a")
    retract_rating(**rating.where)
    retract_rating(**rating.where)
    assert history() == [(3, 1, False)]
    rating(3, "b")
    assert history() == [(3, 1, False), (3, 2, True)]


@pytest.mark.parametrize("stars", [0, 6])
def test_stars_are_one_to_five_in_the_service_and_on_a_scale_in_the_database(rating, stars):
    with pytest.raises(AnswerInvalid, match=f"{stars} is no number of stars"):
        rating(stars, "a")
    rating(1, "a")
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.update(stars=1001)


def test_two_live_ratings_are_refused_by_the_database(rating):
    rating(3, "a")
    rating(4, "b")
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.update(live=True)


def test_another_raters_tokens_are_unknown(rating, study):
    other = Rater.objects.get(study=study, place=2)
    with pytest.raises(UnknownToken):
        rating(3, "a", rater=other)
    with pytest.raises(AnswerInvalid, match="no text"):
        rating(3, "a", shown=first(other, "stars").shown_texts.first().token)
    with pytest.raises(AnswerInvalid, match="question 9"):
        rating(3, "a", criterion=9)


def test_no_answer_before_consent_or_after_closing(rating, study):
    with pytest.raises(ConsentMissing):
        rating(
            3,
            "a",
            rater=Rater.objects.get(study=study, place=2),
            assignment=first(Rater.objects.get(study=study, place=2), "stars").token,
        )
    close_study(study=study)
    with pytest.raises(StudyClosed):
        rating(3, "a")
    assert not Rating.objects.exists()


def test_a_choice_is_judged_on_the_server(consented):
    assignment = first(consented.rater, "two_afc")
    where = {"rater": consented.rater, "assignment": assignment.token}
    right = assignment.shown_texts.get(presented__systems=assignment.part.target)
    wrong = assignment.shown_texts.exclude(pk=right.pk).get()
    record_choice(**where, chosen=wrong.token, sent=Sent(key="a"))
    record_choice(**where, chosen=right.token, sent=Sent(key="b"))
    record_choice(**where, chosen=wrong.token, sent=Sent(key="a"))
    record_choice(**where, chosen=right.token, sent=Sent(key="c"))
    rows = list(Judgement.objects.order_by("revision").values_list("correct", "live"))
    assert rows == [(False, False), (True, True)]
    with pytest.raises(AnswerInvalid, match="no choice"):
        record_choice(**where, chosen="other", sent=Sent(key="d"))


def test_a_stars_item_takes_no_choice_and_a_trial_no_stars(consented):
    stars, pair = first(consented.rater, "stars"), first(consented.rater, "two_afc")
    token = stars.shown_texts.first().token
    with pytest.raises(AnswerInvalid, match="asks for no choice"):
        record_choice(rater=consented.rater, assignment=stars.token, chosen=token, sent=Sent(key="a"))
    token = pair.shown_texts.first().token
    with pytest.raises(AnswerInvalid, match="no text"):
        record_rating(
            rater=consented.rater,
            assignment=pair.token,
            shown=token,
            criterion=1,
            stars=3,
            sent=Sent(key="a"),
        )


def answer_all(rater, assignment):
    if assignment.part.kind == "stars":
        stars = {
            (shown.token, criterion.position): 4
            for shown in assignment.shown_texts.all()
            for criterion in assignment.part.criteria.all()
        }
        record_ratings(rater=rater, assignment=assignment.token, stars=stars, sent=Sent(key="all"))
    else:
        chosen = assignment.shown_texts.first().token
        record_choice(rater=rater, assignment=assignment.token, chosen=chosen, sent=Sent(key="all"))


def test_an_item_is_handed_in_whole_and_then_not_emptied(rating, consented):
    rating(3, "a")
    token = rating.where["assignment"]
    with pytest.raises(AnswersMissing, match="8 questions"):
        complete_assignment(rater=consented.rater, assignment=token)
    assignment = first(consented.rater, "stars")
    answer_all(consented.rater, assignment)
    complete_assignment(rater=consented.rater, assignment=token, client_ms=9000)
    assignment.refresh_from_db()
    handed_in = assignment.completed_at
    complete_assignment(rater=consented.rater, assignment=token, client_ms=1)
    assignment.refresh_from_db()
    assert (assignment.completed_at, assignment.client_ms) == (handed_in, 9000)
    with pytest.raises(AnswerInvalid, match="handed in"):
        retract_rating(**rating.where)
    rating(1, "z")
    assert Rating.objects.get(shown__token=rating.where["shown"], criterion__position=1, live=True).stars == 1


def test_the_last_item_finishes_the_rater(consented):
    trial = first(consented.rater, "two_afc")
    with pytest.raises(AnswersMissing):
        complete_assignment(rater=consented.rater, assignment=trial.token)
    for assignment in consented.rater.assignments.all():
        assert Rater.objects.get(pk=consented.rater.pk).finished_at is None
        answer_all(consented.rater, assignment)
        complete_assignment(rater=consented.rater, assignment=assignment.token)
    assert Rater.objects.get(pk=consented.rater.pk).finished_at is not None


def test_closing_waits_for_opening_and_happens_once(researcher, plan, study):
    draft = create_study(owner=researcher, plan=dataclasses.replace(plan, name="a draft"))
    with pytest.raises(StudyNotOpen, match="open it first"):
        close_study(study=draft)
    closed = close_study(study=study)
    assert close_study(study=study).closed_at == closed.closed_at


def test_no_practice_is_left_after_the_last(consented):
    with pytest.raises(UnknownToken):
        practice_feedback(consented.rater, "")


@pytest.mark.django_db(transaction=True)
def test_answers_given_at_once_take_turns_and_each_is_kept(rating):
    def give(number):
        try:
            rating(1 + number % 5, f"key {number // 2}")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(give, range(16)))
    kept = Rating.objects.order_by("revision")
    assert [each.revision for each in kept] == list(range(1, len(kept) + 1))
    assert len({each.key for each in kept}) == len(kept) <= 8
    assert [each.live for each in kept] == [False] * (len(kept) - 1) + [True]


@pytest.mark.django_db(transaction=True)
def test_after_a_refused_answer_the_next_one_has_its_turn(rating):
    with pytest.raises(AnswerInvalid):
        rating(6, "a")
    rating(5, "b")
    assert history() == [(5, 1, True)]


def test_a_form_is_handed_in_once_all_its_stars_are_there(consented):
    assignment = first(consented.rater, "stars")
    *most, last = [
        (shown.token, criterion.position)
        for shown in assignment.shown_texts.all()
        for criterion in assignment.part.criteria.all()
    ]

    def hand_in(places, key, client_ms):
        hand_in_ratings(
            rater=consented.rater,
            assignment=assignment.token,
            stars=dict.fromkeys(places, 4),
            sent=Sent(key=key, client_ms=client_ms),
        )
        assignment.refresh_from_db()

    with pytest.raises(AnswersMissing, match="1 question"):
        hand_in(most, "a", 1000)
    assert Rating.objects.filter(live=True).count() == len(most)
    assert assignment.completed_at is None
    hand_in([last], "b", 2000)
    done = assignment.completed_at
    assert done is not None
    assert assignment.client_ms == 2000
    hand_in([*most, last], "c", 3000)
    assert (assignment.completed_at, assignment.client_ms) == (done, 2000)
    assert Rating.objects.count() == len(most) + 1
