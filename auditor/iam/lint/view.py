"""A policy document as the checks see it: its elements with their places, whatever else stands in it left out.

`auditor.iam.document` reads a policy for what it means and gives up what breaks the grammar; here everything that can
be looked at is kept, so that one fault does not hide the others. What is not told (holes, open lists) is marked, and
a check that needs it says nothing.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from auditor.iam.elements import VARIABLES
from auditor.iam.lint.comparisons import Comparison
from auditor.iam.lint.kinds import PolicyType
from auditor.model.origin import Location
from auditor.model.policy import Scalar
from auditor.model.text import Text


class Place(NamedTuple):
    """Where something stands: the JSON Pointer in the document, and the place in the input."""

    path: str
    at: Location


class Item(NamedTuple):
    """One value of an element.

    Attributes:
        value: a Text, or the number, boolean or null that stands there.
        place: where.
    """

    value: Scalar
    place: Place

    @property
    def literal(self) -> str | None:
        """The plain string; None when it is not told or is no string."""
        return self.value.literal if isinstance(self.value, Text) else None


def literals_of(items: Iterable[Item]) -> tuple[tuple[str, Place], ...]:
    """The strings among values that are told in full, each with its place."""
    told = ((item.literal, item.place) for item in items)
    return tuple((literal, place) for literal, place in told if literal is not None)


class Element(NamedTuple):
    """Action, Resource or one of their negations.

    Attributes:
        items: its strings.
        literals: those that are told in full.
        is_whole: whether these are all values and all of them are strings.
        place: of the element.
    """

    items: tuple[Item, ...]
    literals: tuple[tuple[str, Place], ...]
    is_whole: bool
    place: Place

    @property
    def is_told(self) -> bool:
        """Whether every value is known."""
        return self.is_whole and len(self.literals) == len(self.items)


class Named(NamedTuple):
    """One principal: its kind (``*`` for everybody) and its value."""

    kind: str
    item: Item


class Principals(NamedTuple):
    """Principal or NotPrincipal; `is_whole` tells whether these are all."""

    items: tuple[Named, ...]
    is_whole: bool

    def of(self, kind: str) -> Iterator[tuple[str, Place]]:
        """The values of a kind that are told in full."""
        for named in self.items:
            literal = named.item.literal
            if named.kind == kind and literal is not None:
                yield literal, named.item.place


class Condition(NamedTuple):
    """One operator applied to one key.

    Attributes:
        operator: as written; None when it is not told.
        how: the operator taken apart; None when there is none of that name.
        key: as written; None when it is not told.
        items: its values.
        literals: the strings among them that are told in full.
        is_whole: whether these are all values.
        place: of the key.
    """

    operator: str | None
    how: Comparison | None
    key: str | None
    items: tuple[Item, ...]
    literals: tuple[tuple[str, Place], ...]
    is_whole: bool
    place: Place

    @property
    def name(self) -> str:
        """The key in lower case, nothing when it is not told."""
        return (self.key or "").lower()


class Statement:
    """One statement.

    Attributes:
        number: from 1.
        place: of the statement.
        effect: ``Allow`` or ``Deny``; None when it is neither or not told.
        sid: None when there is none.
        elements: those of Action, NotAction, Resource and NotResource that stand there.
        principals: those of Principal and NotPrincipal.
        conditions: in written order.
        names: every element that stands there, as written, with the place of its key.
        is_whole: whether no elements or conditions may stand in it that are not told.
    """

    def __init__(self, number: int, place: Place) -> None:
        self.number = number
        self.place = place
        self.effect: str | None = None
        self.sid: Item | None = None
        self.elements: dict[str, Element] = {}
        self.principals: dict[str, Principals] = {}
        self.conditions: list[Condition] = []
        self.names: dict[str, Place] = {}
        self.is_whole = True

    def lacks(self, *names: str) -> bool:
        """Whether certainly none of the elements stands in it."""
        return self.is_whole and self.names.keys().isdisjoint(names)

    @property
    def actions(self) -> Element | None:
        """Its Action."""
        return self.elements.get("Action")

    @property
    def resources(self) -> Element | None:
        """Its Resource."""
        return self.elements.get("Resource")

    def literals(self, *names: str) -> Iterator[tuple[str, Place]]:
        """The values of some elements, of those that stand there, that are told in full, each with its place."""
        for name in names:
            element = self.elements.get(name)
            if element is not None:
                yield from element.literals

    def named(self, name: str) -> tuple[Named, ...]:
        """The principals of Principal or NotPrincipal; none where it does not stand there."""
        principals = self.principals.get(name)
        return principals.items if principals is not None else ()

    @property
    def allows(self) -> bool:
        """Whether it certainly allows."""
        return self.effect == "Allow"

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of its conditions, in lower case."""
        return frozenset(condition.name for condition in self.conditions)

    def place_of(self, name: str) -> Place:
        """Where an element stands, the statement itself when it does not."""
        return self.names.get(name, self.place)


class Policy:
    """A document.

    Attributes:
        type: what it is attached to.
        resource_type: CloudFormation type name of the resource that it is attached to, when that is told.
        place: of the document.
        names: every member, as written, with the place of its key.
        version: as written; None when there is none, it is not told or it is no string.
        statements: those that are mappings.
        is_whole: whether no members or statements may stand in it that are not told.
        size: characters of the document without white space; None when not all of it is told.
    """

    def __init__(self, kind: PolicyType, resource_type: str, place: Place) -> None:
        self.type = kind
        self.resource_type = resource_type
        self.place = place
        self.names: dict[str, Place] = {}
        self.version: str | None = None
        self.version_is_told = True
        self.statements: list[Statement] = []
        self.is_whole = True
        self.size: int | None = None

    @property
    def has_variables(self) -> bool:
        """Whether ``${…}`` in it is certainly a variable."""
        return self.version == VARIABLES
