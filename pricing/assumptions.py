"""What an estimate takes to be so where the usage does not tell it; all of it is printed."""

from collections.abc import Iterable, Iterator

from pricing.charges import Counting


def of_counting(used: Iterable[Counting]) -> Iterator[str]:
    """What quantities of more than 0 rest on that is not told, sorted."""
    derived: dict[tuple[str, str], None] = {}
    defaults: dict[str, None] = {}
    by_size = False
    for counting in used:
        if counting.is_derived and counting.meter.assumption:
            derived[counting.meter.id, counting.meter.assumption] = None
        defaults.update(dict.fromkeys(map(str, counting.defaults)))
        by_size = by_size or counting.mean_sizes
    for name, words in sorted(derived):
        yield f"{name} is derived: {words}."
    yield from sorted(defaults)
    if by_size:
        yield "Messages and requests are taken to have the mean size that is told, which decides their chunks."
    yield "Features of which neither the usage nor the inputs speak are not counted."
