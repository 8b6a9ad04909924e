"""All meters and quantity names."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from pricing.meters import data_transfer, mail_manager, others, ses, sns, sns_fifo, sns_pulls, sns_sms
from pricing.meters.meter import Meter, Quantity
from pricing.usage import shares

Service: TypeAlias = Literal["ses", "sns", "data_transfer", "kms", "sqs", "lambda", "cloudwatch", "firehose"]
SERVICES: tuple[Service, ...] = get_args(Service)
"""First words of quantity names; the services that a usage file can speak of."""

_MODULES = (ses, mail_manager, sns, sns_fifo, sns_sms, sns_pulls, data_transfer, others)


@cache
def meters() -> Mapping[str, Meter]:
    """All meters by id, in the order of reports."""
    return MappingProxyType({meter.id: meter for module in _MODULES for meter in module.METERS})


@cache
def meters_by_name() -> Mapping[str, tuple[Meter, ...]]:
    """Name of a quantity to the meters that occur when it is told: its own and those that it implies."""
    found: dict[str, dict[str, Meter]] = {}
    for meter in meters().values():
        for name in (meter.id, *meter.implied_by):
            found.setdefault(name, {})[meter.id] = meter
    return MappingProxyType({name: tuple(items.values()) for name, items in found.items()})


@cache
def quantities() -> Mapping[str, Quantity]:
    """Every quantity that a usage file can tell, by name: those of meters and those that meters read."""
    told = [
        Quantity(meter.id, meter.unit, f"{meter.rule} Source: {meter.source}")
        for meter in meters().values()
        if meter.in_usage
    ]
    read = [item for module in (*_MODULES, shares) for item in module.QUANTITIES]
    return MappingProxyType({item.id: item for item in sorted((*told, *read), key=lambda item: item.id)})
