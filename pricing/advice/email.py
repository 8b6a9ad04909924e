"""Cheaper ways to send: the SES plan of a Region, and dedicated IPs."""

from collections.abc import Callable, Iterator
from decimal import Decimal

import msgspec

from auditor.model.known import Known
from pricing.advice.alternative import Alternative
from pricing.advice.retold import Quantities, changed, email_of, is_email_of, told_of_email
from pricing.catalog.lookup import PLANS
from pricing.meters.registry import meters
from pricing.money import grouped
from pricing.plans import Plans
from pricing.tiers import ZERO
from pricing.topology.feedback import RECIPIENTS
from pricing.usage.usage import Entry, Usage


def plans_of(usage: Usage, region: str, plans: Plans) -> Iterator[Alternative]:
    """Each other SES plan of a Region that sends mail and whose plan is known."""
    current = plans.of(region)
    if not isinstance(current, Known):
        return
    touches = frozenset(name for name in meters() if name.startswith("ses."))
    for plan in PLANS:
        if plan == current.value:
            continue
        text = f"Change the SES pricing plan of {region} from {current.value} to {plan}."
        assumptions = ["The usage stays the same; no discount of an agreement with AWS is taken into account."]
        if current.value != "NONE":
            assumptions.append(
                f"Nothing of what {current.value} includes is used but what the usage file tells, such as "
                "ses.vdm.emails, and a downgrade holds from the next billing cycle."
            )
        yield Alternative(
            id="ses-plan",
            subject=region,
            text=text,
            usage=msgspec.structs.replace(usage, plans={**usage.plans, region: plan}),
            touches=touches,
            assumptions=tuple(assumptions),
            scale=_mail_of(region),
        )


def dedicated_ips(usage: Usage, region: str) -> Iterator[Alternative]:
    """Managed dedicated IPs in place of standard ones."""
    standard, managed = "ses.dedicated_ip.standard", "ses.dedicated_ip.managed."
    addresses, mail = told_of_email(usage, region, standard), told_of_email(usage, region, RECIPIENTS)
    if (
        not addresses
        or not mail
        or any(managed + name in email_of(usage, region) for name in ("emails", "subscriptions"))
    ):
        return
    change: Quantities = {standard: ZERO, f"{managed}subscriptions": Decimal(1), f"{managed}emails": mail}
    yield Alternative(
        id="ses-managed-ips",
        subject=region,
        text=f"Use dedicated IPs (managed) in {region} in place of {grouped(addresses)} standard ones.",
        usage=changed(usage, lambda entry: change if is_email_of(entry, region) else {}),
        touches=frozenset(change),
        assumptions=("All mail of the Region goes through them; AWS decides on their number and warms them up.",),
        scale=_mail_of(region),
    )


def _mail_of(region: str) -> Callable[[Usage, Decimal], Usage]:
    """Scales all that is counted per mail in a Region so that there are so many recipients."""

    def scale(usage: Usage, recipients: Decimal) -> Usage:
        before = told_of_email(usage, region, RECIPIENTS)

        def change(entry: Entry) -> Quantities:
            per_mail = {
                name: recipients
                for name, amount in entry.quantities.items()
                if amount == before and name.endswith((".recipients", ".emails"))
            }
            return dict(per_mail) if is_email_of(entry, region) else {}

        return changed(usage, change)

    return scale
