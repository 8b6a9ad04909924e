"""What the action database knows, asked once."""

from functools import cache

from auditor.iam import database


@cache
def date_of_database() -> str:
    """The date of the data, for messages about what does not exist in it."""
    return database.provenance().date


@cache
def known_services() -> frozenset[str]:
    """The prefixes of all services."""
    return frozenset(database.services())
