"""What raters are paid, and what a study has cost so far."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from ratings.errors import StudyPlanInvalid

Per = Literal["rater", "item", "hour"]
PERS: tuple[Per, ...] = get_args(Per)


@dataclass(frozen=True, kw_only=True)
class Payment:
    """`amount` of `currency` (three letters, ISO 4217) for each rater who finishes, each item or hour."""

    amount: float
    per: Per = "rater"
    currency: str = "EUR"

    def to_json(self) -> dict[str, Any]:
        """The payment as the protocol freezes it."""
        return asdict(self)


def payment_from_json(stored: dict[str, Any]) -> Payment | None:
    """The payment that `to_json` stored; None of nothing."""
    return Payment(**stored) if stored else None


def check_payment(payment: Payment) -> None:
    """Raise StudyPlanInvalid, naming the field, its value and the remedy, for what cannot be paid."""
    if not 0 < payment.amount <= 1_000_000:
        raise StudyPlanInvalid(f"'payment.amount' is {payment.amount:g}: give an amount above 0.")
    if payment.per not in PERS:
        raise StudyPlanInvalid(f"'payment.per' is '{payment.per}': choose one of {', '.join(PERS)}.")
    if not (len(payment.currency) == 3 and payment.currency.isascii() and payment.currency.isupper()):
        raise StudyPlanInvalid(
            f"'payment.currency' is '{payment.currency}': write its three letters, such as EUR or VND."
        )


def amount_due(payment: Payment, *, raters: int, items: int, seconds: float) -> float:
    """What `raters` who finished, `items` handed in and `seconds` of work cost, in the currency."""
    return payment.amount * {"rater": raters, "item": items, "hour": seconds / 3600}[payment.per]


def hourly(payment: Payment, *, items: float, seconds: float) -> float | None:
    """What a rater with `items` to do, at a median of `seconds` each, earns an hour; None without time."""
    if items <= 0 or seconds <= 0:
        return None
    hours = items * seconds / 3600
    return (
        amount_due(payment, raters=1, items=1, seconds=3600)
        * {
            "rater": 1 / hours,
            "item": items / hours,
            "hour": 1.0,
        }[payment.per]
    )
