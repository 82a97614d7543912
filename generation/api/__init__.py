"""The REST API of what systems said, and the tus endpoint by which checkpoints come in."""
