"""A declared resource as the mappers of the services see it."""

from collections.abc import Callable, Iterator
from typing import TypeAlias, TypedDict, TypeVar

from auditor.model import policy
from auditor.model.arn import Place
from auditor.model.inventory import AnyResource
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.origin import How, Location, Origin
from auditor.model.text import Text
from auditor.sources.cloudformation.properties import Properties
from auditor.sources.cloudformation.resolve import Resolver
from auditor.sources.cloudformation.resolved import escaped
from auditor.sources.cloudformation.template import Declaration
from auditor.sources.cloudformation.tree import Map

Mapper: TypeAlias = "Callable[[Declared], Iterator[AnyResource]]"

T = TypeVar("T")

NO_REGION = Text(())
"""The Region of IAM resources."""


class Identity(TypedDict):
    """The fields that every resource has."""

    deployment: str
    address: str
    name: Text
    arn: Text | None
    account: Text
    region: Text
    location: Location
    tags: Value[dict[str, Text]]
    uncertain: Unknown | None


class Declared:
    """A declared resource with its resolved properties.

    Attributes:
        declaration: as declared.
        resolver: of its template.
        uncertain: why it may not exist, None when it certainly does.
        tree: the properties as resolved, None when there are none.
        properties: reads them.
        location: place of the logical id.
    """

    def __init__(self, declaration: Declaration, resolver: Resolver, uncertain: Unknown | None = None) -> None:
        pointer = f"/Resources/{escaped(declaration.logical_id)}"
        self.declaration = declaration
        self.resolver = resolver
        self.uncertain = uncertain
        self.location = Location(resolver.template.path, declaration.line, declaration.column, pointer)
        self.tree: policy.Node | None = None
        if declaration.properties is not None:
            self.tree = resolver.resolve(declaration.properties, f"{pointer}/Properties")
        if declaration.transformed or resolver.rewriting is not None:
            by = "Fn::Transform" if declaration.transformed else f"macro {resolver.rewriting}"
            self.tree = self._opened(self.tree, by)
        self.properties = Properties(self.tree, self.location)

    def _opened(self, tree: policy.Node | None, by: str) -> policy.Node:
        """The properties of a resource that a macro rewrites: what is left out may be added."""
        more = self.not_yet(f"{by} may add properties")
        entries = tree.entries if isinstance(tree, policy.Mapping) else ()
        return policy.Mapping(entries, self.location, more)

    @property
    def logical_id(self) -> str:
        """The logical id."""
        return self.declaration.logical_id

    @property
    def handed(self) -> Unknown | None:
        """Why something that is not read may attach to it or set what the template cannot; None when nothing may."""
        return self.resolver.handed.get(self.logical_id)

    @property
    def place(self) -> Place:
        """Partition, Region and account of the deployment."""
        return self.resolver.place

    @property
    def name(self) -> Text:
        """The physical name."""
        return self.resolver.referrer.name(self.declaration)

    @property
    def arn(self) -> Text | None:
        """The ARN, None for a type without."""
        return self.resolver.referrer.arn(self.declaration)

    def identity(self, name: Text | None = None, *, regional: bool = True) -> Identity:
        """The fields of the resource; `name` where it is not the declaration's own."""
        return Identity(
            deployment=self.resolver.template.path,
            address=self.logical_id,
            name=self.name if name is None else name,
            arn=self.arn,
            account=self.place.account,
            region=self.place.region if regional else NO_REGION,
            location=self.location,
            tags=self.properties.tags(),
            uncertain=self.uncertain,
        )

    def naming(self, kind: str, *path: str, value: Value[T]) -> Value[Text | T]:
        """A name that a property holds; the same parameter means a resource of a type that takes its name from it.

        Args:
            kind: of the resource.
            path: of the property.
            value: what it is by itself.
        """
        if isinstance(value, Known):
            return value
        node = self.declaration.properties
        for name in path:
            node = node.get(name) if isinstance(node, Map) else None
        told = self.resolver.referrer.namesake(kind, node)
        return value if told is None else Known(told, value.origin)

    def part(
        self,
        address: str,
        name: Text,
        location: Location,
        uncertain: Unknown | None = None,
        *,
        regional: bool = True,
    ) -> Identity:
        """The fields of a resource that a property of this one declares; `address` is added to the logical id."""
        identity = self.identity(name, regional=regional)
        identity["address"] = f"{self.logical_id}/{address}"
        identity["arn"] = None
        identity["location"] = location
        identity["uncertain"] = uncertain if self.uncertain is None else self.uncertain
        return identity

    def absent(self) -> Origin:
        """The origin of what a template cannot express."""
        return Origin(How.ABSENT, self.location)

    def default(self) -> Origin:
        """The origin of a default that AWS documents."""
        return Origin(How.DEFAULT, self.location)

    def not_yet(self, detail: str) -> Unknown:
        """What is known only after the deployment."""
        return Unknown(Cause.NOT_YET, detail, Origin(How.WRITTEN, self.location))
