"""What an input does not tell is open, and what the inventory only counts has its price: neither costs nothing."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from estimating import ACCOUNT, cost, line, of, open_ends, subscription, topic, usage
from sources.templates import HERE, inventory

from auditor.model.coverage import Coverage
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Known, Unknown
from pricing.derived import estimate_all
from pricing.projection import project
from pricing.result import Estimate
from pricing.usage.usage import Account, Entry, Outlook

LISTED = Coverage(account=ACCOUNT, region="eu-west-1", operation="sns:ListSubscriptions", complete=Known(value=True))
NOT_TOLD = Unknown(Cause.NOT_HERE, "parameter P has no value")
ORDERS = topic("Orders")
HOOK = subscription(ORDERS, "https", "https://hook.example.com/")

FEEDBACK = """\
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: Feedback}}
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: ses.amazonaws.com}, Action: sns:Publish, Resource: !Ref Topic}]
  Set: {Type: AWS::SES::ConfigurationSet, Properties: {Name: mail}}
  Destination:
    Type: AWS::SES::ConfigurationSetEventDestination
    Properties:
      ConfigurationSetName: !Ref Set
      EventDestination: {Enabled: true, MatchingEventTypes: [BOUNCE], SnsDestination: {TopicARN: !Ref Topic}}
  Shop:
    Type: AWS::SES::EmailIdentity
    Properties: {EmailIdentity: shop.example, ConfigurationSetAttributes: {ConfigurationSetName: !Ref Set}}
"""
OTHER = """\
  Other:
    Type: AWS::SES::EmailIdentity
    Properties: {EmailIdentity: other.example, ConfigurationSetAttributes: {ConfigurationSetName: !Ref Set}}
"""


def declared(resources: str, *entries: Entry, **plans: str | None) -> Estimate:
    told = usage(*entries, **(plans or {"eu_west_1": "NONE"}))
    return estimate_all(inventory(f"Resources:\n{resources}", bindings=HERE), told)


def mail(where: str, **sent: Decimal | int | str | None) -> Entry:
    return of(where, ses__attachments__gb=0, ses__data_transfer__out_gb=0, **sent)


def publishes(*entries: Entry, more: str = "") -> object:
    """The publishes of the topic that gets one bounce of ten mails; else why they are not known."""
    found = declared(FEEDBACK + more, *entries, of("ses@eu-west-1", ses__bounce_rate="0.1"))
    for item in found.depends_on_usage:
        if item.meter == "sns.publish.messages":
            return item.reason
    return line(found, "sns.publish.messages").quantity


def test_mail_from_ec2_bounces_like_other_mail() -> None:
    told = mail("ses@eu-west-1", ses__outbound__recipients=1_000, ses__outbound__ec2_recipients=500)
    unknown = mail("ses@eu-west-1", ses__outbound__recipients=1_000, ses__outbound__ec2_recipients=None)

    assert publishes(told) == 150
    assert publishes(unknown) == "ses.outbound.ec2_recipients is not told"


def test_mail_of_a_region_beside_that_of_its_identities_is_that_of_the_others() -> None:
    region = mail("ses@eu-west-1", ses__outbound__recipients=5_000)
    own = mail("Shop", ses__outbound__recipients=1_000)

    assert publishes(own) == 100
    assert publishes(region, own, more=OTHER) == 600
    assert publishes(region, own) == "it is not told who sends the mail of eu-west-1 beside that of its identities"
    assert publishes(mail("ses@eu-west-1", ses__outbound__recipients=0), own) == 100


@pytest.mark.parametrize(
    ("policy", "scope", "reason"),
    [
        (Known(None), NOT_TOLD, None),
        (NOT_TOLD, Known("MessageAttributes"), None),
        (NOT_TOLD, NOT_TOLD, "whether a filter policy of subscription {} scans bodies is not told"),
        (NOT_TOLD, Known("MessageBody"), "whether a filter policy of subscription {} scans bodies is not told"),
    ],
)
def test_a_filter_that_may_scan_bodies_is_open(policy: object, scope: object, reason: str | None) -> None:
    hook = msgspec.structs.replace(HOOK, filter_policy=policy, filter_scope=scope)
    told = of(ORDERS.id, sns__publish__messages=1_000_000, sns__publish__average_bytes=1_000)
    with_usage, without = (
        estimate_all(Inventory(resources=(ORDERS, hook), coverage=(LISTED,)), usage(*entries))
        for entries in ((told,), ())
    )

    found = open_ends(with_usage).get(("sns.filter.body_gb", ORDERS.id))
    assert (None if found is None else found.reason) == (None if reason is None else reason.format(hook.address))
    assert (("sns.filter.body_gb", ORDERS.id) in open_ends(without)) is (reason is not None)


def test_of_no_messages_nothing_is_delivered_or_scanned_whatever_the_filters_are() -> None:
    hook = msgspec.structs.replace(HOOK, filter_policy=NOT_TOLD, filter_scope=NOT_TOLD)
    told = of(ORDERS.id, sns__publish__messages=0, sns__publish__average_bytes=1_000)
    found = estimate_all(Inventory(resources=(ORDERS, hook), coverage=(LISTED,)), usage(told))

    assert (found.total, found.complete) == (0, True)


def test_a_topic_that_may_be_encrypted_may_ask_kms() -> None:
    maybe = msgspec.structs.replace(ORDERS, kms_key=NOT_TOLD)
    told = of(ORDERS.id, sns__publish__messages=1_000_000, sns__publish__average_bytes=1_000)
    key = ("sns.kms.requests", ORDERS.id)
    resources = Inventory(resources=(maybe,), coverage=(LISTED,))

    found = open_ends(estimate_all(resources, usage(told)))[key]
    assert found.reason == "whether the topic is encrypted, and with which key, is not told"
    assert found.needs == ("sns.kms.publishing_principals", "sns.kms.requests")
    assert key in open_ends(estimate_all(resources, usage()))
    counted = estimate_all(resources, usage(told, of("sns@eu-west-1", sns__kms__requests=0)))
    assert key not in open_ends(counted)


def test_a_key_that_may_not_exist_is_no_known_cost() -> None:
    found = estimate_all(
        inventory(
            "Parameters: {Stage: {Type: String}}\nConditions: {Live: !Equals [!Ref Stage, live]}\nResources:\n"
            "  Key: {Type: AWS::KMS::Key, Condition: Live, Properties: {KeyPolicy: {}}}\n"
            "  Always: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {}}}\n",
            bindings=HERE,
        ),
        usage(),
    )

    assert found.total == 1
    (item,) = found.depends_on_usage
    assert item.reason.endswith("#Key exists is not told (condition Live: parameter Stage has no value)")


def test_ingress_endpoints_tenants_and_composite_alarms_cost_by_being_there() -> None:
    found = declared(
        "  A: {Type: AWS::SES::MailManagerIngressPoint}\n  B: {Type: AWS::SES::MailManagerIngressPoint}\n"
        "  C: {Type: AWS::SES::Tenant}\n  D: {Type: AWS::CloudWatch::CompositeAlarm}\n"
    )

    assert cost(found, "ses.mail_manager.ingress_endpoints") == "100"
    assert cost(found, "ses.tenants") == "0.005"
    assert cost(found, "cloudwatch.alarms.composite") == "0.5"
    assert set(open_ends(found)) == {
        ("ses.mail_manager.messages", None),
        ("ses.mail_manager.chunks_256kb", None),
        ("ses.tenants.emails", None),
    }


def test_what_is_told_of_a_region_counts_in_place_of_what_is_there() -> None:
    resources = "  A: {Type: AWS::SES::MailManagerIngressPoint}\n"
    told = of(
        "ses@eu-west-1",
        ses__mail_manager__ingress_endpoints=3,
        ses__mail_manager__messages=0,
        ses__mail_manager__chunks_256kb=0,
    )
    found = declared(resources, told)

    assert (found.total, found.complete) == (150, True)
    assert declared(resources, told, eu_west_1="ENTERPRISE").total == 600  # the first one is included in $500


@pytest.mark.parametrize(
    ("kind", "meters"),
    [
        ("SES::DedicatedIpPool", {"ses.dedicated_ip.standard", "ses.dedicated_ip.managed.subscriptions"}),
        ("SES::VdmAttributes", {"ses.vdm.emails"}),
        ("SES::MultiRegionEndpoint", {"ses.global_endpoint.emails"}),
        (
            "SES::MailManagerArchive",
            {"ses.mail_manager.archive.ingest_gb", "ses.mail_manager.archive.storage_gb_months"},
        ),
        (
            "SES::MailManagerAddonSubscription",
            {f"ses.mail_manager.addon.{name}" for name in ("abusix", "spamhaus", "trend_micro", "vade")},
        ),
    ],
)
def test_what_costs_by_being_used_is_open(kind: str, meters: set[str]) -> None:
    found = declared(f"  A: {{Type: AWS::{kind}}}\n")
    spoken = declared(
        f"  A: {{Type: AWS::{kind}}}\n", Entry(of("ses@eu-west-1").selector, dict.fromkeys(meters, Decimal(0)))
    )

    assert {name for name, _ in open_ends(found)} == meters
    assert (spoken.total, spoken.complete) == (0, True)


def test_the_plan_of_a_region_counts_where_templates_use_ses_at_all() -> None:
    found = declared("  A: {Type: AWS::SES::MailManagerArchive}\n", eu_west_1=None)

    assert ("ses.plan", None) in open_ends(found)


def test_nested_stacks_are_said_not_to_be_counted() -> None:
    found = declared("  A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: x}}\n")

    assert found.hidden == ("what 1 AWS::CloudFormation::Stack makes, unless another input shows it",)
    assert found.complete is False
    assert found.assumptions[0] == (
        "Not read, so not in the total: what 1 AWS::CloudFormation::Stack makes, unless another input shows it."
    )


def test_a_price_that_is_told_does_not_grow() -> None:
    told = of("sns@eu-west-1", sns__delivery__sms=1_000, sns__sms__price_per_part="0.05")
    growing = msgspec.structs.replace(usage(told), outlook=Outlook(growth_per_month=Decimal("0.5")))
    (case,) = project(Inventory(), growing, months=2).cases

    assert [month.total for month in case.months] == [Decimal("50.00"), Decimal("75.00")]


def test_an_allowance_of_one_plan_is_said_not_to_be_applied_where_no_plan_is_told() -> None:
    first_year = Account(first_ses_use=date(2026, 1, 10))
    told = usage(mail("ses@eu-west-1", ses__outbound__recipients=5_000), month="2026-05", account=first_year)

    assert (
        "SES, first 12 months: message charges: not applied in eu-west-1, where the SES pricing plan is not told; "
        "it holds under NONE only."
    ) in estimate_all(Inventory(), told).assumptions


def test_how_much_is_not_told_of_what_a_plan_includes_costs_nothing() -> None:
    told = mail("ses@eu-west-1", ses__outbound__recipients=1_000, ses__dedicated_ip__managed__emails=1_000)
    on_pro = estimate_all(Inventory(), usage(told, eu_west_1="PRO"))
    alone = estimate_all(Inventory(), usage(told, eu_west_1="NONE"))

    assert on_pro.complete is True
    assert set(open_ends(alone)) == {("ses.dedicated_ip.managed.subscriptions", None)}


def test_what_a_part_of_a_template_elsewhere_declares_is_said_not_to_be_counted() -> None:
    found = declared("  'Fn::Transform': {Name: AWS::Include, Parameters: {Location: x}}\n")

    assert found.hidden == ("what 1 Fn::Transform makes, unless another input shows it",)
    assert found.complete is False
