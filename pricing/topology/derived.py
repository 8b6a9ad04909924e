"""Quantities that follow from others by what the inventory connects, each with what it follows from."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Known, Unknown, Value
from pricing.meters.registry import quantities
from pricing.money import EXACT
from pricing.placing import Placed, Target, place
from pricing.usage.usage import Usage


class Fact(msgspec.Struct, frozen=True):
    """A derived quantity.

    Attributes:
        amount: None when it is set off but how often is not known.
        basis: what it follows from; for an unknown one, what is missing.
        needs: names of quantities that would tell an unknown one.
    """

    amount: Decimal | None
    basis: str
    needs: tuple[str, ...] = ()


class Ledger:
    """Told and derived quantities by target. What is told is never replaced.

    Args:
        usage: as told.
        inventory: where the targets are.
        region: Region of resources whose input does not tell it.

    Raises:
        UsageError: see `pricing.charges.place`.
    """

    def __init__(self, usage: Usage, inventory: Inventory, region: str | None) -> None:
        self.usage = usage
        self.inventory = inventory
        self.region = region
        self.placed: Placed = place(usage, inventory, region)
        self._told = self.placed.told
        self._names = quantities()
        self._regions: dict[tuple[str, str | None], Target] = {}
        self.facts: dict[Target, dict[str, Fact]] = {}
        self.notes: dict[str, None] = {}
        self.known: dict[object, object] = {}
        """What was found out once for things that are alike."""
        self._services = {target.service for target in self.placed.told if target.id}
        self._of_regions = {
            (target.service, target.region): told for target, told in self.placed.told.items() if not target.id
        }

    def told(self, target: Target, name: str) -> Value[Decimal] | None:
        """A quantity of a target as told or derived for itself; None when nothing speaks of it."""
        own = self._told.get(target)
        if own is not None and name in own:
            return _value(own[name], name)
        facts = self.facts.get(target)
        fact = None if facts is None else facts.get(name)
        return None if fact is None else _value(fact.amount, name)

    def default(self, target: Target, name: str) -> Value[Decimal]:
        """A size or rate of a target: its own, else that of its service in its Region."""
        found = self.told(target, name)
        if found is None:
            found = self.told(self._region_of(target), name)
        return _value(None, name) if found is None else found

    def _region_of(self, target: Target) -> Target:
        """All of the service in the target's Region."""
        key = target.service, target.region
        found = self._regions.get(key)
        if found is None:
            found = self._regions[key] = Target(*key)
        return found

    def is_open(self, target: Target, name: str) -> bool:
        """Whether a quantity exists that nothing tells, for the target or its Region, so that it can be derived."""
        if name in self._told.get(target, ()) or name in self._of_regions.get((target.service, target.region), ()):
            return False
        return name in self._names

    def tells(self, service: str) -> bool:
        """Whether the usage file tells something of a resource of a service."""
        return service in self._services

    def is_derived(self, target: Target, name: str) -> bool:
        """Whether a quantity of a target was derived."""
        return name in self.facts.get(target, {})

    def derive(self, target: Target, name: str, fact: Fact) -> None:
        """Add a derived quantity, to what was derived of it before."""
        own = self.facts.get(target)
        if own is None:
            own = self.facts[target] = {}
        before = own.get(name)
        if before is not None:
            fact = _together(before, fact)
        own[name] = fact

    def together(self) -> Placed:
        """What is told and what is derived, assigned to what it is for."""
        told: dict[Target, Mapping[str, Decimal | None]] = dict(self.placed.told)
        for target, facts in self.facts.items():
            told[target] = {**told.get(target, {}), **{name: fact.amount for name, fact in facts.items()}}
        bases = {target: {name: fact.basis for name, fact in facts.items()} for target, facts in self.facts.items()}
        return msgspec.structs.replace(self.placed, told=told, bases=bases)

    def note(self, text: str) -> None:
        """Add an assumption that is printed with the estimate, once."""
        self.notes[text] = None


def _value(amount: Decimal | None, name: str) -> Value[Decimal]:
    return Unknown(Cause.NOT_HERE, name) if amount is None else Known(amount)


def _together(before: Fact, fact: Fact) -> Fact:
    if before.amount is None or fact.amount is None:
        missing = [item for item in (before, fact) if item.amount is None]
        needs = dict.fromkeys(name for item in missing for name in item.needs)
        return Fact(None, "; ".join(dict.fromkeys(item.basis for item in missing)), tuple(needs))
    return Fact(EXACT.add(before.amount, fact.amount), f"{before.basis} + {fact.basis}")


def listed(names: Iterable[str], most: int = 3) -> str:
    """A few names and how many more there are."""
    all_names = list(names)
    more = f" and {len(all_names) - most} more" if len(all_names) > most else ""
    return ", ".join(all_names[:most]) + more
