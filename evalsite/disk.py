"""Full disks: what says so, and files that are there whole or not at all."""

import errno
from pathlib import Path

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_full(error: BaseException | None) -> bool:
    """Whether `error` is the system's refusal to write more."""
    return isinstance(error, OSError) and error.errno in FULL


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to `path`, which keeps what it had where that fails. Raises OSError."""
    draft = path.with_name(f"{path.name}.partial")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
