from ratings.models import Rater
from ratings.selectors import next_step, rater_sequence


def test_the_next_page_is_consent_then_practice_then_items_then_thanks(study, invited):
    rater = invited.rater

    def page():
        rater.refresh_from_db()
        return next_step(rater, rater_sequence(rater))

    def answered(kind):
        rater.assignments.filter(part__kind=kind).update(completed_at="2026-01-01T00:00Z")

    assert page().page == "landing"
    Rater.objects.update(consented_at="2026-01-01T00:00Z", consent_sha256=study.consent_sha256)
    assert page().page == "practice"
    Rater.objects.update(practised=1)
    assert page().token == rater.assignments.get(position=1).token
    answered("stars")
    assert page().page == "practice", "the second part has practice of its own"
    Rater.objects.update(practised=3)
    assert page().page == "item"
    answered("two_afc")
    assert page().page == "thanks"
