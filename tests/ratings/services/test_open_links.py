import pytest

from evalsite.models import AuditEntry
from ratings.errors import OpenLinkInvalid, SimulatedAndReal, StudyNotOpen, UnknownToken
from ratings.models import OpenLink, Study
from ratings.selectors.open_links import open_link_of, way_back
from ratings.services.drafting import create_study
from ratings.services.open_links import create_open_link, revoke_open_link


def test_a_link_is_kept_as_its_hash_and_making_and_ending_it_are_audited(study, researcher):
    token = create_open_link(study=study, actor=researcher)
    link = open_link_of(token)
    assert token not in [str(value) for row in OpenLink.objects.values() for value in row.values()]
    for _ in range(2):
        revoke_open_link(link=link, actor=researcher)
    with pytest.raises(UnknownToken):
        open_link_of(token)
    found = AuditEntry.objects.filter(action__startswith="open link")
    assert sorted(found.values_list("action", flat=True)) == [
        "open link ended",
        "open link made",
    ]
    study.refresh_from_db()
    assert study.invited_at is not None


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"platform": "clickworker"}, "'platform' is 'clickworker': choose one of none, prolific, mturk"),
        ({"days": 0}, "'days' is 0: give 1 to 366"),
        ({"days": 367}, "'days' is 367: give 1 to 366"),
        ({"completion_code": "a b"}, "'completion code' is 'a b': write up to 60"),
        ({"platform": "prolific"}, "'completion code' is empty"),
    ],
)
def test_a_link_that_cannot_be_is_refused_by_field(study, researcher, asked, said):
    with pytest.raises(OpenLinkInvalid, match=said):
        create_open_link(study=study, actor=researcher, **asked)
    assert not OpenLink.objects.exists()


def test_only_open_studies_for_people_get_links(study, researcher, plan):
    draft = create_study(owner=researcher, plan=type(plan)(**{**vars(plan), "name": "draft"}))
    with pytest.raises(StudyNotOpen):
        create_open_link(study=draft, actor=researcher)
    Study.objects.filter(pk=study.pk).update(is_simulated=True)
    with pytest.raises(SimulatedAndReal):
        create_open_link(study=study, actor=researcher)


def test_the_way_back_is_an_address_for_prolific_and_a_code_for_others():
    assert way_back(None) is None
    assert way_back(OpenLink()) is None
    prolific = way_back(OpenLink(platform="prolific", completion_code="AB12"))
    assert prolific.address == "https://app.prolific.com/submissions/complete?cc=AB12"
    turk = way_back(OpenLink(platform="mturk", completion_code="AB12"))
    assert (turk.code, turk.address) == ("AB12", "")
