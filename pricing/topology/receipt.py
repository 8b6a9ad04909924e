"""What receipt rules publish to topics: one message for each mail and each action that names a topic.

An action that publishes the mail itself sends all of its content; the others tell only that they were done. A rule
without recipients gets every mail, unless another rule or an action before it can stop it: then nobody knows how many.
Sources: https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-sns.html and
https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from auditor.model import relations
from auditor.model.known import Known, Unknown, Value
from auditor.model.ses import ReceiptAction, ReceiptRule, ReceiptRuleSet
from auditor.model.sns import Topic
from pricing.meters.sns import SIZE
from pricing.money import grouped
from pricing.placing import Target, target_of
from pricing.topology.branch import PUBLISHES
from pricing.topology.derived import Fact, Ledger
from pricing.topology.notification import take_one_request

INBOUND = "ses.inbound.messages"
_STOPPING = {"STOP": "stops", "BOUNCE": "can stop", "LAMBDA": "can stop"}
"""Kind of an action to what it does to the rules and actions after it; a function decides that itself."""


def derive(ledger: Ledger) -> None:
    """Derive what receipt rules publish, where received mail is told and the publishes are not."""
    rules = [rule for rule in ledger.inventory.of(ReceiptRule) if _runs(rule, ledger)]
    for rule in rules:
        received = _received(rule, rules, ledger)
        if received is None:
            continue
        if isinstance(rule.actions, Unknown):
            ledger.note(f"Publishes of receipt rule {rule.id} are not derived: its actions are not told.")
            continue
        for index, action in enumerate(rule.actions.value):
            topic = _topic(action, rule, ledger)
            if topic is not None:
                before = rule.actions.value[:index]
                _publish(topic, action, _reaching(received, before, rule), ledger)


def _runs(rule: ReceiptRule, ledger: Ledger) -> bool:
    """Whether a rule is, or can be, enabled and in the active rule set."""
    if rule.enabled == Known(value=False):
        return False
    for item in ledger.inventory.of(ReceiptRuleSet):
        if (rule.rule_set, rule.region, rule.account) == (Known(item.name), item.region, item.account):
            return item.active != Known(value=False)
    return True


def _received(rule: ReceiptRule, rules: Sequence[ReceiptRule], ledger: Ledger) -> Fact | None:
    """How many mails get to a rule; None when nothing is told of received mail."""
    target = target_of(rule, "ses", ledger.region)
    own = ledger.told(target, INBOUND)
    if own is not None:
        return _fact(own, f"mails of receipt rule {rule.address}")
    told = ledger.told(Target("ses", target.region), INBOUND)
    if told is None:
        return None
    others = [item for item in rules if item is not rule and item.region == rule.region]
    doubt = next(_doubts(rule, others), None)
    if doubt is not None and told != Known(Decimal(0)):
        return Fact(None, f"how many mails receipt rule {rule.address} gets is not told: {doubt}", (INBOUND,))
    ledger.note(
        "Receipt rules are taken to be those of the active rule set, and SES to be allowed to publish for them."
    )
    return _fact(told, f"mails received in {target.region}")


def _fact(told: Value[Decimal], what: str) -> Fact:
    if isinstance(told, Unknown):
        return Fact(None, f"{INBOUND} is not told", (INBOUND,))
    return Fact(told.value, f"{grouped(told.value)} {what}")


def _doubts(rule: ReceiptRule, others: Iterable[ReceiptRule]) -> Iterator[str]:
    """Why a rule may not get every mail that is received in its Region."""
    if isinstance(rule.recipients, Unknown):
        yield "its recipients are not told"
    elif rule.recipients.value:
        yield "it is for some recipients"
    for other in others:
        if isinstance(other.actions, Unknown):
            yield f"the actions of receipt rule {other.address} are not told"
            continue
        for action in other.actions.value:
            if action.kind in _STOPPING:
                yield f"receipt rule {other.address} {_STOPPING[action.kind]} others"


def _reaching(received: Fact, before: Iterable[ReceiptAction], rule: ReceiptRule) -> Fact:
    """How many mails get to an action after others of its rule."""
    stopping = next((action.kind for action in before if action.kind in _STOPPING), None)
    if stopping == "STOP":
        return Fact(Decimal(0), f"receipt rule {rule.address} stops before")
    if stopping is not None and received.amount:
        return Fact(None, f"how many mails the actions before let through in receipt rule {rule.address} is not told")
    return received


def _topic(action: ReceiptAction, rule: ReceiptRule, ledger: Ledger) -> Topic | None:
    if isinstance(action.topic, Unknown):
        if action.kind == "SNS":
            ledger.note(f"Publishes of receipt rule {rule.id} are not all derived: a topic is not told.")
        return None
    if action.topic.value is None:
        return None
    found = relations.topic(ledger.inventory, action.topic.value, rule)
    return found.value if isinstance(found, Known) else None


def _publish(topic: Topic, action: ReceiptAction, fact: Fact, ledger: Ledger) -> None:
    target = target_of(topic, "sns", ledger.region)
    if not ledger.is_open(target, PUBLISHES):
        return
    ledger.derive(target, PUBLISHES, fact)
    if action.kind != "SNS":
        take_one_request(target, ledger)
    elif ledger.is_open(target, SIZE):
        # The content of a mail can be more than one request.
        reason = f"how large the mails are that SES publishes with their content ({SIZE}) is not told"
        ledger.facts.setdefault(target, {})[SIZE] = Fact(None, reason, (SIZE,))
