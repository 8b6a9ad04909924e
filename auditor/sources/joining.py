"""Stacks that import what other stacks of the same run export.

CloudFormation exports within one account and Region, so stacks that import from one another share them even where they
are not told.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from auditor.model.text import Text
from auditor.sources.cloudformation.stack import Stack

T = TypeVar("T")
_MAX_ROUNDS = 5
"""How often exports that need exports are followed."""


def join(outcomes: list[T], names: Sequence[str], read: Callable[[int, dict[str, Text], str], T]) -> None:
    """Put in the place of each stack that imports, or is imported from, what it is now that this is told.

    Args:
        outcomes: what was read; those that are no stacks stay.
        names: of the inputs.
        read: reads an input again: its number, what others export, the first of those that it shares a place with.
    """
    links = _follow(outcomes, lambda number, told: read(number, told, ""))
    if not links:
        return
    first = list(range(len(names)))
    for importer, exporter in links:
        one, other = sorted((_first(first, importer), _first(first, exporter)))
        first[other] = one

    def at_its_site(number: int, told: dict[str, Text]) -> T:
        return read(number, told, names[_first(first, number)])

    for number in sorted({number for link in links for number in link}):
        outcomes[number] = at_its_site(number, {})
    _follow(outcomes, at_its_site)


def _first(first: list[int], number: int) -> int:
    """The first of the stacks that a stack shares its account and Region with."""
    while first[number] != number:
        first[number] = number = first[first[number]]
    return number


def _follow(outcomes: list[T], read: Callable[[int, dict[str, Text]], T]) -> set[tuple[int, int]]:
    """Read stacks again until what they import is told; which stack imports from which.

    An export that imports is told after the next round; a name that several stacks export is not told.
    """
    links: set[tuple[int, int]] = set()
    for _ in range(_MAX_ROUNDS):
        told, by = _exports(outcomes)
        again = [
            (number, outcome.imports & told.keys())
            for number, outcome in enumerate(outcomes)
            if isinstance(outcome, Stack) and not outcome.imports.isdisjoint(told)
        ]
        if not again:
            break
        for number, names in again:
            links |= {(number, by[name]) for name in names}
            outcomes[number] = read(number, told)
    return links


def _exports(outcomes: Iterable[object]) -> tuple[dict[str, Text], dict[str, int]]:
    """What exactly one stack exports, and the number of that stack."""
    exports: dict[str, Text] = {}
    by: dict[str, int] = {}
    several: set[str] = set()
    for number, outcome in enumerate(outcomes):
        if isinstance(outcome, Stack):
            several |= outcome.exports.keys() & exports.keys()
            exports |= outcome.exports
            by |= dict.fromkeys(outcome.exports, number)
    return {name: value for name, value in exports.items() if name not in several}, by
