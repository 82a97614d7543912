"""Words that no other text has are found, and a cut text is still the whole text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.metrics.differences import Segment, own_words, segments


def marked(*texts: str) -> list[list[str]]:
    return [
        [text[start:end] for start, end in spans] for text, spans in zip(texts, own_words(texts), strict=True)
    ]


def test_two_texts_differ_in_a_word() -> None:
    assert marked("The Mill is a cheap pub.", "The Mill is a dear pub.") == [["cheap"], ["dear"]]


def test_neighbouring_words_make_one_span_and_signs_count() -> None:
    assert marked("The Mill is a pub", "The Mill is a very nice pub!") == [[], ["very nice", "!"]]


def test_a_word_is_shared_as_soon_as_one_other_text_has_it() -> None:
    assert marked("a b c", "a b", "c d") == [[], [], ["d"]]


def test_case_and_order_count() -> None:
    assert marked("Chinese food", "chinese food") == [["Chinese"], ["chinese"]]
    assert marked("x y", "y x") == [["y"], ["y"]]


def test_words_are_whole() -> None:
    assert marked("It's family-friendly.", "It's friendly.") == [["family-friendly"], ["friendly"]]


def test_the_same_texts_have_nothing_of_their_own() -> None:
    assert marked("one text", "one text") == [[], []]


@pytest.mark.parametrize("texts", [(), ("alone",)])
def test_nothing_to_compare_with(texts: tuple[str, ...]) -> None:
    assert own_words(texts) == tuple(() for _ in texts)


@given(st.lists(st.text(max_size=30), max_size=4))
def test_spans_are_in_order_apart_and_inside(texts: list[str]) -> None:
    for text, spans in zip(texts, own_words(texts), strict=True):
        ends = [0, *(place for span in spans for place in span), len(text)]
        assert ends == sorted(ends)
        assert all(start < end for start, end in spans)


def test_overlapping_layers_are_cut_at_each_border() -> None:
    pieces = segments("abcdef", {"own": ((1, 4),), "wrong": ((3, 5),)})
    assert pieces == (
        Segment("a", ()),
        Segment("bc", ("own",)),
        Segment("d", ("own", "wrong")),
        Segment("e", ("wrong",)),
        Segment("f", ()),
    )


def test_an_empty_text_has_no_pieces() -> None:
    assert segments("", {"own": ()}) == ()


@pytest.mark.parametrize("span", [(-1, 2), (2, 7), (3, 2)])
def test_a_span_outside_the_text_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="outside the text"):
        segments("abcdef", {"own": (span,)})


@given(st.text(max_size=40), st.data())
def test_the_pieces_joined_are_the_text(text: str, data: st.DataObject) -> None:
    place = st.integers(0, len(text))
    spans = st.lists(st.tuples(place, place).map(lambda two: (min(two), max(two))), max_size=4).map(tuple)
    layers = {"own": data.draw(spans), "wrong": data.draw(spans)}
    pieces = segments(text, layers)
    assert "".join(piece.text for piece in pieces) == text
    for name, covering in layers.items():
        covered = {place for start, end in covering for place in range(start, end)}
        at = 0
        for piece in pieces:
            assert (name in piece.marks) == (at in covered)
            at += len(piece.text)
