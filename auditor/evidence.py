"""How rules and routes show what they saw: evidence at its place."""

from auditor.finding import Evidence
from auditor.model.known import Value
from auditor.model.origin import How, Location
from auditor.model.resource import Resource


def place(value: Value[object], resource: Resource) -> Location:
    """Where a value is written; where its resource is, when it is left out or comes from an API."""
    written = value.origin.how is How.WRITTEN and value.origin.location != Location()
    return value.origin.location if written else resource.location


def attribute(text: str, value: Value[object], resource: Resource) -> Evidence:
    """An attribute's value as evidence; `text` names both."""
    return Evidence("attribute", text, place(value, resource))
