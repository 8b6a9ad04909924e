"""What every source gives back: an inventory, and what could not be read."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec

from auditor.model.inventory import Inventory

Progress: TypeAlias = Callable[[str], None]
"""Told the path of each file before it is read."""


class InputError(Exception):
    """An input that cannot be read.

    Attributes:
        path: relative to the run's root, or as it was named.
        line, column: 1-based place of the fault, None where there is none.
        reason: what is wrong, in one line.
    """

    def __init__(self, path: str, reason: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(path, reason, line, column)
        self.path = path
        self.line = line
        self.column = column
        self.reason = " ".join(reason.split())

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        return f"{where}: {self.reason}"


class Bindings(msgspec.Struct, frozen=True, kw_only=True):
    """Values for the symbols of a deployment; None leaves the symbol."""

    account: str | None = None
    region: str | None = None
    partition: str | None = None


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What was read.

    Attributes:
        inventory: all resources of all inputs.
        errors: inputs that could not be read.
        files: paths that were read, relative to the run's root.
        not_inputs: number of candidates of a folder that are no input.
        not_read: kind of input that this version does not read to the number of such files in the folders.
        parameters: names of the parameters that templates declare.
    """

    inventory: Inventory
    errors: tuple[InputError, ...] = ()
    files: tuple[str, ...] = ()
    not_inputs: int = 0
    not_read: Mapping[str, int] = {}
    parameters: frozenset[str] = frozenset()
