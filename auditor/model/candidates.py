"""Which of many texts may be another one, when names or references are not told in full."""

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from auditor.model.known import Truth
from auditor.model.text import Text

MOST_POSSIBLE = 100
"""Resources that may belong to another beyond which they are not told one by one."""
_MOST_COMPARISONS = 250_000
"""Comparisons that are made for one kind of reference in one deployment. A stack has 500 resources at most."""

T = TypeVar("T")


class Candidates(Generic[T]):
    """Things with the texts that they are told by, to find those of which one may be a given text.

    After very many comparisons everything may be anything, so that what takes long ends as not decided.
    """

    __slots__ = ("_comparisons", "_literal", "_untold")

    def __init__(self, told: Iterable[tuple[tuple[Text, ...] | None, T]]) -> None:
        """Take pairs of texts and what they tell of; None for what nothing is told of."""
        self._untold: list[tuple[tuple[Text, ...] | None, T]] = []
        self._literal: list[tuple[tuple[Text, ...], T]] = []
        self._comparisons = 0
        for texts, item in told:
            if texts is not None and all(text.literal is not None for text in texts):
                self._literal.append((texts, item))
            else:
                self._untold.append((texts, item))

    def may_be(self, names: tuple[Text, ...]) -> Iterator[T]:
        """What has a text that may be one of the names, though it is not certain."""
        untold = tuple(name for name in names if name.literal is None)
        for texts, item in self._untold:
            if texts is None or self._may_be(texts, names):
                yield item
        for texts, item in self._literal if untold else ():
            if self._may_be(texts, untold):
                yield item

    def _may_be(self, texts: tuple[Text, ...], names: tuple[Text, ...]) -> bool:
        self._comparisons += len(texts) * len(names)
        if self._comparisons > _MOST_COMPARISONS:
            return True
        return any(text.equals(name) is Truth.UNKNOWN for text in texts for name in names)
