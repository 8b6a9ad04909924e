"""What costs money by being there: customer managed keys and alarms, each for a month.

Sources: https://aws.amazon.com/kms/pricing/ (customer managed keys cost by the month, AWS managed ones nothing, and
keys that wait for their deletion nothing) and https://aws.amazon.com/cloudwatch/pricing/ (alarms of standard and of
high resolution, which is a period under 60 seconds).
"""

from decimal import Decimal

from auditor.model.cloudwatch import Alarm
from auditor.model.kms import Key
from auditor.model.known import Known, Unknown
from auditor.model.resource import Resource
from pricing.placing import Target, target_of
from pricing.topology import undescribed
from pricing.topology.derived import Fact, Ledger

KEYS, ALARMS, FAST_ALARMS = "kms.keys", "cloudwatch.alarms", "cloudwatch.alarms.high_resolution"
OF_MAIL = "ses.events.cloudwatch_alarms"
_ONE = Decimal(1)


def derive(ledger: Ledger) -> None:
    """Derive the months of keys and alarms of the inventory."""
    for key in ledger.inventory.of(Key):
        fact = _if_there(key, _key(key))
        target = target_of(key, "kms", ledger.region)
        if fact is not None and ledger.is_open(target, KEYS):
            ledger.derive(target, KEYS, fact)
    for alarm in ledger.inventory.of(Alarm):
        name, known = _alarm(alarm)
        target = target_of(alarm, "cloudwatch", ledger.region)
        if _is_told_of_mail(alarm, target, ledger):
            ledger.note(f"Alarms of the inputs on metrics of SES are taken to be among {OF_MAIL} that are told.")
        elif all(ledger.is_open(target, other) for other in (ALARMS, FAST_ALARMS)):
            ledger.derive(target, name, _if_there(alarm, known) or known)
    for target, name, count in undescribed.standing(ledger.inventory, ledger.region):
        if ledger.is_open(target, name):
            ledger.derive(target, name, Fact(Decimal(count), "those of the inputs"))


def _is_told_of_mail(alarm: Alarm, target: Target, ledger: Ledger) -> bool:
    """Whether the usage tells how many alarms there are on what SES sends, of which an alarm is one."""
    told = ledger.told(Target("ses", target.region), OF_MAIL)
    return told not in {None, Known(Decimal(0))} and alarm.namespace == Known("AWS/SES")


def _if_there(resource: Resource, fact: Fact | None) -> Fact | None:
    """The same, or that it is not told whether the resource exists."""
    if fact is None or resource.uncertain is None:
        return fact
    return Fact(None, f"whether {resource.id} exists is not told ({resource.uncertain.detail})")


def _key(key: Key) -> Fact | None:
    """None for a key that costs nothing by being there."""
    if key.manager == Known("AWS") or key.state == Known("PendingDeletion"):
        return None
    if isinstance(key.manager, Unknown) and not key.is_declared:
        return Fact(None, f"who manages key {key.id} is not told")
    return Fact(_ONE, "a customer managed key of the inventory; versions of its rotations are not counted")


def _alarm(alarm: Alarm) -> tuple[str, Fact]:
    period = alarm.period_seconds
    if isinstance(period, Unknown):
        return ALARMS, Fact(None, f"the period of alarm {alarm.id} is not told")
    if period.value is None:
        return ALARMS, Fact(None, f"how many metrics the expression of alarm {alarm.id} reads is not told")
    return FAST_ALARMS if period.value < 60 else ALARMS, Fact(_ONE, "an alarm of the inventory")
