"""Actions against the patterns of Action and NotAction.

Names of actions ignore case; a wildcard takes the place of the whole pattern or of part of the name after the service
prefix. ``*:GetObject`` matches nothing: a service prefix must be written out.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
"""

from functools import lru_cache

from auditor.iam.automaton import Wild
from auditor.iam.wildcard import Glob, glob
from auditor.model.known import Truth
from auditor.model.text import Text

_NOTHING = Glob((), fold=True)
_EVERYTHING = Glob((Wild.ANY,), fold=True)


@lru_cache(maxsize=65536)
def pattern(written: Text) -> Glob:
    """The actions that a pattern stands for."""
    made = glob(written, fold=True)
    shown = written.literal
    if shown is None:
        return made
    prefix, colon, _ = shown.partition(":")
    if shown == "*:*":
        return _EVERYTHING
    if (not colon and not made.is_all) or (colon and ("*" in prefix or "?" in prefix)):
        return _NOTHING
    return made


def matches(written: Text, action: str) -> Truth:
    """Whether a pattern stands for an action."""
    return pattern(written).matches_literal(action)
