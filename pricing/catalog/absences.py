"""What AWS says is not offered somewhere, and prices that are in doubt: entered by hand, each with its source."""

from collections.abc import Iterable, Mapping

from pricing.catalog.model import Absence, Status
from pricing.catalog.regions import CHINA, GOVERNMENT

_PUSH_REGIONS = "https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-push-supported-regions.html"
_SNS_IN_CHINA = "https://docs.amazonaws.cn/en_us/aws/latest/userguide/sns.html"
_SNS_IN_GOVERNMENT = "https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-sns.html"
_SES_IN_GOVERNMENT = "https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-ses.html"
_SES_ENDPOINTS = "https://docs.aws.amazon.com/general/latest/gr/ses.html"

NOT_OFFERED: Mapping[str, tuple[Absence, ...]] = {
    "AmazonSES": (
        Absence(
            dimensions=("ses.*",),
            regions=("ap-east-1", *CHINA),
            source="AWS's lists of service endpoints have none of Amazon SES in this Region (botocore 1.44.5, "
            f"endpoints.json; {_SES_ENDPOINTS})",
        ),
        Absence(
            dimensions=("ses.inbound.*",),
            regions=GOVERNMENT,
            source=f"Amazon SES does not receive e-mail in AWS GovCloud (US): {_SES_IN_GOVERNMENT}",
        ),
    ),
    "AmazonSNS": (
        Absence(
            dimensions=("sns.delivery.push.*", "sns.delivery.sms", "sns.data_protection.*"),
            regions=CHINA,
            source="mobile push, SMS and message data protection are not available in the China Regions: "
            f"{_SNS_IN_CHINA}",
        ),
        Absence(
            dimensions=("sns.delivery.push.*",),
            regions=(
                "ap-east-2",
                "ap-south-2",
                "ap-southeast-4",
                "ap-southeast-5",
                "ap-southeast-7",
                "ca-west-1",
                "eu-central-2",
                "il-central-1",
                "mx-central-1",
                "us-gov-east-1",
            ),
            source=f"not in AWS's list of Regions in which mobile applications can be created: {_PUSH_REGIONS}",
        ),
        Absence(
            dimensions=("sns.data_protection.*", "sns.fifo.archive.*", "sns.delivery.firehose"),
            regions=GOVERNMENT,
            source="Firehose subscriptions, message data protection, message archiving and replay are not available in "
            f"AWS GovCloud (US): {_SNS_IN_GOVERNMENT}",
        ),
        Absence(
            dimensions=("sns.delivery.sms",),
            regions=("us-gov-east-1",),
            source=f"SNS sends no SMS in AWS GovCloud (US-East): {_SNS_IN_GOVERNMENT}",
        ),
    ),
    "AWSEndUserMessagingSMS": (
        Absence(
            dimensions=("sms.*",),
            regions=CHINA,
            source=f"SNS sends no SMS in the China Regions: {_SNS_IN_CHINA}",
        ),
        Absence(
            dimensions=("sms.*",),
            regions=("us-gov-east-1",),
            source=f"SNS sends no SMS in AWS GovCloud (US-East): {_SNS_IN_GOVERNMENT}",
        ),
    ),
}
"""What AWS says is not offered, by offer code. A price that the feed has wins over the statement; see `DOUBTS`."""


def _in_government(dimensions: Iterable[str], source: str) -> dict[tuple[str, str], tuple[Status, str]]:
    note = f"the feed has this price, yet AWS says that the feature is not available in AWS GovCloud (US): {source}"
    return {(name, region): (Status.DISPUTED, note) for name in dimensions for region in GOVERNMENT}


DOUBTS: Mapping[tuple[str, str], tuple[Status, str]] = {
    ("ses.dedicated_ip.managed.emails", "eu-north-1"): (
        Status.DISPUTED,
        "the feed has 0.00004 above 100 million here and 0.000004 in every other Region",
    ),
    **_in_government(("ses.inbound.messages", "ses.inbound.chunks_256kb"), _SES_IN_GOVERNMENT),
    **_in_government(
        ("sns.delivery.firehose", "sns.fifo.archive.processing", "sns.fifo.archive.storage"), _SNS_IN_GOVERNMENT
    ),
}
"""Prices that are published like this and contradict another source, by dimension and Region."""
