"""What was read of a template."""

import msgspec

from auditor.model.inventory import Inventory
from auditor.model.text import Text


class Stack(msgspec.Struct, frozen=True):
    """What was read of a template.

    Attributes:
        inventory: its resources.
        exports: value of each export that is told in full, by name.
        imports: names of exports that it imports and that were not given.
        parameters: names of those that it declares.
    """

    inventory: Inventory
    exports: dict[str, Text] = {}
    imports: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
