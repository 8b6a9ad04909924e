"""Worked examples of what is free, and since when: the three regimes of SES, and allowances of an account."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from estimating import of, usage
from working import Worked

from pricing.usage.usage import Account

FIRST_YEAR = Account(opened=date(2024, 5, 1), first_ses_use=date(2024, 6, 1))


def mail(
    month: str | None, account: Account | None, plan: str, costs: Mapping[str, str], total: str, **told: Decimal | int
) -> Worked:
    """Usage of SES in one Region."""
    return Worked(usage(of("ses@us-east-1", **told), month=month, account=account, us_east_1=plan), costs, total)


def recipients(month: str | None, account: Account | None, charged: int, plan: str = "NONE") -> Worked:
    """5,000 mails, of which some are charged at $0.0001."""
    cost = f"{Decimal(charged) * Decimal('0.0001'):f}".rstrip("0").rstrip(".")
    return mail(
        month,
        account,
        plan,
        {"ses.outbound.recipients": cost},
        f"{Decimal(cost):.2f}",
        ses__outbound__recipients=5_000,
        ses__attachments__gb=0,
        ses__data_transfer__out_gb=0,
    )


BEFORE_2023_08 = {
    # 100,000 - 62,000; 1,500 - 1,000; chunks have nothing free.
    "July 2023: 62,000 from EC2 and 1,000 received": mail(
        "2023-07",
        Account(),
        "NONE",
        {
            "ses.outbound.ec2_recipients": "3.8",
            "ses.inbound.messages": "0.05",
            "ses.inbound.chunks_256kb": "0.135",
        },
        "3.99",
        ses__outbound__ec2_recipients=100_000,
        ses__inbound__messages=1_500,
        ses__inbound__chunks_256kb=1_500,
        ses__attachments__gb=0,
        ses__data_transfer__out_gb=0,
    ),
    "July 2023: other mail is charged": recipients("2023-07", Account(), 5_000),
    "August 2023: mail from EC2 is charged": mail(
        "2023-08",
        Account(first_ses_use=date(2019, 1, 1)),
        "NONE",
        {"ses.outbound.ec2_recipients": "10"},
        "10.00",
        ses__outbound__ec2_recipients=100_000,
        ses__attachments__gb=0,
        ses__data_transfer__out_gb=0,
    ),
}

FIRST_TWELVE_MONTHS = {
    "the first month": recipients("2024-06", FIRST_YEAR, 2_000),
    "the twelfth month": recipients("2025-05", FIRST_YEAR, 2_000),
    "the thirteenth month": recipients("2025-06", FIRST_YEAR, 5_000),
    "the first day of the regime": recipients("2023-08", Account(first_ses_use=date(2023, 8, 1)), 2_000),
    "the last day of the regime": recipients("2027-06", Account(first_ses_use=date(2026, 7, 20)), 2_000),
    "a day later: credits, which are money": recipients("2026-08", Account(first_ses_use=date(2026, 7, 21)), 5_000),
    "not on a plan": mail(
        "2026-08",
        Account(first_ses_use=date(2026, 1, 1)),
        "ESSENTIALS",
        {"ses.outbound.recipients": "0.8"},  # 5,000 * 0.00016
        "0.80",
        ses__outbound__recipients=5_000,
        ses__attachments__gb=0,
        ses__data_transfer__out_gb=0,
    ),
    "no month is told": recipients(None, FIRST_YEAR, 5_000),
    "no account is told": recipients("2024-06", None, 5_000),
    # 5,000 + 1,000 + 2,000 charges less 3,000, in proportion: 1,875 + 375 + 750.
    "sent, received and watched mail share 3,000": mail(
        "2025-03",
        FIRST_YEAR,
        "NONE",
        {
            "ses.outbound.recipients": "0.3125",
            "ses.inbound.messages": "0.0625",
            "ses.vdm.emails": "0.0875",
            "ses.inbound.chunks_256kb": "0.09",
        },
        "0.55",
        ses__outbound__recipients=5_000,
        ses__inbound__messages=1_000,
        ses__inbound__chunks_256kb=1_000,
        ses__vdm__emails=2_000,
        ses__attachments__gb=0,
        ses__data_transfer__out_gb=0,
    ),
    # Two Regions have 3,000 together, 4,500 and 1,500 of them charged half.
    "3,000 for all Regions": Worked(
        usage(
            *(
                of(
                    f"ses@{region}",
                    ses__outbound__recipients=number,
                    ses__attachments__gb=0,
                    ses__data_transfer__out_gb=0,
                )
                for region, number in (("us-east-1", 4_500), ("eu-west-1", 1_500))
            ),
            month="2025-03",
            account=FIRST_YEAR,
            us_east_1="NONE",
            eu_west_1="NONE",
        ),
        {"ses.outbound.recipients": "0.3"},
        "0.30",
    ),
    "all of it is free": mail(
        "2025-03",
        FIRST_YEAR,
        "NONE",
        {"ses.outbound.recipients": "0"},
        "0.00",
        ses__outbound__recipients=3_000,
        ses__attachments__gb=0,
        ses__data_transfer__out_gb=0,
    ),
}

ALWAYS = {
    # 1 GB until 2021-11, 100 GB since.
    "traffic in November 2021": Worked(
        usage(of("data_transfer@us-east-1", data_transfer__out_internet__gb=101), month="2021-11", account=Account()),
        {"data_transfer.out_internet.gb": "9"},
        "9.00",
    ),
    "traffic in December 2021": Worked(
        usage(of("data_transfer@us-east-1", data_transfer__out_internet__gb=101), month="2021-12", account=Account()),
        {"data_transfer.out_internet.gb": "0.09"},
        "0.09",
    ),
    # Topics of two accounts that one bill covers: 600,000 + 900,000 less one million, 0.4 and 0.6 of the rest.
    "accounts of one bill share what is free": Worked(
        usage(
            *(
                of(
                    f"arn:aws:sns:us-east-1:{number}:orders",
                    sns__publish__messages=messages,
                    sns__publish__average_bytes=1,
                )
                for number, messages in (("111122223333", 600_000), ("444455556666", 900_000))
            ),
            account=Account(),
        ),
        {"sns.publish.messages": "0.25"},
        "0.25",
    ),
    # GovCloud: AWS's price list has no free range of requests and e-mail there, and bundles are of other partitions.
    "GovCloud has nothing of it": Worked(
        usage(
            of("sns@us-gov-west-1", sns__publish__messages=1_000_000, sns__publish__average_bytes=1),
            of("sqs@us-gov-west-1", sqs__requests__standard=1_000_000),
            account=Account(),
        ),
        {"sns.publish.messages": "0.6", "sqs.requests.standard": "0.4"},  # 0.0000006 each there
        "1.00",
    ),
}

EXAMPLES: Mapping[str, Worked] = {**BEFORE_2023_08, **FIRST_TWELVE_MONTHS, **ALWAYS}
