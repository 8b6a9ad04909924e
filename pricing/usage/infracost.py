"""Reads the usage files of Infracost (``version: 0.1``) for topics, subscriptions, queues, keys and functions.

Its keys are those of https://www.infracost.io/docs/features/usage_based_resources/. An address with ``[*]`` or ``*``
stands for several resources; what is told for one resource wins over that, and both win over the defaults of its
type. What the file has of other services, and keys that are not known here, are named and not used.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

import msgspec

from auditor.model.awslambda import Function
from auditor.model.inventory import Inventory
from auditor.model.kms import Key
from auditor.model.known import Known, Truth
from auditor.model.resource import Resource
from auditor.model.sns import Subscription, Topic
from auditor.model.sqs import Queue
from auditor.model.text import text
from auditor.strict_yaml import Node
from pricing.meters.meter import pieces
from pricing.money import EXACT
from pricing.subscriptions import meter_of
from pricing.usage.usage import Entry, Selector, Usage, UsageError

_SECTIONS = ("resource_usage", "resource_type_default_usage")
_DEFAULT_KB = Decimal(64)
_KB, _CHUNK = Decimal(1000), Decimal(65_536)
_MOST = Decimal(10) ** 15

Told = Mapping[str, Decimal]
Quantities = dict[str, Decimal | None]


class _Kind(msgspec.Struct, frozen=True):
    """A resource type of Infracost: the resources it means, and its keys."""

    name: str
    resource: type[Resource]
    keys: frozenset[str]
    convert: Callable[[Resource | None, Told], Quantities]


def is_infracost(root: Node) -> bool:
    """Whether a file is a usage file of Infracost."""
    version = root.child("version")
    told = version.value if version is not None else None
    return str(told) == "0.1" or any(root.child(name) is not None for name in _SECTIONS)


def usage(root: Node, path: str, inventory: Inventory) -> Usage:
    """The usage of a file of Infracost, for the resources of an inventory.

    Args:
        root: of the file.
        path: for messages.
        inventory: tells which resources addresses mean.

    Raises:
        UsageError: a value is no number, or a section no mapping.
    """
    return _Reader(path, inventory).usage(root)


class _Reader:
    def __init__(self, path: str, inventory: Inventory) -> None:
        self._path = path
        self._inventory = inventory
        self._notes: dict[str, None] = {}
        self._entries: dict[str, Entry] = {}

    def usage(self, root: Node) -> Usage:
        own, defaults = (self._mapping(root.child(name)) for name in _SECTIONS)
        # What is more exact comes first, and what comes first stays.
        for address, node in sorted(own.items(), key=lambda item: "*" in item[0]):
            self._address(address, node)
        for name, node in defaults.items():
            kind = _KINDS.get(name)
            if kind is None:
                self._notes[f"{name} of the usage file is not priced here."] = None
                continue
            for resource in self._inventory.of(kind.resource):
                self._told(kind, resource, node, name)
        self._notes[
            "A KB of the usage file is taken as 1,000 bytes, and a request as one of 64 KB if nothing is told."
        ] = None
        told = {name for entry in self._entries.values() for name in entry.quantities}
        for name, words in _TAKEN.items():
            if name in told:
                self._notes[words] = None
        return Usage(path=self._path, entries=tuple(self._entries.values()), notes=tuple(self._notes))

    def _address(self, address: str, node: Node) -> None:
        typed = next((part for part in address.split(".") if part in _KINDS), None)
        pattern = None
        if "*" in address:
            from auditor.iam.wildcard import glob  # with all of the policy engine behind it

            pattern = glob(text(address))
        found = [
            (kind, resource)
            for kind in _KINDS.values()
            if typed in {None, kind.name}
            for resource in self._inventory.of(kind.resource)
            if resource.address == address
            or (pattern is not None and pattern.matches_literal(resource.address) is Truth.TRUE)
        ]
        for kind, resource in found:
            self._told(kind, resource, node, address)
        if not found and typed is not None:
            kind = _KINDS[typed]
            self._add(address, kind.convert(None, self._numbers(kind, node, address)), node.line)
        elif not found and any(part.startswith("aws_") for part in address.split(".")):
            self._notes[f"{address} of the usage file is not priced here."] = None
        elif not found:
            self._add(address, {"sns.publish.messages": None}, node.line)

    def _told(self, kind: _Kind, resource: Resource, node: Node, name: str) -> None:
        numbers = self._numbers(kind, node, name)
        if isinstance(resource, Subscription):
            self._subscription(resource, numbers, node)
        else:
            self._add(resource.id, kind.convert(resource, numbers), node.line)

    def _subscription(self, item: Subscription, numbers: Told, node: Node) -> None:
        """The deliveries of a subscription count on its topic."""
        meter = meter_of(item)
        requests = numbers.get("monthly_requests")
        if meter is None or requests is None or not isinstance(item.topic, Known):
            return
        topics = [topic for topic in self._inventory.of(Topic) if topic.arn == item.topic.value]
        if not topics:
            self._notes[f"{item.address} of the usage file is not used: its topic is not in the inputs."] = None
            return
        before = self._entries.get(topics[0].id)
        told = dict(before.quantities) if before is not None else {}
        told[meter.id] = EXACT.add(told.get(meter.id) or Decimal(0), requests)
        told.setdefault("sns.delivery.average_bytes", _bytes(numbers))
        self._entries[topics[0].id] = Entry(Selector(resource=topics[0].id), told, node.line)

    def _add(self, selector: str, quantities: Quantities, line: int) -> None:
        if selector not in self._entries:
            self._entries[selector] = Entry(Selector(resource=selector), quantities, line)

    def _numbers(self, kind: _Kind, node: Node, name: str) -> Told:
        numbers = {}
        for key, value in self._mapping(node).items():
            if key not in kind.keys:
                self._notes[f"{self._path}:{value.line}: {key} of {name} is not known here and not used."] = None
            elif value.value is not None:
                numbers[key] = self._number(key, value)
        return numbers

    def _number(self, key: str, node: Node) -> Decimal:
        if isinstance(node.value, int | Decimal) and 0 <= node.value <= _MOST:
            return Decimal(node.value)
        raise UsageError(f"{self._path}:{node.line}: {key}: should be a number of 0 or more")

    def _mapping(self, node: Node | None) -> Mapping[str, Node]:
        if node is None or node.value is None:
            return {}
        if not isinstance(node.value, dict):
            raise UsageError(f"{self._path}:{node.line}: should be a mapping of names to values")
        return node.value


def _bytes(told: Told) -> Decimal:
    """The size of a message, such that it makes as many chunks of 64 KB as the file's KB do."""
    size = told.get("request_size_kb", _DEFAULT_KB)
    before = EXACT.multiply(pieces(size, _DEFAULT_KB) - 1, _CHUNK)
    return max(EXACT.multiply(size, _KB), before + 1) if size else size


def _topic(_: Resource | None, told: Told) -> Quantities:
    requests = told.get("monthly_requests")
    found: Quantities = {"sns.publish.messages": requests, "sns.publish.average_bytes": _bytes(told)}
    for name in _PROTOCOLS & told.keys():
        found[_DELIVERIES[name]] = None if requests is None else EXACT.multiply(requests, told[name])
    if "sms_notification_price" in told:
        found["sns.sms.price_per_part"] = told["sms_notification_price"]
    return found


def _queue(resource: Resource | None, told: Told) -> Quantities:
    is_fifo = isinstance(resource, Queue) and resource.fifo == Known(value=True)
    name = "sqs.requests.fifo" if is_fifo else "sqs.requests.standard"
    return {name: told.get("monthly_requests"), "sqs.requests.average_bytes": _bytes(told)}


def _key(_: Resource | None, told: Told) -> Quantities:
    return {"kms.requests": told.get("monthly_requests")}


def _function(resource: Resource | None, told: Told) -> Quantities:
    on_arm = isinstance(resource, Function) and resource.architecture == Known("arm64")
    name = "lambda.arm" if on_arm else "lambda"
    return {
        f"{name}.requests": told.get("monthly_requests"),
        f"{name}.duration_ms": told.get("request_duration_ms"),
    }


def _nothing(_: Resource | None, __: Told) -> Quantities:
    return {}


_DELIVERIES = {
    "http_subscriptions": "sns.delivery.http",
    "email_subscriptions": "sns.delivery.email",
    "kinesis_subscriptions": "sns.delivery.firehose",
    "mobile_push_subscriptions": "sns.delivery.push.apns",
    "macos_subscriptions": "sns.delivery.push.macos",
    "sms_subscriptions": "sns.delivery.sms",
}
_PROTOCOLS = frozenset(_DELIVERIES)
_TAKEN = {
    "sns.delivery.push.apns": "mobile_push_subscriptions of the usage file are taken to be those of Apple's service.",
    "lambda.requests": "Functions of the usage file are taken to run on x86 where no input says Arm.",
}
"""Quantity to what the reader of the file takes to be so."""
_REQUESTS = frozenset({"monthly_requests", "request_size_kb"})


def _kinds() -> Iterator[_Kind]:
    yield _Kind("aws_sns_topic", Topic, _REQUESTS | _PROTOCOLS | {"sms_notification_price"}, _topic)
    yield _Kind("aws_sns_topic_subscription", Subscription, _REQUESTS, _nothing)
    yield _Kind("aws_sqs_queue", Queue, _REQUESTS, _queue)
    yield _Kind("aws_kms_key", Key, frozenset({"monthly_requests"}), _key)
    yield _Kind("aws_lambda_function", Function, frozenset({"monthly_requests", "request_duration_ms"}), _function)


_KINDS: Mapping[str, _Kind] = {kind.name: kind for kind in _kinds()}
