"""What can go wrong with what systems said: one base, subclasses that name the cause."""


class GenerationError(Exception):
    """Base of this app's errors; the message says what is wrong, with which value, and what to do."""


class DatasetRefused(GenerationError):  # noqa: N818 - names the cause
    """A corpus file cannot be imported."""


class CheckpointNotRegistered(GenerationError):  # noqa: N818 - names the cause
    """A checkpoint cannot be taken into the store."""


class CheckpointInUse(GenerationError):  # noqa: N818 - names the cause
    """A checkpoint cannot go because something rests on it."""


class FactsRefused(GenerationError):  # noqa: N818 - names the cause
    """What is stated of a checkpoint cannot be so."""


class NameTaken(GenerationError):  # noqa: N818 - names the cause
    """Something of this kind has that name already."""


class NotFound(GenerationError):  # noqa: N818 - names the cause
    """There is nothing of that name."""


class SystemRefused(GenerationError):  # noqa: N818 - names the cause
    """A system cannot be made as asked."""


class FinetuneRefused(GenerationError):  # noqa: N818 - names the cause
    """A fine-tuning cannot be started or changed as asked."""


class DemoBaseMissing(GenerationError):  # noqa: N818 - names the cause
    """The demo's base cannot be found, fetched or converted."""


class RunRefused(GenerationError):  # noqa: N818 - names the cause
    """A run cannot be started or changed as asked."""


class OutputsRefused(GenerationError):  # noqa: N818 - names the cause
    """A file of outputs does not fit the dataset."""


class LeaseLost(GenerationError):  # noqa: N818 - names the cause
    """Somebody else holds this work now, or it was cancelled: what was computed since is dropped."""


class UploadRefused(GenerationError):  # noqa: N818 - names the cause
    """An upload, or a part of it, is not taken; the message names the file, the reason and the remedy."""
