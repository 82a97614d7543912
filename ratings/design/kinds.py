"""The kinds of part in one table: what each shows, asks for and is analysed as (ADR 8)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

from ratings.design.orders import Order

PartKind = Literal["stars", "identify", "two_afc", "abx", "triangle", "preference", "label_check"]
PART_KINDS: tuple[PartKind, ...] = get_args(PartKind)
Answer = Literal["stars", "choice", "preference", "labels"]
Role = Literal["target", "foil"]
Layouts = Callable[[int], tuple[Order, ...]]

STRONGEST = 2  # a preference is 1 (better) or 2 (much better); 0 is a tie
CONFIDENCE_STEPS = (0, 3, 5)


@dataclass(frozen=True, kw_only=True)
class TextShown:
    """One text in its place: whether it is of the item's own example, and the keys of its writers."""

    own: bool
    writers: frozenset[int]


def written_by_target(texts: Sequence[TextShown], target: int | None) -> int:
    """The target's text."""
    return next(place for place, text in enumerate(texts) if target in text.writers)


def written_as_x(texts: Sequence[TextShown], _target: int | None) -> int:
    """A or B, whichever is by the system that wrote X, the third text."""
    return next(place for place, text in enumerate(texts[:2]) if text.writers & texts[2].writers)


def odd_one_out(texts: Sequence[TextShown], _target: int | None) -> int:
    """The item's own text, whose writer wrote none of the companions' shown."""
    return next(place for place, text in enumerate(texts) if text.own)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of part.

    `answer` is what a rater gives, and with it the table of answers and the analysis: a "choice" has a right
    answer and chance. `roles` are the systems that a part names; without a foil it shows all systems.
    `options` are the texts to choose from, None for as many as are shown. `companions` are further examples
    beside the item's own. `layouts(texts)` are the ways of showing an item of so many distinct texts, each a
    tuple of indices of texts, when it is not all of them in some order. `practice` is the usual number of
    practice items; `learns` says whether a part can begin with labelled examples of the systems. `right`
    finds the place of the right text among those shown to a rater (from 0), given the target.
    """

    name: PartKind
    answer: Answer
    roles: tuple[Role, ...] = ()
    options: int | None = None
    companions: int = 0
    layouts: Layouts | None = None
    practice: int = 2
    learns: bool = False
    right: Callable[[Sequence["TextShown"], int | None], int] | None = None

    @property
    def is_discrimination(self) -> bool:
        """Whether right answers are held against chance."""
        return self.answer == "choice"

    @property
    def names_its_texts(self) -> bool:
        """Whether texts are called A, B and X instead of being counted."""
        return self.name == "abx"

    @property
    def has_facts_of_each_text(self) -> bool:
        """Whether each text is of another example, so that facts stand with it."""
        return self.name == "triangle"


def abx_layouts(_texts: int) -> tuple[Order, ...]:
    """A and B are the item's own two texts in either order, X a companion's text by either system.

    Texts 0 and 1 are the item's own, 2 and 3 the companion's, by the same two systems in the same order.
    """
    return tuple((*own, x) for own, x in product(((0, 1), (1, 0)), (2, 3)))


def triangle_layouts(_texts: int) -> tuple[Order, ...]:
    """The six sequences AAB, ABA, BAA, BBA, BAB, ABB: the item's own text is the odd one out.

    Texts 0 and 1 are the item's own, 2 and 3 the first companion's, 4 and 5 the second's.
    """
    layouts = []
    for odd, place in product((0, 1), range(3)):
        others = [3 - odd, 5 - odd]  # both companions by the other system
        layouts.append((*others[:place], odd, *others[place:]))
    return tuple(layouts)


def single_layouts(texts: int) -> tuple[Order, ...]:
    """Each distinct text by itself."""
    return tuple((text,) for text in range(texts))


PAIR: tuple[Role, ...] = ("target", "foil")
KINDS: Mapping[PartKind, Kind] = {
    kind.name: kind
    for kind in (
        Kind(name="stars", answer="stars", practice=1),
        Kind(name="identify", answer="choice", roles=("target",), learns=True, right=written_by_target),
        Kind(name="two_afc", answer="choice", roles=PAIR, options=2, learns=True, right=written_by_target),
        Kind(
            name="abx",
            answer="choice",
            roles=PAIR,
            options=2,
            companions=1,
            layouts=abx_layouts,
            right=written_as_x,
        ),
        Kind(
            name="triangle",
            answer="choice",
            roles=PAIR,
            options=3,
            companions=2,
            layouts=triangle_layouts,
            right=odd_one_out,
        ),
        Kind(name="preference", answer="preference", roles=PAIR, practice=1),
        Kind(name="label_check", answer="labels", layouts=single_layouts, practice=1),
    )
}
DISCRIMINATIONS = tuple(name for name, kind in KINDS.items() if kind.is_discrimination)
