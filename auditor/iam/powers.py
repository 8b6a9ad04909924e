"""What the statements of an identity policy give, statement by statement.

Rules about single policies ask here; whether a principal can in the end do something is the question of `access`.
"""

from collections.abc import Iterable

from auditor.iam import action as actions_
from auditor.iam.decision import Power
from auditor.iam.document import Condition, Patterns, Policy, Statement
from auditor.iam.operators import Quantifier, operator
from auditor.iam.reason import untold
from auditor.iam.resource import SEGMENTS, ArnPattern, arn_pattern
from auditor.iam.statement import acts
from auditor.iam.variables import Template
from auditor.iam.wildcard import Wild
from auditor.model.known import Known, Truth, Unknown, any_of
from auditor.model.text import Text, text

# The part of an ARN behind the fifth colon that stands for everything the actions of a service can name.
_EVERYTHING_OF = {"ses": "identity/*", "iam": "role/*"}
# Whoever has these has everything: they can give themselves the rest.
_ADMINISTRATION = ("iam:CreateUser", "iam:AttachRolePolicy", "iam:PutUserPolicy", "iam:CreateAccessKey")
# AWS documents ForAllValues for this key: an e-mail always has recipients.
_ALWAYS_PRESENT = frozenset({"ses:recipients"})


def powers(policy: Policy, actions: tuple[str, ...], *, service: str) -> tuple[Power, ...]:
    """Which statements give which of some actions.

    Args:
        policy: an identity policy.
        actions: in full, ``ses:SendEmail``; what a pattern covers of them is said in their spelling.
        service: prefix of the service whose resources they act on.

    Returns:
        One `Power` per statement that gives, or may give, any of the actions.
    """
    found = []
    for statement in policy.statements:
        truths = {asked: acts(statement, asked) for asked in actions}
        given = tuple(asked for asked, (truth, _) in truths.items() if truth is not Truth.FALSE)
        certain = tuple(asked for asked in given if truths[asked][0] is Truth.TRUE)
        if statement.unusable is None and not given:
            continue
        unknowns = () if certain else tuple(why for asked in given for why in truths[asked][1])
        power = _power(policy, statement, certain or given or actions, service, unknowns)
        if power is not None:
            found.append(power)
    return tuple(found)


def grants_everything(policy: Policy) -> tuple[Power, ...]:
    """Statements that allow every action on every resource: those of an administrator.

    ``Action: "*"`` is one, and so is a NotAction that leaves the administration of IAM in.
    """
    found = []
    for statement in policy.statements:
        truth, unknowns = _every_action(statement)
        if truth is Truth.FALSE and statement.unusable is None:
            continue
        power = _power(policy, statement, ("*",), "", unknowns if truth is Truth.UNKNOWN else ())
        if power is not None and power.every_resource is not Truth.FALSE:
            found.append(power)
    return tuple(found)


def service_wildcards(policy: Policy) -> tuple[Power, ...]:
    """Statements that allow all actions of one service by name (``ses:*``); ``actions`` holds those patterns.

    ``*`` over all services is not among them, see `grants_everything`.
    """
    found = []
    for statement in policy.statements:
        patterns = statement.actions or Patterns()
        whole = tuple(dict.fromkeys(str(item).lower() for item in patterns.items if _is_service_wildcard(item)))
        untold_ = tuple(item for item in patterns.items if not item.is_exact and _may_be_service_wildcard(item))
        unknowns = untold(*untold_) + ((patterns.open,) if patterns.open is not None else ())
        if whole:
            unknowns = ()
        elif not unknowns and statement.unusable is None:
            continue
        power = _power(policy, statement, whole or tuple(map(str, untold_)), "", unknowns)
        if power is not None:
            found.append(power)
    return tuple(found)


def _power(
    policy: Policy, statement: Statement, given: tuple[str, ...], service: str, unknowns: tuple[Unknown, ...]
) -> Power | None:
    """The power of a statement that acts; None when it allows nothing."""
    effect = statement.effect
    if isinstance(effect, Known) and effect.value != "Allow" and statement.unusable is None:
        return None
    if isinstance(effect, Unknown):
        unknowns += (effect,)
    if statement.unusable is not None:
        unknowns += (statement.unusable,)
    if statement.open is not None:
        unknowns += (statement.open,)
    every, why = _every_resource(statement, policy, service)
    unknowns += why
    if unknowns:
        every &= Truth.UNKNOWN
    taken, limits = _taken_back(policy, given, service)
    return Power(
        statement=statement.label,
        digest=statement.digest,
        actions=given,
        every_resource=every,
        resources=_written(statement),
        limiting_keys=tuple(sorted({*limiting_keys(statement.conditions), *limits})),
        taken_back=taken,
        unknowns=tuple(dict.fromkeys(unknowns)) if every is Truth.UNKNOWN else (),
        location=statement.location,
    )


def limiting_keys(conditions: Iterable[Condition]) -> set[str]:
    """Keys, lower case, that must be present with a bounded value for the conditions to hold."""
    found = set()
    for condition in conditions:
        how, key = operator(condition.operator), condition.key.literal
        if how is None or key is None or how.negated or how.if_exists or how.base == "null":
            continue
        key = key.lower()
        if how.quantifier is Quantifier.ALL and key not in _ALWAYS_PRESENT:
            continue
        if condition.open is None and not any(_matches_all(value) for value in condition.values):
            found.add(key)
    return found


def _matches_all(value: Text) -> bool:
    literal = value.literal
    return literal is not None and literal != "" and set(literal) == {"*"}


def _written(statement: Statement) -> tuple[str, ...]:
    if statement.resources is not None:
        return tuple(map(str, statement.resources.items))
    return tuple(f"not {item}" for item in (statement.not_resources or Patterns()).items)


def _every_resource(statement: Statement, policy: Policy, service: str) -> tuple[Truth, tuple[Unknown, ...]]:
    """Whether Resource covers everything that the service's actions can name, or NotResource leaves it in."""
    if statement.resources is not None:
        patterns, negated = statement.resources, False
    elif statement.not_resources is not None:
        patterns, negated = statement.not_resources, True
    else:
        return Truth.UNKNOWN, (statement.unusable,) if statement.unusable is not None else ()
    truths = [_covers_all(item, service, variables=policy.has_variables) for item in patterns.items]
    covered = any_of(truths)
    if patterns.open is not None:
        covered |= Truth.UNKNOWN
    if covered is not Truth.UNKNOWN:
        return (~covered if negated else covered), ()
    vague = [item for item, truth in zip(patterns.items, truths, strict=True) if truth is Truth.UNKNOWN]
    return Truth.UNKNOWN, untold(*vague) + ((patterns.open,) if patterns.open is not None else ())


def _covers_all(written: Text, service: str, *, variables: bool) -> Truth:
    pattern = arn_pattern(written, variables=variables)
    if isinstance(pattern, Template):
        return Truth.FALSE  # a variable has one value in a request
    if pattern.flat.is_all:
        return Truth.TRUE
    segments = pattern.segments
    if segments is None:
        return Truth.UNKNOWN
    ends_open = bool(segments[-1].pieces) and segments[-1].pieces[-1] is Wild.ANY
    if len(segments) < SEGMENTS and not ends_open:
        return Truth.UNKNOWN if any(segment.has_gaps for segment in segments) else Truth.FALSE
    if len(segments) < SEGMENTS:
        return _service_is(pattern, service)
    # Partition, Region and account are taken as they are written: "every identity of this account" is every one.
    wanted = text(_EVERYTHING_OF.get(service, "*"))
    whole = arn_pattern(text("::::", ":", wanted), variables=False)
    probe = whole.segments if isinstance(whole, ArnPattern) else None
    resource = segments[-1].covers(probe[-1]) if probe is not None else Truth.UNKNOWN
    return _service_is(pattern, service) & resource


def _service_is(pattern: ArnPattern, service: str) -> Truth:
    """Whether the service segment of a pattern lets the service in; every service when none is asked about."""
    segments = pattern.segments or ()
    if len(segments) < 3:
        return Truth.TRUE
    if not service:
        return Truth.of(segments[2].is_all)
    return segments[2].matches(text(service))


def _every_action(statement: Statement) -> tuple[Truth, tuple[Unknown, ...]]:
    if statement.actions is not None:
        if any(actions_.pattern(item).is_all for item in statement.actions.items):
            return Truth.TRUE, ()
        vague = [item for item in statement.actions.items if not item.is_exact and _may_be_everything(item)]
        unknowns = untold(*vague) + ((statement.actions.open,) if statement.actions.open is not None else ())
        return (Truth.UNKNOWN if unknowns else Truth.FALSE), unknowns
    if statement.not_actions is not None:
        truths = [acts(statement, asked) for asked in _ADMINISTRATION]
        truth = any_of(one for one, _ in truths)
        return truth, tuple(why for _, reasons in truths for why in reasons)
    return Truth.FALSE, ()


def _may_be_everything(written: Text) -> bool:
    return written.equals("*") is not Truth.FALSE or written.equals("*:*") is not Truth.FALSE


def _is_service_wildcard(written: Text) -> bool:
    prefix, colon, name = str(written).partition(":")
    return bool(colon and prefix and name) and written.is_exact and set(name) == {"*"} and not set(prefix) & set("*?{")


def _may_be_service_wildcard(written: Text) -> bool:
    return written.endswith("*") is not Truth.FALSE


def _taken_back(policy: Policy, given: tuple[str, ...], service: str) -> tuple[Truth, set[str]]:
    """Whether Deny statements of the policy cancel actions everywhere, and the keys that they leave as limits.

    A Deny of whatever lacks a value (``StringNotEquals ses:FromAddress …``) is a limit in other words: a request
    without the key is denied too.
    """
    left = set(given)
    limits: set[str] = set()
    truth = Truth.FALSE
    for statement in policy.statements:
        effect = statement.effect
        if isinstance(effect, Known) and effect.value != "Deny":
            continue
        denied = {asked for asked in given if _denies(statement, asked)}
        every, _ = _every_resource(statement, policy, service)
        if not denied or every is Truth.FALSE:
            continue
        if isinstance(effect, Unknown) or every is Truth.UNKNOWN or statement.open or statement.unusable:
            truth = Truth.UNKNOWN
        elif not statement.conditions:
            left -= denied
        elif denied == set(given) and len(statement.conditions) == 1:
            limits |= _left_by_denying(statement.conditions[0])
    if not left:
        return Truth.TRUE, limits
    return truth, limits


def _denies(statement: Statement, asked: str) -> bool:
    if asked == "*":
        return _every_action(statement)[0] is not Truth.FALSE
    return acts(statement, asked)[0] is not Truth.FALSE


def _left_by_denying(condition: Condition) -> set[str]:
    how, key = operator(condition.operator), condition.key.literal
    if how is None or key is None or not how.negated or how.if_exists or how.quantifier is not Quantifier.SINGLE:
        return set()
    return {key.lower()} if not any(_matches_all(value) for value in condition.values) else set()
