"""What event destinations make CloudWatch and Firehose charge: it exists, and how much it is must be told.

Source: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-cloudwatch.html (a metric for
every event type and every value of a dimension).
"""

from auditor.model.known import Known
from auditor.model.ses import EventDestination
from pricing.placing import Target, target_of
from pricing.topology.derived import Fact, Ledger

METRICS, RECORDS = "ses.events.cloudwatch_metrics", "ses.events.firehose_gb"


def derive(ledger: Ledger) -> None:
    """Say of each Region whose events are published to CloudWatch or Firehose that this costs something."""
    for item in ledger.inventory.of(EventDestination):
        target = Target("ses", target_of(item, "ses", ledger.region).region)
        if item.enabled == Known(value=False) or target.region is None:
            continue
        if item.cloudwatch == Known(value=True):
            _open(ledger, target, METRICS, "how many metrics the dimensions of event destinations make is not told")
        if isinstance(item.firehose_stream, Known) and item.firehose_stream.value is not None:
            _open(ledger, target, RECORDS, "how many GB of events are published to Firehose is not told")


def _open(ledger: Ledger, target: Target, name: str, reason: str) -> None:
    if ledger.is_open(target, name) and not ledger.is_derived(target, name):
        ledger.derive(target, name, Fact(None, reason, (name,)))
