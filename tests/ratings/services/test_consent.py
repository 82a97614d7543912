import dataclasses
import hashlib

import pytest

from ratings.errors import ConsentChanged, ConsentTextInvalid, ReasonMissing, StudyClosed, StudyNotOpen
from ratings.models import ConsentText, Rater
from ratings.models.consent import text_sha256
from ratings.selectors.consent import agreements, consent_for
from ratings.selectors.plans import plan_of
from ratings.services.completion import close_study
from ratings.services.consent import amend_consent
from ratings.services.drafting import create_study, revise_study
from ratings.services.invitations import create_invitations, give_consent

VIETNAMESE = "Bạn được mời đánh giá các văn bản ngắn.\n"


@pytest.fixture
def study(make_study):
    return make_study(consent_translations={"vi": VIETNAMESE})


@pytest.fixture
def amend(study, researcher):
    def change(text="Another text.", **changes):
        asked = {"study": study, "language": "en", "reason": "The board asked for it.", "actor": researcher}
        return amend_consent(text=text, **(asked | changes))

    return change


def agree(place, sha256, language):
    rater = Rater.objects.select_related("study").get(place=place)
    return give_consent(rater=rater, consent_sha256=sha256, language=language)


def test_each_rater_s_row_names_the_text_agreed_to(study):
    create_invitations(study=study, n=2)
    vietnamese = consent_for(study, "vi")
    assert vietnamese.sha256 == hashlib.sha256(VIETNAMESE.encode()).hexdigest()
    agreed = agree(1, vietnamese.sha256, "vi")
    assert (agreed.consent_language, agreed.consent_version) == ("vi", 1)
    own = agree(2, study.consent_sha256, "vi")
    assert (own.consent_sha256, own.consent_language, own.language) == (study.consent_sha256, "en", "vi")
    assert [(text.language, n) for text, n in agreements(study)] == [("en", 1), ("vi", 1)]


def test_a_language_without_a_text_gets_the_study_s_own(study):
    assert consent_for(study, "de").language == "en"


def test_the_frozen_protocol_names_every_text(study):
    assert study.protocol["study"]["consent_texts"] == {
        "en": study.consent_sha256,
        "vi": text_sha256(VIETNAMESE),
    }


def test_an_amended_text_is_a_new_version_for_those_who_come_later(study, amend):
    create_invitations(study=study, n=2)
    before = agree(1, study.consent_sha256, "en")
    row = amend("Another\r\ntext.")
    assert (row.version, row.text) == (2, "Another\ntext.\n")
    with pytest.raises(ConsentChanged):
        agree(2, before.consent_sha256, "en")
    assert agree(2, row.sha256, "en").consent_version == 2
    before.refresh_from_db()
    assert before.consent_version == 1
    event = study.events.get()
    assert event.kind == "amended"
    assert event.details == {
        "consent_language": "en",
        "consent_version": 2,
        "consent_sha256": row.sha256,
    }
    assert plan_of(study).consent_text == row.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"reason": " "}, ReasonMissing),
        ({"text": " "}, ConsentTextInvalid),
        ({"text": VIETNAMESE, "language": "vi"}, ConsentTextInvalid),
        ({"language": "xx"}, ConsentTextInvalid),
    ],
)
def test_what_is_no_amendment_changes_nothing(study, amend, changes, error):
    with pytest.raises(error):
        amend(**changes)
    assert ConsentText.objects.count() == 2
    assert not study.events.exists()


def test_only_an_open_study_is_amended(study, amend, researcher, plan):
    draft = create_study(owner=researcher, plan=dataclasses.replace(plan, name="draft"))
    with pytest.raises(StudyNotOpen):
        amend(study=draft)
    close_study(study=study)
    with pytest.raises(StudyClosed):
        amend()


def test_a_draft_s_texts_are_replaced(researcher, plan):
    first = dataclasses.replace(plan, consent_translations={"vi": VIETNAMESE})
    draft = create_study(owner=researcher, plan=first)
    assert plan_of(draft).consent_translations == {"vi": VIETNAMESE}
    revise_study(study=draft, plan=dataclasses.replace(plan, consent_text="One.\n"))
    assert [(row.language, row.text) for row in draft.consent_texts.all()] == [("en", "One.\n")]
