"""Broken copies of good files: the same number gives the same bytes, so that each find can be had again."""

import random
from collections.abc import Callable, Sequence

# What breaks readers: ends, signs, quotes, brackets, numbers at a limit, characters that are none.
TOKENS: Sequence[bytes] = (
    *(b"", b"\x00", b"\n", b"\r\n", b"\r", b"\t", b" ", b",", b'"', b"'", b'""', b"\\", b"|", b"||", b"#"),
    *(b"{", b"}", b"[", b"]", b"[[", b"]]", b"(", b")", b":", b"=", b"-", b"+", b".", b"_", b"e", b"../"),
    *(b"0", b"-1", b"1e999", b"nan", b"inf", b"true", b"null", b"9223372036854775808", b"4294967296"),
    *(b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\x1f\x8b", b"\xc3", b"\xed\xa0\x80", b"\xe2\x80\xae"),
    *(b"\\u0000", b"\\ud800", b"\\udfff", b"\\x00", b"__metadata__", b"data_offsets", b"[[parts]]"),
    *(b"\xf0\x9f\x98\x80", "é".encode(), "\u2028".encode(), "\u0130".encode(), b"9" * 400),
)
LONGEST = 1 << 16
# Mostly short; sometimes as long as what overflows a stack or a limit on digits.
REPEATS = (2, 3, 10, 100, 6000)


def mutated(seeds: Sequence[bytes], name: str, number: int) -> bytes:
    """The broken copy number `number` of one of `seeds` for the target `name`."""
    chance = random.Random(f"{name}:{number}")
    content = chance.choice(seeds)
    for _ in range(min(int(chance.expovariate(0.5)) + 1, 12)):
        content = chance.choice(_MUTATIONS)(chance, content, seeds)
    return content[:LONGEST]


def _place(chance: random.Random, content: bytes) -> int:
    return chance.randint(0, len(content))


def _stretch(chance: random.Random, content: bytes) -> tuple[int, int]:
    start = _place(chance, content)
    return start, min(len(content), start + int(chance.expovariate(0.1)) + 1)


def _insert(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    place = _place(chance, content)
    return content[:place] + chance.choice(TOKENS) + content[place:]


def _replace(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    start, end = _stretch(chance, content)
    return content[:start] + chance.choice(TOKENS) + content[end:]


def _delete(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    start, end = _stretch(chance, content)
    return content[:start] + content[end:]


def _cut(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    return content[: _place(chance, content)]


def _flip(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    if not content:
        return content
    place = chance.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :]


def _repeat(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    start, end = _stretch(chance, content)
    piece = chance.choice((content[start:end], chance.choice(TOKENS)))
    times = chance.choices(REPEATS, weights=(20, 20, 10, 2, 1))[0]
    return content[:start] + piece * times + content[start:]


def _splice(chance: random.Random, content: bytes, seeds: Sequence[bytes]) -> bytes:
    other = chance.choice(seeds)
    return content[: _place(chance, content)] + other[_place(chance, other) :]


def _swap(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    lines = content.split(b"\n")
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    return b"\n".join(lines)


_MUTATIONS: Sequence[Callable[[random.Random, bytes, Sequence[bytes]], bytes]] = (
    *(_insert, _replace, _delete, _cut, _flip, _repeat, _splice, _swap),
)
