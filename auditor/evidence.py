"""How rules show what they saw: evidence at its place, statements under names that stay the same."""

from collections import Counter
from collections.abc import Iterable
from typing import Protocol, TypeVar

from auditor.finding import Evidence
from auditor.model.known import Value
from auditor.model.origin import Location
from auditor.model.resource import Resource

NOWHERE = Location()


class Statement(Protocol):
    """What the answers about one policy statement have in common."""

    @property
    def statement(self) -> str:
        """Sid or ``#<index>``."""

    @property
    def digest(self) -> str:
        """The stable name of its content."""

    @property
    def location(self) -> Location:
        """Where it stands."""


S = TypeVar("S", bound=Statement)


def place(value: Value[object], resource: Resource) -> Location:
    """Where a value stands, or its resource where the value is left out or comes from an API."""
    return resource.location if value.origin.location == NOWHERE else value.origin.location


def attribute(text: str, value: Value[object], resource: Resource) -> Evidence:
    """An attribute's value as evidence; `text` names both."""
    return Evidence("attribute", text, place(value, resource))


def statement_place(statement: Statement, resource: Resource) -> Location:
    """Where a statement stands, or its resource where the document has no places."""
    return resource.location if statement.location == NOWHERE else statement.location


def subjects(statements: Iterable[S]) -> dict[tuple[str, ...], S]:
    """Statements by the subject of a finding about them: the Sid, or ``#<digest>`` of one without.

    A Sid that is used twice names nothing, so these go by digest too; equal statements are one. No Sid can pass for
    a digest, because one that begins with ``#`` counts as none.
    """
    found = tuple({statement.digest: statement for statement in statements}.values())
    uses = Counter(statement.statement for statement in found)
    return {
        (f"#{item.digest}" if item.statement.startswith("#") or uses[item.statement] > 1 else item.statement,): item
        for item in found
    }
