"""Worked examples of Amazon SES. Prices: AWS's price feed of SES (2025-12-03) and the plans of 2026-07-21."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import msgspec
from estimating import of, usage
from working import Worked

from pricing.usage.usage import Account, PlanChange

NOTHING_BESIDE: Mapping[str, Decimal | int | str | None] = {
    "ses__attachments__gb": 0,
    "ses__data_transfer__out_gb": 0,
}


def sending(plan: str, recipients: int, costs: Mapping[str, str], total: str, **more: Decimal | int | str) -> Worked:
    """Mail of one Region, without attachments."""
    told = of("ses@us-east-1", ses__outbound__recipients=recipients, **{**NOTHING_BESIDE, **more})
    return Worked(usage(told, us_east_1=plan), costs, total)


def other(plan: str, costs: Mapping[str, str], total: str, **told: Decimal | int | str) -> Worked:
    """Usage without outbound mail."""
    return Worked(usage(of("ses@eu-west-1", **told), eu_west_1=plan), costs, total)


_CHANGED = msgspec.structs.replace(
    usage(month="2026-11", eu_west_1="PRO"), plan_changes={"eu-west-1": PlanChange(date(2026, 11, 16), "NONE")}
)

SENDING = {
    "outbound, NONE": sending(
        "NONE",
        12_345_678,
        {"ses.outbound.recipients": "1234.5678"},  # * 0.0001
        "1234.57",
    ),
    "outbound, ESSENTIALS, all ranges": sending(
        "ESSENTIALS",
        150_000_001,
        {"ses.outbound.recipients": "19700.00011"},  # 10M * 0.00016 + 90M * 0.00014 + 50,000,001 * 0.00011
        "19700.00",
    ),
    "outbound, PRO": sending(
        "PRO",
        30_000_000,
        {"ses.outbound.recipients": "5600", "ses.plan": "105"},  # 10M * 0.00022 + 20M * 0.00017
        "5705.00",
    ),
    "outbound, ENTERPRISE, all ranges": sending(
        "ENTERPRISE",
        250_000_000,
        {"ses.outbound.recipients": "38000", "ses.plan": "500"},  # 10M * 0.00023 + 90M * 0.00018 + 150M * 0.00013
        "38500.00",
    ),
    "outbound, ENTERPRISE, the end of a range": sending(
        "ENTERPRISE", 10_000_000, {"ses.outbound.recipients": "2300", "ses.plan": "500"}, "2800.00"
    ),
    "outbound, ENTERPRISE, the first one after it": sending(
        "ENTERPRISE", 10_000_001, {"ses.outbound.recipients": "2300.00018", "ses.plan": "500"}, "2800.00"
    ),
    "outbound, the smallest amount": sending("NONE", 1, {"ses.outbound.recipients": "0.0001"}, "0.00"),
    "a fee without mail": other("PRO", {"ses.plan": "105"}, "105.00", ses__outbound__recipients=0),
    # Plans, fees and ranges are those of an account in a Region: 2 * (105 + 8M * 0.00022).
    "PRO in two Regions": Worked(
        usage(
            *(
                of(f"ses@{region}", ses__outbound__recipients=8_000_000, **NOTHING_BESIDE)
                for region in ("us-east-1", "ap-south-1")
            ),
            us_east_1="PRO",
            ap_south_1="PRO",
        ),
        {"ses.outbound.recipients": "3520", "ses.plan": "210"},
        "3730.00",
    ),
    # 4M * 0.0001 + 4M * 0.00016 + 105 + 4M * 0.00022: each Region has its own plan.
    "three Regions, three plans": Worked(
        usage(
            *(
                of(f"ses@{region}", ses__outbound__recipients=4_000_000, **NOTHING_BESIDE)
                for region in ("us-east-1", "eu-central-1", "sa-east-1")
            ),
            us_east_1="NONE",
            eu_central_1="ESSENTIALS",
            sa_east_1="PRO",
        ),
        {"ses.outbound.recipients": "1920", "ses.plan": "105"},
        "2025.00",
    ),
    "mail from EC2, NONE": sending(
        "NONE",
        1_000_000,
        {"ses.outbound.recipients": "100", "ses.outbound.ec2_recipients": "50"},
        "150.00",
        ses__outbound__ec2_recipients=500_000,
    ),
    # On a plan it fills the same ranges: 10M * 0.00016 + 6M * 0.00014, shared half and half.
    "mail from EC2, ESSENTIALS": sending(
        "ESSENTIALS",
        8_000_000,
        {"ses.outbound.recipients": "1220", "ses.outbound.ec2_recipients": "1220"},
        "2440.00",
        ses__outbound__ec2_recipients=8_000_000,
    ),
    "attachments": sending(
        "NONE",
        100_000,
        {"ses.outbound.recipients": "10", "ses.attachments.gb": "4.5"},  # 37.5 * 0.12
        "14.50",
        ses__attachments__gb="37.5",
    ),
    # 37.5 * 10^9 * 4/3 = 50 * 10^9 bytes are 46.566128730774 GiB, each $0.12.
    "attachments, encoded and in binary GB": Worked(
        usage(
            of(
                "ses@us-east-1",
                ses__outbound__recipients=100_000,
                ses__attachments__gb="37.5",
                ses__data_transfer__out_gb=0,
            ),
            us_east_1="NONE",
        ),
        {"ses.outbound.recipients": "10", "ses.attachments.gb": "5.58793544769288"},
        "15.59",
        {"ses__attachments__encoding": "base64", "ses__attachments__gb_bytes": "1073741824"},
    ),
    "attachments and traffic, taken to be in the plan": Worked(
        usage(
            of(
                "ses@us-east-1",
                ses__outbound__recipients=1_000_000,
                ses__attachments__gb=50,
                ses__data_transfer__out_gb=60,
            ),
            us_east_1="ESSENTIALS",
        ),
        {"ses.outbound.recipients": "160", "ses.attachments.gb": "0", "ses.data_transfer.out_gb": "0"},
        "160.00",
        {"ses__plan__extras": "included"},
    ),
    "attachments and traffic beside the plan": sending(
        "ESSENTIALS",
        1_000_000,
        {"ses.outbound.recipients": "160", "ses.attachments.gb": "6", "ses.data_transfer.out_gb": "5.4"},
        "171.40",
        ses__attachments__gb=50,
        ses__data_transfer__out_gb=60,
    ),
    "traffic of mail alone": sending(
        "NONE",
        0,
        {"ses.data_transfer.out_gb": "1071.2"},  # 10,240 * 0.09 + 1,760 * 0.085
        "1071.20",
        ses__data_transfer__out_gb=12_000,
    ),
}

RECEIVING = {
    "inbound, chunks told": other(
        "NONE",
        {"ses.inbound.messages": "25", "ses.inbound.chunks_256kb": "36"},  # 250,000 * 0.0001, 400,000 * 0.00009
        "61.00",
        ses__inbound__messages=250_000,
        ses__inbound__chunks_256kb=400_000,
    ),
    "inbound, a full chunk is one": other(
        "NONE",
        {"ses.inbound.messages": "100", "ses.inbound.chunks_256kb": "90"},
        "190.00",
        ses__inbound__messages=1_000_000,
        ses__inbound__average_bytes=262_144,
    ),
    "inbound, one byte more is two": other(
        "NONE",
        {"ses.inbound.messages": "100", "ses.inbound.chunks_256kb": "180"},
        "280.00",
        ses__inbound__messages=1_000_000,
        ses__inbound__average_bytes=262_145,
    ),
    "inbound, only full chunks count": Worked(
        usage(
            of("ses@eu-west-1", ses__inbound__messages=1_000_000, ses__inbound__average_bytes=300_000),
            eu_west_1="NONE",
        ),
        {"ses.inbound.messages": "100", "ses.inbound.chunks_256kb": "90"},
        "190.00",
        {"ses__inbound__chunk_rounding": "down"},
    ),
    "mailbox simulator": other("NONE", {"ses.simulator.recipients": "5"}, "5.00", ses__simulator__recipients=50_000),
    "mailbox simulator from EC2, 62,000 free": Worked(
        usage(of("ses@eu-west-1", ses__simulator__ec2_recipients=100_000), account=Account(), eu_west_1="NONE"),
        {"ses.simulator.ec2_recipients": "3.8"},
        "3.80",
    ),
}

ADDRESSES = {
    "dedicated IPs": other(
        "NONE",
        {"ses.dedicated_ip.standard": "74.85"},
        "74.85",
        ses__dedicated_ip__standard=3,  # 3 * 24.95
    ),
    "dedicated IPs on a plan cost the same": other(
        "ENTERPRISE", {"ses.dedicated_ip.standard": "49.9", "ses.plan": "500"}, "549.90", ses__dedicated_ip__standard=2
    ),
    "a part of a month is a whole one": other(
        "NONE", {"ses.dedicated_ip.standard": "74.85"}, "74.85", ses__dedicated_ip__standard="2.5"
    ),
    "a part of a month is that part": Worked(
        usage(of("ses@eu-west-1", ses__dedicated_ip__standard="2.5"), eu_west_1="NONE"),
        {"ses.dedicated_ip.standard": "62.375"},
        "62.38",
        {"ses__dedicated_ip__proration": "part"},
    ),
    "a plan that was chosen in the middle of the month": Worked(
        _CHANGED,
        {"ses.plan": "105"},
        "105.00",
    ),
    "a plan that was chosen in the middle of the month, by that part": Worked(
        _CHANGED,
        {"ses.plan": "52.5"},  # 15 of 30 days
        "52.50",
        {"ses__plan__proration": "part"},
    ),
    "managed dedicated IPs, all ranges": other(
        "NONE",
        # 10M * 0.00008 + 40M * 0.00004 + 50M * 0.00002 + 20M * 0.000004
        {"ses.dedicated_ip.managed.emails": "3480", "ses.dedicated_ip.managed.subscriptions": "15"},
        "3495.00",
        ses__dedicated_ip__managed__emails=120_000_000,
        ses__dedicated_ip__managed__subscriptions=1,
    ),
    "managed dedicated IPs, whose subscription PRO includes": other(
        "PRO",
        {
            "ses.dedicated_ip.managed.emails": "80",
            "ses.dedicated_ip.managed.subscriptions": "0",
            "ses.plan": "105",
        },
        "185.00",
        ses__dedicated_ip__managed__emails=1_000_000,
        ses__dedicated_ip__managed__subscriptions=1,
    ),
    "managed dedicated IPs in two Regions": Worked(
        usage(
            *(
                of(f"ses@{region}", ses__dedicated_ip__managed__subscriptions=1)
                for region in ("eu-west-1", "eu-west-2")
            ),
            eu_west_1="NONE",
            eu_west_2="NONE",
        ),
        {"ses.dedicated_ip.managed.subscriptions": "30"},
        "30.00",
    ),
    "managed dedicated IPs, charged once": Worked(
        usage(
            *(
                of(f"ses@{region}", ses__dedicated_ip__managed__subscriptions=1)
                for region in ("eu-west-1", "eu-west-2")
            ),
            eu_west_1="NONE",
            eu_west_2="NONE",
        ),
        {"ses.dedicated_ip.managed.subscriptions": "15"},
        "15.00",
        {"ses__dedicated_ip__managed_scope": "account"},
    ),
}

FEATURES = {
    "VDM, all ranges": other(
        "NONE",
        {"ses.vdm.emails": "6200", "ses.vdm.queries": "1"},  # 700 + 4,500 + 1,000; 2M * 0.0000005
        "6201.00",
        ses__vdm__emails=150_000_000,
        ses__vdm__queries=2_000_000,
    ),
    "VDM in a plan": other(
        "ESSENTIALS",
        {"ses.vdm.emails": "0", "ses.vdm.queries": "0"},
        "0.00",
        ses__vdm__emails=150_000_000,
        ses__vdm__queries=2_000_000,
    ),
    "global deliverability, à la carte": other(
        "NONE", {"ses.deliverability.subscriptions": "1250"}, "1250.00", ses__deliverability__subscriptions=1
    ),
    "global deliverability, PRO": other(
        "PRO",
        {
            "ses.deliverability.subscriptions": "0",
            "ses.deliverability.domains": "50",  # 1 of 3 included, $25
            "ses.deliverability.ips": "37.5",  # 1 of 4 included, $12.50
            "ses.deliverability.placement_tests": "40",  # 5 of 9 included, $10
            "ses.plan": "105",
        },
        "232.50",
        ses__deliverability__subscriptions=1,
        ses__deliverability__domains=3,
        ses__deliverability__ips=4,
        ses__deliverability__placement_tests=9,
    ),
    "global deliverability, ENTERPRISE": other(
        "ENTERPRISE",
        {
            "ses.deliverability.domains": "50",  # 5 of 7 included
            "ses.deliverability.ips": "37.5",  # 12 of 15 included
            "ses.deliverability.placement_tests": "50",  # 25 of 30 included
            "ses.plan": "500",
        },
        "637.50",
        ses__deliverability__domains=7,
        ses__deliverability__ips=15,
        ses__deliverability__placement_tests=30,
    ),
    "global endpoints": other(
        "PRO",
        {"ses.global_endpoint.emails": "90", "ses.plan": "105"},  # 3M * 0.00003
        "195.00",
        ses__global_endpoint__emails=3_000_000,
    ),
    "global endpoints, ENTERPRISE": other(
        "ENTERPRISE",
        {"ses.global_endpoint.emails": "0", "ses.plan": "500"},
        "500.00",
        ses__global_endpoint__emails=3_000_000,
    ),
    "tenants": other(
        "NONE",
        {"ses.tenants": "7.5", "ses.tenants.emails": "200"},  # 1,500 * 0.005; 40M * 0.000005
        "207.50",
        ses__tenants=1_500,
        ses__tenants__emails=40_000_000,
    ),
    "tenants, ENTERPRISE has 1,000": other(
        "ENTERPRISE", {"ses.tenants": "2.5", "ses.plan": "500"}, "502.50", ses__tenants=1_500
    ),
    "validation": other(
        "ESSENTIALS",
        {"ses.validation.recipients": "10", "ses.validation.automatic_emails": "2.5"},
        "12.50",
        ses__validation__recipients=1_000,
        ses__validation__automatic_emails=250_000,
    ),
    "validation, PRO has 2,500": other(
        "PRO",
        {"ses.validation.recipients": "15", "ses.validation.automatic_emails": "0", "ses.plan": "105"},
        "120.00",
        ses__validation__recipients=4_000,
        ses__validation__automatic_emails=250_000,
    ),
    "validation, ENTERPRISE has 5,000": other(
        "ENTERPRISE",
        {"ses.validation.recipients": "10", "ses.plan": "500"},
        "510.00",
        ses__validation__recipients=6_000,
    ),
    "event publishing": other(
        "NONE",
        {
            "ses.events.cloudwatch_metrics": "3200",  # 10,000 * 0.30 + 2,000 * 0.10
            "ses.events.cloudwatch_alarms": "2.5",
            "ses.events.firehose_gb": "3.1",  # 100 * 0.031
        },
        "3205.60",
        ses__events__cloudwatch_metrics=12_000,
        ses__events__cloudwatch_alarms=25,
        ses__events__firehose_gb=100,
    ),
    "mail to queues of another Region": other(
        "NONE", {"ses.data_transfer.to.us-east-1.gb": "10"}, "10.00", **{"ses__data_transfer__to__us-east-1__gb": 500}
    ),
}

MAIL_MANAGER = {
    "Mail Manager, à la carte": other(
        "NONE",
        {
            "ses.mail_manager.ingress_endpoints": "100",  # 2 * 50
            "ses.mail_manager.messages": "300",  # 2M * 0.00015
            "ses.mail_manager.chunks_256kb": "540",  # 600,000 bytes are 3 chunks: 6M * 0.00009
            "ses.mail_manager.archive.ingest_gb": "80",  # 40 * 2
            "ses.mail_manager.archive.storage_gb_months": "19",  # 100 * 0.19
            "ses.mail_manager.addon.spamhaus": "250",  # 2M * 0.000125
            "ses.mail_manager.addon.abusix": "125",  # 1M * 0.000125
            "ses.mail_manager.addon.trend_micro": "93.75",  # 500,000 * 0.0001875
            "ses.mail_manager.addon.vade": "166",  # 400,000 * 0.000415
        },
        "1673.75",
        ses__mail_manager__ingress_endpoints=2,
        ses__mail_manager__messages=2_000_000,
        ses__mail_manager__average_bytes=600_000,
        ses__mail_manager__archive__ingest_gb=40,
        ses__mail_manager__archive__storage_gb_months=100,
        ses__mail_manager__addon__spamhaus=2_000_000,
        ses__mail_manager__addon__abusix=1_000_000,
        ses__mail_manager__addon__trend_micro=500_000,
        ses__mail_manager__addon__vade=400_000,
    ),
    "Mail Manager, ESSENTIALS": other(
        "ESSENTIALS",
        {
            "ses.mail_manager.ingress_endpoints": "50",
            "ses.mail_manager.messages": "160",  # 1M * 0.00016
            "ses.mail_manager.chunks_256kb": "90",
        },
        "300.00",
        ses__mail_manager__ingress_endpoints=1,
        ses__mail_manager__messages=1_000_000,
        ses__mail_manager__chunks_256kb=1_000_000,
    ),
    "Mail Manager, ENTERPRISE": other(
        "ENTERPRISE",
        {
            "ses.mail_manager.ingress_endpoints": "100",  # the first of 3 is included
            "ses.mail_manager.addon.spamhaus": "0",
            "ses.mail_manager.addon.abusix": "12.5",
            "ses.mail_manager.addon.trend_micro": "0",
            "ses.mail_manager.addon.vade": "41.5",
            "ses.plan": "500",
        },
        "654.00",
        ses__mail_manager__ingress_endpoints=3,
        ses__mail_manager__addon__spamhaus=100_000,
        ses__mail_manager__addon__abusix=100_000,
        ses__mail_manager__addon__trend_micro=100_000,
        ses__mail_manager__addon__vade=100_000,
    ),
}

EXAMPLES: Mapping[str, Worked] = {**SENDING, **RECEIVING, **ADDRESSES, **FEATURES, **MAIL_MANAGER}
