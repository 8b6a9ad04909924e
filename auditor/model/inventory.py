"""All resources of a run, with the indexes that answer who refers to whom.

A `Relation` is a list that says whether it is complete. An inventory read from an account is complete for what its
coverage table says was read, open elsewhere. A template is complete for what it declares; what could be attached to
a declared resource from outside counts as absent, with origin ABSENT.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Generic, TypeAlias, TypeVar

import msgspec

from auditor.model.awslambda import Function, Permission
from auditor.model.candidates import MOST_POSSIBLE
from auditor.model.cloudwatch import Alarm
from auditor.model.coverage import GLOBAL, LISTED_BY, Coverage
from auditor.model.iam import Group, InlinePolicy, ManagedPolicy, Role, User
from auditor.model.kms import Alias, Key
from auditor.model.known import Cause, Known, Truth, Unknown, Value, any_of
from auditor.model.lookup import Lookup, References
from auditor.model.measurement import Measurement
from auditor.model.naming import own_names
from auditor.model.organizations import Organization, OrganizationPolicy
from auditor.model.origin import ABSENT
from auditor.model.other import OtherResource
from auditor.model.resource import Resource
from auditor.model.s3 import Bucket
from auditor.model.ses import (
    AccountSettings,
    ConfigurationSet,
    EmailIdentity,
    EventDestination,
    IdentityPolicy,
    ReceiptRule,
    ReceiptRuleSet,
)
from auditor.model.sns import Subscription, Topic, TopicPolicy
from auditor.model.sqs import Queue, QueuePolicy
from auditor.model.text import Text

AnyResource: TypeAlias = (
    EmailIdentity
    | IdentityPolicy
    | ConfigurationSet
    | EventDestination
    | AccountSettings
    | ReceiptRuleSet
    | ReceiptRule
    | Topic
    | TopicPolicy
    | Subscription
    | User
    | Role
    | Group
    | ManagedPolicy
    | InlinePolicy
    | Key
    | Alias
    | Queue
    | QueuePolicy
    | Function
    | Permission
    | Alarm
    | Bucket
    | Organization
    | OrganizationPolicy
    | OtherResource
)

R = TypeVar("R", bound=Resource)
T = TypeVar("T")


class Input(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One input of a run.

    Attributes:
        path: relative to the run's root; ``aws:<account>:<region>`` for an account.
        kind: cloudformation, snapshot or aws.
        sha256: of the file's bytes; empty for an account.
        collected_at: ISO 8601, UTC.
        endpoint: URL that answered when it is not AWS's own.
        caller: ARN of the identity that read.
        unsupported: resource type to count of declared resources that the model has no place for.
        open: why it declares more than was read, such as a loop over what is not told; None when it does not.
        handed: address of a resource to why something that was not read may attach to it, such as a nested stack.
        leaves, unknown_leaves: written scalar values of supported types, and how many of them stayed unknown.
    """

    path: str
    kind: str
    sha256: str = ""
    account: str | None = None
    region: str | None = None
    collected_at: str | None = None
    endpoint: str | None = None
    caller: str | None = None
    unsupported: dict[str, int] = {}
    open: Unknown | None = None
    handed: dict[str, Unknown] = {}
    leaves: int = 0
    unknown_leaves: int = 0

    @property
    def site(self) -> str:
        """How resources name the account and Region as their deployment."""
        return f"aws:{self.account}:{self.region}"


class Relation(Generic[T]):
    """The items that stand in a relation to a resource.

    Attributes:
        items: those that certainly do.
        possible: those that may: their reference is not told, or whether they exist.
        complete: Known(True) when there are no others. Its origin is ABSENT when something outside the input could
            still attach more.
    """

    __slots__ = ("complete", "items", "possible")

    def __init__(self, items: Iterable[T], complete: Known[bool] | Unknown, possible: Iterable[T] = ()) -> None:
        self.items = tuple(items)
        self.possible = tuple(possible)
        self.complete = complete

    def any(self, test: Callable[[T], Truth]) -> Truth:
        """Whether some item passes: FALSE only if none does and there are no others."""
        certain = any_of(test(item) for item in self.items)
        if certain is not Truth.FALSE:
            return certain
        if isinstance(self.complete, Unknown) or any(test(item) is not Truth.FALSE for item in self.possible):
            return Truth.UNKNOWN
        return Truth.FALSE

    def all(self, test: Callable[[T], Truth]) -> Truth:
        """Whether every item passes."""
        return ~self.any(lambda item: ~test(item))

    def none(self, test: Callable[[T], Truth]) -> Truth:
        """Whether no item passes."""
        return ~self.any(test)

    @property
    def exists(self) -> Truth:
        """Whether there is an item at all."""
        return self.any(lambda _: Truth.TRUE)

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """Why a negative conclusion about the relation would not hold."""
        reasons = [self.complete] if isinstance(self.complete, Unknown) else []
        if self.possible:
            which = "what they name, or whether they exist, is not told"
            reasons.append(Unknown(Cause.UNDECIDED, f"{len(self.possible)} more may belong to it: {which}"))
        return tuple(reasons)


class Inventory(msgspec.Struct, frozen=True, dict=True, omit_defaults=True):
    """Resources, where they came from, and what was read to find them."""

    inputs: tuple[Input, ...] = ()
    resources: tuple[AnyResource, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    measurements: tuple[Measurement, ...] = ()

    def of(self, kind: type[R]) -> tuple[R, ...]:
        """All resources of a type, in input order."""
        return tuple(item for item in self._by_type.get(kind, ()) if isinstance(item, kind))

    @cached_property
    def types(self) -> frozenset[type[Resource]]:
        """The types that occur."""
        return frozenset(self._by_type)

    @cached_property
    def _by_type(self) -> dict[type[Resource], list[Resource]]:
        found: dict[type[Resource], list[Resource]] = defaultdict(list)
        for resource in self.resources:
            found[type(resource)].append(resource)
        return found

    @cached_property
    def _covered(self) -> dict[tuple[str, str, str, str], Known[bool] | Unknown]:
        found: dict[tuple[str, str, str, str], Known[bool] | Unknown] = {}
        for row in self.coverage:
            key = (row.account, row.region, row.operation, row.resource)
            # Read in full by one of several inputs is read.
            if not isinstance(found.get(key), Known):
                found[key] = row.complete
        return found

    @cached_property
    def _open(self) -> dict[str, Unknown]:
        return {item.path: item.open for item in self.inputs if item.open is not None}

    @cached_property
    def _caches(self) -> dict[object, dict[Text, list[Resource]]]:
        return {}

    @cached_property
    def _handed(self) -> dict[tuple[str, str], Unknown]:
        return {(item.path, address): why for item in self.inputs for address, why in item.handed.items()}

    @cached_property
    def _lookup(self) -> Lookup:
        return Lookup(self)

    def asked(self, operation: str, account: Text, region: Text, resource: str) -> Known[bool] | Unknown | None:
        """What an account answered when it was asked for exactly one resource; None when it was not."""
        return self._covered.get((account.literal or "", region.literal or "", operation, resource))

    def read(self, account: Text, region: Text, operation: str, resource: str = "") -> Known[bool] | Unknown:
        """Whether an operation was answered in full in an account and Region."""
        place = region.literal or GLOBAL
        row = self._covered.get((account.literal or "", place, operation, resource))
        if row is None and resource:
            row = self._covered.get((account.literal or "", place, operation, ""))
        if row is None:
            return Unknown(Cause.ELSEWHERE, f"{operation} was not read in {account} {region}".rstrip())
        return row

    def completeness(self, kind: type[Resource], near: Resource, resource: str = "") -> Known[bool] | Unknown:
        """Whether all resources of a type around `near` are in the inventory.

        Around a declared resource everything that the input declares is; what is outside counts as absent.
        """
        if near.is_declared:
            why = self._open.get(near.deployment, self._handed.get((near.deployment, near.address)))
            return Known(value=True, origin=ABSENT) if why is None else why
        region = near.region
        operation = LISTED_BY[kind]
        if operation.startswith("iam:"):
            return self.read(near.account, Text(()), operation)
        return self.read(near.account, region, operation, resource)

    def index(self, kind: type[R], key: str, keys: Callable[[R], Iterable[Text]]) -> dict[Text, list[R]]:
        """Resources of a type by the Texts that `keys` gives of each; made once per `key` name."""
        cached = self._caches.get((kind, key))
        if cached is None:
            made: dict[Text, list[Resource]] = defaultdict(list)
            for item in self.of(kind):
                for text in keys(item):
                    made[text].append(item)
            cached = self._caches[(kind, key)] = dict(made)
        return cached  # type: ignore[return-value]  # the cache is keyed by the type

    def find(self, kind: type[R], reference: Text, near: Resource, *, by: str = "arn") -> Value[R | None]:
        """The resource that a reference names.

        Args:
            kind: its type.
            reference: an ARN (``by="arn"``) or name (``by="name"``, in the deployment or account of `near`).
            near: the resource that holds the reference.
            by: what the reference is.

        Returns:
            Known(resource); Known(None) when it certainly does not exist; Unknown when the input cannot tell.
        """
        return self._lookup.find(kind, reference, near, by)

    def related(
        self,
        kind: type[R],
        to: Resource,
        key: str,
        references: Callable[[R], References],
        *,
        names: Callable[[Resource], tuple[Text, ...]] = own_names,
        wanted: tuple[Text, ...] = (),
    ) -> Relation[R]:
        """The resources of a type that refer to a resource.

        Args:
            kind: type of the referring resources.
            to: what they refer to.
            key: name of the relation, for the index.
            references: what each of them refers to.
            names: the Texts that mean a resource; its ARN by default. Plain names are compared within its deployment.
            wanted: those that mean `to`, where they are others.

        Returns:
            Those that certainly do and those that may; where very many may, some of them, and it is not complete.
        """
        items, possible = self._lookup.related(kind, to, key, references, names, wanted or names(to))
        complete = self.completeness(kind, to, to.id)
        if len(possible) > MOST_POSSIBLE:
            complete = Unknown(Cause.UNDECIDED, f"more than {MOST_POSSIBLE} others may belong to {to.address}")
        return Relation(items, complete, possible[:MOST_POSSIBLE])


def read_last(inputs: Iterable[Input]) -> dict[str, str]:
    """When each account and Region was read last, by deployment; what does not tell its time is left out."""
    found: dict[str, str] = {}
    for item in inputs:
        if item.collected_at is not None:
            found[item.site] = max(found.get(item.site, ""), item.collected_at)
    return found


def merge(inventories: Iterable[Inventory]) -> Inventory:
    """The union: what is closed in one is closed. Of an account that was read several times, what was read last."""
    parts = tuple(inventories)
    if len(parts) == 1:
        return parts[0]
    latest = read_last(item for part in parts for item in part.inputs)
    parts = tuple(_as_of(part, latest) for part in parts)
    return Inventory(
        inputs=tuple(item for part in parts for item in part.inputs),
        # The same account read twice is one account.
        resources=tuple(dict.fromkeys(item for part in parts for item in part.resources)),
        coverage=tuple(item for part in parts for item in part.coverage),
        measurements=tuple({item.of: item for part in parts for item in part.measurements}.values()),
    )


def _as_of(part: Inventory, latest: Mapping[str, str]) -> Inventory:
    """Without what another one read later."""
    outdated = {site for site, moment in read_last(part.inputs).items() if moment < latest[site]}
    if not outdated:
        return part
    return msgspec.structs.replace(
        part,
        resources=tuple(item for item in part.resources if item.deployment not in outdated),
        coverage=tuple(row for row in part.coverage if f"aws:{row.account}:{row.region}" not in outdated),
        measurements=tuple(one for one in part.measurements if f"aws:{one.account}:{one.region}" not in outdated),
    )
