"""All meters and quantity names."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from pricing.meters import data_transfer, ses, sns
from pricing.meters.meter import Meter, Quantity
from pricing.usage import shares

SERVICES = ("ses", "sns", "data_transfer")
"""First words of quantity names; the services that a usage file can speak of."""


@cache
def meters() -> Mapping[str, Meter]:
    """All meters by id, in the order of reports."""
    return MappingProxyType({meter.id: meter for meter in (*ses.METERS, *sns.METERS, *data_transfer.METERS)})


@cache
def quantities() -> Mapping[str, Quantity]:
    """Every quantity that a usage file can tell, by name: those of meters and those that meters read."""
    told = [Quantity(meter.id, meter.unit, meter.rule) for meter in meters().values() if meter.in_usage]
    read = (*ses.QUANTITIES, *sns.QUANTITIES, *data_transfer.QUANTITIES, *shares.QUANTITIES)
    return MappingProxyType({item.id: item for item in sorted((*told, *read), key=lambda item: item.id)})
