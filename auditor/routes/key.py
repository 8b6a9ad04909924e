"""Whether a service can use the KMS key of a topic or queue.

AWS documents that services which publish to an encrypted topic or queue need kms:GenerateDataKey and kms:Decrypt in
the key policy, and that the key policies of AWS managed keys cannot be changed.
Source: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
"""

from collections.abc import Iterator

import msgspec

from auditor.finding import Fix
from auditor.iam.decision import Effect
from auditor.model import relations
from auditor.model.inventory import Inventory
from auditor.model.kms import Key
from auditor.model.known import Cause, Known, Truth, Unknown, Value
from auditor.model.resource import Resource
from auditor.model.text import Text
from auditor.routes.grant import Attached, Sender, Target, decide, evidence, judge
from auditor.routes.link import Subject, arn_of, called, doubt, seen
from auditor.routes.route import Link

_NOUNS = {"topic-key": "topic key", "endpoint-key": "queue key", "redrive-queue-key": "redrive queue key"}
ACTIONS = ("kms:GenerateDataKey", "kms:Decrypt")


def link(name: str, reference: Value[Text | None], holder: Resource, sender: Sender, inventory: Inventory) -> Link:
    """The link of a key.

    Args:
        name: of the link.
        reference: the key as `holder` names it, None when it has none.
        holder: the topic or queue.
        sender: who must be able to use the key.
        inventory: where keys and aliases are.
    """
    noun = _NOUNS[name]
    if isinstance(reference, Unknown):
        return Subject(name, noun).unknown("it is not told whether there is one", reference)
    shown = seen(f"KmsMasterKeyId = {reference.value or 'none'}", reference, holder)
    if reference.value is None:
        return Subject(name, noun).ok("no KMS key is set, so none has to be granted", shown)
    subject = Subject(name, f"{noun} {reference.value}")
    if relations.is_aws_managed_alias(reference.value):
        return subject.broken(_managed(sender), shown, fix=_own_key(holder, sender))
    found = relations.key(inventory, reference.value, holder)
    if isinstance(found, Unknown):
        return subject.unknown(f"the key is not known, so neither is whether {sender.label} may use it", found)
    if found.value is None:
        return subject.broken(
            "no such key or alias exists", shown, fix=Fix(f"Set an existing symmetric key on {called(holder)}.")
        )
    title = subject.title if reference.value.literal is not None else f"{noun} {called(found.value)}"
    return _judge(Subject(name, title, found.value), found.value, holder, sender)


def _judge(subject: Subject, key: Key, holder: Resource, sender: Sender) -> Link:
    if isinstance(key.manager, Known) and key.manager.value == "AWS":
        shown = seen("KeyManager = AWS", key.manager, key)
        return subject.broken(_managed(sender), shown, fix=_own_key(holder, sender))
    for fault in _faults(subject, key, holder):
        return fault
    policy = _policy(subject, key, sender)
    if policy.state != "OK":
        return policy
    gaps = [gap for gap in (key.manager, _usable(key), doubt(key, holder)) if isinstance(gap, Unknown)]
    if gaps:
        return subject.unknown("its policy grants it; its state is not told", *gaps, evidence=policy.evidence)
    return policy


def _faults(subject: Subject, key: Key, holder: Resource) -> Iterator[Link]:
    if isinstance(key.state, Known) and key.state.value != "Enabled":
        yield subject.broken(
            f"the key is {key.state.value}",
            seen(f"KeyState = {key.state.value}", key.state, key),
            fix=Fix(f"Enable the key (or cancel its deletion), or set another on {called(holder)}."),
        )
    if isinstance(key.enabled, Known) and not key.enabled.value:
        yield subject.broken(
            "the key is disabled", seen("Enabled = false", key.enabled, key), fix=Fix("Enable the key.")
        )
    if isinstance(key.spec, Known) and key.spec.value != "SYMMETRIC_DEFAULT":
        yield subject.broken(
            f"only symmetric keys can encrypt topics and queues, and this is {key.spec.value}",
            seen(f"KeySpec = {key.spec.value}", key.spec, key),
            fix=Fix(f"Set a symmetric encryption key on {called(holder)}."),
        )
    if key.region.equals(holder.region) is Truth.FALSE:
        yield subject.broken(
            f"the key is in {key.region}, {called(holder)} in {holder.region}",
            seen(f"Region = {key.region}", Known(key.region), key),
            fix=Fix(f"Set a key of {holder.region} on {called(holder)}."),
        )


def _policy(subject: Subject, key: Key, sender: Sender) -> Link:
    """The key policy; where it is not documented that the service sends its source, both cases must agree."""
    target = Target(ACTIONS, arn_of(key), key.account)
    attached = Attached(((key, key.policy),), ())
    fix = Fix(
        f"Add to the key policy: Allow {sender.principal} kms:GenerateDataKey* and kms:Decrypt on Resource *"
        f" (this key){_conditions(sender)}."
    )
    told = judge(subject, sender, target, attached, fix)
    if sender.tells_kms:
        return told
    decision = decide(msgspec.structs.replace(sender, names_source=False), target, attached)
    if told.state == "OK" and decision.effect is not Effect.ALLOW:
        why = Unknown(
            Cause.UNDECIDED,
            f"AWS does not document whether {sender.label} sends aws:SourceArn and aws:SourceAccount to KMS,"
            " and the grant depends on them",
        )
        return subject.unknown(
            f"it grants {sender.label} the key on conditions that may never be met",
            why,
            evidence=evidence(decision, attached) or told.evidence,
        )
    return told


def _usable(key: Key) -> Value[bool]:
    """Whether the key is enabled, from whichever of its two attributes is told."""
    if isinstance(key.enabled, Known):
        return key.enabled
    return key.state.map(lambda state: state == "Enabled") if isinstance(key.state, Known) else key.enabled


def _conditions(sender: Sender) -> str:
    if sender.tells_kms:
        return f", when aws:SourceArn is {sender.arn}"
    return f", without conditions on aws:SourceArn and aws:SourceAccount, which {sender.label} may not send to KMS"


def _managed(sender: Sender) -> str:
    return f"{sender.label} cannot use an AWS managed key: its policy does not admit services and cannot be changed"


def _own_key(holder: Resource, sender: Sender) -> Fix:
    return Fix(
        f"Set a customer managed key on {called(holder)} whose policy allows {sender.principal} kms:GenerateDataKey*"
        f" and kms:Decrypt{_conditions(sender)}.",
        locks_out=(
            f"Every principal that uses {called(holder)} through the AWS managed key, until the new key allows it too.",
        ),
    )
