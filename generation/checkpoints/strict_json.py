"""JSON from a stranger: bounded in size and depth, no key twice, no number that JSON does not have."""

import json
from pathlib import Path
from typing import Any, NoReturn

from generation.checkpoints.allowlist import DEFAULT_LIMITS, CheckpointRefused, Limits


def read_json_object(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> dict[str, Any]:
    """The object in a JSON file; raises CheckpointRefused naming the file, OSError if it cannot be read."""
    with path.open("rb") as stream:
        content = stream.read(limits.json_bytes + 1)
    if len(content) > limits.json_bytes:
        raise CheckpointRefused(
            f"{path.name} is larger than {limits.json_bytes:,} bytes; leave out what is not needed."
        )
    return parse_json_object(content, source=path.name, limits=limits)


def parse_json_object(content: bytes, *, source: str, limits: Limits = DEFAULT_LIMITS) -> dict[str, Any]:
    """The object in `content` (UTF-8 without a byte order mark); raises CheckpointRefused naming `source`."""
    try:
        parsed = json.loads(
            content.decode("utf-8"), object_pairs_hook=_no_key_twice, parse_constant=_no_such_number
        )
    except RecursionError as error:
        raise _too_deep(source, limits) from error
    except ValueError as error:
        raise CheckpointRefused(f"{source} is not plain JSON ({error}); export it again.") from error
    if not isinstance(parsed, dict):
        raise CheckpointRefused(
            f"{source} holds a {type(parsed).__name__}, not a JSON object; export it again."
        )
    if _depth(parsed, limits.json_depth) > limits.json_depth:
        raise _too_deep(source, limits)
    return parsed


def _too_deep(source: str, limits: Limits) -> CheckpointRefused:
    return CheckpointRefused(f"{source} is nested deeper than {limits.json_depth} levels; export it again.")


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise ValueError(f"the key {key[:80]!r} stands twice")
        result[key] = value
    return result


def _no_such_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _depth(parsed: Any, limit: int) -> int:
    """Levels of nesting, counted level by level and no further than one beyond `limit`."""
    depth, level = 0, [parsed]
    while level and depth <= limit:
        depth += 1
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
    return depth
