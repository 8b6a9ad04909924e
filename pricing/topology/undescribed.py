"""Resources of templates that the inventory has no class for, only their number: what they cost, or may cost.

Sources: https://aws.amazon.com/ses/pricing/, https://docs.aws.amazon.com/ses/latest/dg/eb.html (Mail Manager),
https://docs.aws.amazon.com/ses/latest/dg/tenants.html and https://aws.amazon.com/cloudwatch/pricing/.
"""

from collections.abc import Iterator

from auditor.model.inventory import Inventory
from pricing.placing import Target

_STANDING = {
    "AWS::SES::MailManagerIngressPoint": "ses.mail_manager.ingress_endpoints",
    "AWS::SES::Tenant": "ses.tenants",
    "AWS::CloudWatch::CompositeAlarm": "cloudwatch.alarms.composite",
}
"""Type to the quantity that counts them: each costs by being there."""

_USED = {
    "AWS::SES::DedicatedIpPool": ("ses.dedicated_ip.standard", "ses.dedicated_ip.managed.subscriptions"),
    "AWS::SES::MailManagerAddonSubscription": tuple(
        f"ses.mail_manager.addon.{name}" for name in ("abusix", "spamhaus", "trend_micro", "vade")
    ),
    "AWS::SES::MailManagerArchive": (
        "ses.mail_manager.archive.ingest_gb",
        "ses.mail_manager.archive.storage_gb_months",
    ),
    "AWS::SES::MailManagerIngressPoint": ("ses.mail_manager.messages", "ses.mail_manager.chunks_256kb"),
    "AWS::SES::MultiRegionEndpoint": ("ses.global_endpoint.emails",),
    "AWS::SES::Tenant": ("ses.tenants.emails",),
    "AWS::SES::VdmAttributes": ("ses.vdm.emails",),
}
"""Type to the quantities that it makes possible."""

_HOLDING = frozenset(
    {
        "AWS::CloudFormation::Stack",
        "AWS::CloudFormation::StackSet",
        "AWS::Serverless::Application",
        "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
        "Fn::ForEach",
        "Fn::Transform",
    }
)
"""What has resources that its template does not show."""


def standing(inventory: Inventory, default_region: str | None) -> Iterator[tuple[Target, str, int]]:
    """What costs by being there: the service in its Region, the quantity and how many there are."""
    for kind, region, count in _types(inventory, default_region):
        name = _STANDING.get(kind)
        if name is not None:
            yield Target(name.partition(".")[0], region), name, count


def used(inventory: Inventory, default_region: str | None) -> Iterator[tuple[Target, str]]:
    """What costs by being used: Amazon SES in a Region, and a quantity of it."""
    for kind, region, _ in _types(inventory, default_region):
        for name in _USED.get(kind, ()):
            yield Target("ses", region), name


def holding(inventory: Inventory) -> Iterator[tuple[str, int]]:
    """What has resources that are not in the inventory unless another input shows them, with its number."""
    counts: dict[str, int] = {}
    for kind, _, count in _types(inventory, None):
        if kind in _HOLDING or kind.startswith("macro "):
            counts[kind] = counts.get(kind, 0) + count
    yield from sorted(counts.items())


def _types(inventory: Inventory, default_region: str | None) -> Iterator[tuple[str, str | None, int]]:
    for read in inventory.inputs:
        for kind, count in read.unsupported.items():
            yield kind, read.region or default_region, count
