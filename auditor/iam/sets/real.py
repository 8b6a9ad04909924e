"""The requests that AWS's actions can make: which resource types and condition keys an action has.

Sets of actions are whole numbers: bit *n* stands for the *n*-th action of the database.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from auditor.iam import database
from auditor.iam.automaton import Step
from auditor.iam.global_keys import GLOBAL_KEYS
from auditor.iam.sets.apart import segments
from auditor.iam.sets.atoms import Atom, made
from auditor.iam.sets.checks import Mode, Test
from auditor.iam.sets.readings import Group
from auditor.iam.sets.strings import Steps

_PLACE = re.compile(r"\$\{([^}]*)\}|\*")
_LOWER = frozenset("abcdefghijklmnopqrstuvwxyz")
_DIGITS = frozenset("0123456789")
_DIGIT = Step(_DIGITS)
_NAMED: dict[str, Steps] = {
    "Partition": (*(made(("aws",)).certain or ()), Step(_LOWER | {"-"}, loop=True)),
    "Region": (Step(_LOWER), Step(_LOWER | _DIGITS | {"-"}, loop=True)),
    "Account": (_DIGIT,) * 12,
}
_IN_SEGMENT: Steps = (Step(colon=False), Step(loop=True, colon=False))
_ANY_NAME: Steps = (Step(), Step(loop=True))
_STAR: Steps = made(("*",)).certain or ()
_GLOBAL = frozenset(name.lower() for name, _, _ in GLOBAL_KEYS)


class World(NamedTuple):
    """What the requests of some actions have.

    Attributes:
        formats: of their ARNs; ``*`` stands for requests without a resource.
        keys: condition keys beside the global ones, in lower case; None when that is not known.
    """

    formats: tuple[str, ...]
    keys: frozenset[str] | None

    @property
    def resources(self) -> Group:
        """The ARNs as patterns."""
        return _group(self.formats)

    def can_name(self, services: frozenset[str] | None) -> bool:
        """Whether any of its ARNs can be of one of some services; None are all."""
        return services is None or any(each == "*" or each.split(":", 3)[2] in services for each in self.formats)

    def may_carry(self, key: str) -> bool:
        """Whether its requests can have a condition key: one of theirs, a global one, or one that is not known.

        AWS lists with each action the keys of its service that it has; global keys can come with all requests.
        """
        if self.keys is None or key in self.keys or key.startswith("aws:") or key in _GLOBAL:
            return True
        known = database.condition_key(key)
        if known is None or key.partition(":")[0] not in database.services():
            return True
        return known.name.lower() in self.keys


@lru_cache(maxsize=4096)
def _group(formats: tuple[str, ...]) -> Group:
    return Group(_STAR if each == "*" else _arn(each) for each in formats)


@lru_cache(maxsize=8192)
def _arn(written: str) -> Steps:
    """The ARNs of a format such as ``arn:${Partition}:sns:${Region}:${Account}:${TopicName}``."""
    steps: list[Step] = []
    position = 0
    for found in _PLACE.finditer(written):
        steps.extend(made((written[position : found.start()],)).certain or ())
        inside = written.count(":", 0, found.start()) < 5
        if found.group(1) in _NAMED:
            steps.extend(_NAMED[found.group(1)])
        elif found.group() == "*":
            steps.append(Step(loop=True, colon=not inside))
        else:
            steps.extend(_IN_SEGMENT if inside else _ANY_NAME)
        position = found.end()
    steps.extend(made((written[position:],)).certain or ())
    return tuple(steps)


_MANAGED_BY_CUSTOMERS = "arn:${Partition}:iam::${Account}:policy/${PolicyNameWithPath}"
"""The reference has no format for the managed policies of AWS."""


@lru_cache(maxsize=32768)
def world(action: str) -> World:
    """What the requests of an action have; an action that the data does not have can name any resource."""
    known = database.action(action)
    if known is None:
        return World((), None)
    types = database.types_for(action)
    arns = tuple(dict.fromkeys(arn for kind in types for arn in kind.arns))
    if _MANAGED_BY_CUSTOMERS in arns:
        arns = (*arns, _MANAGED_BY_CUSTOMERS.replace("${Account}", "aws"))
    optional = not any(use.required for use in known.resources)
    keys = frozenset(
        key.lower() for keys in (known.condition_keys, *(kind.condition_keys for kind in types)) for key in keys
    )
    return World((*arns, "*") if optional else arns, keys)


@cache
def _place() -> dict[str, int]:
    return {name: place for place, name in enumerate(database.action_names())}


@cache
def every_action() -> int:
    """All actions in the data."""
    return (1 << len(database.action_names())) - 1


@lru_cache(maxsize=8192)
def _stood_for(pattern: str) -> int:
    """The actions that a pattern stands for."""
    names = database.expand(pattern)
    if len(names) == len(database.action_names()):
        return every_action()
    if not names:
        return 0
    place = _place()
    first = place[names[0]]
    # Small numbers while they are put together: the actions of a service stand side by side.
    return sum(1 << (place[name] - first) for name in names) << first


def actions_of(test: Test, mode: Mode) -> int:
    """The actions in the data that an action test lets through, as far as the mode asks."""
    found = every_action()
    for check in test:
        which = mode.negative if check.how.negated else mode.positive
        named = 0
        for atom in check.atoms:
            named |= _named(atom, which)
        found &= ~named if check.how.negated else named
    return found


@lru_cache(maxsize=8192)
def _named(atom: Atom, reading: int) -> int:
    """The actions that an atom matches in a reading: with certainty, or at most."""
    steps = atom.possible if reading else atom.certain
    if steps is None or (not reading and atom.has_names):
        return 0
    # What is not told is taken for a wildcard: it can be no more.
    wild = ("*" if step.loop else "?" for step in steps)
    letters = (min(step.letters) if step.letters and len(step.letters) == 1 else "" for step in steps)
    return _stood_for("".join(letter or other for letter, other in zip(letters, wild, strict=True)))


def listed(actions: int) -> Iterator[str]:
    """The actions of a set in full, sorted by lower case."""
    every = database.action_names()
    while actions:
        low = actions & -actions
        yield every[low.bit_length() - 1]
        actions ^= low


def services_of(test: Test) -> frozenset[str] | None:
    """The services of the ARNs that a resource test lets through, None when they are not written out."""
    found: set[str] = set()
    for check in test:
        for atom in check.atoms:
            parts = segments(atom)
            if check.how.negated or len(parts) <= _SERVICE or not parts[_SERVICE].whole:
                return None
            found.add(parts[_SERVICE].start)
    return frozenset(found) if test else None


_SERVICE = 2
"""The place of the service between the colons of an ARN."""
