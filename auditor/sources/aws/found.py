"""What one service gave: resources and coverage, with the names that resources of an account have."""

from collections.abc import Iterable, Mapping
from typing import TypedDict, TypeVar

import msgspec

from auditor.model.arn import Place
from auditor.model.coverage import GLOBAL, Coverage
from auditor.model.inventory import AnyResource
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.measurement import Measurement
from auditor.model.origin import API
from auditor.model.resource import Resource
from auditor.model.text import Text, text
from auditor.sources.aws.answers import COMPLETE, as_complete

A = TypeVar("A")


class Found(msgspec.Struct, frozen=True):
    """Resources that were found, what was read to find them, and what was measured of them."""

    resources: tuple[AnyResource, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    measurements: tuple[Measurement, ...] = ()


def join(parts: Iterable[Found]) -> Found:
    """Everything that was found."""
    known = tuple(parts)
    return Found(
        tuple(item for part in known for item in part.resources),
        tuple(row for part in known for row in part.coverage),
        tuple(one for part in known for one in part.measurements),
    )


class Named(TypedDict):
    """The fields that name a resource."""

    deployment: str
    address: str
    name: Text
    arn: Text | None
    account: Text
    region: Text


class Site(msgspec.Struct, frozen=True):
    """One Region of the account, or the account as a whole under the Region ``global``."""

    partition: str
    account: str
    region: str

    @property
    def deployment(self) -> str:
        """How the inventory names this place."""
        return f"aws:{self.account}:{self.region}"

    @property
    def place(self) -> Place:
        """Partition, Region and account; the Region is empty for the account as a whole."""
        region = "" if self.region == GLOBAL else self.region
        return Place(text(self.partition), text(region), text(self.account))

    def named(
        self, kind: type[Resource], name: str | Text, *, address: str | None = None, arn: str | Text | None = None
    ) -> Named:
        """The fields that name a resource.

        Args:
            kind: its type.
            name: its physical name.
            address: what stands after the type in its address, by default the name.
            arn: its ARN, None for a type that has none.
        """
        shown = text(name)
        return Named(
            deployment=self.deployment,
            address=f"{kind.type_name}/{shown if address is None else address}",
            name=shown,
            arn=None if arn is None else text(arn),
            account=self.place.account,
            region=self.place.region,
        )

    def covered(self, action: str, complete: Known[bool] | Unknown, resource: str = "") -> Coverage:
        """A row of the coverage table."""
        return Coverage(self.account, self.region, action, complete, resource)

    def covered_each(
        self,
        action: str,
        outcomes: Mapping[str, Value[A]],
        noun: str,
        listed: Known[bool] | Unknown = COMPLETE,
    ) -> tuple[Coverage, ...]:
        """The rows of an operation that is sent once per resource.

        One row when all was listed and read; otherwise one for each resource, and one that says how many were read.

        Args:
            action: the operation.
            outcomes: id of each listed resource to what was answered.
            noun: what the resources are, in the plural.
            listed: whether all resources were listed.
        """
        failures = [outcome for outcome in outcomes.values() if isinstance(outcome, Unknown)]
        if not failures and isinstance(listed, Known):
            return (self.covered(action, COMPLETE),)
        overall = listed
        if failures:
            worst = next((one for one in failures if one.cause is Cause.LIMIT), failures[0])
            read = len(outcomes) - len(failures)
            overall = Unknown(worst.cause, f"{read} of {len(outcomes)} {noun} read; {worst.detail}", API)
        rows = (self.covered(action, as_complete(outcome), resource) for resource, outcome in outcomes.items())
        return (self.covered(action, overall if isinstance(overall, Unknown) else COMPLETE), *rows)

    def covered_named(self, action: str, outcomes: Mapping[str, Value[A]], noun: str) -> tuple[Coverage, ...]:
        """The rows of an operation that is sent only for resources that others name."""
        others = Unknown(Cause.NOT_ASKED, f"{action}: only {noun} are read", API)
        rows = (self.covered(action, as_complete(outcome), resource) for resource, outcome in outcomes.items())
        return (self.covered(action, others), *rows)
