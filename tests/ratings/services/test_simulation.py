import pytest

from generation.models import System
from ratings.errors import NoPlacesLeft, SimulatedAndReal, StudyNotOpen
from ratings.models import Judgement, Rating, Study
from ratings.selectors import study_progress
from ratings.services.drafting import create_study
from ratings.services.invitations import create_invitations
from ratings.services.simulation import simulate


def answers():
    stars = Rating.objects.order_by("pk").values_list("stars", flat=True)
    return list(stars), list(Judgement.objects.order_by("pk").values_list("correct", flat=True))


def test_everything_is_answered_and_the_study_is_marked(study):
    simulated = simulate(study=study, seed=1)
    progress = study_progress(simulated)
    assert progress.share == 1
    assert (progress.finished, progress.invited) == (4, 0)
    assert all(rater.is_simulated for rater in simulated.raters.all())
    stars, choices = answers()
    assert 1 <= min(stars) < max(stars) <= 5
    assert len(choices) == Judgement.objects.filter(live=True).count() > 0
    for judgement in Judgement.objects.all():
        wrote = judgement.chosen.presented.systems.filter(pk=judgement.assignment.part.target_id)
        assert judgement.correct == wrote.exists()


def test_a_second_time_adds_nothing(study):
    simulate(study=study, seed=1, raters=2)
    before = answers()
    simulate(study=study, seed=9, raters=2)
    assert answers() == before
    simulate(study=study, seed=9)
    assert len(answers()[0]) > len(before[0])


def test_answers_follow_the_seed_and_the_texts_not_the_names(make_study):
    simulate(study=make_study(), seed=1)
    first = answers()
    Rating.objects.all().delete()
    Judgement.objects.all().delete()
    for system in System.objects.all():
        System.objects.filter(pk=system.pk).update(name=f"renamed {system.pk}")
    again = Study.objects.get()
    again.raters.update(finished_at=None)
    simulate(study=again, seed=1)
    assert answers() == first


def test_simulated_and_real_never_mix(study):
    create_invitations(study=study, n=1)
    with pytest.raises(SimulatedAndReal, match="a study of its own"):
        simulate(study=study, seed=1)
    assert not Rating.objects.exists()
    assert not Study.objects.get().is_simulated


def test_a_simulated_study_invites_nobody_afterwards(study):
    simulate(study=study, seed=1, raters=1)
    with pytest.raises(SimulatedAndReal):
        create_invitations(study=study, n=1)


@pytest.mark.parametrize("raters", [0, 5])
def test_only_planned_places_are_simulated(study, raters):
    with pytest.raises(NoPlacesLeft, match="opened with 4 places"):
        simulate(study=study, seed=1, raters=raters)


def test_a_draft_is_not_simulated(researcher, plan):
    with pytest.raises(StudyNotOpen):
        simulate(study=create_study(owner=researcher, plan=plan), seed=1)
