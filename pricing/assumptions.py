"""What an estimate takes to be so where the usage does not tell it; all of it is printed."""

from collections.abc import Container, Iterable, Iterator

from pricing.charges import Counting
from pricing.meters.meter import Default


def of_counting(used: Iterable[Counting], told: Iterable[Container[str]]) -> Iterator[str]:
    """What quantities of more than 0 rest on that is not told, sorted.

    Args:
        used: how they were counted.
        told: the names of what is told of each resource and Region.
    """
    derived: dict[tuple[str, str], None] = {}
    defaults: dict[Default, None] = {}
    by_size = False
    for counting in used:
        if counting.is_derived and counting.meter.assumption:
            derived[counting.meter.id, counting.meter.assumption] = None
        defaults.update(dict.fromkeys(counting.defaults))
        by_size = by_size or counting.mean_sizes
    for name, words in sorted(derived):
        yield f"{name} is derived: {words}."
    yield from sorted(_words(default, told) for default in defaults)
    if by_size:
        yield "Messages and requests are taken to have the mean size that is told, which decides their chunks."
    yield "Features of which neither the usage nor the inputs speak are not counted."


def _words(default: Default, told: Iterable[Container[str]]) -> str:
    """What counts where a quantity is not told, be it told of some."""
    if any(default.quantity in names for names in told):
        return f"{default.quantity} is not told of all: where it is not, {default.words}."
    return f"{default.quantity} is not told: {default.words}."
