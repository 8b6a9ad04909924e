"""Notifications that SES publishes: small ones, whose exact size nobody tells."""

from decimal import Decimal

from auditor.model.known import Unknown
from pricing.meters.sns import SIZE
from pricing.placing import Target
from pricing.topology.derived import Fact, Ledger

ONE_REQUEST = Decimal(64 * 1024)


def take_one_request(target: Target, ledger: Ledger) -> None:
    """Take notifications of SES to be one request each; how many bytes they are stays open."""
    if isinstance(ledger.default(target, SIZE), Unknown) and not ledger.is_derived(target, SIZE):
        basis = "a notification of SES is taken to be at most 64 KB, so one request"
        ledger.facts.setdefault(target, {})[SIZE] = Fact(ONE_REQUEST, basis)
        ledger.note(f"{basis[0].upper()}{basis[1:]}.")
