"""What a caller can choose of a request: the keys, and values by which conditions hold."""

import re
from collections.abc import Iterable, Iterator

from auditor.iam.carried import carries
from auditor.iam.elements import Condition
from auditor.iam.operators import operator
from auditor.iam.request import ContextValue
from auditor.model.text import text

_ALWAYS_CHOSEN = frozenset({"aws:useragent", "aws:referer", "aws:requestedregion"})
_CHOSEN = frozenset(
    {"sts:externalid", "sts:rolesessionname", "sts:sourceidentity", "sts:durationseconds", "aws:tagkeys",
     "iam:associatedresourcearn"}
)  # fmt: skip
_CHOSEN_PREFIXES = ("aws:requesttag/",)
OF_NEW_THINGS = ("aws:resourcetag/", "iam:resourcetag/")
"""Beginnings of the keys that a request gives what it makes."""
_WILD = re.compile(r"[*?]")
_SOME = text("some-value")


def is_chosen(key: str, action: str, *, new: bool) -> bool:
    """Whether the caller chooses what a key holds; `new` for an action that makes what it is about."""
    if key in _ALWAYS_CHOSEN:
        return True
    if not carries(action, key):
        return False
    if key in _CHOSEN or key.startswith(_CHOSEN_PREFIXES):
        return True
    service = action.partition(":")[0].lower()
    # What a request makes has the settings that the request gives it. What IAM keys name is known or is not chosen.
    return new and (key.startswith(OF_NEW_THINGS) or (service != "iam" and key.startswith(f"{service}:")))


def values(condition: Condition) -> Iterable[ContextValue]:
    """Values of a key that make a condition hold, or may."""
    how = operator(condition.operator)
    if how is None:
        return
    if how.base == "null":
        yield (_SOME,)
        return
    for value in condition.values:
        literal = value.literal
        if literal is None:
            yield (value,)
        elif "${" in literal:
            continue
        elif how.wildcards:
            yield (text(_WILD.sub("x", literal) or "x"),)
        elif how.base.startswith("numeric"):
            yield from _near(literal)
        else:
            yield (value,)
    if how.negated:
        yield (_SOME,)


def _near(literal: str) -> Iterator[ContextValue]:
    try:
        number = int(literal)
    except ValueError:
        return
    yield from ((text(str(near)),) for near in (number, number - 1, number + 1))
