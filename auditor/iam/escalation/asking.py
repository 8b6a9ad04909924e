"""Whether a subject may do something, if it makes the best of what the caller of a request can choose.

The engine decides one request. A condition on what the caller chooses (a tag of what it makes, a session name) holds if
some choice makes it hold; one on what is given (address, time, MFA, organization) only if what is given does.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import NamedTuple, Protocol, TypeAlias, TypeVar

import msgspec

from auditor.iam.carried import carries
from auditor.iam.decision import Decision, Effect
from auditor.iam.elements import Condition, Policy
from auditor.iam.escalation.about import About, Abouts, kept_by_aws, uncarried
from auditor.iam.escalation.attaching import (
    FRESH,
    MOST,
    NOTHING_KNOWN,
    POLICY_ARN,
    customer_managed,
    of_aws,
    told_apart,
)
from auditor.iam.escalation.choosing import OF_NEW_THINGS, is_chosen, values
from auditor.iam.escalation.masks import Readings, bit
from auditor.iam.escalation.path import Need, On
from auditor.iam.escalation.subject import Subject
from auditor.iam.evaluate import Policies, evaluate
from auditor.iam.request import ContextValue, Kind, Request, principal_context
from auditor.model import arn as arns
from auditor.model.known import Cause, Known, Truth, Unknown
from auditor.model.text import Text, text

_OF_REQUEST_TAGS = ("aws:requesttag/", "aws:tagkeys")
_LISTED_IN_FULL = frozenset({"iam", "sts"})
_MOST_CHOICES = 16
_TRUE, _FALSE = (text("true"),), (text("false"),)

Context: TypeAlias = Mapping[str, ContextValue]
Options: TypeAlias = Mapping[str, tuple[ContextValue, ...]]


NOT_ALLOWED = Decision(Effect.IMPLICIT_DENY)
"""The answer where no statement is about the resource."""


class Seen(NamedTuple):
    """One permission as it was decided.

    Attributes:
        who: was asked about.
        need: the permission.
        resource: what it was asked about.
        decision: of the engine.
        context: what was known of the request beside the caller.
        on: policies on the resource that took part.
    """

    who: Subject
    need: Need
    resource: Text
    decision: Decision
    context: Context | None = None
    on: tuple[Policy, ...] = ()

    @property
    def truth(self) -> Truth:
        """Whether it is allowed."""
        return self.decision.allowed


class _Asked(NamedTuple):
    """A question; the parts are those of `Asker.decide`."""

    who: Subject
    action: str
    resource: Text
    context: Context
    new: bool
    on: tuple[Policy, ...]


class _Judged(Protocol):
    @property
    def truth(self) -> Truth: ...


J = TypeVar("J", bound=_Judged)


def best(judged: Iterable[J]) -> J | None:
    """The first that is certain, else the first that may be, else any; looks no further than that needs."""
    found: J | None = None
    for each in judged:
        if each.truth is Truth.TRUE:
            return each
        if found is None or found.truth is Truth.FALSE:
            found = each
    return found


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

    def ask(
        self,
        who: Subject,
        need: Need,
        resource: Text | None,
        context: Context | None = None,
        on: tuple[Policy, ...] = (),
    ) -> Seen:
        """A permission as it is decided; undecided on a resource whose ARN is not told.

        Args:
            who: asks.
            need: the permission.
            resource: ARN, or ``*``.
            context: what is known of the request beside the caller.
            on: policies on the resource.
        """
        if resource is None:
            why = Unknown(Cause.UNDECIDED, "the ARN of the target is not told")
            return Seen(who, need, text("*"), Decision(Effect.UNKNOWN, unknowns=(why,)))
        decision = self.decide(who, need.action, resource, context, on, new=need.on is On.NEW)
        return Seen(who, need, resource, decision, context, on)

    def decide(
        self,
        who: Subject,
        action: str,
        resource: Text,
        context: Context | None = None,
        on: tuple[Policy, ...] = (),
        *,
        new: bool = False,
    ) -> Decision:
        """The best decision over what the caller can choose; why something is not allowed it need not tell.

        Args:
            who: asks.
            action: one of the catalogue, in full.
            resource: ARN, or ``*``.
            context: what is known of the request beside the caller.
            on: policies on the resource.
            new: whether the resource is made by the request, so that its tags and settings are chosen.
        """
        about, alike = self.about(who, action)
        on = self.readings.about(on, action) if on else on
        if not on and not about.may_allow(resource):
            return NOT_ALLOWED
        if (action.startswith("iam:") and kept_by_aws(resource)) or self.readings.unsure(on) & bit(action):
            alike = action
        if about.is_plain and not on:
            decided: dict[Hashable, Decision] = about.decided
            key: Hashable = (who.kind, who.account, resource, alike)
        else:
            told = None if context is None else frozenset(context.items())
            if about.is_common and not on:
                decided, key = about.decided, (who.kind, who.account, resource, alike, told, new)
            else:
                lacks = uncarried(action, self._keys(on)) if on else None
                these = tuple(map(id, on))  # what is read of them below keeps them
                decided, key = who.decided, (id(about), these, resource, alike, lacks, told, new)
        found = decided.get(key)
        if found is None:
            found = self._best(_Asked(who, action, resource, context or {}, new, on), about)
            if not any(why.cause is Cause.LIMIT for why in found.unknowns):  # those name the action
                decided[key] = found
        return found

    def _keys(self, on: tuple[Policy, ...]) -> frozenset[str]:
        """The keys of the conditions of policies on a resource."""
        return frozenset().union(*(self._abouts.said(part).keys for part in on))

    def _best(self, asked: _Asked, about: About) -> Decision:
        """The best decision over what the caller can choose, made anew."""
        who, action, resource, context, new, on = asked
        policies, conditions = about.policies, about.conditions
        if on:
            policies = msgspec.structs.replace(policies, resource=on)
            conditions = (*conditions, *(each for part in on for each in self._abouts.said(part).conditions))
        owner = _owner(resource, who)
        given = self._given(who, owner)
        absent = _absent(action, about.keys | self._keys(on)) if conditions else {}
        if context or absent:
            given = {**given, **context, **absent}
        found: Decision | None = None
        tried = 0
        choices = {} if not conditions else self._options(conditions, given, action, who, new=new)
        for choice in islice(_product(choices), _MOST_CHOICES):
            request = Request(
                caller=who.caller,
                action=action,
                resource=resource,
                resource_account=owner,
                context={**given, **choice} if choice else given,
            )
            decision = evaluate(request, policies)
            if decision.effect is Effect.ALLOW:
                return decision
            tried += 1
            if found is None or (found.allowed is Truth.FALSE and decision.allowed is Truth.UNKNOWN):
                found = decision
        if found is None:  # there is always the choice to choose nothing
            raise AssertionError
        if found.allowed is Truth.FALSE and POLICY_ARN in choices:
            found = self._by_other_policies(asked, conditions, policies, given, choices) or found
        if tried >= _MOST_CHOICES and found.allowed is Truth.FALSE:
            why = Unknown(Cause.LIMIT, f"the conditions on {action} leave more choices than are tried")
            return Decision(Effect.UNKNOWN, found.because, found.assumptions, (why,))
        return found

    def _by_other_policies(
        self,
        asked: _Asked,
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

    def about(self, who: Subject, action: str) -> tuple[About, Hashable]:
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
    ) -> Options:
        """What the caller can choose, as far as the conditions ask for it."""
        asked: dict[str, list[Condition]] = {}
        for condition in conditions:
            key = condition.key.literal
            if key is not None and key.lower() not in given:
                asked.setdefault(key.lower(), []).append(condition)
        options: dict[str, tuple[ContextValue, ...]] = {}
        for key, found in asked.items():
            if key == POLICY_ARN and carries(action, key):
                admin = told_apart(self.attachables.admin(who.account), found)
                options[key] = tuple((arn,) for arn in (*of_aws(who.partition), *admin))
            elif key == "aws:tokenissuetime" and self._stamp is not None:
                # Long-term keys of a user carry no such time; a console sign-in and GetSessionToken do.
                options[key] = (self._stamp,) if who.kind is Kind.ROLE else (self._stamp, None)
            elif key.startswith("aws:principaltag/") and who.tags is not None and who.kind is Kind.USER:
                options[key] = (None,)
            elif is_chosen(key, action, new=new):
                options[key] = (*dict.fromkeys(value for each in found for value in values(each)), None)
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


@lru_cache(maxsize=8192)
def _absent(action: str, keys: frozenset[str]) -> dict[str, ContextValue]:
    """Those of some keys that requests for an action certainly lack: of IAM and STS the reference lists all.

    Tags of resources are left out: what can be tagged grows.
    """
    service = action.partition(":")[0]
    beginnings = (f"{service}:", *_OF_REQUEST_TAGS) if service in _LISTED_IN_FULL else ()
    missing = (key for key in uncarried(action, keys) if not key.startswith(OF_NEW_THINGS))
    return {key: None for key in missing if key.startswith(beginnings)}


def tags_of(tags: object, prefixes: tuple[str, ...]) -> dict[str, ContextValue]:
    """The tags of a resource as context, for each of some key prefixes; nothing when they are not told."""
    if not isinstance(tags, Known):
        return {}
    return {f"{prefix}{key.lower()}": (value,) for prefix in prefixes for key, value in tags.value.items()}
