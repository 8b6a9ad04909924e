"""The principals that publish to an encrypted topic: they, not the messages, decide how often KMS is asked.

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
"""

from decimal import Decimal

from auditor.model import relations
from auditor.model.known import Known, Unknown
from auditor.model.sns import Topic
from pricing.placing import Target
from pricing.topology.branch import PUBLISHES
from pricing.topology.derived import Fact, Ledger, listed

PRINCIPALS, MANAGED = "sns.kms.publishing_principals", "sns.kms.aws_managed_principals"
_REQUESTS = {PRINCIPALS: "sns.kms.requests", MANAGED: "sns.kms.aws_managed_requests"}


def derive(topic: Topic, target: Target, ledger: Ledger) -> None:
    """Derive the publishing principals of an encrypted topic that only AWS services publish to.

    Of a topic whose publishes are told rather than derived, nobody knows how many roles and users publish.
    """
    key = topic.kms_key
    if isinstance(key, Unknown):
        _say_unknown(target, ledger)
        return
    if key.value is None:
        return
    name = MANAGED if relations.is_aws_managed_alias(key.value) else PRINCIPALS
    requests = _REQUESTS[name]
    if not ledger.is_open(target, name) or not ledger.is_open(target, requests):
        return
    publishes = ledger.told(target, PUBLISHES)
    if publishes == Known(Decimal(0)):
        ledger.derive(target, name, Fact(Decimal(0), "nothing is published"))
    elif ledger.is_derived(target, PUBLISHES):
        found = relations.service_publishers(ledger.inventory, topic)
        services = sorted({publisher.service for publisher in found.items})
        if services and not found.unknowns:
            ledger.derive(target, name, Fact(Decimal(len(services)), f"{listed(services)} of the inventory"))
            return
    if publishes is not None and name not in ledger.facts.get(target, {}):
        ledger.derive(target, requests, Fact(None, f"how many principals publish ({name}) is not told", (name,)))


def _say_unknown(target: Target, ledger: Ledger) -> None:
    """A topic that may be encrypted: nobody knows whether publishing to it asks KMS."""
    spoken = any(not ledger.is_open(target, name) for name in (*_REQUESTS, *_REQUESTS.values()))
    if not spoken and ledger.told(target, PUBLISHES) not in {None, Known(Decimal(0))}:
        reason = "whether the topic is encrypted, and with which key, is not told"
        ledger.derive(target, _REQUESTS[PRINCIPALS], Fact(None, reason, (PRINCIPALS,)))
