"""Why an answer is not decided: the holes and symbols of the texts that took part."""

from collections.abc import Iterable

from auditor.iam.automaton import Piece
from auditor.model.known import Cause, Unknown
from auditor.model.text import Symbol, Text


def untold(*texts: Text) -> tuple[Unknown, ...]:
    """What is not told in texts, each once; symbols are values that are given from outside the input."""
    found: list[Unknown] = []
    for written in texts:
        found.extend(written.holes)
        for symbol in written.symbols:
            where = f" of {symbol.scope}" if symbol.scope else ""
            found.append(Unknown(Cause.NOT_HERE, f"{{{symbol.name}}}{where} is not told"))
    return tuple(dict.fromkeys(found))


def is_told(*many: Iterable[Piece]) -> bool:
    """Whether there is no hole in pieces, so that a comparison of them has one truth wherever it is made."""
    return not any(isinstance(piece, Unknown) for pieces in many for piece in pieces)


def is_plain(*many: Iterable[Piece]) -> bool:
    """Whether there is neither hole nor a symbol that could be more than a name or id."""
    return is_told(*many) and not any(
        isinstance(piece, Symbol) and piece.may_hold_colon for pieces in many for piece in pieces
    )
