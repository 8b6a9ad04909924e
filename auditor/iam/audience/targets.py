"""What can be done to what: the actions and resources that stand for all that a statement gives."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from auditor.iam.action import pattern
from auditor.iam.audience import words
from auditor.iam.audience.every import every
from auditor.iam.audience.words import FRESH, NEW, Pieces
from auditor.iam.audience.work import Work
from auditor.iam.automaton import Wild
from auditor.iam.elements import Patterns, Statement
from auditor.iam.resource import any_arn_pattern
from auditor.iam.wildcard import glob_of
from auditor.model import arn as arns
from auditor.model.known import Known, Unknown
from auditor.model.text import Symbol, Text

if TYPE_CHECKING:
    from auditor.iam.sets.atoms import Atom

MOST = 400
"""Actions or resources that are looked at."""
_PARTS = {"s3": "/", "lambda": ":", "es": "/", "execute-api": "/", "dynamodb": "/", "kinesis": "/", "glacier": "/"}
"""Services whose policies are about what is in a resource too, and what stands before its name."""


def actions(allow: Statement, denies: Sequence[Statement], prefix: str, work: Work) -> tuple[str, ...]:
    """Actions of a service, or of all without prefix, that tell the statements apart."""
    every_action: Pieces = (prefix, Wild.ANY) if prefix else (Wild.ANY,)
    own = [every_action] if allow.actions is None or allow.actions.open is not None else []
    for item in () if allow.actions is None else allow.actions.items:
        pieces = _widened(pattern(item).pieces)
        both = words.common(pieces, every_action if prefix or _has_colon(pieces) else _ANY_ACTION)
        own += [] if both is None else [both]
    found: dict[str, None] = {}
    for each in own:
        found[str(words.filled(each))] = None
        found[str(words.filled(each, ""))] = None
    if any(map(words.has_wildcards, own)):
        work.spend(sum(len(each.items) for deny in denies for each in (deny.actions, deny.not_actions) if each) // 4)
        others = list(_of_denies(denies))
        work.spend(words.cost([own, others]))
        for each in others:
            work.spend(1 + len(own) // 8)
            if not words.has_wildcards(each):
                found[str(words.filled(each))] = None
                continue
            for mine in own:
                both = words.common(mine, each)
                if both is not None:
                    found[str(words.filled(both))] = None
        told = every(_atoms_of_actions((allow, *denies)), every_action, work) if denies else ()
        found.update((each.literal, None) for each in told if each.literal is not None)
    return tuple(name for name in found if name.startswith(prefix) and _is_action(name))


_ANY_ACTION: Pieces = (Wild.ANY, ":", Wild.ANY)


def _has_colon(pieces: Pieces) -> bool:
    """Whether the colon is written; else what is not told holds it."""
    return any(isinstance(piece, str) and ":" in piece for piece in pieces)


def _atoms_of_actions(statements: Sequence[Statement]) -> "Iterator[Atom]":
    from auditor.iam.sets.atoms import of_action

    for each in statements:
        for element in (each.actions, each.not_actions):
            yield from map(of_action, () if element is None else element.items)


_ACTION = re.compile(rf"[\w{FRESH}-]+:[\w{FRESH}-]+")
"""Letters that names of actions are made of, and one that stands for any of them."""


def _is_action(name: str) -> bool:
    return _ACTION.fullmatch(name) is not None or name == NEW


def _of_denies(denies: Sequence[Statement]) -> Iterator[Pieces]:
    """Patterns that leave something: those of NotAction, and all others where several take away together."""
    for deny in denies:
        for element in (deny.not_actions, deny.actions if len(denies) > 1 else None):
            for item in () if element is None else element.items:
                yield _widened(pattern(item).pieces)


def _widened(pieces: Pieces) -> Pieces:
    """A pattern in which what is not told can be anything."""
    return glob_of(Wild.ANY if isinstance(piece, Symbol | Unknown) else piece for piece in pieces).pieces


def resources(
    allow: Statement, denies: Sequence[Statement], resource: Text | None, work: Work, *, variables: bool
) -> tuple[tuple[Text, Text | None], ...]:
    """The resource and what is in it.

    Where the resource is not told, it is what the statement names, each time with the text that names it.
    """
    if resource is None:
        return tuple(_named(allow, denies, work, variables=variables).items())[:MOST]
    parts = arns.parse(resource)
    service = parts.value.service.literal if isinstance(parts, Known) else None
    between = _PARTS.get(service or "")
    if between is None:
        return ((resource, None),)
    inside: Pieces = (*resource.parts, between, Wild.ANY)
    found: dict[Text, None] = {resource: None, words.filled(inside): None}
    work.spend(words.cost([_patterns(allow.resources, variables=variables), [inside]]))
    for each in _patterns(allow.resources, variables=variables):
        both = words.common(_widened(each), inside)
        if both is not None:
            found[words.filled(both)] = None
    if denies:
        found.update(dict.fromkeys(every(_atoms((allow, *denies), variables=variables), inside, work)))
    return tuple((each, None) for each in found)


def _atoms(statements: Sequence[Statement], *, variables: bool) -> "Iterator[Atom]":
    from auditor.iam.sets.atoms import of_resource

    for each in statements:
        for element in (each.resources, each.not_resources):
            for item in () if element is None else element.items:
                yield of_resource(item, variables=variables, completed=False)


def _patterns(patterns: Patterns | None, *, variables: bool) -> list[Pieces]:
    items = () if patterns is None else patterns.items
    return [any_arn_pattern(item, variables=variables).flat.pieces for item in items]


_ANY_ARN: Pieces = ("arn:", Wild.ANY, ":", Wild.ANY, ":", Wild.ANY, ":", Wild.ANY, ":", Wild.ANY)


def _named(allow: Statement, denies: Sequence[Statement], work: Work, *, variables: bool) -> dict[Text, Text | None]:
    found: dict[Text, Text | None] = {}
    others = [
        each
        for deny in denies
        for element in (deny.resources, deny.not_resources)
        for each in _patterns(element, variables=variables)
    ][: words.MOST]
    written = () if allow.resources is None else allow.resources.items
    work.spend(words.cost([_patterns(allow.resources, variables=variables), others]))
    for item, pieces in zip(written, _patterns(allow.resources, variables=variables), strict=True):
        exact = words.arns([(_ANY_ARN if pieces == (Wild.ANY,) else pieces,)])
        found.update(dict.fromkeys(exact, item))
        for other in others:
            both = words.common(pieces, other)
            if both is not None:
                found |= {each: None for each in words.arns([(both,)]) if each not in found}
    if not written or (allow.resources is not None and allow.resources.open is not None):
        found |= {each: None for each in words.arns([(_ANY_ARN,)]) if each not in found}
    if denies:
        told = every(_atoms((allow, *denies), variables=variables), _ANY_ARN, work)
        found |= {each: None for each in told if each not in found}
    return found
