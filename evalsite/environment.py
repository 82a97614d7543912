"""What settings read from the environment, and the secret key that a first start makes."""

import os
import secrets
from pathlib import Path


def flag(name: str, *, default: bool = False) -> bool:
    """Whether environment variable `name` says yes (1, true, yes, on); `default` where it is unset."""
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


def listed(name: str, default: str = "") -> list[str]:
    """The comma-separated values of environment variable `name`, without blanks."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def secret_key(folder: Path) -> str:
    """EVALSITE_SECRET_KEY, or the key in `folder`/secret_key, made there once.

    Several processes may start at once: the key is written to a file of its own and linked into place, so
    that whoever comes second reads a whole key and never half of one.
    """
    given = os.environ.get("EVALSITE_SECRET_KEY")
    if given:
        return given
    path = folder / "secret_key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"secret_key.{os.getpid()}.{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()
