import pytest
from django.db import IntegrityError, transaction

from evalsite.models import AuditEntry
from ratings.errors import ReasonMissing
from ratings.models import RaterExclusion
from ratings.selectors.exclusions import excluded_raters, quality_of
from ratings.services.completion import close_study
from ratings.services.exclusions import exclude_rater, readmit_rater
from ratings.services.simulation import simulate


@pytest.fixture
def answered(study):
    return simulate(study=study, seed=1)


@pytest.fixture
def rater(answered):
    return answered.raters.select_related("study").get(place=2)


def test_a_rater_is_left_out_with_a_reason_that_the_audit_log_keeps(answered, rater, researcher):
    exclude_rater(rater=rater, reason=" wrote that they guessed ", actor=researcher)
    (left_out,) = excluded_raters(answered).values()
    assert (left_out.rater, left_out.broken) == (rater, ())
    assert left_out.by_hand.reason == "wrote that they guessed"
    assert not left_out.by_hand.results_were_unlocked
    entry = AuditEntry.objects.get(action="excluded a rater")
    assert (entry.actor_name, entry.subject) == ("ada", answered.name)
    assert entry.details == {"rater": "R02", "reason": "wrote that they guessed"}


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_without_a_reason_nothing_changes(answered, rater, researcher, reason):
    for decide in (exclude_rater, readmit_rater):
        with pytest.raises(ReasonMissing, match="write why"):
            decide(rater=rater, reason=reason, actor=researcher)
    assert excluded_raters(answered) == {}
    assert not AuditEntry.objects.filter(action__in=["excluded a rater", "took a rater back"]).exists()


def test_the_database_too_wants_a_reason(rater):
    with pytest.raises(IntegrityError), transaction.atomic():
        RaterExclusion.objects.create(rater=rater, reason="", actor_name="ada", results_were_unlocked=False)


def test_it_is_remembered_that_results_could_be_read_first(answered, researcher):
    close_study(study=answered)
    rater = answered.raters.select_related("study").get(place=1)
    assert exclude_rater(rater=rater, reason="late", actor=researcher).results_were_unlocked


def test_another_reason_replaces_the_first_and_taking_back_ends_it(answered, rater, researcher):
    exclude_rater(rater=rater, reason="first", actor=researcher)
    exclude_rater(rater=rater, reason="second", actor=researcher)
    assert RaterExclusion.objects.get().reason == "second"
    readmit_rater(rater=rater, reason="a mistake", actor=researcher)
    readmit_rater(rater=rater, reason="again", actor=researcher)
    assert excluded_raters(answered) == {}
    assert AuditEntry.objects.filter(action="took a rater back").count() == 1


def test_only_who_began_has_a_row_and_the_queries_do_not_grow(answered, django_assert_num_queries):
    with django_assert_num_queries(5):
        assert [row.rater.place for row in quality_of(answered)] == [1, 2, 3, 4]
