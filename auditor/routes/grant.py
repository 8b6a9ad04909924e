"""Whether a resource policy lets a service in, asked of the policy engine with the context the service really sends."""

import json
from typing import TypeVar

import msgspec

from auditor import iam
from auditor.finding import Evidence, Fix
from auditor.iam.decision import Decision, Effect, Reason
from auditor.iam.document import Policy, unread
from auditor.iam.request import Request
from auditor.model.inventory import Relation
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.origin import Location
from auditor.model.policy import Document
from auditor.model.resource import Resource
from auditor.model.sns import TopicPolicy
from auditor.model.sqs import QueuePolicy
from auditor.model.text import Text, text
from auditor.routes.link import Subject, absence, as_told, scope_words
from auditor.routes.route import Link

P = TypeVar("P", TopicPolicy, QueuePolicy)
_ANY_OTHER = Unknown(Cause.UNDECIDED, "some other account's")


class Sender(msgspec.Struct, frozen=True):
    """A service that acts for a resource.

    Attributes:
        principal: service principal.
        label: the service's short name.
        account, region: of the resource it acts for.
        arn: what it sends as aws:SourceArn.
        source: that resource in words.
        names_account: whether AWS documents that it sends aws:SourceAccount, so that a policy can rely on it.
        tells_kms: whether AWS documents that its calls to KMS carry aws:SourceArn and aws:SourceAccount.
        lookalike: ARN and words of the resource that is often named instead.
        names_source: whether requests carry the source at all.
    """

    principal: str
    label: str
    account: Text
    region: Text
    arn: Text
    source: str
    names_account: bool
    tells_kms: bool
    lookalike: tuple[Text, str] | None = None
    names_source: bool = True


class Target(msgspec.Struct, frozen=True):
    """What the service wants to do, and to what: actions, the resource's ARN and the account that owns it."""

    actions: tuple[str, ...]
    arn: Text
    account: Text


class Attached(msgspec.Struct, frozen=True):
    """The policies on a target.

    Attributes:
        documents: with the resource that holds each.
        gaps: why there may be others.
        additive: whether the documents are statements of one policy; else the later one replaces the earlier.
        rivals: documents that may be on the target, in the place of the others.
    """

    documents: tuple[tuple[Resource, Value[Document]], ...]
    gaps: tuple[Unknown, ...]
    additive: bool = False
    rivals: tuple[tuple[Resource, Value[Document]], ...] = ()


def attached(policies: Relation[P]) -> Attached:
    """The policies of a topic or queue, of which it has one at a time."""
    certain, rivals = (tuple((item, item.document) for item in items) for items in (policies.items, policies.possible))
    return Attached(certain, policies.unknowns, rivals=rivals)


def decide(sender: Sender, target: Target, attached: Attached) -> Decision:
    """Whether the policies on a target let the sender do all of the actions.

    Something that was not read makes it UNKNOWN unless it could not change the answer.
    """
    policies = [_parsed(document) for _, document in attached.documents]
    if attached.additive or len(policies) < 2:
        decision = _all_actions(sender, target, policies)
    else:
        decision = _same(tuple(_all_actions(sender, target, [policy]) for policy in policies))
    is_open = decision.effect is Effect.IMPLICIT_DENY and bool(attached.gaps)
    if is_open or any(
        _all_actions(sender, target, [_parsed(document)]).effect is not decision.effect
        for _, document in attached.rivals
    ):
        return Decision(Effect.UNKNOWN, decision.because, decision.assumptions, attached.gaps)
    return decision


def judge(subject: Subject, sender: Sender, target: Target, attached: Attached, fix: Fix | None = None) -> Link:
    """The link of a policy that must let the sender in."""
    decision = decide(sender, target, attached)
    asked = f"{sender.label} {' and '.join(target.actions)} for {sender.source}"
    shown = evidence(decision, attached)
    named = _named(decision)
    match decision.effect:
        case Effect.ALLOW:
            return subject.ok(f"{named}allows {asked}", *shown, assumptions=decision.assumptions)
        case Effect.UNKNOWN:
            return subject.unknown(f"it is not decided whether it allows {asked}", *decision.unknowns, evidence=shown)
        case Effect.EXPLICIT_DENY:
            fix = Fix(f"Except {sender.principal} that acts for {sender.arn} from the Deny of {named or 'the policy'}.")
            return subject.broken(f"{named}denies {asked}", *shown, fix=fix)
        case Effect.IMPLICIT_DENY:
            return subject.broken(
                f"does not allow {asked}{_mistake(sender, target, attached)}",
                *shown,
                fix=fix or Fix(f"Add{f' or change {named.strip()} to' if named else ''}: " + statement(sender, target)),
            )


def missing(subject: Subject, sender: Sender, target: Target, holder: Resource, why: str) -> Link:
    """The link of a policy that is not there, where nothing but a policy lets a service in."""
    asked = f"{sender.label} {' and '.join(target.actions)} for {sender.source}"
    return subject.broken(
        f"there is none{scope_words(holder)}, so nothing allows {asked}",
        absence(why, holder),
        fix=Fix("Attach a policy with the statement: " + statement(sender, target)),
        confidence=as_told(holder),
    )


def open_to_any_account(sender: Sender, target: Target, attached: Attached) -> bool:
    """Whether the service is certainly let in on behalf of any resource of any account (a confused deputy)."""
    anybody = text(_ANY_OTHER)
    stranger = msgspec.structs.replace(sender, account=anybody, arn=anybody)
    return decide(stranger, target, attached).effect is Effect.ALLOW


def evidence(decision: Decision, attached: Attached) -> tuple[Evidence, ...]:
    """What decided, at its place."""
    holder = attached.documents[0][0] if attached.documents else None
    return tuple(
        Evidence("statement" if reason.statement else "attribute", _words(reason), _place(reason.location, holder))
        for reason in decision.because
    )


def statement(sender: Sender, target: Target) -> str:
    """The least statement that lets the sender in, as JSON; symbols of the input stay as ``{name}``."""
    condition = {"ArnEquals": {"aws:SourceArn": str(sender.arn)}}
    if sender.names_account:
        condition = {"StringEquals": {"aws:SourceAccount": str(sender.account)}, **condition}
    made = {
        "Effect": "Allow",
        "Principal": {"Service": sender.principal},
        "Action": list(target.actions) if len(target.actions) > 1 else target.actions[0],
        "Resource": str(target.arn),
        "Condition": condition,
    }
    return json.dumps(made, ensure_ascii=False)


def _parsed(document: Value[Document]) -> Policy:
    return iam.parse(document.value) if isinstance(document, Known) else unread(document)


def _all_actions(sender: Sender, target: Target, policies: list[Policy]) -> Decision:
    """Allowed when every action is; otherwise the answer for the worst one."""
    decisions = [iam.evaluate(_request(sender, action, target), policies) for action in target.actions]
    return min(decisions, key=lambda decision: _WORST_FIRST.index(decision.effect))


_WORST_FIRST = (Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY, Effect.UNKNOWN, Effect.ALLOW)
_ACCOUNT_KEYS = ("aws:sourceaccount", "aws:sourceowner")
_SOURCE_KEYS = (*_ACCOUNT_KEYS, "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths")


def _request(sender: Sender, action: str, target: Target) -> Request:
    request = iam.service_request(
        sender.principal,
        action,
        target.arn,
        resource_account=target.account,
        source_account=sender.account,
        source_arn=sender.arn,
    )
    context = dict(request.context)
    if not sender.names_source:
        context |= dict.fromkeys(_SOURCE_KEYS)
    elif not sender.names_account:
        why = Unknown(Cause.UNDECIDED, f"AWS does not document whether {sender.label} sends aws:SourceAccount")
        context |= dict.fromkeys(_ACCOUNT_KEYS, why)
    return msgspec.structs.replace(request, context=context)


def _same(decisions: tuple[Decision, ...]) -> Decision:
    """One answer of policies that replace each other."""
    effects = {decision.effect for decision in decisions}
    if len(effects) == 1:
        return decisions[0]
    reasons = tuple(reason for decision in decisions for reason in decision.because)
    why = Unknown(Cause.UNDECIDED, f"{len(decisions)} policies are declared; the one deployed last stays")
    return Decision(Effect.UNKNOWN, reasons, (), (why,))


def _mistake(sender: Sender, target: Target, attached: Attached) -> str:
    """Names the classic error: the policy lets the service in for the other kind of source."""
    if sender.lookalike is None:
        return ""
    arn, words = sender.lookalike
    other = msgspec.structs.replace(sender, arn=arn, lookalike=None)
    if decide(other, target, attached).effect is not Effect.ALLOW:
        return ""
    return f": it names the ARN of {words}, and {sender.label} sends that of {sender.source}"


def _named(decision: Decision) -> str:
    """The statement that decided, as the beginning of a sentence."""
    name = next((reason.statement for reason in decision.because if reason.statement), "")
    return f"statement {name} " if name else ""


def _words(reason: Reason) -> str:
    return f"statement {reason.statement}: {reason.text}" if reason.statement else reason.text


def _place(location: Location, holder: Resource | None) -> Location:
    """Documents that an API gave have no path of their own: they stand where their holder does."""
    if location.path or holder is None:
        return location
    return msgspec.structs.replace(holder.location, pointer=holder.location.pointer + location.pointer)
