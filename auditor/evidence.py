"""How rules and routes show what they saw: evidence at its place."""

from auditor.finding import Evidence
from auditor.model.known import Value
from auditor.model.origin import Location
from auditor.model.resource import Resource

NOWHERE = Location()


def place(value: Value[object], resource: Resource) -> Location:
    """Where a value stands, or its resource where the value is left out or comes from an API."""
    return resource.location if value.origin.location == NOWHERE else value.origin.location


def attribute(text: str, value: Value[object], resource: Resource) -> Evidence:
    """An attribute's value as evidence; `text` names both."""
    return Evidence("attribute", text, place(value, resource))
