"""One string of every kind that patterns tell apart, found letter by letter.

`words` fills patterns in, which tells most of them apart. What several leave between them, such as what contains one
word and not another, is found here, whatever the patterns are.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from auditor.iam.audience.words import FRESH, Pieces
from auditor.iam.audience.work import TooMuchError, Work
from auditor.iam.automaton import Wild
from auditor.model.text import Text, text

if TYPE_CHECKING:
    from auditor.iam.sets.atoms import Atom

_UNITS = 4
"""Units of work of the set engine that take as long as a comparison."""


def every(atoms: "Iterable[Atom]", shape: Pieces, work: Work, *, fresh: Pieces | None = None) -> list[Text]:
    """A string for each set of patterns that one matches and the others do not.

    Args:
        atoms: patterns.
        shape: what the strings look like.
        work: what may be spent.
        fresh: what they look like besides, where only those with a letter are wanted that no policy has.

    Raises:
        TooMuchError: it takes more.
    """
    from auditor.iam.sets import work as sets
    from auditor.iam.sets.atoms import ANYTHING, VARIABLE, Variables, made
    from auditor.iam.sets.readings import Group, Wanted, reading

    units = sets.Work(_UNITS * work.left)
    # A symbol may be anything, and is not taken for what has the shape on that account.
    wanted = tuple(Wanted((made(each),), 0) for each in (shape, fresh) if each is not None)
    try:
        read = reading(tuple(dict.fromkeys(atoms)), Group((ANYTHING,)), wanted, Variables.ANYTHING, units)
        classes = list(read.together.classes(read.needed, units, VARIABLE))
    except sets.TooMuchError as error:
        raise TooMuchError from error
    work.left = units.left // _UNITS
    return [text(*each.word) for each in classes if all(each.matched & group for group in read.needed)]


WITH_FRESH: Pieces = (Wild.ANY, FRESH, Wild.ANY)
"""Strings with a letter that no policy has."""
