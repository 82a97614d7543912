"""Strict JSON lines for frozen dataclasses: one object a line, its class in ``kind``, nothing guessed."""

import dataclasses
import json
import types
from collections.abc import Mapping
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from generation.inference.errors import ProtocolError


def encode(message: Any) -> str:
    """Write a dataclass instance as one line of JSON, without the line end. NaN and infinity are refused."""
    content = {"kind": type(message).__name__, **dataclasses.asdict(message)}
    try:
        return json.dumps(content, allow_nan=False, separators=(",", ":"))
    except ValueError as error:
        raise ProtocolError(
            f"{type(message).__name__} holds a number that is not finite: {message!r}"
        ) from error


def decode(line: str, kinds: Mapping[str, type[Any]]) -> Any:
    """Read a line written by ``encode`` as one of ``kinds``.

    Raises ProtocolError naming the field for anything but exactly the fields of the class, each of its type.
    """
    try:
        content = json.loads(line)
    except ValueError as error:
        raise ProtocolError(f"not a line of JSON: {line[:200]!r} ({error})") from error
    if not isinstance(content, dict):
        raise ProtocolError(f"not a JSON object: {line[:200]!r}")
    kind = content.pop("kind", None)
    if not isinstance(kind, str) or kind not in kinds:
        raise ProtocolError(f"unknown kind of message {kind!r}; known: {', '.join(sorted(kinds))}")
    return _record(content, kinds[kind], kind)


def _record(value: Any, cls: type[Any], where: str) -> Any:
    if not isinstance(value, dict):
        raise ProtocolError(f"{where}: expected an object, got {value!r:.200}")
    hints = get_type_hints(cls)
    names = {field.name for field in dataclasses.fields(cls)}
    if missing := sorted(names - value.keys()):
        raise ProtocolError(f"{where}: missing {', '.join(missing)}")
    if extra := sorted(value.keys() - names):
        raise ProtocolError(f"{where}: unknown field {', '.join(extra)}")
    fields = {name: _typed(value[name], hints[name], f"{where}.{name}") for name in names}
    try:
        return cls(**fields)
    except ValueError as error:
        raise ProtocolError(f"{where}: {error}") from error


def _typed(value: Any, hint: Any, where: str) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _optional(value, inner, where)
    if origin is Literal:
        fits = value in inner
    elif dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _record(value, hint, where)
    elif origin in (tuple, list):
        return _sequence(value, origin, inner, where)
    elif origin is dict:
        if isinstance(value, dict):
            return {key: _typed(content, inner[1], f"{where}.{key}") for key, content in value.items()}
        fits = False
    elif hint is float:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
    else:
        fits = type(value) is hint
    if not fits:
        raise ProtocolError(f"{where}: expected {hint}, got {value!r:.200}")
    return float(value) if hint is float else value


def _optional(value: Any, choices: tuple[Any, ...], where: str) -> Any:
    if value is None and type(None) in choices:
        return None
    (hint,) = (choice for choice in choices if choice is not type(None))
    return _typed(value, hint, where)


def _sequence(value: Any, origin: type[Any], inner: tuple[Any, ...], where: str) -> Any:
    if not isinstance(value, list):
        raise ProtocolError(f"{where}: expected a list, got {value!r:.200}")
    hints = [inner[0]] * len(value) if origin is list or inner[-1] is Ellipsis else list(inner)
    if len(hints) != len(value):
        raise ProtocolError(f"{where}: expected {len(hints)} entries, got {len(value)}")
    return origin(
        _typed(entry, hint, f"{where}[{position}]")
        for position, (entry, hint) in enumerate(zip(value, hints, strict=True))
    )
