"""What an estimate takes to be so where the usage does not tell it; all of it is printed."""

from collections.abc import Iterable, Iterator

from auditor.model.known import Known
from pricing.charges import Charge


def of_charges(found: Iterable[Charge]) -> Iterator[str]:
    """What the quantities of charges rest on that is not told, sorted; of charges that count nothing it is nothing."""
    derived: dict[tuple[str, str], None] = {}
    defaults: dict[str, None] = {}
    by_size = False
    before: Charge | None = None
    for charge in found:
        if not isinstance(charge.quantity, Known) or not charge.quantity.value:
            continue
        if before is not None and charge.meter is before.meter and _is_alike(charge, before):
            continue
        before = charge
        if charge.is_derived and charge.meter.assumption:
            derived[charge.meter.id, charge.meter.assumption] = None
        defaults.update(dict.fromkeys(map(str, charge.defaults)))
        by_size = by_size or charge.mean_sizes
    for name, words in sorted(derived):
        yield f"{name} is derived: {words}."
    yield from sorted(defaults)
    if by_size:
        yield "Messages and requests are taken to have the mean size that is told, which decides their chunks."
    yield "Features of which neither the usage nor the inputs speak are not counted."


def _is_alike(charge: Charge, before: Charge) -> bool:
    """Whether two charges of a meter rest on the same."""
    return (charge.is_derived, charge.defaults, charge.mean_sizes) == (
        before.is_derived,
        before.defaults,
        before.mean_sizes,
    )
