"""Which resource types a statement covers whole: every topic, every configuration set.

A fixed partition, Region or account is no limit here: all topics of one place are still every topic there.
"""

from functools import lru_cache

import msgspec

from auditor.iam import database
from auditor.iam.automaton import Wild
from auditor.iam.elements import Policy, Statement
from auditor.iam.narrow.formats import pattern_of
from auditor.iam.narrow.names import NOTHING, Names, all_with_resources, names_in, with_resources
from auditor.iam.reason import untold
from auditor.iam.resource import SEGMENTS, ArnPattern, any_arn_pattern
from auditor.iam.wildcard import Glob, glob_of, wildcards_of
from auditor.model.known import Truth, Unknown, any_of
from auditor.model.text import Symbol


class Coverage(msgspec.Struct, frozen=True):
    """How much the resources of a statement cover.

    Attributes:
        everything: whether all resources of all services are covered.
        wide: patterns with a wildcard in the resource part, of which each may cover a type.
        shown: the patterns that may cover a type, as written.
        unknowns: what could cover more and is not told.
    """

    everything: bool
    wide: tuple[ArnPattern, ...] = ()
    shown: tuple[str, ...] = ()
    unknowns: tuple[Unknown, ...] = ()

    @property
    def is_wide(self) -> bool:
        """Whether a whole type can be covered."""
        return self.everything or bool(self.wide)

    def of(self, found: Names, pattern: str) -> Names:
        """Those of the actions of a pattern that take resources, with a type of theirs covered whole."""
        if self.everything:
            service, colon, _ = pattern.partition(":")
            one = colon and service != "*" and not pattern.startswith("not ")
            return found & (with_resources(service.lower()) if one else all_with_resources())
        covered = NOTHING
        for each in self.wide:
            covered |= _covered(each)
        return found & covered

    def every(self, service: str, type_name: str) -> Truth:
        """Whether every resource of a type is covered."""
        if self.everything:
            return Truth.TRUE
        found = any_of(_type_covered(each, service, type_name) for each in self.wide)
        return found if not self.unknowns else found | Truth.UNKNOWN


@lru_cache(maxsize=65536)
def _covered(made: ArnPattern) -> Names:
    """The actions of which some resource type is covered whole."""
    service = _service(made)
    services = database.services() if service is None else (service,)
    return names_in(
        action.name
        for each in services
        for action in database.actions_of(each)
        if any(_type_covered(made, each, use.type) is Truth.TRUE for use in action.resources)
    )


def coverage(statement: Statement, policy: Policy) -> Coverage:
    """What the resources of a statement cover."""
    if statement.not_resources is not None:
        patterns = statement.not_resources
        shown = tuple(f"not {item}" for item in patterns.items)
        unknowns = untold(*patterns.items) + (() if patterns.open is None else (patterns.open,))
        return Coverage(not unknowns, (), shown, unknowns)
    if statement.resources is None:
        return Coverage(everything=False)
    patterns = statement.resources
    wide: list[ArnPattern] = []
    shown_wide: list[str] = []
    unknowns = () if patterns.open is None else (patterns.open,)
    for item in patterns.items:
        literal = item.literal
        if literal is not None and "*" not in literal and "?" not in literal:
            continue
        made = any_arn_pattern(item, variables=policy.has_variables)
        if made.flat.is_all:
            return Coverage(True, (), ("*",))
        if made.segments is None:
            unknowns += untold(item)
        elif _may_be_wide(made):
            wide.append(made)
            shown_wide.append(str(item))
    return Coverage(False, tuple(wide), tuple(shown_wide), unknowns)


def _may_be_wide(made: ArnPattern) -> bool:
    segments = made.segments or ()
    last = segments[-1].pieces
    return any(piece is Wild.ANY for piece in last) if len(segments) == SEGMENTS else last[-1:] == (Wild.ANY,)


def is_one(named: Glob) -> bool:
    """Whether a pattern stands for one thing: no wildcard in it."""
    return not any(isinstance(piece, Wild) for piece in named.pieces)


def _service(made: ArnPattern) -> str | None:
    segments = made.segments or ()
    return segments[2].literal if len(segments) > 2 else None


@lru_cache(maxsize=4096)
def _part(arn: str) -> tuple[str, Glob]:
    """Service and resource part of an ARN format, with ``*`` for what varies; names that vary hold something."""
    pieces = arn.split(":", SEGMENTS - 1)
    return pieces[2], glob_of(wildcards_of(pattern_of(pieces[5])))


@lru_cache(maxsize=65536)
def _type_covered(made: ArnPattern, service: str, type_name: str) -> Truth:
    kind = database.resource_type(service, type_name)
    if kind is None:
        return Truth.FALSE
    return any_of(_covers(made, arn) for arn in kind.arns)


def _covers(made: ArnPattern, arn: str) -> Truth:
    segments = made.segments or ()
    service, part = _part(arn)
    if len(segments) < SEGMENTS:
        # It goes on over the rest: all of it is covered where the service is not cut in the middle.
        return segments[2].matches_literal(service) if len(segments) > 2 else Truth.of(bool(segments))
    named = segments[5].pieces
    if any(isinstance(piece, Symbol) for piece in named) and not any(isinstance(piece, Unknown) for piece in named):
        return Truth.FALSE
    return segments[2].matches_literal(service) & segments[5].covers(part)
