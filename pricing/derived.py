"""The estimate of told usage and of all that follows from it by what the inventory connects."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import msgspec

from auditor.model.inventory import Inventory
from auditor.model.sns import Topic
from pricing.charges import Placed, Target, place, target_of
from pricing.collector import collector_off
from pricing.estimate import EstimateOptions, estimate
from pricing.meters.registry import meters
from pricing.result import Dependency, Estimate, Line
from pricing.topology import between_regions, encryption, events, existing, fan_out, feedback, fifo, receipt
from pricing.topology.derived import Fact, Ledger, listed
from pricing.usage.usage import Entry, Selector, Usage


class Derived(msgspec.Struct, frozen=True):
    """Usage with what follows from it.

    Attributes:
        usage: all of it, as one.
        facts: the derived quantities: id of a resource (or service and Region) and name to what it follows from.
        placed: the same, assigned to what it is for.
        notes: assumptions of the derivation.
    """

    usage: Usage
    placed: Placed
    facts: Mapping[tuple[str, str], Fact]
    notes: tuple[str, ...]


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
    feedback.derive(ledger)
    receipt.derive(ledger)
    for topic in inventory.of(Topic):
        target = target_of(topic, "sns", region)
        fan_out.derive(topic, target, ledger)
        fifo.derive(topic, target, ledger)
        encryption.derive(topic, target, ledger)
    existing.derive(ledger)
    events.derive(ledger)
    between_regions.note_told(ledger)
    entries = [
        Entry(_selector(target), {name: fact.amount for name, fact in facts.items()})
        for target, facts in ledger.facts.items()
    ]
    return Derived(
        msgspec.structs.replace(usage, entries=(*usage.entries, *entries)),
        ledger.together(),
        {(_key(target), name): fact for target, facts in ledger.facts.items() for name, fact in facts.items()},
        (*usage.notes, *_summaries(ledger), *ledger.notes),
    )


def estimate_all(inventory: Inventory, usage: Usage, options: EstimateOptions | None = None) -> Estimate:
    """The estimate of usage and all that follows from it; see `pricing.estimate.estimate`."""
    with collector_off():
        return _estimate_all(inventory, usage, options or EstimateOptions())


def _estimate_all(inventory: Inventory, usage: Usage, options: EstimateOptions) -> Estimate:
    derived = derive(inventory, usage, options.region)
    found = estimate(inventory, derived.usage, options, placed=derived.placed)
    if not derived.facts and not derived.notes:
        return found
    return msgspec.structs.replace(
        found,
        lines=tuple(_with_basis(line, derived) for line in found.lines),
        depends_on_usage=tuple(_explained(item, derived) for item in found.depends_on_usage),
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


def _key_of(item: Line | Dependency) -> str:
    return item.resource or f"{item.service}@{item.region}"


def _with_basis(line: Line, derived: Derived) -> Line:
    """The line with what its quantity follows from, or the quantity that its meter reads."""
    key, facts = _key_of(line), derived.facts
    fact = facts.get((key, line.meter))
    if fact is not None:
        return msgspec.structs.replace(line, derived_from=fact.basis)
    meter = meters().get(line.meter)
    for name in meter.implied_by if meter is not None else ():
        fact = facts.get((key, name))
        if fact is not None:
            return msgspec.structs.replace(line, derived_from=f"{name}: {fact.basis}")
    return line


def _explained(item: Dependency, derived: Derived) -> Dependency:
    """The same with what is missing to derive its quantity, where that was tried."""
    fact = derived.facts.get((_key_of(item), item.meter))
    if fact is None or fact.amount is not None or item.quantity is not None:
        return item
    needs = dict.fromkeys((*fact.needs, *item.needs)) if fact.needs else item.needs
    return msgspec.structs.replace(item, reason=fact.basis, needs=tuple(needs))


def _summaries(ledger: Ledger) -> Iterator[str]:
    """What was derived, a line for each quantity; each line of the estimate tells its own basis."""
    by_name: dict[str, list[tuple[Target, Fact]]] = defaultdict(list)
    for target, facts in ledger.facts.items():
        for name, fact in facts.items():
            if fact.amount is not None:
                by_name[name].append((target, fact))
    for name, found in sorted(by_name.items()):
        shown = listed([f"{target.id or target.region}: {fact.basis}" for target, fact in found], 2)
        yield f"{name} follows from the inventory ({shown})."
