"""Why an answer is not decided: the holes and symbols of the texts that took part."""

from auditor.model.known import Cause, Unknown
from auditor.model.text import Text


def untold(*texts: Text) -> tuple[Unknown, ...]:
    """What is not told in texts, each once; symbols are values that are given from outside the input."""
    found: list[Unknown] = []
    for written in texts:
        found.extend(written.holes)
        for symbol in written.symbols:
            where = f" of {symbol.scope}" if symbol.scope else ""
            found.append(Unknown(Cause.NOT_HERE, f"{{{symbol.name}}}{where} is not told"))
    return tuple(dict.fromkeys(found))
