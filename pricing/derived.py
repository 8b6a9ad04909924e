"""The estimate of told usage and of all that follows from it by what the inventory connects."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import msgspec

from auditor.model.inventory import Inventory
from auditor.model.sns import Topic
from pricing.charges import Target, target_of
from pricing.estimate import EstimateOptions, estimate
from pricing.result import Dependency, Estimate, Line
from pricing.topology import fan_out, feedback
from pricing.topology.derived import Fact, Ledger, listed
from pricing.usage.usage import Entry, Selector, Usage


class Derived(msgspec.Struct, frozen=True):
    """Usage with what follows from it.

    Attributes:
        usage: all of it, as one.
        facts: the derived quantities: id of a resource (or service and Region) and name to what it follows from.
        notes: assumptions of the derivation.
    """

    usage: Usage
    facts: Mapping[tuple[str, str], Fact]
    notes: tuple[str, ...]


def derive(inventory: Inventory, usage: Usage, region: str | None = None) -> Derived:
    """Add to usage what follows from it: notifications of mail, then deliveries of topics. What is told stays.

    Args:
        inventory: what is connected with what.
        usage: as told.
        region: Region of resources whose input does not tell it.

    Raises:
        UsageError: when usage contradicts itself.
    """
    ledger = Ledger(usage, inventory, region)
    feedback.derive(ledger)
    for topic in inventory.of(Topic):
        fan_out.derive(topic, target_of(topic, "sns", region), ledger)
    entries = [
        Entry(_selector(target), {name: fact.amount for name, fact in facts.items()})
        for target, facts in ledger.facts.items()
    ]
    return Derived(
        msgspec.structs.replace(usage, entries=(*usage.entries, *entries)),
        {(_key(target), name): fact for target, facts in ledger.facts.items() for name, fact in facts.items()},
        (*_summaries(ledger), *ledger.notes),
    )


def estimate_all(inventory: Inventory, usage: Usage, options: EstimateOptions | None = None) -> Estimate:
    """The estimate of usage and all that follows from it; see `pricing.estimate.estimate`."""
    options = options or EstimateOptions()
    derived = derive(inventory, usage, options.region)
    found = estimate(inventory, derived.usage, options)
    if not derived.facts and not derived.notes:
        return found
    return msgspec.structs.replace(
        found,
        lines=tuple(_with_basis(line, derived) for line in found.lines),
        depends_on_usage=tuple(_explained(item, derived) for item in found.depends_on_usage),
        assumptions=(*found.assumptions, *derived.notes),
    )


def _selector(target: Target) -> Selector:
    return Selector(resource=target.id) if target.id else Selector(target.service, target.region or "")


def _key(target: Target) -> str:
    return target.id or f"{target.service}@{target.region}"


def _key_of(item: Line | Dependency) -> str:
    return item.resource or f"{item.service}@{item.region}"


def _with_basis(line: Line, derived: Derived) -> Line:
    fact = derived.facts.get((_key_of(line), line.meter))
    return line if fact is None else msgspec.structs.replace(line, derived_from=fact.basis)


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
