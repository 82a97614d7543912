from django.contrib.auth.models import Group

from ratings.selectors import studies_of, study_progress
from ratings.services.drafting import create_study


def test_researchers_see_their_own_and_admins_all(study, researcher, django_user_model):
    other = django_user_model.objects.create_user("bo")
    admin = django_user_model.objects.create_user("cy")
    admin.groups.add(Group.objects.get(name="admin"))
    assert list(studies_of(researcher)) == [study]
    assert list(studies_of(other)) == []
    assert list(studies_of(admin)) == [study]


def test_progress_counts_people_and_items(study, consented):
    consented.rater.assignments.filter(position=1).update(completed_at="2026-01-01T00:00Z")
    progress = study_progress(study)
    assert (progress.places, progress.invited, progress.consented, progress.finished) == (4, 1, 1, 0)
    assert progress.completed == 1
    assert 0 < progress.share < 1
    assert (progress.free, progress.left) == (3, progress.assignments - 1)


def test_a_draft_has_made_no_progress(researcher, plan):
    assert study_progress(create_study(owner=researcher, plan=plan)).share == 0
