"""Weights laid out as the processor's matrix products read them, once, in place of the plain ones."""

from typing import Any

import torch
from torch import nn


class PackedLinear(nn.Linear):
    """A linear layer whose weight oneDNN has laid out in blocks; for float32 on a CPU, and not to be trained.

    It is faster than the plain one at the sizes of decoding, and a row's result does not depend on how many
    rows stand beside it, two at least: that is what makes texts the same in batches of any size.
    """

    def __init__(self, plain: nn.Linear) -> None:
        nn.Module.__init__(self)
        self.in_features, self.out_features = plain.in_features, plain.out_features
        packed = torch.ops.mkldnn._reorder_linear_weight(plain.weight.detach(), None)  # noqa: SLF001 - its only name
        self.weight = nn.Parameter(packed, requires_grad=False)
        self.bias = plain.bias

    def forward(self, input: torch.Tensor) -> torch.Tensor:  # noqa: A002 - the name that torch gives it
        """As the plain layer."""
        result: torch.Tensor = torch.ops.mkldnn._linear_pointwise(  # noqa: SLF001 - its only name
            input, self.weight, self.bias, "none", [], ""
        )
        return result


def pack_linears(network: Any) -> None:
    """Replace a network's linear layers by packed ones where that helps: float32 on a CPU that has oneDNN.

    Each plain weight is let go as soon as it is packed. One that is shared with the embedding stays beside
    its packed copy, for tokens are looked up in it.
    """
    if (
        network.device.type != "cpu"
        or network.dtype != torch.float32
        or not torch.backends.mkldnn.is_available()
    ):
        return
    for parent in list(network.modules()):
        for name, child in list(parent.named_children()):
            if type(child) is nn.Linear:
                setattr(parent, name, PackedLinear(child))
