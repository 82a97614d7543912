"""Keys and values of the texts being written: a row of memory each, moved only to close gaps."""

from typing import Any

import torch

# Widths are rounded up: sums over a row then run over the same lanes whatever else is in the batch.
WIDTH_STEP = 16


class SlotCache:
    """What transformers' networks take as ``past_key_values``: ``rows`` texts of up to ``width`` tokens.

    Say with ``read_into`` or ``step`` where the next tokens go, then call the network.
    """

    def __init__(self, rows: int, width: int) -> None:
        self.rows = rows
        self.width = -(-width // WIDTH_STEP) * WIDTH_STEP
        self._layers: list[tuple[torch.Tensor, torch.Tensor]] = []
        self._place: tuple[Any, Any, Any] = (slice(0), slice(None), slice(0))
        self._seen = 0

    def read_into(self, first: int, rows: int, start: int, tokens: int) -> None:
        """The next call brings ``tokens`` tokens, from position ``start`` on, for rows from ``first`` on."""
        self._place = (slice(first, first + rows), slice(None), slice(start, start + tokens))
        self._seen = start + tokens

    def step(self, lengths: torch.Tensor, longest: int) -> int:
        """The next call brings one token for each of the first rows, at position ``lengths``.

        Gives how many positions the network will see, masked ones included.
        """
        self._place = (torch.arange(len(lengths), device=lengths.device), slice(None), lengths)
        self._seen = min(self.width, -(-(longest + 1) // WIDTH_STEP) * WIDTH_STEP)
        return self._seen

    def share_prefix(self, tokens: int) -> None:
        """Give every row the first ``tokens`` positions of the first row."""
        for layer in self._layers:
            for held in layer:
                held[1:, :, :tokens] = held[:1, :, :tokens]

    def move(self, source: int, target: int, start: int, end: int) -> None:
        """Copy the positions from ``start`` to ``end`` of one row to another."""
        for layer in self._layers:
            for held in layer:
                held[target, :, start:end] = held[source, :, start:end]

    def update(
        self, keys: torch.Tensor, values: torch.Tensor, layer_idx: int, *_unused: Any, **_options: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Called by each layer in turn: keep its new keys and values, give all that its rows see.

        Shapes are (rows, heads, tokens, width of a head).
        """
        if layer_idx == len(self._layers):
            self._layers.append((self._room_for(keys), self._room_for(values)))
        held_keys, held_values = self._layers[layer_idx]
        rows = self._place[0]
        stepping = isinstance(rows, torch.Tensor)
        held_keys[self._place] = keys[:, :, 0] if stepping else keys
        held_values[self._place] = values[:, :, 0] if stepping else values
        first = slice(0, len(rows)) if stepping else rows
        return held_keys[first, :, : self._seen], held_values[first, :, : self._seen]

    def _room_for(self, new: torch.Tensor) -> torch.Tensor:
        return new.new_zeros(self.rows, new.shape[1], self.width, new.shape[3])

    def get_seq_length(self, layer_idx: int = 0) -> int:  # noqa: ARG002 - the interface that transformers calls
        """Nothing to skip: positions are always given."""
        return 0
