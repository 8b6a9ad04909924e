"""What the statements of an identity policy give: of asked actions, of everything, of whole services."""

from collections.abc import Iterator

import msgspec

from auditor.iam.action import pattern
from auditor.iam.automaton import Wild
from auditor.iam.decision import Power
from auditor.iam.elements import Condition, Patterns, Policy, Statement
from auditor.iam.every_resource import every_resource, may_be_of
from auditor.iam.operators import Quantifier, operator
from auditor.iam.reason import untold
from auditor.iam.remainder import DENIES, left_by_denies, spares_some, taken_back
from auditor.iam.statement import acts
from auditor.iam.wildcard import Glob
from auditor.model.known import Cause, Known, Truth, Unknown, all_of, any_of
from auditor.model.text import Text, text

GIVING = ("iam:PutUserPolicy", "iam:AttachUserPolicy", "iam:PutRolePolicy", "iam:AttachRolePolicy",
          "iam:PutGroupPolicy", "iam:AttachGroupPolicy", "iam:CreatePolicyVersion")  # fmt: skip
"""Actions by each of which a principal can give itself any other: they write the policies that it has."""
BECOMING = ("iam:AddUserToGroup", "iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile",
            "iam:UpdateAssumeRolePolicy", "iam:SetDefaultPolicyVersion", "iam:PassRole")  # fmt: skip
"""Actions by each of which a principal gets what others have: whether that is everything depends on the account."""
_BECOMING = Unknown(
    Cause.UNDECIDED,
    "whether there is an administrator to become: actions that take over users, groups or roles are left",
)


class ServiceWildcard(msgspec.Struct, frozen=True, omit_defaults=True):
    """An Allow statement that gives all actions of one service, or may give them.

    Attributes:
        statement: the statement.
        service: prefix, such as ``ses``.
        certain: TRUE, or UNKNOWN where a symbol or hole decides.
        taken_back: whether Deny statements of the same policy certainly cancel it.
        unknowns: what decides.
    """

    statement: Statement
    service: str
    certain: Truth = Truth.TRUE
    taken_back: Truth = Truth.FALSE
    unknowns: tuple[Unknown, ...] = ()


def powers(policy: Policy, actions: tuple[str, ...], *, service: str) -> tuple[Power, ...]:
    """What the Allow statements of a policy give of some actions.

    Args:
        policy: an identity policy.
        actions: in full, without wildcards, all of one service.
        service: its prefix, such as ``ses``: what counts as every resource.

    Returns:
        One per statement that gives at least one of them, or may; statements of which it is not told whether they
        give any stand with `unknowns`.
    """
    found = []
    for statement in policy.statements:
        if not _may_allow(statement):
            continue
        given = [(action, *acts(statement, action)) for action in actions]
        kept = tuple(action for action, truth, _ in given if truth is not Truth.FALSE)
        if not kept and statement.unusable is None:
            continue
        gone = {action: taken_back(policy, statement, (action,)) for action in kept}
        taken = _together([(truth, gone[action]) for action, truth, _ in given if action in gone]) if kept else None
        # What is certainly taken back does not matter beside what is left.
        kept = tuple(action for action in kept if gone[action] is not Truth.TRUE) or kept
        unsure = tuple(
            why for action, truth, reasons in given if truth is Truth.UNKNOWN and action in kept for why in reasons
        )
        found.append(_power(policy, statement, kept, unsure, service, taken))
    return tuple(found)


def grants_everything(policy: Policy) -> tuple[Power, ...]:
    """The Allow statements that make an administrator: all actions, on every resource.

    ``*`` and ``*:*`` are all actions, and so is a NotAction that leaves an action by which a principal can give itself
    the rest (`GIVING`). Deny statements take the statement back when they leave none of these. Where what is left takes
    over others (`BECOMING`), it is not told.
    """
    found = []
    for statement in policy.statements:
        if not _may_allow(statement):
            continue
        truth, unknowns = _all_actions(statement)
        every, more = every_resource(policy, statement, "", ())
        if truth & every is Truth.FALSE:
            continue
        shown = _shown(statement.actions) if statement.actions is not None else _shown(statement.not_actions, "not ")
        taken = _taken(policy, statement, GIVING)
        if taken is Truth.TRUE and _taken(policy, statement, BECOMING) is not Truth.TRUE:
            taken = Truth.UNKNOWN
        power = _power(policy, statement, shown, (*unknowns, *more), "", taken)
        if power.every_resource is not Truth.FALSE:
            found.append(power)
    return tuple(found)


def _taken(policy: Policy, statement: Statement, actions: tuple[str, ...]) -> Truth:
    """Whether Deny statements take back all of some actions that a statement gives."""
    # A statement that breaks the grammar may give any of them.
    doubt = Truth.FALSE if statement.unusable is None else Truth.UNKNOWN
    given = [(action, acts(statement, action)[0] | doubt) for action in actions]
    return _together([(gives, taken_back(policy, statement, (action,))) for action, gives in given])


def service_wildcards(policy: Policy, services: tuple[str, ...] = ()) -> tuple[ServiceWildcard, ...]:
    """The Allow statements that give every action of a service.

    Args:
        policy: an identity policy.
        services: prefixes that are looked for in ``*`` and NotAction as well; ``service:*`` is found for any service.
    """
    found: list[ServiceWildcard] = []
    for statement in policy.statements:
        if not _may_allow(statement):
            continue
        found.extend(_unwritten(policy, statement, services))
        for written in () if statement.actions is None else statement.actions.items:
            made = _service_wildcard(policy, statement, written)
            if made is not None:
                found.append(made)
        hidden = (None if statement.actions is None else statement.actions.open, statement.unusable)
        holes = tuple(hole for hole in hidden if hole is not None)
        if holes:
            found.append(ServiceWildcard(statement, "", Truth.UNKNOWN, Truth.UNKNOWN, holes))
    return tuple(dict.fromkeys(found))


def _service_wildcard(policy: Policy, statement: Statement, written: Text) -> ServiceWildcard | None:
    literal = written.literal
    if literal is None:
        first = written.parts[0]
        prefix = first.partition(":")[0].lower() if isinstance(first, str) and ":" in first else ""
        every = Glob((f"{prefix}:", Wild.ANY), fold=True)
        if prefix and pattern(written).covers(every) is Truth.FALSE:
            return None
        return ServiceWildcard(statement, prefix, Truth.UNKNOWN, Truth.UNKNOWN, untold(written))
    prefix, colon, name = literal.partition(":")
    if not colon or not prefix or "*" in prefix or not _is_every_name(name):
        return None
    unusable = statement.unusable
    why = tuple(each for each in (unusable, _effect_hole(statement)) if each is not None)
    taken = taken_back(policy, msgspec.structs.replace(statement, actions=Patterns((written,))), ())
    certain = Truth.UNKNOWN if why else Truth.TRUE
    return ServiceWildcard(
        statement, prefix.lower(), certain, taken, why if taken is not Truth.UNKNOWN else (*why, DENIES)
    )


def _unwritten(policy: Policy, statement: Statement, services: tuple[str, ...]) -> Iterator[ServiceWildcard]:
    """The services that a statement gives as a whole without naming them."""
    if statement.actions is not None and not any(pattern(item).is_all for item in statement.actions.items):
        return
    for service in services:
        gives = Truth.TRUE if statement.actions is not None else _spares(statement.not_actions, service)
        if gives is Truth.FALSE:
            continue
        whole = msgspec.structs.replace(statement, actions=Patterns((text(f"{service}:*"),)), not_actions=None)
        left = left_by_denies(policy, whole, service, ())
        certain = gives & may_be_of(policy, statement, service) & left.every_resource
        if certain is Truth.FALSE:
            continue
        holes = (statement.unusable, _effect_hole(statement), *_holes(statement))
        why = tuple(dict.fromkeys((*(each for each in holes if each is not None), *left.unknowns)))
        taken = taken_back(policy, whole, ())
        if certain is Truth.UNKNOWN and not why:
            why = (Unknown(Cause.UNDECIDED, f"whether statement {statement.label} allows all actions of {service}"),)
        hidden = statement.unusable is not None or isinstance(statement.effect, Unknown)
        yield ServiceWildcard(
            statement,
            service,
            certain & Truth.UNKNOWN if hidden else certain,
            taken,
            why if taken is not Truth.UNKNOWN else (*why, DENIES),
        )


def _spares(not_actions: Patterns | None, service: str) -> Truth:
    """Whether NotAction leaves all actions of a service."""
    if not_actions is None:
        return Truth.FALSE
    every = Glob((f"{service}:", Wild.ANY), fold=True)
    found = ~any_of(pattern(item).overlaps(every) for item in not_actions.items)
    return found if not_actions.open is None else found & Truth.UNKNOWN


def _holes(statement: Statement) -> Iterator[Unknown]:
    """What is not told of the actions and resources of a statement."""
    for element in (statement.not_actions, statement.resources, statement.not_resources):
        if element is not None:
            yield from untold(*element.items)
            if element.open is not None:
                yield element.open


def _is_every_name(written: str) -> bool:
    """Whether a pattern matches the names of all actions: a name has a character at least."""
    return "*" in written and written.strip("*") in {"", "?"}


def _may_allow(statement: Statement) -> bool:
    return not (isinstance(statement.effect, Known) and statement.effect.value != "Allow")


def _effect_hole(statement: Statement) -> Unknown | None:
    return statement.effect if isinstance(statement.effect, Unknown) else None


def _together(actions: list[tuple[Truth, Truth]]) -> Truth:
    """Whether all actions that are given, the first of each pair, are taken back, the second."""
    if all(taken is Truth.FALSE for _, taken in actions):
        return Truth.FALSE
    return all_of(~given | taken for given, taken in actions)


def _power(
    policy: Policy,
    statement: Statement,
    actions: tuple[str, ...],
    unsure: tuple[Unknown, ...],
    service: str,
    taken: Truth | None,
) -> Power:
    every, more = every_resource(policy, statement, service, actions)
    left = left_by_denies(policy, statement, service, actions)
    limiting, open_ends = limiting_keys(statement)
    holes = (statement.unusable, _effect_hole(statement), statement.open)
    unknowns = (*unsure, *more, *open_ends, *left.unknowns, *(hole for hole in holes if hole is not None))
    if taken is None:
        taken = taken_back(policy, statement, ())
    unknowns += () if taken is not Truth.UNKNOWN else (DENIES,)
    return Power(
        statement=statement.label,
        digest=statement.digest,
        actions=actions,
        every_resource=every & left.every_resource,
        resources=_shown(statement.resources) or _shown(statement.not_resources, "not "),
        limiting_keys=tuple(dict.fromkeys((*limiting, *left.limiting_keys))),
        taken_back=taken | Truth.UNKNOWN if policy.open and taken is not Truth.TRUE else taken,
        unknowns=tuple(dict.fromkeys((*unknowns, *(policy.open if taken is not Truth.TRUE else ())))),
        location=statement.location,
        granted=Truth.UNKNOWN if unsure or any(hole is not None for hole in holes) else Truth.TRUE,
    )


def _shown(patterns: Patterns | None, before: str = "") -> tuple[str, ...]:
    if patterns is None:
        return ()
    shown = tuple(before + str(item) for item in patterns.items)
    return shown if patterns.open is None else (*shown, before + "{?}")


def _all_actions(statement: Statement) -> tuple[Truth, tuple[Unknown, ...]]:
    broken = statement.unusable
    if broken is not None:
        return Truth.UNKNOWN, (broken,)
    if statement.actions is not None:
        truth = any_of(_is_all(item) for item in statement.actions.items)
        unsure = [item for item in statement.actions.items if _is_all(item) is Truth.UNKNOWN]
        why = untold(*unsure)
        if truth is not Truth.TRUE and statement.actions.open is not None:
            return Truth.UNKNOWN, (*why, statement.actions.open)
        return truth, why
    if statement.not_actions is None:
        return Truth.FALSE, ()
    left = [acts(statement, action) for action in GIVING]
    truth = any_of(one for one, _ in left)
    why = tuple(why for one, reasons in left if one is Truth.UNKNOWN for why in reasons)
    if truth is Truth.FALSE and any(acts(statement, action)[0] is not Truth.FALSE for action in BECOMING):
        return Truth.UNKNOWN, (_BECOMING,)
    return truth, why


def _is_all(written: Text) -> Truth:
    """Whether a pattern stands for all actions; a symbol or hole alone might."""
    made = pattern(written)
    if made.is_all:
        return Truth.TRUE
    return Truth.UNKNOWN if written.literal is None and written.equals("*") is Truth.UNKNOWN else Truth.FALSE


def limiting_keys(statement: Statement) -> tuple[tuple[str, ...], tuple[Unknown, ...]]:
    """The condition keys of a statement that restrict when it applies, and the holes that hide others."""
    keys: list[str] = []
    unknowns: list[Unknown] = []
    for condition in statement.conditions:
        truth = _limits(condition)
        if truth is Truth.TRUE:
            keys.append((condition.key.literal or str(condition.key)).lower())
        elif truth is Truth.UNKNOWN:
            holes = untold(condition.key, *condition.values)
            opened = () if condition.open is None else (condition.open,)
            odd = Unknown(Cause.UNDECIDED, f"whether the condition {condition} limits anything")
            unknowns.extend((*holes, *opened) or (odd,))
    return tuple(dict.fromkeys(keys)), tuple(dict.fromkeys(unknowns))


def _limits(condition: Condition) -> Truth:
    """Whether a condition holds back anything: positive, without IfExists, of values that do not match everything."""
    how = operator(condition.operator)
    if how is None or condition.key.literal is None:
        return Truth.UNKNOWN
    # ForAllValues holds for a request without the key; the recipients of a message are always there.
    always_there = condition.key.literal.lower() == "ses:recipients"
    if how.negated or how.if_exists or (how.quantifier is Quantifier.ALL and not always_there):
        return Truth.FALSE
    if how.base == "null":
        return Truth.FALSE
    if not condition.values:
        return Truth.UNKNOWN
    if not how.wildcards:
        return Truth.TRUE if condition.open is None else Truth.UNKNOWN
    return spares_some(condition)
