"""The estimate of told usage and of all that follows from it by what the inventory connects."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import msgspec

from auditor.model.collector import collector_off
from auditor.model.inventory import Inventory
from auditor.model.ses import EmailIdentity
from auditor.model.sns import Topic
from pricing.estimate import EstimateOptions, estimate
from pricing.placing import Placed, Target, place
from pricing.result import Dependency, Estimate
from pricing.topology import (
    between_regions,
    counted_once,
    encryption,
    events,
    existing,
    fan_out,
    fifo,
    functions,
    receipt,
)
from pricing.topology.derived import Fact, Ledger
from pricing.usage.usage import Entry, Selector, Usage


class Derived(msgspec.Struct, frozen=True):
    """Usage with what follows from it.

    Attributes:
        told: the usage as told.
        by_target: what quantities are derived for, with the quantities.
        placed: told and derived quantities, assigned to what they are for.
        notes: assumptions of the derivation.
    """

    told: Usage
    by_target: Mapping[Target, Mapping[str, Fact]]
    placed: Placed
    notes: tuple[str, ...]

    @property
    def usage(self) -> Usage:
        """All of it, as one."""
        entries = [
            Entry(_selector(target), {name: fact.amount for name, fact in facts.items()})
            for target, facts in self.by_target.items()
        ]
        return msgspec.structs.replace(self.told, entries=(*self.told.entries, *entries))

    @property
    def facts(self) -> Mapping[tuple[str, str], Fact]:
        """The derived quantities: id of a resource (or service and Region) and name to what it follows from."""
        return {(_key(target), name): fact for target, facts in self.by_target.items() for name, fact in facts.items()}


def derive(inventory: Inventory, usage: Usage, region: str | None = None) -> Derived:
    """Add to usage what follows from it and from what exists. What is told stays.

    Mail sets off notifications, publishes set off deliveries; encrypted topics ask KMS; keys and alarms cost by being
    there.

    Args:
        inventory: what is connected with what.
        usage: as told.
        region: Region of resources whose input does not tell it.

    Raises:
        UsageError: when usage contradicts itself.
    """
    ledger = Ledger(usage, inventory, region)
    if inventory.of(EmailIdentity):
        from pricing.topology import feedback  # it follows routes, with all of the policy engine behind them

        feedback.derive(ledger)
    receipt.derive(ledger)
    for target in ledger.placed.resources.get("sns", ()):
        topic = target.resource
        if isinstance(topic, Topic):
            fan_out.derive(topic, target, ledger)
            fifo.derive(topic, target, ledger)
            encryption.derive(topic, target, ledger)
    functions.derive(ledger)
    existing.derive(ledger)
    events.derive(ledger)
    counted_once.derive(ledger)
    between_regions.note_told(ledger)
    notes = (*usage.notes, *_summaries(ledger), *ledger.notes)
    return Derived(usage, ledger.facts, ledger.together(), notes)


def estimate_all(inventory: Inventory, usage: Usage, options: EstimateOptions | None = None) -> Estimate:
    """The estimate of usage and all that follows from it; see `pricing.estimate.estimate`."""
    with collector_off():
        return _estimate_all(inventory, usage, options or EstimateOptions())


def _estimate_all(inventory: Inventory, usage: Usage, options: EstimateOptions) -> Estimate:
    derived = derive(inventory, usage, options.region)
    found = estimate(inventory, usage, options, placed=derived.placed)
    missing = (
        {key: fact for key, fact in derived.facts.items() if fact.amount is None} if found.depends_on_usage else {}
    )
    return msgspec.structs.replace(
        found,
        depends_on_usage=tuple(
            _explained(item, missing.get((_key_of(item), item.meter))) for item in found.depends_on_usage
        ),
        assumptions=(*found.assumptions, *derived.notes),
    )


def for_each(
    usages: tuple[Usage, Usage], inventories: tuple[Inventory, Inventory], region: str | None = None
) -> tuple[Usage, Usage]:
    """The usage as it holds before and after a change.

    What is told for a resource that only one side has does not occur on the other side. What is told for a resource
    that neither has stays on both, where an estimate says so.

    Args:
        usages: of a file, as it was read for each inventory.
        inventories: before and after.
        region: Region of resources whose input does not tell it.

    Raises:
        UsageError: when usage contradicts itself.
    """
    absent = [_absent(usage, inventory, region) for usage, inventory in zip(usages, inventories, strict=True)]
    neither = absent[0] & absent[1]
    first, second = (
        msgspec.structs.replace(
            usage,
            entries=tuple(
                entry for entry in usage.entries if entry.selector in neither or entry.selector not in missing
            ),
        )
        for usage, missing in zip(usages, absent, strict=True)
    )
    return first, second


def _absent(usage: Usage, inventory: Inventory, region: str | None) -> frozenset[Selector]:
    """What an inventory does not have."""
    placed = place(usage, inventory, region)
    outside = frozenset(placed.outside)
    return frozenset(
        entry.selector for entry in usage.entries if entry in placed.unmatched or entry.selector.resource in outside
    )


def _selector(target: Target) -> Selector:
    return Selector(resource=target.id) if target.id else Selector(target.service, target.region or "")


def _key(target: Target) -> str:
    return target.id or f"{target.service}@{target.region}"


def _key_of(item: Dependency) -> str:
    return item.resource or f"{item.service}@{item.region}"


def _explained(item: Dependency, missing: Fact | None) -> Dependency:
    """The same with what is missing to derive its quantity, where that was tried."""
    if missing is None or item.quantity is not None:
        return item
    needs = dict.fromkeys((*missing.needs, *item.needs)) if missing.needs else item.needs
    return msgspec.structs.replace(item, reason=missing.basis, needs=tuple(needs))


def _summaries(ledger: Ledger) -> Iterator[str]:
    """What was derived, a line for each quantity; each line of the estimate tells its own basis."""
    by_name: dict[str, list[tuple[Target, Fact]]] = defaultdict(list)
    for target, facts in ledger.facts.items():
        for name, fact in facts.items():
            if fact.amount is not None:
                by_name[name].append((target, fact))
    for name, found in sorted(by_name.items()):
        shown = [
            f"{target.id or target.region or 'a Region that is not told'}: {fact.basis}" for target, fact in found[:2]
        ]
        more = f" and {len(found) - 2} more" if len(found) > 2 else ""
        yield f"{name} follows from the inventory ({', '.join(shown)}{more})."
