"""What the report holds of looks at the results before the end."""

from dataclasses import dataclass

from ratings.design.looks import LookedClaim


@dataclass(frozen=True, kw_only=True)
class Look:
    """A look that was planned for ``due_at`` item ratings; ``taken_at`` is empty where it was not taken."""

    number: int
    due_at: int
    taken_at: str
    handed_in: int
    claims: tuple[LookedClaim, ...]


@dataclass(frozen=True, kw_only=True)
class Looks:
    """The planned looks and how they spend alpha, and whether the results were opened in another way.

    ``spending`` is empty where no look was planned. ``unblinded`` gives the reasons for opening the results
    before the end, which makes the verdicts on raters' answers exploratory.
    """

    spending: str
    planned: tuple[Look, ...]
    unblinded: tuple[str, ...]
