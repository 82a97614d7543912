"""What a rater's templates receive, as frozen dataclasses without a model in them."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from ratings.design.sequence import Progress

SCALE = (1, 2, 3, 4, 5)
Slots = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class BlindedQuestion:
    """A criterion asked about one text; `field` names it in a form, `stars` is the live answer."""

    field: str
    name: str
    question: str
    low_anchor: str
    high_anchor: str
    stars: int | None
    scale: tuple[int, ...] = SCALE


@dataclass(frozen=True, kw_only=True)
class BlindedText:
    """One text in its place, counted from 1; `name` is what the page calls it, such as 2 or X.

    `slots` are the facts of this text where it is of another example than the item's. `chosen` says whether
    it is the live choice. `code` holds the code names of its systems in a labelled example.
    """

    token: str
    position: int
    name: str
    text: str
    questions: tuple[BlindedQuestion, ...] = ()
    slots: Slots = ()
    chosen: bool = False
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class BlindedAnswer:
    """What the rater answered so far beside stars; `preference` is as in the form, such as `TOKEN:2`.

    `own_label` is empty until it is given, which is before any label of a system is shown.
    """

    preference: str = ""
    own_label: str = ""
    accepts: bool | None = None
    confidence: int | None = None
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class Preference:
    """One answer to "which is better?": the form's value, the better text's name and by how much."""

    value: str
    name: str
    strength: int


@dataclass(frozen=True, kw_only=True)
class BlindedItem:
    """An item as one rater sees it. `number` counts from 1 in the rater's own sequence.

    `cannot_judge` is the rater's reason where they flagged the item. `labels` are those to choose from in a
    label check. `confidence_steps` are empty where not asked. Where texts come one at a time, `texts` holds
    the one of `of_texts` (0 else) that is shown, `others` are the places of those that can be gone to, and
    `ends` says whether no other is open.
    """

    token: str
    kind: str
    question: str
    language: str
    slots: Slots
    texts: tuple[BlindedText, ...]
    number: int
    completed: bool
    labels: tuple[str, ...] = ()
    answer: BlindedAnswer = BlindedAnswer()
    confidence_steps: tuple[int, ...] = ()
    asks_comment: bool = False
    others: tuple[int, ...] = ()
    of_texts: int = 0
    ends: bool = True
    cannot_judge: str = ""
    is_training: bool = False
    progress: Progress | None = None
    previous: str | None = None

    @property
    def template(self) -> str:
        """The part of the page that asks what this kind asks."""
        return f"ratings/rater/_kinds/{self.kind}.html"

    @property
    def options(self) -> tuple[BlindedText, ...]:
        """The texts to choose from: A and B of an ABX trial, else all."""
        return self.texts[:2] if self.kind == "abx" else self.texts

    @property
    def preferences(self) -> tuple[Preference, ...]:
        """The answers from the first text being much better to the second being so."""
        first, second = (
            [
                Preference(value=f"{text.token}:{strength}", name=text.name, strength=strength)
                for strength in by
            ]
            for text, by in zip(self.texts, ((2, 1), (1, 2)), strict=True)
        )
        return (*first, Preference(value="tie", name="", strength=0), *second)


@dataclass(frozen=True, kw_only=True)
class PracticeFeedback:
    """What practice tells after an answer: the right text, or what a person wrote, or the label in the data.

    `target` and `chosen` are what the page calls these texts; both are empty where none is right.
    """

    item: BlindedItem
    target: str
    chosen: str
    reference: str
    label: str

    @property
    def right(self) -> bool:
        return bool(self.target) and self.target == self.chosen


@dataclass(frozen=True, kw_only=True)
class BlindedConsent:
    """What raters are asked to agree to, in one language."""

    language: str
    version: int
    text: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class BlindedStudy:
    """The words that a study says to raters."""

    title: str
    language: str
    instructions: SafeString
    completion_note: str
