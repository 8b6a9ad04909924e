"""What a check finds."""

from enum import StrEnum

import msgspec

from auditor.model.origin import Location


class FindingType(StrEnum):
    """How much a finding matters, in the words of IAM Access Analyzer; from the worst."""

    ERROR = "ERROR"
    """AWS refuses the policy, or a part of it cannot do anything."""
    SECURITY_WARNING = "SECURITY_WARNING"
    """It may allow more than is meant."""
    WARNING = "WARNING"
    """It may not do what is meant."""
    SUGGESTION = "SUGGESTION"
    """It can be written better."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong with a document.

    Attributes:
        code: of the check in the catalogue.
        type: how much it matters.
        message: what is wrong, in one sentence, with the values.
        path: JSON Pointer to the place in the document; empty for the whole.
        fix: what to do about it.
        location: of that place in the input; without line where the input has none.
    """

    code: str
    type: FindingType
    message: str
    path: str
    fix: str
    location: Location = Location()
