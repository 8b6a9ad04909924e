"""Amazon SQS: the queues that topics deliver to and the dead-letter queues behind them.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
"""

from collections.abc import Iterable

import msgspec

from auditor.model.known import Known, Unknown, Value
from auditor.model.sns import Subscription
from auditor.model.sqs import Queue, QueuePolicy
from auditor.model.text import Text, text
from auditor.sources.aws.answers import default, derived, left_out, told, told_text
from auditor.sources.aws.attributes import Attributes
from auditor.sources.aws.calls import Reads
from auditor.sources.aws.found import Found, Site
from auditor.sources.aws.references import here

_URL, _ATTRIBUTES = "sqs:GetQueueUrl", "sqs:GetQueueAttributes"
_NO_QUEUE = frozenset(
    {
        "AWS.SimpleQueueService.NonExistentQueue",
        "NonExistentQueue",
        "QueueDoesNotExist",
    }
)


class _Url(msgspec.Struct, frozen=True, rename="pascal"):
    queue_url: str


class _Answers(msgspec.Struct, frozen=True):
    """What was answered about one queue; None in `attributes` when there is no such queue."""

    url: Value[_Url | None]
    attributes: Value[Attributes | None]


def read(reads: Reads, site: Site, subscriptions: Iterable[Subscription]) -> Found:
    """The queues that the subscriptions name as endpoint or dead-letter queue, and the dead-letter queues of those."""
    answers: dict[str, _Answers] = {}
    asked = here(site, "sqs", _named(subscriptions))
    while asked:
        answers |= _ask(reads, asked)
        behind = (_dead_letter_queue(answers[arn].attributes) for arn in asked)
        asked = tuple(arn for arn in here(site, "sqs", behind) if arn not in answers)
    found = dict(sorted(answers.items()))
    noun = "queues that subscriptions and redrive policies name"
    return Found(
        (
            *(_queue(site, arn, one) for arn, one in found.items() if not _is_missing(one)),
            *(policy for arn, one in found.items() for policy in _policy(site, arn, one)),
        ),
        (
            *site.covered_named(_URL, {arn: one.url for arn, one in found.items()}, noun),
            *site.covered_named(_ATTRIBUTES, {arn: one.attributes for arn, one in found.items()}, noun),
        ),
    )


def _named(subscriptions: Iterable[Subscription]) -> list[Value[Text | None]]:
    return [value for one in subscriptions for value in (one.endpoint, one.dead_letter_queue)]


def _ask(reads: Reads, arns: tuple[str, ...]) -> dict[str, _Answers]:
    names = [{"QueueName": arn.rpartition(":")[2]} for arn in arns]
    urls = dict(zip(arns, reads.each_if_exists("GetQueueUrl", _Url, _NO_QUEUE, names), strict=True))
    known = {arn: url.value.queue_url for arn, url in urls.items() if isinstance(url, Known) and url.value is not None}
    batch = [{"QueueUrl": url, "AttributeNames": ["All"]} for url in known.values()]
    told_of = dict(zip(known, reads.each_if_exists("GetQueueAttributes", Attributes, _NO_QUEUE, batch), strict=True))
    return {arn: _Answers(url, told_of[arn] if arn in told_of else _without_url(url)) for arn, url in urls.items()}


def _without_url(url: Value[_Url | None]) -> Value[Attributes | None]:
    return url if isinstance(url, Unknown) else told(None)


def _is_missing(answers: _Answers) -> bool:
    return isinstance(answers.attributes, Known) and answers.attributes.value is None


def _dead_letter_queue(attributes: Value[Attributes | None]) -> Value[Text | None]:
    return derived(attributes, lambda a: told(None) if a is None else a.dead_letter_queue())


def _queue(site: Site, arn: str, answers: _Answers) -> Queue:
    answer = derived(answers.attributes, _there)
    return Queue(
        **site.named(Queue, arn.rpartition(":")[2], arn=arn),
        url=derived(answers.url, lambda u: left_out(_URL, "QueueUrl") if u is None else told(text(u.queue_url))),
        kms_key=derived(answer, lambda a: told_text(a.get("KmsMasterKeyId"))),
        fifo=derived(answer, lambda a: a.flag("FifoQueue", default(value=False))),
        retention_seconds=derived(
            answer, lambda a: a.number("MessageRetentionPeriod", left_out(_ATTRIBUTES, "MessageRetentionPeriod"))
        ),
        dead_letter_queue=derived(answer, Attributes.dead_letter_queue),
        redrive_allow_policy=derived(answer, lambda a: told(a.document("RedriveAllowPolicy"))),
    )


def _there(attributes: Attributes | None) -> Value[Attributes]:
    return left_out(_ATTRIBUTES, "attributes") if attributes is None else told(attributes)


def _policy(site: Site, arn: str, answers: _Answers) -> list[QueuePolicy]:
    """The policy of a queue; none is how SQS tells that there is none, so that only the owner has access."""
    attributes = answers.attributes
    if isinstance(attributes, Unknown) or attributes.value is None:
        return []
    document = attributes.value.document("Policy")
    if document is None:
        return []
    return [
        QueuePolicy(
            **site.named(QueuePolicy, arn.rpartition(":")[2], arn=arn),
            queues=told((text(arn),)),
            document=told(document),
        )
    ]
