"""What topics make other services charge, where usage tells those services' own numbers too: it is counted once.

Requests that are told of a queue, a function, a key, or of a whole service in a Region may have those that follow from
deliveries, or may not: nobody but the user knows. Then what is told counts, and what follows is not known until the
usage says how much of it comes on top. Queues and functions that certainly subscribe are told apart before, see
`pricing.topology.consumers`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from auditor.model import relations
from auditor.model.known import Known, Unknown
from auditor.model.sns import Topic
from pricing.meters.meter import Told
from pricing.meters.registry import meters
from pricing.meters.sns_fifo import NAMES, STANDARD_NAMES
from pricing.money import written
from pricing.options import choose
from pricing.placing import Target, target_of
from pricing.topology import consumers
from pricing.topology.derived import Fact, Ledger, listed

_SQS, _LAMBDA = ("sqs.requests.standard", "sqs.requests.fifo"), ("lambda.requests", "lambda.arm.requests")
_PULLED: Mapping[str, tuple[str, ...]] = {
    "sns.sqs.requests": _SQS,
    "sns.fifo.sqs.requests": _SQS,
    "sns.lambda.requests": _LAMBDA,
    "sns.lambda.gb_seconds": ("lambda.gb_seconds", "lambda.arm.gb_seconds"),
    "sns.firehose.ingestion_gb": ("firehose.ingestion.gb",),
    "sns.kms.requests": ("kms.requests",),
    "sns.kms.aws_managed_requests": ("kms.requests",),
}
"""What follows from topics, to the quantities that may have it already."""
_TELLING = frozenset(name.partition(".")[0] for names in _PULLED.values() for name in names)
_ZERO: Known[Decimal] = Known(Decimal(0))
_TRAFFIC, _GB = "sns.data_transfer.to.", ".gb"


class _Told(NamedTuple):
    """A quantity that is told of a queue, function or key, or of its service in a Region."""

    target: Target
    name: str

    def __str__(self) -> str:
        """For messages."""
        return f"{self.name} of {self.target.id or f'{self.target.service} in {self.target.region}'}"


def derive(ledger: Ledger) -> None:
    """Leave open what may be counted already."""
    told: dict[tuple[str, str | None], list[_Told]] = defaultdict(list)
    for target, amounts in ledger.placed.told.items():
        if target.service in _TELLING:
            for name, amount in amounts.items():
                if amount:
                    told[name, target.region].append(_Told(target, name))
    if not told:
        return
    for target in dict.fromkeys((*ledger.placed.told, *ledger.facts)):
        found = _open(target, told, ledger) if target.service == "sns" else []
        if found:
            ledger.facts.setdefault(target, {}).update(found)


def _open(target: Target, told: Mapping[tuple[str, str | None], list[_Told]], ledger: Ledger) -> list[tuple[str, Fact]]:
    """What of a topic, or of all of a Region, may be counted already; all of it before any of it becomes unknown."""
    facts = []
    for name in _PULLED:
        found = _telling(name, target, told, ledger) if _occurs(name, target, ledger) else []
        if found:
            already = f"whether it is part of {listed(map(str, found))} is not told"
            how = f"{name}: 0 says that it is{_on_top(name, target, ledger)}"
            facts.append((name, Fact(None, f"{already}; {how}", (name,))))
    return facts


def _on_top(name: str, target: Target, ledger: Ledger) -> str:
    """What a Region would tell if none of it is part of what is told, in words; empty where that is not known.

    Topics are many, and alike in what is not known of them: of each its own number would be noise.
    """
    if target.id or name.startswith("sns.kms."):  # requests to KMS are counted by the seconds of a month
        return ""
    found = meters()[name].measure(Told(ledger.placed.told.get(target, {})), choose({}))
    return f", {written(found.value)} that it comes on top" if isinstance(found, Known) else ""


def _occurs(name: str, target: Target, ledger: Ledger) -> bool:
    """Whether a quantity follows for a target without that it was asked for, and is more than 0."""
    fifo = target.is_fifo
    own = [name, *((STANDARD_NAMES[name],) if fifo and name in STANDARD_NAMES else ())]
    if (fifo and name in NAMES) or not all(ledger.is_open(target, other) for other in own):
        return False
    if ledger.is_derived(target, name):
        return isinstance(known := ledger.told(target, name), Known) and known != _ZERO
    implying = meters()[name].implied_by
    if fifo:
        implying += tuple(STANDARD_NAMES[other] for other in implying if other in STANDARD_NAMES)
    if name.startswith("sns.kms."):
        # Who tells the principals, which nothing else needs, wants their requests counted.
        implying = tuple(other for other in implying if ledger.is_derived(target, other))
    return any(ledger.told(target, other) not in {None, _ZERO} for other in implying)


def _telling(
    name: str, target: Target, told: Mapping[tuple[str, str | None], list[_Told]], ledger: Ledger
) -> list[_Told]:
    """What is told and may have the quantity."""
    regions = dict.fromkeys((target.region, *_regions(ledger.placed.told.get(target, ()))))
    found = [one for other in _PULLED[name] for region in regions for one in told.get((other, region), ())]
    if not found:
        return found
    known = _known(name, target, ledger)
    return [one for one in found if not one.target.id or known is None or one.target in known]


def _regions(names: Iterable[str]) -> Iterator[str]:
    """Other Regions that what is told of a target delivers to."""
    for name in names:
        if name.startswith(_TRAFFIC):
            yield name.removeprefix(_TRAFFIC).removesuffix(_GB)


def _known(name: str, target: Target, ledger: Ledger) -> frozenset[Target] | None:
    """The queues, functions or key of a topic that are not told apart yet; None when nobody knows which they are."""
    topic = target.resource
    if not isinstance(topic, Topic):
        return None
    if name.startswith("sns.kms."):
        return _key(topic, ledger)
    if name == "sns.firehose.ingestion_gb":
        return None
    found = relations.subscriptions(ledger.inventory, topic)
    if found.unknowns:
        return None
    if ledger.is_derived(target, name) or ledger.is_derived(target, "sns.lambda.requests"):
        return frozenset()  # what its consumers tell is taken off
    protocol = _PULLED[name][0].partition(".")[0]
    of = [consumers.consumer(protocol, item, target, ledger) for item in found.items]
    return frozenset(item for item in of if item is not None)


def _key(topic: Topic, ledger: Ledger) -> frozenset[Target] | None:
    if isinstance(topic.kms_key, Unknown) or topic.kms_key.value is None:
        return None
    if relations.is_aws_managed_alias(topic.kms_key.value):
        return frozenset()
    found = relations.key(ledger.inventory, topic.kms_key.value, topic)
    if isinstance(found, Known) and found.value is not None:
        return frozenset({target_of(found.value, "kms", ledger.region)})
    return None
