"""The table of free allowances: how much of what is free each month, for whom and since when.

Sources are the bundles of AWS's price lists (``Global-…`` usage types) and https://aws.amazon.com/free/ ("Always
Free"); the three regimes of SES follow its pricing page before 2023-08, from then to 2026-07-20 and since.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import msgspec

from pricing.meters.sns import PUSH_PLATFORMS
from pricing.month import Month
from pricing.usage.usage import Account

SES_FREE_FROM = date(2023, 8, 1)
SES_FREE_UNTIL = date(2026, 7, 20)
"""Days on which a first use of SES began 12 months of 3,000 free message charges."""

CREDITS_FROM = date(2025, 7, 15)
"""Accounts opened since then get credits (money) in place of 12-month allowances."""


class Allowance(msgspec.Struct, frozen=True, kw_only=True):
    """Units that are free each month.

    Attributes:
        name: for messages.
        amount: units, over all dimensions and Regions together.
        dimensions: of the catalog; they share the amount.
        source: where AWS says so.
        plan: SES plan under which it holds, None when plans make no difference.
        since: first day on which it held, None for as long as prices are known.
        until: last day on which it held, None when it still does.
        of_account: whether it holds for an account in a month, beside the dates.
    """

    name: str
    amount: Decimal
    dimensions: tuple[str, ...]
    source: str
    plan: str | None = None
    since: date | None = None
    until: date | None = None
    of_account: Callable[[Account, Month | None], bool] | None = None

    def holds(self, account: Account, month: Month | None) -> bool:
        """Whether it holds; a month that is not told is an average one of the present."""
        if month is None and self.until is not None:
            return False
        if month is not None and not _within(month.first_day, self.since, self.until):
            return False
        return self.of_account is None or self.of_account(account, month)


def _within(day: date, since: date | None, until: date | None) -> bool:
    return (since is None or day >= since) and (until is None or day <= until)


def _first_year(account: Account, month: Month | None) -> bool:
    """In the first 12 months of SES use, when that began between 2023-08-01 and 2026-07-20."""
    first = account.first_ses_use
    if first is None or month is None:
        return False
    return SES_FREE_FROM <= first <= SES_FREE_UNTIL and 0 <= month.since(first) < 12


_FREE = "https://aws.amazon.com/free/"
_SES = "https://aws.amazon.com/ses/pricing/"
_BEFORE_2023 = date(2023, 7, 31)

ALLOWANCES = (
    Allowance(
        name="SES until 2023-07: mail sent from EC2",
        amount=Decimal(62_000),
        dimensions=("ses.outbound.ec2",),
        source="bundle Global-Recipients-EC2 of the SES price list of 2015, range 0 to 62,000",
        until=_BEFORE_2023,
    ),
    Allowance(
        name="SES until 2023-07: received mail",
        amount=Decimal(1_000),
        dimensions=("ses.inbound.messages",),
        source="bundle Global-Message of the SES price list of 2015, range 0 to 1,000",
        until=_BEFORE_2023,
    ),
    Allowance(
        name="SES, first 12 months: message charges",
        amount=Decimal(3_000),
        dimensions=("ses.outbound", "ses.outbound.ec2", "ses.inbound.messages", "ses.vdm.emails"),
        source=f"{_SES}, free tier from 2023-08-01 until 2026-07-20",
        plan="NONE",
        of_account=_first_year,
    ),
    Allowance(
        name="SES, mailbox simulator from EC2",
        amount=Decimal(62_000),
        dimensions=("ses.simulator.ec2",),
        source="bundle of the SES price list, range 0 to 62,000",
    ),
    Allowance(
        name="SNS, mobile push on all platforms",
        amount=Decimal(1_000_000),
        dimensions=tuple(f"sns.delivery.push.{platform}" for platform in PUSH_PLATFORMS),
        source="bundle Global-Notifications-Mobile of the SNS price list",
    ),
    Allowance(
        name="Data transfer out, GB",
        amount=Decimal(1),
        dimensions=("data_transfer.out_internet",),
        source="https://aws.amazon.com/blogs/aws/aws-free-tier-data-transfer-expansion-100-gb-from-regions-and-1-tb-"
        "from-amazon-cloudfront-per-month/",
        until=date(2021, 11, 30),
    ),
    Allowance(
        name="Data transfer out, GB",
        amount=Decimal(100),
        dimensions=("data_transfer.out_internet",),
        source="https://aws.amazon.com/blogs/aws/aws-free-tier-data-transfer-expansion-100-gb-from-regions-and-1-tb-"
        "from-amazon-cloudfront-per-month/",
        since=date(2021, 12, 1),
    ),
    Allowance(
        name="KMS requests",
        amount=Decimal(20_000),
        dimensions=("kms.requests",),
        source="bundle Global-KMS-Requests of the KMS price list; https://aws.amazon.com/kms/pricing/",
    ),
    Allowance(
        name="SQS requests, standard and FIFO",
        amount=Decimal(1_000_000),
        dimensions=("sqs.requests.standard", "sqs.requests.fifo"),
        source="bundle Global-Requests of the SQS price list; https://aws.amazon.com/sqs/pricing/",
    ),
    Allowance(
        name="Lambda requests",
        amount=Decimal(1_000_000),
        dimensions=("lambda.requests", "lambda.requests.arm"),
        source=f"bundle of the Lambda price list; {_FREE}",
    ),
    Allowance(
        name="Lambda GB-seconds, x86 and Arm",
        amount=Decimal(400_000),
        dimensions=("lambda.duration", "lambda.duration.arm"),
        source=f"bundle of the Lambda price list; {_FREE}",
    ),
    Allowance(
        name="CloudWatch custom metrics",
        amount=Decimal(10),
        dimensions=("cloudwatch.metrics",),
        source=_FREE,
    ),
    Allowance(
        name="CloudWatch alarms",
        amount=Decimal(10),
        dimensions=("cloudwatch.alarms",),
        source="https://aws.amazon.com/cloudwatch/pricing/: 10 alarm metrics, not those of high resolution",
    ),
)
"""Beside these, `pricing.allowances.FREE_RANGES`."""
