"""Packed weights compute what plain ones do, and a row's result does not depend on its neighbours."""

from pathlib import Path

import pytest
import torch

from generation.inference.greedy import LEAST_ROWS
from generation.inference.loading import load_network
from generation.inference.packing import PackedLinear, pack_linears


@pytest.mark.parametrize("bias", [True, False])
@torch.inference_mode()
def test_a_packed_layer_computes_what_the_plain_one_does(*, bias: bool) -> None:
    torch.manual_seed(3)
    plain = torch.nn.Linear(96, 40, bias=bias)
    for shape in ((1, 96), (70, 96), (3, 5, 96)):
        tokens = torch.randn(shape)
        torch.testing.assert_close(PackedLinear(plain)(tokens), plain(tokens))


@pytest.mark.parametrize(("inner", "outer"), [(576, 192), (576, 1536), (1536, 576)])
@torch.inference_mode()
def test_a_row_comes_out_the_same_to_the_last_bit_among_any_number(inner: int, outer: int) -> None:
    torch.manual_seed(4)
    layer = PackedLinear(torch.nn.Linear(inner, outer, bias=False))
    tokens = torch.randn(300, inner)
    whole = layer(tokens)
    for rows in (LEAST_ROWS, 9, 16, 33, 64, 100, 299):
        assert torch.equal(layer(tokens[:rows]), whole[:rows])


def test_only_float32_is_packed(tiny_llama: Path) -> None:
    network = load_network(tiny_llama, device=torch.device("cpu"), dtype=torch.bfloat16)
    pack_linears(network)
    assert not [layer for layer in network.modules() if isinstance(layer, PackedLinear)]
