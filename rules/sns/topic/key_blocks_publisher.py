"""Topic is encrypted with a key that an AWS service cannot use to publish to it.

## What it checks

For every topic with a KMS key, what the input shows to publish to it: SES event destinations and identity notifications,
receipt rules, CloudWatch alarms. Each must be able to use the key:

- The AWS managed key `alias/aws/sns` admits no service, and its policy cannot be changed.
- A customer managed key must be enabled and symmetric, and its policy must let the service principal use
  `kms:GenerateDataKey*` and `kms:Decrypt`. The statement that delegates to the account's IAM policies does not cover a
  service.
- Conditions on `aws:SourceArn` or `aws:SourceAccount` are undecided: AWS does not document whether these services send
  the keys to KMS. Conditions on `aws:PrincipalOrgID` never match a service.

A topic that no service is shown to publish to is not judged.

## Why it matters

The service is refused the key and the message is lost without a trace at the sender: bounces and complaints never arrive,
alarms stay silent. Amazon SES even removes an identity's topic after a failed publish. Checks that merely ask for an
encrypted topic lead straight into this.

## How to fix

Use a customer managed key and add to its policy a statement that lets the service principal use `kms:GenerateDataKey*`
and `kms:Decrypt`.

## References

- https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
- https://docs.aws.amazon.com/ses/latest/dg/configure-sns-notifications.html
- https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
"""

from collections import defaultdict
from collections.abc import Iterator

from auditor.evidence import place
from auditor.finding import Confidence, Fix, Related, Severity, Verdict, failed, passed, undecided
from auditor.model.known import Known, Unknown
from auditor.model.relations import ServicePublisher
from auditor.model.sns import Topic
from auditor.questions import Questions
from auditor.routes.route import Link, State
from auditor.rule import Rule

rule = Rule(
    id="sns-topic-key-blocks-publisher",
    applies_to=Topic,
    severity=Severity.HIGH,
    stage="stable",
    since="0.1",
    controls={},
)

KEY_STATEMENT = """\
- Effect: Allow
  Principal: {Service: SERVICE}
  Action: [kms:GenerateDataKey*, kms:Decrypt]
  Resource: "*\""""

Judged = list[tuple[ServicePublisher, Link]]


@rule.check
def check(topic: Topic, ask: Questions) -> Iterator[Verdict]:
    if isinstance(topic.kms_key, Known) and (topic.kms_key.value is None or topic.kms_key.value.literal == ""):
        return
    publishers = ask.service_publishers(topic)
    broken: dict[str, Judged] = defaultdict(list)
    unclear: dict[str, Judged] = defaultdict(list)
    for publisher in publishers.items:
        link = ask.topic_key(topic, publisher)
        if link.state is State.BROKEN:
            broken[publisher.service].append((publisher, link))
        elif link.state is State.UNKNOWN:
            unclear[publisher.service].append((publisher, link))
    for service, judged in broken.items():
        yield _finding(topic, service, judged)
    for service, judged in unclear.items():
        if service not in broken:
            yield _open(topic, service, judged)
    if broken or unclear:
        return
    others = [item for item in publishers.possible if ask.topic_key(topic, item).state is not State.OK]
    if others or isinstance(publishers.complete, Unknown):
        yield undecided(
            f"Whether every service that publishes to {topic.name} can use its key is not told.",
            publishers.unknowns,
            location=place(topic.kms_key, topic),
        )
    elif publishers.items:
        yield passed(f"Every service that publishes to {topic.name} can use its key.")


def _finding(topic: Topic, service: str, judged: Judged) -> Verdict:
    link = judged[0][1]
    return failed(
        f"{service} cannot use the key of topic {topic.name}, so what it publishes is lost: "
        f"{link.title}: {link.message}.",
        subject=(service,),
        evidence=link.evidence,
        fix=Fix(
            link.fix.text if link.fix is not None else f"Let {service} use the key.",
            locks_out=link.fix.locks_out if link.fix is not None else (),
            cloudformation=KEY_STATEMENT.replace("SERVICE", service),
        ),
        confidence=min((link.confidence for _, link in judged), key=list(Confidence).index),
        related=_related(judged),
        location=place(topic.kms_key, topic),
    )


def _open(topic: Topic, service: str, judged: Judged) -> Verdict:
    link = judged[0][1]
    return undecided(
        f"Whether {service} can use the key of topic {topic.name} is not decided: {link.title}: {link.message}.",
        tuple(dict.fromkeys(why for _, link in judged for why in link.unknowns)),
        subject=(service,),
        related=_related(judged),
        location=place(topic.kms_key, topic),
    )


def _related(judged: Judged) -> tuple[Related, ...]:
    """What publishes, and the key where it is known."""
    found = {publisher.resource: Related(publisher.resource, "publishes to the topic") for publisher, _ in judged}
    found |= {link.resource: Related(link.resource, "the key") for _, link in judged if link.resource is not None}
    return tuple(found.values())
