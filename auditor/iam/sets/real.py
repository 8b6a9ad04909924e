"""The requests that AWS's actions can make: which resource types and condition keys an action has.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import re
from functools import lru_cache
from typing import NamedTuple

from auditor.iam import database
from auditor.iam.automaton import Step
from auditor.iam.sets.atoms import Atom, made
from auditor.iam.sets.checks import Test
from auditor.iam.sets.strings import Steps

_PLACE = re.compile(r"\$\{([^}]*)\}")
_LOWER = frozenset("abcdefghijklmnopqrstuvwxyz")
_DIGITS = frozenset("0123456789")
_NAMED: dict[str, Steps] = {
    "Partition": (*(made(("aws",)).certain or ()), Step(_LOWER | {"-"}, loop=True)),
    "Region": (Step(_LOWER), Step(_LOWER | _DIGITS | {"-"}, loop=True)),
    "Account": (Step(_DIGITS), *(Step(_DIGITS),) * 11),
}
_ANY_NAME: Steps = (Step(), Step(loop=True))


class World(NamedTuple):
    """What the requests of some actions have.

    Attributes:
        formats: of their ARNs; ``*`` stands for requests without a resource.
        keys: condition keys beside the global ones, in lower case; None when that is not known.
    """

    formats: tuple[str, ...]
    keys: frozenset[str] | None

    @property
    def resources(self) -> tuple[Steps, ...]:
        """The ARNs as patterns."""
        return tuple(_STAR if each == "*" else _arn(each) for each in self.formats)

    def can_name(self, services: frozenset[str] | None) -> bool:
        """Whether any of its ARNs can be of one of some services; None are all."""
        return services is None or any(each == "*" or each.split(":", 3)[2] in services for each in self.formats)


@lru_cache(maxsize=8192)
def _arn(written: str) -> Steps:
    """The ARNs of a format such as ``arn:${Partition}:sns:${Region}:${Account}:${TopicName}``."""
    steps: list[Step] = []
    position = 0
    for found in _PLACE.finditer(written):
        steps.extend(made((written[position : found.start()],)).certain or ())
        steps.extend(_NAMED.get(found.group(1), _ANY_NAME))
        position = found.end()
    steps.extend(made((written[position:],)).certain or ())
    return tuple(steps)


_STAR: Steps = made(("*",)).certain or ()


@lru_cache(maxsize=32768)
def world(action: str) -> World:
    """What the requests of an action have; an action that the data does not have can name any resource."""
    known = database.action(action)
    if known is None:
        return World((), None)
    types = database.types_for(action)
    arns = tuple(dict.fromkeys(arn for kind in types for arn in kind.arns))
    optional = not any(use.required for use in known.resources)
    keys = frozenset(
        key.lower() for keys in (known.condition_keys, *(kind.condition_keys for kind in types)) for key in keys
    )
    return World((*arns, "*") if optional else arns, keys)


@lru_cache(maxsize=4096)
def actions_of(test: Test) -> frozenset[str]:
    """The actions in the data that an action test lets through; patterns with symbols or holes count as nothing."""
    found: frozenset[str] | None = None
    for check in test:
        named = frozenset(name for atom in check.atoms for name in _expanded(atom))
        kept = frozenset(database.action_names()) - named if check.how.negated else named
        found = kept if found is None else found & kept
    return frozenset(database.action_names()) if found is None else found


def services_of(test: Test) -> frozenset[str] | None:
    """The services of the ARNs that a resource test lets through, None when they are not written out."""
    found: set[str] = set()
    for check in test:
        for atom in check.atoms:
            pieces = atom.shown.split(":", 3)
            if check.how.negated or len(pieces) < 4 or not _PLAIN.fullmatch(pieces[2]):
                return None
            found.add(pieces[2])
    return frozenset(found) if test else None


_PLAIN = re.compile(r"[a-z0-9-]+")


def _expanded(atom: Atom) -> tuple[str, ...]:
    return database.expand(atom.shown) if atom.certain is not None and atom.is_plain() else ()
