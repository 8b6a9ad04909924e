"""A working mail path in an account, piece by piece, so that a test can break one link and look at that link."""

import json
from typing import Any

import msgspec

from auditor.model.arn import Place
from auditor.model.awslambda import Function, Permission
from auditor.model.cloudwatch import Alarm
from auditor.model.coverage import LISTED_BY, Coverage
from auditor.model.iam import InlinePolicy, Role
from auditor.model.inventory import Inventory
from auditor.model.kms import Alias, Key
from auditor.model.known import Known, Unknown
from auditor.model.origin import Location, Origin
from auditor.model.policy import Document
from auditor.model.resource import Resource
from auditor.model.ses import ConfigurationSet, EmailIdentity, EventDestination
from auditor.model.sns import Subscription, Topic, TopicPolicy
from auditor.model.sqs import Queue, QueuePolicy
from auditor.model.text import Text, text
from auditor.routes import grade, trace
from auditor.routes.route import Event, Grade, Link, Route

ACCOUNT, OTHER_ACCOUNT, REGION = "111122223333", "444455556666", "eu-west-1"
FILE = "account.json"


def known(value: Any, line: int | None = None) -> Known[Any]:
    """A value, with the line it stands on where a test looks at that."""
    written = text(value) if isinstance(value, str) and ":" in value else value
    return Known(written) if line is None else Known(written, Origin(location=Location(FILE, line)))


def name(value: str) -> Known[Text]:
    return Known(text(value))


def document(*statements: dict[str, Any], at: int | None = None) -> Known[Document]:
    """A policy document as an API gives it."""
    written = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return known(Document(json=written), at)


def plain_document(value: dict[str, Any]) -> Known[Document]:
    return Known(Document(json=json.dumps(value)))


def allow(service: Any, action: Any, resource: str = "*", **condition: Any) -> dict[str, Any]:
    """A statement that lets a service in; conditions as ``StringEquals={...}``."""
    made = {"Sid": "Let", "Effect": "Allow", "Principal": {"Service": service}, "Action": action, "Resource": resource}
    return {**made, "Condition": condition} if condition else made


class MailPath:
    """The parts of a mail path by name, all in one account and Region of a partition.

    ``identity`` → ``set`` → ``destination`` → ``topic`` (``topic_policy``, no key) → ``subscription`` → ``queue``
    (``queue_policy``, no key), with ``redrive`` (``redrive_policy``) and ``alarm``. Everything was read.
    """

    def __init__(self, partition: str = "aws", region: str = REGION) -> None:
        self.place = Place(text(partition), text(region), text(ACCOUNT))
        self.parts: dict[str, Resource] = {}
        self.unread: set[type[Resource]] = set()
        self._identity()
        self._topic()
        self._queues()

    def arn(self, service: str, resource: str, **other: Any) -> str:
        return str(self.place.arn(service, resource, **other))

    def add(self, part: str, kind: type[Resource], called: str, arn: str | None = None, /, **fields: Any) -> None:
        line = len(self.parts) + 1
        self.parts[part] = kind(
            deployment=f"aws:{ACCOUNT}:{self.place.region}",
            address=f"{kind.__name__}/{called}",
            name=text(called),
            arn=None if arn is None else text(arn),
            account=self.place.account,
            region=self.place.region,
            location=Location(FILE, line),
            **fields,
        )

    def change(self, key: str, **fields: Any) -> "MailPath":
        self.parts[key] = msgspec.structs.replace(self.parts[key], **fields)
        return self

    def remove(self, *keys: str) -> "MailPath":
        for key in keys:
            del self.parts[key]
        return self

    def leave_unread(self, *kinds: type[Resource]) -> "MailPath":
        """Make the relation to a type open."""
        self.unread.update(kinds)
        return self

    def _identity(self) -> None:
        identity = self.arn("ses", "identity/example.com")
        self.add(
            "identity",
            EmailIdentity,
            "example.com",
            identity,
            identity_type=known("DOMAIN"),
            verification_status=known("SUCCESS"),
            feedback_forwarding=known(value=False),
            configuration_set=name("main"),
            bounce_topic=known(None),
            complaint_topic=known(None),
        )
        self.add(
            "set",
            ConfigurationSet,
            "main",
            self.arn("ses", "configuration-set/main"),
            sending_enabled=known(value=True),
        )
        self.add(
            "destination",
            EventDestination,
            "bounces",
            configuration_set=name("main"),
            enabled=known(value=True),
            event_types=known(("BOUNCE", "COMPLAINT")),
            topic=known(self.arn("sns", "ses-bounces")),
            firehose_stream=known(None),
            firehose_role=known(None),
            event_bus=known(None),
            pinpoint_application=known(None),
            cloudwatch=known(value=False),
        )

    def _topic(self) -> None:
        arn = self.arn("sns", "ses-bounces")
        self.add("topic", Topic, "ses-bounces", arn, kms_key=known(None), fifo=known(value=False))
        self.add(
            "topic_policy",
            TopicPolicy,
            "ses-bounces",
            topics=Known((text(arn),)),
            document=document(self.allow_ses("configuration-set/main")),
        )
        self.add(
            "subscription",
            Subscription,
            "bounce-queue",
            f"{arn}:6b0e71bd-7e97-4d97-80ce-4a0994e55286",
            topic=known(arn),
            protocol=known("sqs"),
            endpoint=known(self.arn("sqs", "bounce-queue")),
            pending=known(value=False),
            filter_policy=known(None),
            filter_scope=known("MessageAttributes"),
            dead_letter_queue=known(self.arn("sqs", "bounce-dlq")),
            role=known(None),
            owner=name(ACCOUNT),
        )

    def _queues(self) -> None:
        for key, called in (("queue", "bounce-queue"), ("redrive", "bounce-dlq")):
            arn = self.arn("sqs", called)
            self.add(key, Queue, called, arn, kms_key=known(None), fifo=known(value=False))
            self.add(f"{key}_policy", QueuePolicy, called, queues=Known((text(arn),)), document=self.allow_sns(arn))
        self.add(
            "alarm",
            Alarm,
            "dlq-not-empty",
            namespace=known("AWS/SQS"),
            metric=known("ApproximateNumberOfMessagesVisible"),
            dimensions=Known({"QueueName": text("bounce-dlq")}),
            actions_enabled=known(value=True),
            actions=Known((text(self.arn("sns", "operators")),)),
        )

    def allow_ses(self, source: str, account: str = ACCOUNT) -> dict[str, Any]:
        """The topic policy statement that AWS documents for SES."""
        return allow(
            "ses.amazonaws.com",
            "sns:Publish",
            self.arn("sns", "ses-bounces"),
            StringEquals={"aws:SourceAccount": account, "aws:SourceArn": self.arn("ses", source)},
        )

    def allow_sns(self, queue: str) -> Known[Document]:
        topic = self.arn("sns", "ses-bounces")
        return document(allow("sns.amazonaws.com", "sqs:SendMessage", queue, ArnEquals={"aws:SourceArn": topic}))

    def encrypt(self, key: str, *statements: dict[str, Any], **fields: Any) -> "MailPath":
        """Put a customer managed key, known by an alias, on the topic or a queue."""
        arn = self.arn("kms", "key/4fc2")
        ready = {"manager": known("CUSTOMER"), "state": known("Enabled"), "enabled": known(value=True)}
        self.add(
            "key",
            Key,
            "4fc2",
            arn,
            policy=document(*statements),
            spec=known("SYMMETRIC_DEFAULT"),
            **{**ready, **fields},
        )
        self.add("alias", Alias, "alias/mail", self.arn("kms", "alias/mail"), key=name("4fc2"))
        return self.change(key, kms_key=name("alias/mail"))

    def to_lambda(self, *statements: dict[str, Any]) -> "MailPath":
        """A function as endpoint instead of the queue."""
        arn = self.arn("lambda", "function:on-bounce")
        self.remove("queue", "queue_policy").change("subscription", protocol=known("lambda"), endpoint=known(arn))
        self.add("function", Function, "on-bounce", arn)
        for number, statement in enumerate(statements):
            self.add(f"permission{number}", Permission, f"p{number}", function=known(arn), document=document(statement))
        return self

    def to_firehose(self, trust: dict[str, Any], *policies: dict[str, Any]) -> "MailPath":
        """A delivery stream as event destination instead of the topic."""
        role = self.arn("iam", "role/ses-firehose", region=text(""))
        self.remove("topic", "topic_policy", "subscription")
        self.change(
            "destination",
            topic=known(None),
            firehose_stream=known(self.arn("firehose", "deliverystream/mail")),
            firehose_role=known(role),
        )
        self.add(
            "role", Role, "ses-firehose", role, trust=document(trust), managed_policies=known(()), boundary=known(None)
        )
        self.change("role", region=text(""))
        for number, statement in enumerate(policies):
            self.add(
                f"role{number}", InlinePolicy, f"p{number}", document=document(statement), roles=names("ses-firehose")
            )
        return self

    @property
    def inventory(self) -> Inventory:
        unread = {LISTED_BY[kind] for kind in self.unread}
        rows = []
        for operation in sorted(set(LISTED_BY.values()) - unread):
            places = {"global"} if operation.startswith("iam:") else {str(part.region) for part in self.parts.values()}
            rows += [Coverage(ACCOUNT, place, operation, known(value=True)) for place in sorted(places)]
        return Inventory(resources=tuple(self.parts.values()), coverage=tuple(rows))

    def routes(self, event: Event = Event.BOUNCE, publisher: str = "identity") -> tuple[Route, ...]:
        found = self.parts[publisher]
        assert isinstance(found, EmailIdentity | ConfigurationSet)
        return trace(found, event, self.inventory)

    def grade(self, event: Event = Event.BOUNCE, publisher: str = "identity") -> Grade:
        return grade(self.routes(event, publisher))

    def link(self, name: str, event: Event = Event.BOUNCE, publisher: str = "identity") -> Link:
        """The only link with a name."""
        found = {id(link): link for route in self.routes(event, publisher) for link in route.links if link.name == name}
        distinct = list(dict.fromkeys(found.values()))
        assert len(distinct) == 1, [link.message for link in distinct]
        return distinct[0]


def names(*values: str) -> Known[tuple[Text, ...]]:
    return Known(tuple(text(value) for value in values))


def lines(link: Link) -> list[str]:
    """Where its evidence stands."""
    return [str(item.location) for item in link.evidence]


def gap(link: Link) -> Unknown:
    """The only thing that an undecided link lacks."""
    (only,) = link.unknowns
    return only
