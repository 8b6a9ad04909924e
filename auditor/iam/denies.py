"""What the Deny statements of a resource policy leave of what an Allow statement gives."""

from typing import NamedTuple

import msgspec

from auditor.iam.action import pattern
from auditor.iam.automaton import Wild
from auditor.iam.bounds import Bound, opposite
from auditor.iam.crowd import EVERYBODY, NOBODY, Crowd
from auditor.iam.elements import Patterns, Policy, Principals, Statement
from auditor.iam.principal import account_of
from auditor.iam.resource import ArnPattern, any_arn_pattern
from auditor.iam.wildcard import Glob
from auditor.model.known import Cause, Known, Truth, Unknown, all_of, any_of
from auditor.model.text import Text, text

# Actions of resource policies by which a wildcard of an Allow can be seen to give more than a Deny takes.
_SAMPLES = (
    "sns:Publish",
    "sns:Subscribe",
    "sns:SetTopicAttributes",
    "ses:SendEmail",
    "ses:SendRawEmail",
    "sqs:SendMessage",
    "sqs:ReceiveMessage",
    "kms:Decrypt",
    "kms:GenerateDataKey",
    "lambda:InvokeFunction",
    "s3:GetObject",
    "s3:PutObject",
    "sts:AssumeRole",
)


class Rest(NamedTuple):
    """What Deny statements leave of one Allow statement.

    Attributes:
        limits: those that remain are in all of them.
        certain: whether nothing else is taken away for certain.
        nothing: whether nothing is left.
        excluded: principals that are taken away, as accounts, ARNs and service principals.
        unknowns: what decides when it is not certain.
        texts: the limiting Deny statements in words.
    """

    limits: tuple[Bound, ...] = ()
    certain: bool = True
    nothing: bool = False
    excluded: tuple[Text, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    texts: tuple[str, ...] = ()


def focus(policy: Policy, prefix: str) -> Policy:
    """A policy as far as it is about the actions of one service: for these, all actions are the service's."""
    every = Glob((prefix, Wild.ANY), fold=True)
    return msgspec.structs.replace(
        policy, statements=tuple(_focused(each, prefix, every) for each in policy.statements)
    )


def _focused(statement: Statement, prefix: str, every: Glob) -> Statement:
    if statement.actions is None:
        return statement
    denies = isinstance(statement.effect, Known) and statement.effect.value == "Deny"
    items = []
    for item in statement.actions.items:
        made = pattern(item)
        if denies:
            items.append(_ALL if made.covers(every) is Truth.TRUE else item)
        elif made.overlaps(every) is not Truth.FALSE:
            items.append(text(f"{prefix}*") if made.is_all else item)
    return msgspec.structs.replace(statement, actions=Patterns(tuple(items), statement.actions.open))


_ALL = text("*")


def left_by_denies(policy: Policy, allow: Statement, resource: Text | None, owner: Text) -> Rest:
    """What the Deny statements of a policy leave of one of its Allow statements."""
    rest = Rest()
    for deny in policy.statements:
        if deny is allow or (isinstance(deny.effect, Known) and deny.effect.value != "Deny"):
            continue
        rest = _less(rest, _one(policy, deny, allow, resource, owner))
        if rest.nothing:
            return rest
    return _together(rest, policy, allow, resource)


def _less(rest: Rest, one: Rest) -> Rest:
    return Rest(
        rest.limits + one.limits,
        rest.certain and one.certain,
        rest.nothing or one.nothing,
        rest.excluded + one.excluded,
        rest.unknowns + one.unknowns,
        rest.texts + one.texts,
    )


def _perhaps(deny: Statement, *why: Unknown) -> Rest:
    return Rest(
        certain=False,
        unknowns=why or (Unknown(Cause.UNDECIDED, f"how much the Deny statement {deny.label} takes away"),),
    )


def _one(policy: Policy, deny: Statement, allow: Statement, resource: Text | None, owner: Text) -> Rest:
    if deny.unusable is not None:
        return _perhaps(deny, deny.unusable)
    covered = actions_cover(deny, allow) & _resources_cover(policy, deny, allow, resource)
    if covered is Truth.FALSE:
        touched = _actions_touch(deny, allow) & _resources_touch(policy, deny, allow, resource)
        if touched is Truth.FALSE or _leaves_an_action(deny, allow) or _leaves_a_resource(policy, allow, resource):
            return Rest()
        return _perhaps(deny)
    if not isinstance(deny.effect, Known):
        return _perhaps(deny, deny.effect)
    if deny.open is not None:
        return _perhaps(deny, deny.open)
    found = _whole(policy, deny, owner)
    if covered is Truth.TRUE or not (found.limits or found.nothing or found.excluded):
        return found
    return _perhaps(deny)


def _whole(policy: Policy, deny: Statement, owner: Text) -> Rest:
    """What a Deny takes away where it covers the actions and the resource."""
    left = _conditions_leave(policy, deny, owner)
    if left is None:
        return _perhaps(deny)
    words = (f"Deny {deny.label}",)
    if deny.not_principals is not None:
        named = _crowd_of(deny.not_principals)
        if named is None or left != NOBODY:
            return _perhaps(deny)
        return Rest(limits=(Bound(named),), texts=words)
    if deny.principals is None or not _names_everybody(deny.principals):
        return _some(deny, left)
    if left == EVERYBODY:
        return Rest()
    if left == NOBODY:
        return Rest(nothing=True, texts=words)
    bounds = tuple(
        found
        for condition in deny.conditions
        if (found := opposite(condition, owner, variables=policy.has_variables)) is not None
    )
    about = bounds[0].about if len(bounds) == 1 else None
    return Rest(limits=(Bound(left, fixed=all(each.fixed for each in bounds), about=about),), texts=words)


def _names_everybody(principals: Principals) -> bool:
    return any(named.kind == "*" or (named.kind == "AWS" and named.value.literal == "*") for named in principals.items)


def _some(deny: Statement, left: Crowd) -> Rest:
    """A Deny for named principals takes away those; whether that is all of an account is told by its root only."""
    if deny.principals is None or deny.principals.open is not None:
        why = deny.principals.open if deny.principals is not None else None
        return _perhaps(deny, *(() if why is None else (why,)))
    if any(named.kind == "AWS" and named.value.holes for named in deny.principals.items):
        return _perhaps(deny, *(hole for named in deny.principals.items for hole in named.value.holes))
    if left != NOBODY:
        return Rest()
    named = deny.principals.items
    roots = (account_of(each.value) for each in named if each.kind == "AWS")
    return Rest(excluded=(*(each for each in roots if each is not None), *(each.value for each in named)))


def _conditions_leave(policy: Policy, deny: Statement, owner: Text) -> Crowd | None:
    """Those for whom at least one condition does not hold: nobody when there is none; None when not decided."""
    crowd, decided = NOBODY, True
    for condition in deny.conditions:
        found = opposite(condition, owner, variables=policy.has_variables)
        if found is None:
            decided = False
        elif found.most.everybody:
            return EVERYBODY
        else:
            crowd = crowd.joined(found.most)
    return crowd if decided else None


def _crowd_of(principals: Principals) -> Crowd | None:
    """The accounts and services that NotPrincipal excepts; None when it holds others."""
    accounts, services = [], []
    for named in principals.items:
        account = account_of(named.value) if named.kind == "AWS" else None
        literal = named.value.literal
        if named.kind == "Service" and literal is not None:
            services.append(literal)
        elif account is not None:
            accounts.append(account)
        elif named.kind == "AWS" and literal is not None and literal.startswith("arn:") and literal.count(":") >= 5:
            accounts.append(text(literal.split(":")[4]))
        else:
            return None
    if principals.open is not None:
        return None
    return Crowd(accounts=frozenset(accounts), services=frozenset(services))


def _together(rest: Rest, policy: Policy, allow: Statement, resource: Text | None) -> Rest:
    """Several Deny statements can cover together what none of them covers alone."""
    if allow.actions is None or allow.actions.open is not None or len(allow.actions.items) < 2:
        return rest
    left = [item for item in allow.actions.items if not _denied_alone(item, policy, allow, resource)]
    return rest if left else rest._replace(nothing=True)


def _denied_alone(item: Text, policy: Policy, allow: Statement, resource: Text | None) -> bool:
    for deny in policy.statements:
        plain = isinstance(deny.effect, Known) and deny.effect.value == "Deny" and deny.unusable is None
        if not plain or deny.conditions or deny.open is not None or deny.actions is None or deny.principals is None:
            continue
        if not _names_everybody(deny.principals):
            continue
        covered = any_of(pattern(each).covers(pattern(item)) for each in deny.actions.items)
        if covered & _resources_cover(policy, deny, allow, resource) is Truth.TRUE:
            return True
    return False


def actions_cover(deny: Statement, allow: Statement) -> Truth:
    """Whether the actions of one statement are all among those of another."""
    if allow.actions is None:
        return _covers_negation(deny, allow)
    if deny.actions is not None:
        if deny.actions.open is not None and not deny.actions.items:
            return Truth.UNKNOWN
        mine = [pattern(item) for item in deny.actions.items]
        every = all_of(any_of(one.covers(pattern(item)) for one in mine) for item in allow.actions.items)
        if allow.actions.open is not None:
            every &= any_of(Truth.of(one.is_all) for one in mine) | Truth.UNKNOWN
        return every if every is Truth.TRUE or deny.actions.open is None else Truth.UNKNOWN
    if deny.not_actions is not None and deny.not_actions.open is None and allow.actions.open is None:
        return all_of(
            ~pattern(but).overlaps(pattern(item)) for but in deny.not_actions.items for item in allow.actions.items
        )
    return Truth.UNKNOWN


def _covers_negation(deny: Statement, allow: Statement) -> Truth:
    if deny.actions is not None and any(pattern(item).is_all for item in deny.actions.items):
        return Truth.TRUE
    if allow.not_actions is None or (deny.not_actions is None and deny.actions is None):
        return Truth.UNKNOWN
    if deny.actions is not None:
        return Truth.FALSE if deny.actions.open is None else Truth.UNKNOWN
    return Truth.TRUE if deny.not_actions == allow.not_actions and _closed(allow.not_actions) else Truth.UNKNOWN


def _closed(patterns: Patterns) -> bool:
    return patterns.open is None and all(item.is_exact for item in patterns.items)


def _actions_touch(deny: Statement, allow: Statement) -> Truth:
    if not _listed(deny.actions) or not _listed(allow.actions):
        return Truth.UNKNOWN
    pairs = ((one, two) for one in _items(deny.actions) for two in _items(allow.actions))
    return any_of(pattern(one).overlaps(pattern(two)) for one, two in pairs)


def _listed(patterns: Patterns | None) -> bool:
    return patterns is not None and patterns.open is None


def _items(patterns: Patterns | None) -> tuple[Text, ...]:
    return () if patterns is None else patterns.items


def _leaves_an_action(deny: Statement, allow: Statement) -> bool:
    """Whether some action is certainly given and not taken."""
    if deny.actions is None or deny.actions.open is not None or allow.actions is None:
        return False
    taken = [pattern(item) for item in deny.actions.items]
    for item in allow.actions.items:
        given = pattern(item)
        names = (given.literal,) if given.literal is not None else _SAMPLES
        for name in names:
            if given.matches_literal(name) is Truth.TRUE and all(
                one.matches_literal(name) is Truth.FALSE for one in taken
            ):
                return True
    return False


def _patterns(patterns: Patterns | None, policy: Policy) -> list[ArnPattern]:
    return [any_arn_pattern(item, variables=policy.has_variables) for item in _items(patterns)]


def _resources_cover(policy: Policy, deny: Statement, allow: Statement, resource: Text | None) -> Truth:
    """Whether a Deny is about the resource, or about all that the Allow names when the resource is not told."""
    if deny.resources is None and deny.not_resources is None:
        return Truth.TRUE
    if resource is not None:
        return names_resource(policy, deny, resource)
    if deny.resources is None or deny.resources.open is not None:
        return Truth.UNKNOWN
    mine = _patterns(deny.resources, policy)
    if any(one.flat.is_all for one in mine):
        return Truth.TRUE
    if not _listed(allow.resources):
        return Truth.UNKNOWN
    return all_of(any_of(one.covers(two) for one in mine) for two in _patterns(allow.resources, policy))


def names_resource(policy: Policy, statement: Statement, resource: Text) -> Truth:
    """Whether a statement is about a resource; a statement without Resource is about the one that it is on."""
    patterns = statement.resources if statement.resources is not None else statement.not_resources
    if patterns is None:
        return Truth.TRUE
    found = any_of(one.matches(resource) for one in _patterns(patterns, policy))
    if patterns.open is not None:
        found |= Truth.UNKNOWN
    return found if statement.resources is not None else ~found


def _resources_touch(policy: Policy, deny: Statement, allow: Statement, resource: Text | None) -> Truth:
    if resource is not None:
        return names_resource(policy, deny, resource)
    if not _listed(deny.resources) or not _listed(allow.resources):
        return Truth.UNKNOWN
    mine, theirs = _patterns(deny.resources, policy), _patterns(allow.resources, policy)
    return any_of(one.overlaps(two) for one in mine for two in theirs)


def _leaves_a_resource(policy: Policy, allow: Statement, resource: Text | None) -> bool:
    """Whether some resource is certainly given that no Deny statement is about; only when the resource is not told."""
    if resource is not None or allow.resources is None:
        return False
    denied: list[ArnPattern] = []
    for deny in policy.statements:
        if isinstance(deny.effect, Known) and deny.effect.value == "Allow":
            continue
        if not _listed(deny.resources):
            return False
        denied.extend(_patterns(deny.resources, policy))
    given = _patterns(allow.resources, policy)
    return any(all(one.overlaps(two) is Truth.FALSE for two in denied) for one in given)
