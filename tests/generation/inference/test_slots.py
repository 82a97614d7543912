"""A row of the cache holds one text's keys and values, wherever it is moved."""

import torch

from generation.inference.slots import WIDTH_STEP, SlotCache


def states(rows: int, tokens: int, start: float) -> torch.Tensor:
    return torch.arange(rows * tokens, dtype=torch.float32).reshape(rows, 1, tokens, 1) + start


def test_prompts_tokens_and_moves_end_up_where_their_text_is() -> None:
    cache = SlotCache(4, 20)
    assert cache.width == 2 * WIDTH_STEP
    cache.read_into(0, 1, 0, 2)
    cache.update(states(1, 2, 100), states(1, 2, 200), 0)
    cache.share_prefix(2)
    cache.read_into(1, 2, 2, 3)
    keys, values = cache.update(states(2, 3, 10), states(2, 3, 20), 0)
    assert keys[:, 0, :, 0].tolist() == [[100, 101, 10, 11, 12], [100, 101, 13, 14, 15]]
    assert values[:, 0, :, 0].tolist() == [[200, 201, 20, 21, 22], [200, 201, 23, 24, 25]]

    cache.move(2, 0, 2, 5)
    assert cache.step(torch.tensor([5, 4]), 5) == WIDTH_STEP
    keys, _values = cache.update(states(2, 1, 50), states(2, 1, 60), 0)
    assert keys.shape == (2, 1, WIDTH_STEP, 1)
    assert keys[0, 0, :6, 0].tolist() == [100, 101, 13, 14, 15, 50]
    assert keys[1, 0, :6, 0].tolist() == [100, 101, 10, 11, 51, 0]


def test_no_more_is_seen_than_is_there() -> None:
    cache = SlotCache(1, WIDTH_STEP)
    assert cache.step(torch.tensor([WIDTH_STEP - 1]), WIDTH_STEP - 1) == WIDTH_STEP
