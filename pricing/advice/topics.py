"""Cheaper ways to publish and deliver: batches, attribute filters, queues."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from pricing.advice.alternative import Alternative
from pricing.advice.retold import Quantities, changed, key_of
from pricing.meters.sns import BATCH, CHUNK, DELIVERED_SIZE, HTTP, LARGEST_BATCH, RETRIES, SIZE
from pricing.money import EXACT
from pricing.tiers import ZERO
from pricing.topology.branch import PUBLISHES
from pricing.topology.fan_out import BODY, TRANSFER
from pricing.usage.usage import Entry, Usage

MAX_BATCH_BYTES = Decimal(256 * 1024)
"""Bytes of all messages of a PublishBatch request, unless the topic allows more."""
QUEUED, QUEUE_REQUESTS = "sns.delivery.sqs", "sns.sqs.requests"
_OF_BATCHES = Decimal("1.2")
"""Requests to SQS for a message that is received and deleted with nine others: one to send it and two tenths."""


def batches(usage: Usage, by_service: set[str]) -> Iterator[Alternative]:
    """Publishing ten messages at a time."""

    def change(entry: Entry) -> Quantities:
        # A size that is told for the Region and not here may be that of others too: such publishes are left out.
        messages, size = entry.quantities.get(PUBLISHES), entry.quantities.get(SIZE)
        if not messages or not size or BATCH in entry.quantities or key_of(entry) in by_service:
            return {}
        most = min(LARGEST_BATCH, MAX_BATCH_BYTES // size)
        return {BATCH: most} if most > 1 else {}

    yield from _of_topics(
        usage,
        change,
        id="sns-batches",
        text="Publish up to 10 messages in one request (PublishBatch): one request per 64 KB of their sum.",
        touches=frozenset({PUBLISHES}),
        assumptions=(
            "Publishers can wait until they have 10 messages; every message has the mean size.",
            "Messages that AWS services publish are left out: they come one by one.",
        ),
    )


def attribute_filters(usage: Usage) -> Iterator[Alternative]:
    """Filter policies on message attributes in place of bodies."""
    yield from _of_topics(
        usage,
        lambda entry: {BODY: ZERO} if entry.quantities.get(BODY) else {},
        id="sns-attribute-filters",
        text="Filter by message attributes in place of the body: attribute filters cost nothing.",
        touches=frozenset({BODY}),
        assumptions=("Publishers can repeat the filtered fields as attributes, at most 10 with raw delivery.",),
    )


def queues(usage: Usage) -> Iterator[Alternative]:
    """Queues in place of HTTP endpoints."""

    def change(entry: Entry) -> Quantities:
        pushed = entry.quantities.get(HTTP)
        queued = entry.quantities.get(QUEUED, ZERO)
        size = entry.quantities.get(DELIVERED_SIZE, entry.quantities.get(SIZE))
        if not pushed or queued is None or size is None or size > CHUNK or QUEUE_REQUESTS in entry.quantities:
            return {}
        requests = EXACT.add(EXACT.multiply(queued, Decimal(3)), EXACT.multiply(pushed, _OF_BATCHES))
        return {HTTP: ZERO, QUEUED: EXACT.add(queued, pushed), QUEUE_REQUESTS: requests}

    yield from _of_topics(
        usage,
        change,
        id="sns-queues",
        text="Deliver to SQS queues in place of HTTP endpoints.",
        touches=frozenset({HTTP, RETRIES, QUEUED, QUEUE_REQUESTS, TRANSFER}),
        assumptions=(
            "The receivers can read a queue of the same Region and delete ten messages at a time.",
            "Polls that find nothing are not counted.",
        ),
    )


def _of_topics(usage: Usage, change: Callable[[Entry], Quantities], **told: Any) -> Iterator[Alternative]:
    """One alternative for all topics that it can change."""
    of = frozenset(key_of(entry) for entry in usage.entries if change(entry))
    if of:
        yield Alternative(subject="topics", usage=changed(usage, change), changed=of, **told)
