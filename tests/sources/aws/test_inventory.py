"""The small account, resource by resource."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
import pytest
from moto_account import ACCOUNT, MotoAccount
from sources.aws.small_account import (
    ALLOW,
    DEAD,
    FUNCTION,
    HERE,
    OWN_POLICY,
    QUEUE,
    QUEUE_POLICY,
    ROLE,
    SENDING_POLICY,
    TOPIC,
    TOPIC_POLICY,
    TRUST,
    USER,
    Chosen,
    seed,
)

from auditor.model.awslambda import Function, Permission
from auditor.model.cloudwatch import Alarm
from auditor.model.coverage import Coverage
from auditor.model.iam import AccessKey, Group, InlinePolicy, ManagedPolicy, Role, User
from auditor.model.inventory import AnyResource, Input, Inventory
from auditor.model.kms import Alias, Key
from auditor.model.known import Cause, Known, Value
from auditor.model.origin import API, DEFAULT
from auditor.model.policy import Document
from auditor.model.relations import function, key, queue, subscriptions
from auditor.model.ses import (
    AccountSettings,
    ConfigurationSet,
    EmailIdentity,
    EventDestination,
    IdentityPolicy,
    ReceiptAction,
    ReceiptRule,
    ReceiptRuleSet,
)
from auditor.model.sns import Subscription, Topic, TopicPolicy
from auditor.model.sqs import Queue, QueuePolicy
from auditor.model.text import SECRET, Text, text
from auditor.sources.aws.collect import collect

Collect = Callable[..., Inventory]
AWS_POLICY = "arn:aws:iam::aws:policy/AmazonSESFullAccess"


class Read(NamedTuple):
    chosen: Chosen
    inventory: Inventory
    url: str


@pytest.fixture(scope="module")
def read(moto_server: MotoAccount) -> Iterator[Read]:
    """The small account, read once: what is asserted of it is a value."""
    moto_server.reset()
    chosen = seed(moto_server)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in moto_server.environment.items():
            patch.setenv(name, value)
        now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
        inventory = collect(
            regions=("us-east-1",), profile=None, progress=None, jobs=4, max_time=None, now=now, pace=False
        )
    yield Read(chosen, inventory, moto_server.url)
    moto_server.reset()


def told(value: Any) -> Known[Any]:
    return Known(value, API)


def told_text(value: str) -> Known[Text]:
    return Known(text(value), API)


def of(inventory: Inventory, *kinds: type[AnyResource]) -> list[AnyResource]:
    return [item for item in inventory.resources if isinstance(item, kinds) and "alias/aws/" not in str(item.name)]


def same(found: list[AnyResource], expected: list[AnyResource]) -> None:
    """Both are equal; a failure tells the fields that differ."""
    for one, other in zip(found, expected, strict=False):
        assert msgspec.structs.asdict(one) == msgspec.structs.asdict(other), one.address
    assert found == expected


def names(kind: type[AnyResource], name: str, arn: str | None = None, address: str | None = None) -> dict[str, Any]:
    is_global = kind.type_name.startswith("AWS::IAM::")
    return {
        "deployment": f"aws:{ACCOUNT}:{'global' if is_global else 'us-east-1'}",
        "address": f"{kind.type_name}/{address or name}",
        "name": text(name),
        "arn": None if arn is None else text(arn),
        "account": text(ACCOUNT),
        "region": text("" if is_global else "us-east-1"),
    }


def destination(name: str, **more: Value[Any]) -> EventDestination:
    none = dict.fromkeys(("topic", "firehose_stream", "firehose_role", "event_bus", "pinpoint_application"), told(None))
    called = names(EventDestination, name, address=f"main/{name}")
    return EventDestination(**called, **(none | {"configuration_set": told_text("main")} | more))


def test_ses(read: Read) -> None:
    ses = f"arn:aws:ses:{HERE}"
    same(
        of(read.inventory, AccountSettings, EmailIdentity, IdentityPolicy, ConfigurationSet, EventDestination),
        [
            AccountSettings(
                **names(AccountSettings, ACCOUNT),
                sending_enabled=told(value=True),
                production_access=told(value=True),
                enforcement_status=told("HEALTHY"),
                suppressed_reasons=told(("BOUNCE", "COMPLAINT")),
                dedicated_ip_warmup=told(value=False),
                vdm_enabled=told(value=False),
                pricing_plan=told("ESSENTIALS"),
                daily_quota=told(50000),
                max_send_rate=told(14),
            ),
            ConfigurationSet(
                **names(ConfigurationSet, "main", f"{ses}:configuration-set/main"),
                tls_policy=told("REQUIRE"),
                sending_pool=told_text("pool"),
                max_delivery_seconds=told(3600),
                reputation_metrics=told(value=True),
                sending_enabled=told(value=True),
                suppressed_reasons=told(("BOUNCE", "COMPLAINT")),
                tracking_domain=told_text("click.example.com"),
                https_policy=told("REQUIRE"),
                archive=told(None),
                tags=told({"team": text("mail")}),
            ),
            destination(
                "bounces",
                enabled=told(value=True),
                event_types=told(("BOUNCE", "COMPLAINT")),
                topic=told_text(TOPIC),
                cloudwatch=told(value=False),
            ),
            destination("metrics", enabled=told(value=False), event_types=told(("SEND",)), cloudwatch=told(value=True)),
            EmailIdentity(
                **names(EmailIdentity, "example.com", f"{ses}:identity/example.com"),
                identity_type=told("DOMAIN"),
                verification_status=told("SUCCESS"),
                verified_for_sending=told(value=True),
                feedback_forwarding=told(value=False),
                dkim_signing=told(value=True),
                dkim_status=told("SUCCESS"),
                dkim_origin=told("AWS_SES"),
                dkim_key_length=told("RSA_2048_BIT"),
                mail_from_domain=told_text("bounce.example.com"),
                mail_from_status=told("SUCCESS"),
                mail_from_behavior=told("REJECT_MESSAGE"),
                configuration_set=told_text("main"),
                bounce_topic=told_text(TOPIC),
                complaint_topic=told(None),
                delivery_topic=told(None),
                headers_in_notifications=told(("BOUNCE",)),
                tags=told({"team": text("mail")}),
            ),
            IdentityPolicy(
                **names(IdentityPolicy, "partner", address="example.com/partner"),
                identity=told_text("example.com"),
                document=told(Document(json=SENDING_POLICY)),
            ),
        ],
    )


def test_receipt_rules(read: Read) -> None:
    sets = f"arn:aws:ses:{HERE}:receipt-rule-set"
    action = ReceiptAction(
        kind="SNS", topic=told_text(TOPIC), target=told_text(TOPIC), kms_key=told(None), role=told(None)
    )
    same(
        of(read.inventory, ReceiptRuleSet, ReceiptRule),
        [
            ReceiptRule(
                **names(ReceiptRule, "store", f"{sets}/inbound:receipt-rule/store", "inbound/store"),
                rule_set=told_text("inbound"),
                enabled=told(value=True),
                tls_policy=told("REQUIRE"),
                scan_enabled=told(value=False),
                recipients=told((text("example.com"),)),
                actions=told((action,)),
            ),
            ReceiptRuleSet(**names(ReceiptRuleSet, "inbound", f"{sets}/inbound"), active=told(value=True)),
            ReceiptRuleSet(**names(ReceiptRuleSet, "old", f"{sets}/old"), active=told(value=False)),
        ],
    )


def test_topics(read: Read) -> None:
    same(
        of(read.inventory, Topic, TopicPolicy),
        [
            Topic(
                **names(Topic, "orders", TOPIC),
                kms_key=told_text("alias/mail"),
                fifo=told(value=False),
                signature_version=told("1"),
                tracing=told("PassThrough"),
                display_name=told_text("Orders"),
                feedback_roles=told(()),
                delivery_policy=told(None),
                archive_policy=told(None),
                content_based_deduplication=told(value=False),
                max_message_size=told(262144),
            ),
            TopicPolicy(
                **names(TopicPolicy, "orders", TOPIC),
                topics=told((text(TOPIC),)),
                document=told(Document(json=TOPIC_POLICY)),
            ),
        ],
    )


def test_a_value_tells_whether_aws_answered_it(read: Read) -> None:
    topic = read.inventory.of(Topic)[0]

    known = (topic.kms_key, topic.signature_version, topic.max_message_size)
    assert [value.origin for value in known] == [API, DEFAULT, DEFAULT]


def subscription(arn: str, endpoint: Text, protocol: str, **more: Value[Any]) -> Subscription:
    common: dict[str, Value[Any]] = {
        "topic": told_text(TOPIC),
        "protocol": told(protocol),
        "endpoint": told(endpoint),
        "pending": told(value=False),
        "confirmation_authenticated": told(value=True),
        "raw_delivery": told(value=False),
        "filter_policy": told(None),
        "filter_scope": told("MessageAttributes"),
        "dead_letter_queue": told(None),
        "role": told(None),
        "owner": told_text(ACCOUNT),
    }
    called = names(Subscription, "", arn, f"orders/{arn.rpartition(':')[2]}") | {"name": endpoint}
    return Subscription(**called, **(common | more))


def test_subscriptions(read: Read) -> None:
    arns = read.chosen.subscriptions
    expected: list[AnyResource] = [
        subscription(
            arns["sqs"],
            text(QUEUE),
            "sqs",
            raw_delivery=told(value=True),
            filter_policy=told(Document(json='{"kind": ["bounce"]}')),
            dead_letter_queue=told_text(DEAD),
        ),
        subscription(arns["lambda"], text(FUNCTION), "lambda"),
        subscription(arns["https"], text("https://", SECRET, "@example.com/hook?", SECRET), "https"),
    ]
    same(of(read.inventory, Subscription), sorted(expected, key=lambda item: item.address))


def test_queues_functions_and_keys_that_topics_name(read: Read) -> None:
    chosen = read.chosen
    same(
        of(read.inventory, Queue, QueuePolicy, Function, Permission, Key, Alias),
        [
            Alias(**names(Alias, "alias/mail", f"arn:aws:kms:{HERE}:alias/mail"), key=told_text(chosen.key)),
            Key(
                **names(Key, chosen.key, f"arn:aws:kms:{HERE}:key/{chosen.key}"),
                policy=told(Document(json=QUEUE_POLICY)),
                manager=told("CUSTOMER"),
                state=told("Enabled"),
                enabled=told(value=True),
                rotation=told(value=True),
                spec=told("SYMMETRIC_DEFAULT"),
            ),
            Function(
                **names(Function, "handler", FUNCTION),
                role=told_text(ROLE),
                memory_mb=Known(256, API),
                architecture=Known("arm64", API),
            ),
            Permission(
                **names(Permission, "handler"),
                function=told_text(FUNCTION),
                document=told(Document(json=chosen.permission)),
            ),
            Queue(
                **names(Queue, "dead", DEAD),
                url=told_text(chosen.queue_urls + "dead"),
                kms_key=told(None),
                fifo=told(value=False),
                retention_seconds=told(1209600),
                dead_letter_queue=told(None),
                redrive_allow_policy=told(None),
            ),
            Queue(
                **names(Queue, "main", QUEUE),
                url=told_text(chosen.queue_urls + "main"),
                kms_key=told_text("alias/mail"),
                fifo=told(value=False),
                retention_seconds=told(345600),
                dead_letter_queue=told_text(DEAD),
                redrive_allow_policy=told(None),
            ),
            QueuePolicy(
                **names(QueuePolicy, "main", QUEUE),
                queues=told((text(QUEUE),)),
                document=told(Document(json=json.dumps(json.loads(QUEUE_POLICY)))),
            ),
        ],
    )


def inline(owner: str, **owners: Known[Any]) -> InlinePolicy:
    none = dict.fromkeys(("users", "roles", "groups"), told(()))
    called = names(InlinePolicy, "inline", address=f"{owner}/inline")
    return InlinePolicy(**called, document=told(Document(json=json.dumps(ALLOW))), **(none | owners))


def managed(arn: str, address: str, *, aws_managed: bool) -> ManagedPolicy:
    return ManagedPolicy(
        **names(ManagedPolicy, arn.rpartition("/")[2], arn, address),
        aws_managed=aws_managed,
        document=told(Document(json=json.dumps(ALLOW))),
        users=told(()),
        roles=told(()),
        groups=told(()),
    )


def test_iam(read: Read) -> None:
    access_key = AccessKey(
        access_key_id=read.chosen.access_key,
        active=told(value=True),
        created=told(read.chosen.created),
        last_used=told(None),
    )
    same(
        of(read.inventory, User, Group, Role, ManagedPolicy, InlinePolicy),
        [
            Group(
                **names(Group, "senders", f"arn:aws:iam::{ACCOUNT}:group/senders"),
                path=told_text("/"),
                managed_policies=told(()),
            ),
            managed(OWN_POLICY, "Send", aws_managed=False),
            inline("group/senders", groups=told((text("senders"),))),
            inline("role/sender", roles=told((text("sender"),))),
            Role(
                **names(Role, "sender", ROLE),
                unique_id=told(read.chosen.ids["sender"]),
                path=told_text("/team/"),
                managed_policies=told((text(OWN_POLICY),)),
                boundary=told_text(OWN_POLICY),
                trust=told(Document(json=json.dumps(TRUST))),
                last_used=told(None),
                instance_profiles=told(("senders",)),
                tags=told({"team": text("mail")}),
            ),
            User(
                **names(User, "mailer", USER),
                unique_id=told(read.chosen.ids["mailer"]),
                path=told_text("/"),
                managed_policies=told(()),
                boundary=told(None),
                groups=told((text("senders"),)),
                access_keys=told((access_key,)),
                has_password=told(value=True),
                tags=told({}),
            ),
        ],
    )


def test_alarms(read: Read) -> None:
    same(
        of(read.inventory, Alarm),
        [
            Alarm(
                **names(Alarm, "dead-letters", f"arn:aws:cloudwatch:{HERE}:alarm:dead-letters"),
                namespace=told("AWS/SQS"),
                metric=told("ApproximateNumberOfMessagesVisible"),
                dimensions=told({"QueueName": text("dead")}),
                threshold=told("0.5"),
                comparison=told("GreaterThanThreshold"),
                period_seconds=told(300),
                evaluation_periods=told(1),
                treat_missing_data=told("missing"),
                actions_enabled=told(value=True),
                actions=told((text(TOPIC),)),
            )
        ],
    )


def test_coverage_of_what_is_listed(read: Read) -> None:
    rows = {(row.region, row.operation): row.complete for row in read.inventory.coverage if not row.resource}

    regional = (
        "cloudwatch:DescribeAlarms",
        "kms:ListAliases",
        "ses:DescribeActiveReceiptRuleSet",
        "ses:GetAccount",
        "ses:GetConfigurationSet",
        "ses:GetConfigurationSetEventDestinations",
        "ses:GetEmailIdentity",
        "ses:GetIdentityNotificationAttributes",
        "ses:ListConfigurationSets",
        "ses:ListEmailIdentities",
        "ses:ListReceiptRuleSets",
        "sns:GetSubscriptionAttributes",
        "sns:GetTopicAttributes",
        "sns:ListSubscriptions",
        "sns:ListTopics",
    )
    of_the_account = (
        "iam:GetAccessKeyLastUsed",
        "iam:GetAccountAuthorizationDetails",
        "iam:GetLoginProfile",
        "iam:ListAccessKeys",
    )
    only_named = (
        "kms:DescribeKey",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "lambda:GetFunctionConfiguration",
        "lambda:GetPolicy",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
    )
    complete = Known(value=True, origin=API)
    assert {row for row, answer in rows.items() if answer == complete} == {
        *(("us-east-1", operation) for operation in regional),
        *(("global", operation) for operation in of_the_account),
    }
    assert {row: getattr(answer, "cause", None) for row, answer in rows.items() if answer != complete} == {
        ("us-east-1", operation): Cause.NOT_ASKED for operation in only_named
    }


def test_coverage_of_what_is_named_stands_with_the_resource(read: Read) -> None:
    key_arn = f"arn:aws:kms:{HERE}:key/{read.chosen.key}"
    assert [row for row in read.inventory.coverage if row.resource] == [
        Coverage(ACCOUNT, "us-east-1", operation, Known(value=True, origin=API), resource)
        for operation, resource in (
            ("kms:DescribeKey", read.chosen.key),
            ("kms:GetKeyPolicy", key_arn),
            ("kms:GetKeyRotationStatus", key_arn),
            ("lambda:GetFunctionConfiguration", FUNCTION),
            ("lambda:GetPolicy", FUNCTION),
            ("sqs:GetQueueAttributes", DEAD),
            ("sqs:GetQueueAttributes", QUEUE),
            ("sqs:GetQueueUrl", DEAD),
            ("sqs:GetQueueUrl", QUEUE),
        )
    ]


def test_relations_resolve(read: Read) -> None:
    inventory = read.inventory
    topic = inventory.of(Topic)[0]

    assert subscriptions(inventory, topic).complete == Known(value=True)
    assert str(key(inventory, text("alias/mail"), topic).value.name) == read.chosen.key
    assert queue(inventory, text(DEAD), topic).value.retention_seconds == Known(1209600)
    assert function(inventory, text(FUNCTION + ":live"), topic).value.arn == text(FUNCTION)


def test_a_queue_that_nobody_names_is_not_known_to_be_absent(read: Read) -> None:
    topic = read.inventory.of(Topic)[0]

    assert queue(read.inventory, text(f"arn:aws:sqs:{HERE}:unrelated"), topic).cause is Cause.ELSEWHERE


def test_no_secret_is_kept(read: Read) -> None:
    assert "not-kept" not in repr(read.inventory)


def test_inputs(account: MotoAccount, collected: Collect) -> None:
    common = {
        "kind": "aws",
        "account": ACCOUNT,
        "collected_at": "2026-11-24T12:00:00Z",
        "endpoint": account.url,
        "caller": f"arn:aws:sts::{ACCOUNT}:user/moto",
    }
    assert collected(regions=("us-east-1", "eu-west-1", "us-east-1")).inputs == (
        Input(path=f"aws:{ACCOUNT}:eu-west-1", region="eu-west-1", **common),
        Input(path=f"aws:{ACCOUNT}:global", region="global", **common),
        Input(path=f"aws:{ACCOUNT}:us-east-1", region="us-east-1", **common),
    )


def test_policies_of_aws_are_kept_when_somebody_has_them(account: MotoAccount, collected: Collect) -> None:
    versions = [
        {"Document": json.dumps(TRUST), "VersionId": "v1", "IsDefaultVersion": False},
        {"Document": json.dumps(ALLOW), "VersionId": "v2", "IsDefaultVersion": True},
    ]
    billing, boundary = "arn:aws:iam::aws:policy/job-function/Billing", "arn:aws:iam::aws:policy/Boundary"
    policies = [{"Arn": arn, "PolicyVersionList": versions} for arn in (AWS_POLICY, billing, boundary)]
    role = {
        "RoleName": "sender",
        "Arn": ROLE,
        "AssumeRolePolicyDocument": json.dumps(TRUST),
        "AttachedManagedPolicies": [{"PolicyArn": AWS_POLICY}],
        "PermissionsBoundary": {"PermissionsBoundaryArn": boundary},
    }
    details = {"RoleDetailList": [role], "Policies": policies, "IsTruncated": False}
    account.overlay.answer("iam", "GetAccountAuthorizationDetails", details)

    same(
        of(collected(), ManagedPolicy),
        [
            managed(AWS_POLICY, "aws/AmazonSESFullAccess", aws_managed=True),
            managed(boundary, "aws/Boundary", aws_managed=True),
        ],
    )


def test_a_document_that_is_no_json_stays_and_is_unreadable(account: MotoAccount, collected: Collect) -> None:
    role = {"RoleName": "r", "Arn": ROLE, "AssumeRolePolicyDocument": "%7Bnot json"}
    account.overlay.answer("iam", "GetAccountAuthorizationDetails", {"RoleDetailList": [role], "IsTruncated": False})

    trust = collected().of(Role)[0].trust

    assert trust == told(Document(json="{not json"))
    assert trust.value.root.unknown.cause is Cause.FAILED
