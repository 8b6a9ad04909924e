"""Whether a subject may do something, if it makes the best of what the caller of a request can choose.

The engine decides one request. A condition on what the caller chooses (a tag of what it makes, a session name) holds if
some choice makes it hold; one on what is given (address, time, MFA, organization) only if what is given does.
"""

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import NamedTuple, TypeAlias

import msgspec

from auditor.iam.decision import Decision, Effect
from auditor.iam.elements import Condition, Policy
from auditor.iam.escalation.about import About, Abouts, kept_by_aws
from auditor.iam.escalation.attaching import FRESH, MOST, NOTHING_KNOWN, POLICY_ARN, customer_managed, told_apart
from auditor.iam.escalation.masks import Readings, bit
from auditor.iam.escalation.subject import Subject
from auditor.iam.evaluate import Policies, evaluate
from auditor.iam.operators import operator
from auditor.iam.request import ContextValue, Kind, Request, principal_context
from auditor.model import arn as arns
from auditor.model.known import Cause, Known, Truth, Unknown
from auditor.model.text import Text, text

_ALWAYS_CHOSEN = frozenset(
    {"sts:externalid", "sts:rolesessionname", "sts:sourceidentity", "aws:useragent", "aws:referer", "aws:tagkeys",
     "aws:requestedregion", "iam:associatedresourcearn", "sts:durationseconds"}
)  # fmt: skip
_CHOSEN_PREFIXES = ("aws:requesttag/",)
_OF_NEW_THINGS = ("aws:resourcetag/", "iam:resourcetag/")
_MOST_CHOICES = 16
_WILD = re.compile(r"[*?]")
_TRUE, _FALSE = (text("true"),), (text("false"),)
_SOME = text("some-value")

Context: TypeAlias = Mapping[str, ContextValue]
Options: TypeAlias = Mapping[str, tuple[ContextValue, ...]]


NOT_ALLOWED = Decision(Effect.IMPLICIT_DENY)
"""The answer where no statement is about the resource."""


class _Asked(NamedTuple):
    """A question; the parts are those of `Asker.decide`."""

    who: Subject
    action: str
    resource: Text
    context: Context
    new: bool
    resource_policies: tuple[Policy, ...]
    options: Options


class Asker:
    """Asks the engine, keeping what was computed per policy.

    Args:
        readings: of the policies.
        now: the time of the requests; conditions on the time are undecided without it.
    """

    def __init__(self, readings: Readings, now: datetime | None = None) -> None:
        self.readings = readings
        self._now = now
        self._abouts = Abouts(readings)
        self.attachables = NOTHING_KNOWN

    def decide(
        self,
        who: Subject,
        action: str,
        resource: Text,
        *,
        context: Context | None = None,
        new: bool = False,
        resource_policies: tuple[Policy, ...] = (),
        options: Options | None = None,
    ) -> Decision:
        """The best decision over what the caller can choose; why something is not allowed it need not tell.

        Args:
            who: asks.
            action: one of the catalogue, in full.
            resource: ARN, or ``*``.
            context: what is known of the request beside the caller.
            new: whether the resource is made by the request, so that its tags and settings are chosen.
            resource_policies: on the resource.
            options: values of keys among which the caller can choose.
        """
        about, alike = self.about(who, action)
        if resource_policies:
            resource_policies = self.readings.about(resource_policies, action)
        if not resource_policies and not about.may_allow(resource):
            return NOT_ALLOWED
        if (alike == "iam" and kept_by_aws(resource)) or self.readings.unsure(resource_policies) & bit(action):
            alike = action
        if about.is_plain and not resource_policies:
            decided: dict[Hashable, Decision] = about.decided
            key: Hashable = (who.kind, who.account, resource, alike)
        else:
            told = None if context is None else frozenset(context.items())
            chosen = None if options is None else frozenset(options.items())
            if about.is_common and not resource_policies:
                decided, key = about.decided, (who.kind, who.account, resource, alike, told, chosen, new)
            else:
                on = tuple(map(id, resource_policies))  # what is read of them below keeps them
                decided, key = who.decided, (id(about), on, resource, alike, told, chosen, new)
        found = decided.get(key)
        if found is None:
            asked = _Asked(who, action, resource, context or {}, new, resource_policies, options or {})
            found = self._best(asked, about)
            if not any(why.cause is Cause.LIMIT for why in found.unknowns):  # those name the action
                decided[key] = found
        return found

    def _best(self, asked: "_Asked", about: About) -> Decision:
        """The best decision over what the caller can choose, made anew."""
        who, action, resource, context, new, resource_policies, options = asked
        policies, conditions = about.policies, about.conditions
        if resource_policies:
            policies = msgspec.structs.replace(policies, resource=resource_policies)
            more = (self._abouts.said(part).conditions for part in resource_policies)
            conditions = (*conditions, *(condition for each in more for condition in each))
        owner = _owner(resource, who)
        given = self._given(who, owner)
        if context:
            given = {**given, **context}
        best: Decision | None = None
        tried = 0
        choices = {} if not conditions else self._options(conditions, given, action, who, new=new, more=options)
        for choice in islice(_product(choices), _MOST_CHOICES):
            request = Request(
                caller=who.caller,
                action=action,
                resource=resource,
                resource_account=owner,
                context={**given, **choice} if choice else given,
            )
            found = evaluate(request, policies)
            if found.effect is Effect.ALLOW:
                return found
            tried += 1
            if best is None or (best.allowed is Truth.FALSE and found.allowed is Truth.UNKNOWN):
                best = found
        if best is None:  # there is always the choice to choose nothing
            raise AssertionError
        if best.allowed is Truth.FALSE and POLICY_ARN in choices and POLICY_ARN in options:
            best = self._by_other_policies(asked, conditions, policies, given, choices) or best
        if tried >= _MOST_CHOICES and best.allowed is Truth.FALSE:
            why = Unknown(Cause.LIMIT, f"the conditions on {action} leave more choices than are tried")
            return Decision(Effect.UNKNOWN, best.because, best.assumptions, (why,))
        return best

    def _by_other_policies(
        self,
        asked: "_Asked",
        conditions: tuple[Condition, ...],
        policies: Policies,
        given: Context,
        choices: Options,
    ) -> Decision | None:
        """The decision about attaching a policy that gives less than every right, as far as it can be made to give it.

        None when no such policy may be attached, or none that can be changed or made.
        """
        who = asked.who
        limits = [each for each in conditions if (each.key.literal or "").lower() == POLICY_ARN]
        first = next(_product(choices))
        undecided: Decision | None = None
        for arn in islice(dict.fromkeys(customer_managed(limits, who.partition, who.account)), MOST):
            request = Request(
                caller=who.caller,
                action=asked.action,
                resource=asked.resource,
                resource_account=_owner(asked.resource, who),
                context={**given, **first, POLICY_ARN: (arn,)},
            )
            found = evaluate(request, policies)
            if found.effect is not Effect.ALLOW:
                continue
            exists = self.attachables.exists(arn)
            changing = ("iam:CreatePolicyVersion",) if exists is not Truth.FALSE else ()
            making = ("iam:CreatePolicy",) if exists is not Truth.TRUE else ()
            for action in (*changing, *making):
                made = self.decide(who, action, arn, new=True)
                if made.effect is Effect.ALLOW:
                    return msgspec.structs.replace(found, because=(*found.because, *made.because))
            if exists is Truth.UNKNOWN and undecided is None:
                why = Unknown(Cause.NOT_HERE, f"whether the policy {str(arn).replace(FRESH, '*')} gives every right")
                undecided = Decision(Effect.UNKNOWN, found.because, found.assumptions, (why,))
        return undecided

    def about(self, who: Subject, action: str) -> tuple[About, str]:
        """The statements of a subject's policies that have a say about an action, and what is answered like it."""
        found = who.about.get(action)
        if found is None:
            found = who.about[action] = self._abouts.of(who, action)
        return found

    def _options(
        self,
        conditions: tuple[Condition, ...],
        given: Context,
        action: str,
        who: Subject,
        *,
        new: bool,
        more: Options,
    ) -> Options:
        """What the caller can choose, as far as the conditions ask for it."""
        asked: dict[str, list[Condition]] = {}
        for condition in conditions:
            key = condition.key.literal
            if key is not None and key.lower() not in given:
                asked.setdefault(key.lower(), []).append(condition)
        options: dict[str, tuple[ContextValue, ...]] = {}
        for key, found in asked.items():
            if key == POLICY_ARN and key in more:
                admin = told_apart(self.attachables.admin(who.account), found)
                options[key] = (*more[key], *((arn,) for arn in admin))
            elif key in more:
                options[key] = more[key]
            elif key == "aws:tokenissuetime" and self._stamp is not None:
                # Long-term keys of a user carry no such time; a console sign-in and GetSessionToken do.
                options[key] = (self._stamp,) if who.kind is Kind.ROLE else (self._stamp, None)
            elif key.startswith("aws:principaltag/") and who.tags is not None and who.kind is Kind.USER:
                options[key] = (None,)
            elif _is_chosen(key, action, new=new):
                options[key] = (*dict.fromkeys(value for each in found for value in _values(each)), None)
        return options

    @property
    def _stamp(self) -> tuple[Text, ...] | None:
        return None if self._now is None else (text(self._now.strftime("%Y-%m-%dT%H:%M:%SZ")),)

    def _given(self, who: Subject, owner: Text) -> dict[str, ContextValue]:
        found = who.given.get(owner)
        if found is None:
            found = who.given[owner] = self._make_given(who, owner)
        return found

    def _make_given(self, who: Subject, owner: Text) -> dict[str, ContextValue]:
        context = principal_context(who.caller, owner)
        context["aws:securetransport"] = _TRUE
        context["aws:viaawsservice"] = _FALSE
        context["aws:calledvia"] = context["aws:calledviafirst"] = context["aws:calledvialast"] = None
        if self._now is not None:
            context["aws:currenttime"] = self._stamp
            context["aws:epochtime"] = (text(str(int(self._now.timestamp()))),)
        for key, value in (who.tags or {}).items():
            context[f"aws:principaltag/{key.lower()}"] = (value,)
        return context


def _owner(resource: Text, who: Subject) -> Text:
    """The account in an ARN; where it names none, the subject's own is assumed."""
    return _account_in(resource) or who.account


@lru_cache(maxsize=65536)
def _account_in(resource: Text) -> Text | None:
    parts = arns.parse(resource)
    return None if isinstance(parts, Unknown) or not parts.value.account.parts else parts.value.account


def _product(options: Options) -> Iterator[dict[str, ContextValue]]:
    """Every way to choose; the first value of every key first, which most often is the one."""
    if not options:
        yield {}
        return
    key, *rest = options
    for following in _product({name: options[name] for name in rest}):
        for value in options[key]:
            yield {key: value, **following}


def _is_chosen(key: str, action: str, *, new: bool) -> bool:
    if key in _ALWAYS_CHOSEN or key.startswith(_CHOSEN_PREFIXES):
        return True
    if not new:
        return False
    service = action.partition(":")[0].lower()
    # What a request makes has the settings that the request gives it. What IAM keys name is known or is not chosen.
    return key.startswith(_OF_NEW_THINGS) or (service != "iam" and key.startswith(f"{service}:"))


def _values(condition: Condition) -> Iterable[ContextValue]:
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


def tags_of(tags: object, prefixes: tuple[str, ...]) -> dict[str, ContextValue]:
    """The tags of a resource as context, for each of some key prefixes; nothing when they are not told."""
    if not isinstance(tags, Known):
        return {}
    return {f"{prefix}{key.lower()}": (value,) for prefix in prefixes for key, value in tags.value.items()}
