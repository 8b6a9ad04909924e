"""Amazon SNS: topics with their policies, and subscriptions.

Source: https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
"""

import hashlib
from collections import Counter

import msgspec

from auditor.model.coverage import Coverage
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.origin import API
from auditor.model.policy import Document
from auditor.model.sns import Subscription, Topic, TopicPolicy
from auditor.model.text import Text, text
from auditor.sources.aws.answers import default, derived, left_out, or_default, still_there, told, told_text
from auditor.sources.aws.attributes import Attributes
from auditor.sources.aws.calls import Reads, TokenPage
from auditor.sources.aws.endpoints import without_credentials
from auditor.sources.aws.found import Found, Site

_FEEDBACK = {"HTTP": "HTTP", "FIREHOSE": "Firehose", "LAMBDA": "Lambda", "APPLICATION": "Application", "SQS": "SQS"}
_NOT_FOUND = frozenset({"NotFound", "NotFoundException"})
_PENDING = Unknown(Cause.NOT_ASKED, "a subscription has no readable attributes before it is confirmed", API)
_TOPIC, _SUBSCRIPTION = "sns:GetTopicAttributes", "sns:GetSubscriptionAttributes"
_LIST, _LIST_BY_TOPIC = "sns:ListSubscriptions", "sns:ListSubscriptionsByTopic"


class _TopicItem(msgspec.Struct, frozen=True, rename="pascal"):
    topic_arn: str


class _Topics(TokenPage, frozen=True, rename="pascal"):
    topics: tuple[_TopicItem, ...]


class _Item(msgspec.Struct, frozen=True, rename="pascal", order=True):
    topic_arn: str
    subscription_arn: str
    protocol: str = ""
    endpoint: str = ""
    owner: str = ""

    @property
    def is_pending(self) -> bool:
        return self.subscription_arn == "PendingConfirmation"

    @property
    def is_subscription(self) -> bool:
        """Deleted ones are listed for a while, without an ARN."""
        return self.is_pending or self.subscription_arn.startswith("arn:")


class _Subscriptions(TokenPage, frozen=True, rename="pascal"):
    subscriptions: tuple[_Item, ...]


def read(reads: Reads, site: Site) -> Found:
    """The topics, topic policies and subscriptions of a Region."""
    pages, listed = reads.pages("ListTopics", _Topics)
    arns = sorted({item.topic_arn for page in pages for item in page.topics})
    asked = [{"TopicArn": arn} for arn in arns]
    answers = reads.each_if_exists("GetTopicAttributes", Attributes, _NOT_FOUND, asked)
    attributes = still_there(zip(arns, answers, strict=True))
    subscriptions = _subscriptions(reads, site, attributes)
    return Found(
        (
            *(_topic(site, arn, answer) for arn, answer in attributes.items()),
            *(_policy(site, arn, answer) for arn, answer in attributes.items()),
            *subscriptions.resources,
        ),
        (
            site.covered("sns:ListTopics", listed),
            *site.covered_each(_TOPIC, attributes, "topics", listed),
            *subscriptions.coverage,
        ),
    )


def _topic(site: Site, arn: str, answer: Value[Attributes]) -> Topic:
    return Topic(
        **site.named(Topic, _last(arn), arn=arn),
        kms_key=derived(answer, lambda a: told_text(a.get("KmsMasterKeyId"))),
        fifo=derived(answer, lambda a: a.flag("FifoTopic", default(value=False))),
        signature_version=derived(answer, lambda a: or_default(a.get("SignatureVersion"), "1")),
        tracing=derived(answer, lambda a: or_default(a.get("TracingConfig"), "PassThrough")),
        display_name=derived(answer, lambda a: told_text(a.get("DisplayName"))),
        feedback_roles=derived(answer, lambda a: told(_feedback(a))),
        delivery_policy=derived(answer, lambda a: told(a.document("DeliveryPolicy"))),
        archive_policy=derived(answer, lambda a: told(a.document("ArchivePolicy"))),
        content_based_deduplication=derived(
            answer, lambda a: a.flag("ContentBasedDeduplication", default(value=False))
        ),
        max_message_size=derived(answer, lambda a: a.number("MaximumMessageSize", default(262144))),
    )


def _feedback(attributes: Attributes) -> tuple[str, ...]:
    return tuple(name for name, prefix in _FEEDBACK.items() if attributes.get(f"{prefix}FailureFeedbackRoleArn"))


def _policy(site: Site, arn: str, answer: Value[Attributes]) -> TopicPolicy:
    return TopicPolicy(
        **site.named(TopicPolicy, _last(arn), arn=arn),
        topics=told((text(arn),)),
        document=derived(answer, _topic_document),
    )


def _topic_document(attributes: Attributes) -> Value[Document]:
    # Every topic has a policy: AWS makes one for a topic that is created without.
    document = attributes.document("Policy")
    return left_out(_TOPIC, "Policy") if document is None else told(document)


def _subscriptions(reads: Reads, site: Site, topics: dict[str, Value[Attributes]]) -> Found:
    pages, listed = reads.pages("ListSubscriptions", _Subscriptions)
    items = {item for page in pages for item in page.subscriptions if item.is_subscription}
    more = _of_others(reads, site, topics, items, listed)
    items |= more.items
    confirmed = {item.subscription_arn: item for item in sorted(items) if not item.is_pending}
    asked = [{"SubscriptionArn": arn} for arn in confirmed]
    answers = reads.each_if_exists("GetSubscriptionAttributes", Attributes, _NOT_FOUND, asked)
    attributes = still_there(zip(confirmed, answers, strict=True))
    found = [_subscription(site, confirmed[arn], answer) for arn, answer in attributes.items()] + _pending(
        site, sorted(item for item in items if item.is_pending)
    )
    return Found(
        tuple(found),
        (
            site.covered(_LIST, listed),
            *more.coverage,
            *site.covered_each(_SUBSCRIPTION, attributes, "subscriptions", listed),
        ),
    )


class _Others(msgspec.Struct, frozen=True):
    items: set[_Item]
    coverage: tuple[Coverage, ...]


def _of_others(
    reads: Reads,
    site: Site,
    topics: dict[str, Value[Attributes]],
    items: set[_Item],
    listed: Known[bool] | Unknown,
) -> _Others:
    """Subscriptions that other accounts made to these topics.

    ListSubscriptions gives those of the caller's account only. A topic that counts more of them, or does not tell how
    many it has, is listed by itself; and so is each one when the list was cut off.
    """
    counted = Counter(item.topic_arn for item in items)
    expected = {arn: _count(answer) for arn, answer in topics.items()}
    is_cut_off = isinstance(listed, Unknown)
    asked = [arn for arn, count in expected.items() if is_cut_off or count is None or count > counted[arn]]
    found: set[_Item] = set()
    outcomes: dict[str, Known[bool] | Unknown] = {}
    for arn in asked:
        pages, complete = reads.pages("ListSubscriptionsByTopic", _Subscriptions, TopicArn=arn)
        found |= {item for page in pages for item in page.subscriptions if item.is_subscription}
        outcomes[arn] = complete
    rows = [site.covered(_LIST, outcome, arn) for arn, outcome in outcomes.items() if outcome != listed]
    if outcomes:
        rows += site.covered_each(_LIST_BY_TOPIC, outcomes, "topics with subscriptions of other accounts")
    return _Others(found, tuple(rows))


def _count(answer: Value[Attributes]) -> int | None:
    """How many subscriptions a topic has."""
    if isinstance(answer, Unknown):
        return None
    absent = left_out(_TOPIC, "the number of subscriptions")
    numbers = [answer.value.number(f"Subscriptions{state}", absent) for state in ("Confirmed", "Pending")]
    known = [number.value for number in numbers if isinstance(number, Known)]
    return sum(known) if len(known) == len(numbers) else None


def _subscription(site: Site, item: _Item, answer: Value[Attributes]) -> Subscription:
    unsaid = left_out(_SUBSCRIPTION, "ConfirmationWasAuthenticated")
    endpoint = without_credentials(item.protocol, item.endpoint)
    return Subscription(
        **site.named(
            Subscription,
            endpoint,
            address=f"{_last(item.topic_arn)}/{_last(item.subscription_arn)}",
            arn=item.subscription_arn,
        ),
        topic=told(text(item.topic_arn)),
        protocol=told(item.protocol),
        endpoint=_endpoint(endpoint),
        owner=told(text(item.owner)),
        pending=derived(answer, lambda a: a.flag("PendingConfirmation", default(value=False))),
        confirmation_authenticated=derived(answer, lambda a: a.flag("ConfirmationWasAuthenticated", unsaid)),
        raw_delivery=derived(answer, lambda a: a.flag("RawMessageDelivery", default(value=False))),
        filter_policy=derived(answer, lambda a: told(a.document("FilterPolicy"))),
        filter_scope=derived(answer, lambda a: or_default(a.get("FilterPolicyScope"), "MessageAttributes")),
        dead_letter_queue=derived(answer, Attributes.dead_letter_queue),
        role=derived(answer, lambda a: told_text(a.get("SubscriptionRoleArn"))),
    )


def _pending(site: Site, items: list[_Item]) -> list[Subscription]:
    """Subscriptions that nobody has confirmed: they have no ARN, so what they deliver to tells them apart."""
    made = []
    seen: Counter[str] = Counter()
    for item in items:
        endpoint = without_credentials(item.protocol, item.endpoint)
        digest = hashlib.sha256(f"{item.protocol} {endpoint}".encode()).hexdigest()[:12]
        address = f"{_last(item.topic_arn)}/pending-{digest}"
        seen[address] += 1
        if seen[address] > 1:
            address += f"-{seen[address]}"
        made.append(
            Subscription(
                **site.named(Subscription, endpoint, address=address),
                topic=told(text(item.topic_arn)),
                protocol=told(item.protocol),
                endpoint=_endpoint(endpoint),
                owner=told(text(item.owner)),
                pending=told(value=True),
                confirmation_authenticated=_PENDING,
                raw_delivery=_PENDING,
                filter_policy=_PENDING,
                filter_scope=_PENDING,
                dead_letter_queue=_PENDING,
                role=_PENDING,
            )
        )
    return made


def _endpoint(endpoint: Text) -> Known[Text | None]:
    return told(endpoint if endpoint.parts else None)


def _last(arn: str) -> str:
    return arn.rpartition(":")[2]
