"""Sets of small numbers as the bits of one integer."""

from collections.abc import Iterator


def indices(mask: int) -> Iterator[int]:
    """The numbers in a set, in rising order."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
