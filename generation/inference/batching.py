"""Which prompts are decoded together. Pure: lengths in, positions out."""

from collections.abc import Sequence


def make_batches(lengths: Sequence[int], *, token_budget: int, max_rows: int) -> list[list[int]]:
    """Group positions of ``lengths`` into batches of similar length, longest first.

    A batch's padded size, its longest length times its rows, stays within ``token_budget`` unless it is a
    single row, and it has at most ``max_rows`` rows. Every position is in exactly one batch. Longest
    first, so that a batch that does not fit in memory shows at the start, and time left is overestimated.
    """
    if token_budget < 1 or max_rows < 1:
        raise ValueError(f"a batch needs room for one token and one row, not {token_budget} and {max_rows}")
    batches: list[list[int]] = []
    longest = 0
    for position in sorted(range(len(lengths)), key=lambda position: (-lengths[position], position)):
        batch = batches[-1] if batches else []
        if batch and len(batch) < max_rows and (len(batch) + 1) * longest <= token_budget:
            batch.append(position)
        else:
            batches.append([position])
            longest = lengths[position]
    return batches


def split_by_length(lengths: Sequence[int]) -> list[list[int]]:
    """Positions of ``lengths``, longest first, in parts whose shortest is more than half of their longest.

    What is kept for a part's longest is then never more than twice what one of the others needs.
    """
    parts: list[list[int]] = []
    for position in sorted(range(len(lengths)), key=lambda position: (-lengths[position], position)):
        if parts and 2 * lengths[position] > lengths[parts[-1][0]]:
            parts[-1].append(position)
        else:
            parts.append([position])
    return parts
