"""What can go wrong between a supervisor and the processes that load checkpoints."""


class InferenceError(Exception):
    """Base of every error raised by the inference and fine-tuning code."""


class InferenceDied(InferenceError):  # noqa: N818 - names the event, as the supervisor's log does
    """The child process ended or fell silent; the message holds the end of its log."""


class ProtocolError(InferenceError):
    """A message is not one of the protocol's: unknown kind, field missing, extra or of the wrong type."""


class CheckpointChanged(InferenceError):  # noqa: N818 - names the cause
    """A stored file is gone or its bytes are not the ones that were registered."""


class UnsupportedCheckpoint(InferenceError):  # noqa: N818 - names the cause
    """The checkpoint is intact, but its architecture or files are not ones that this code loads."""
