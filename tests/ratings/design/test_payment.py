import pytest

from ratings.design.payment import Payment, amount_due, check_payment, hourly, payment_from_json
from ratings.errors import StudyPlanInvalid


@pytest.mark.parametrize(("per", "due"), [("rater", 6.0), ("item", 40.0), ("hour", 4.0)])
def test_what_is_due(per, due):
    assert amount_due(Payment(amount=2, per=per), raters=3, items=20, seconds=7200) == due


@pytest.mark.parametrize(("per", "wage"), [("rater", 12.0), ("item", 240.0), ("hour", 2.0)])
def test_what_an_hour_pays(per, wage):
    """20 items at 30 seconds are ten minutes."""
    assert hourly(Payment(amount=2, per=per), items=20, seconds=30) == pytest.approx(wage)


@pytest.mark.parametrize(("items", "seconds"), [(0, 30), (20, 0)])
def test_without_work_there_is_no_wage(items, seconds):
    assert hourly(Payment(amount=2), items=items, seconds=seconds) is None


def test_it_is_stored_and_read_back():
    payment = Payment(amount=2.5, per="item", currency="VND")
    assert payment_from_json(payment.to_json()) == payment
    assert payment_from_json({}) is None


@pytest.mark.parametrize(
    ("payment", "sentence"),
    [
        (Payment(amount=0), r"'payment.amount' is 0: give an amount above 0"),
        (Payment(amount=1, per="day"), r"'payment.per' is 'day': choose one of rater, item, hour"),
        (Payment(amount=1, currency="euro"), r"'payment.currency' is 'euro': write its three letters"),
        (Payment(amount=1, currency="eur"), r"'payment.currency' is 'eur'"),
    ],
)
def test_what_cannot_be_paid_is_refused_by_name(payment, sentence):
    check_payment(Payment(amount=2))
    with pytest.raises(StudyPlanInvalid, match=sentence):
        check_payment(payment)
