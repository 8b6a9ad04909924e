"""The identities, configuration sets and topics that an inventory knows of an account, to choose pins from."""

from collections.abc import Iterable, Mapping

import msgspec

from auditor.iam.narrow.pins import Pinned
from auditor.model.coverage import GLOBAL, LISTED_BY
from auditor.model.inventory import Inventory
from auditor.model.known import Known, Unknown
from auditor.model.resource import Resource
from auditor.model.ses import ConfigurationSet, EmailIdentity
from auditor.model.sns import Topic
from auditor.model.text import Text

_TYPES: Mapping[Pinned, type[Resource]] = {
    Pinned.IDENTITY: EmailIdentity,
    Pinned.CONFIGURATION_SET: ConfigurationSet,
    Pinned.TOPIC: Topic,
}


class Stock(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one type in one account.

    Attributes:
        arns: of those with an ARN that is told in full, sorted.
        names: name to the ARNs that have it.
        untold: how many others there are.
        regions: the Regions of which all of them were read.
        unknowns: why there may be others in Regions that were asked.
    """

    arns: tuple[str, ...] = ()
    names: Mapping[str, tuple[str, ...]] = {}
    untold: int = 0
    regions: tuple[str, ...] = ()
    unknowns: tuple[Unknown, ...] = ()


class Stocks:
    """What an inventory knows, by type and account; looked up once for each."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._found: dict[tuple[Pinned, Text], Stock] = {}

    def of(self, kind: Pinned, account: Text) -> Stock:
        """What is known of a type in an account."""
        key = (kind, account)
        if key not in self._found:
            self._found[key] = self._stock(kind, account)
        return self._found[key]

    def _stock(self, kind: Pinned, account: Text) -> Stock:
        mine = [item for item in self._inventory.of(_TYPES[kind]) if item.account == account]
        told: dict[str, list[str]] = {}
        for item in mine:
            literal, name = _literal(item), item.name.literal
            if literal is not None and name is not None:
                told.setdefault(name, []).append(literal)
        operation = LISTED_BY[_TYPES[kind]]
        rows = [
            row
            for row in self._inventory.coverage
            if row.operation == operation and row.account == account.literal and row.region != GLOBAL
        ]
        return Stock(
            arns=tuple(sorted({arn for arns in told.values() for arn in arns})),
            names={name: tuple(sorted(set(arns))) for name, arns in told.items()},
            untold=sum(_literal(item) is None for item in mine),
            regions=tuple(sorted({row.region for row in rows if isinstance(row.complete, Known)})),
            unknowns=tuple(dict.fromkeys(row.complete for row in rows if isinstance(row.complete, Unknown))),
        )


def _literal(item: Resource) -> str | None:
    return item.arn.literal if item.arn is not None else None


def addresses(identities: Iterable[str]) -> tuple[str, ...]:
    """What mail can come from, for the ARNs of identities: an address, or any address of a domain."""
    names = [arn.partition(":identity/")[2] for arn in identities]
    return tuple(dict.fromkeys(name if "@" in name else f"*@{name}" for name in names if name))
