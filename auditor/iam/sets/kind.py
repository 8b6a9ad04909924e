"""Kinds of policies, as far as comparisons treat them differently."""

from enum import Enum


class Kind(Enum):
    """Whether policies name principals, or are attached to them."""

    IDENTITY = "identity"
    RESOURCE = "resource"
