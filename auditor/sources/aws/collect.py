"""Reading one account into an inventory."""

import threading
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Executor, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from functools import partial

from auditor.model.coverage import GLOBAL, Coverage
from auditor.model.inventory import AnyResource, Input, Inventory
from auditor.model.measurement import Measurement
from auditor.model.sns import Subscription, Topic
from auditor.sources.aws import awslambda, cloudwatch, iam, kms, metrics, ses, sns, sqs
from auditor.sources.aws.calls import Reads
from auditor.sources.aws.found import Found, Site, join
from auditor.sources.aws.pacing import Budget, Pacing
from auditor.sources.aws.session import Account, Caller
from auditor.sources.interface import Progress

DEFAULT_JOBS = 16
"""Calls under way at once: more gain little at the distance of an AWS Region."""


def collect(  # noqa: PLR0913 - each is an option of its own, named at the call
    *,
    regions: tuple[str, ...],
    profile: str | None,
    progress: Progress | None,
    jobs: int | None,
    max_time: float | None,
    now: datetime,
    pace: bool = True,
    usage_days: int | None = None,
) -> Inventory:
    """Everything that an audit asks of one account, in some Regions.

    The result is a function of the account alone: the order in which answers arrive does not show.

    Args:
        regions: those to read; the configured one when there is none.
        profile: of the AWS configuration; None for the default chain of credentials.
        progress: told what is being read.
        jobs: calls that are under way at once, beside the lists of each service; None for a default.
        max_time: seconds after which nothing more is asked, None for no limit. SES identities and SNS come first;
            what was not read by then is unknown with cause LIMIT.
        now: written down as the time of the collection.
        pace: keep the quotas of AWS. False is for an emulator, which has none.
        usage_days: days before `now` of which metrics are read; None for none: they cost money.

    Raises:
        InputError: there are no usable credentials, or there is no such profile or Region.
    """
    jobs = jobs or DEFAULT_JOBS
    budget = Budget(max_time)
    account = Account(profile, regions, jobs + len(regions) + 1, budget)
    caller = account.caller()
    span = metrics.Span.before(now, usage_days) if usage_days is not None else None
    run = _Run(account, caller, budget, _serialised(progress), pace=pace, span=span)
    units = run.units()
    units_pool, calls_pool = ThreadPoolExecutor(len(units), "unit"), ThreadPoolExecutor(jobs, "call")
    try:
        reading = [units_pool.submit(unit, calls_pool) for unit in units]
        ended, _ = wait(reading, return_when=FIRST_EXCEPTION)
        found = join([unit.result() for unit in ended])
    finally:
        # After an interrupt nobody shall go on waiting, neither for a turn nor for an answer.
        budget.stop()
        units_pool.shutdown(wait=False)
        calls_pool.shutdown(wait=False)
    return Inventory(
        inputs=run.inputs(now),
        resources=tuple(sorted(found.resources, key=_resource_order)),
        coverage=tuple(sorted(found.coverage, key=_coverage_order)),
        measurements=tuple(sorted(found.measurements, key=_measurement_order)),
    )


class _Run:
    def __init__(
        self,
        account: Account,
        caller: Caller,
        budget: Budget,
        progress: Progress,
        *,
        pace: bool,
        span: metrics.Span | None = None,
    ) -> None:
        self._account = account
        self._caller = caller
        self._budget = budget
        self._progress = progress
        self._span = span
        self._pacing = {region: Pacing(region, budget, pace=pace) for region in (*account.regions, GLOBAL)}

    def units(self) -> list[Callable[[Executor], Found]]:
        """What can be read independently: per Region SES, alarms, and topics with what they name; and IAM."""
        of_region = (self._email, self._topics, self._alarms)
        made = [partial(read, region) for region in self._account.regions for read in of_region]
        return [*made, self._principals]

    def _email(self, region: str, pool: Executor) -> Found:
        return ses.read(self._reads("sesv2", region, pool), self._reads("ses", region, pool), self._site(region))

    def _topics(self, region: str, pool: Executor) -> Found:
        """The topics, then the queues, functions and keys that they name."""
        site = self._site(region)
        topics = sns.read(self._reads("sns", region, pool), site)
        subscriptions = [one for one in topics.resources if isinstance(one, Subscription)]
        queues = sqs.read(self._reads("sqs", region, pool), site, subscriptions)
        functions = awslambda.read(self._reads("lambda", region, pool), site, subscriptions)
        keys = kms.read(self._reads("kms", region, pool), site, (*topics.resources, *queues.resources))
        return join((topics, queues, functions, keys, self._published(region, pool, topics)))

    def _published(self, region: str, pool: Executor, found: Found) -> Found:
        """What the topics published, when that is asked for."""
        if self._span is None:
            return Found()
        topics = [one for one in found.resources if isinstance(one, Topic)]
        return metrics.of_topics(self._reads("cloudwatch", region, pool), self._site(region), self._span, topics)

    def _alarms(self, region: str, pool: Executor) -> Found:
        reads, site = self._reads("cloudwatch", region, pool), self._site(region)
        alarms = cloudwatch.read(reads, site)
        return alarms if self._span is None else join((alarms, metrics.of_email(reads, site, self._span)))

    def _principals(self, pool: Executor) -> Found:
        return iam.read(self._reads("iam", GLOBAL, pool), self._site(GLOBAL))

    def _reads(self, service: str, place: str, pool: Executor) -> Reads:
        region = self._account.regions[0] if place == GLOBAL else place
        client = self._account.client(service, region, place=place)
        return Reads(client, service, place, self._pacing[place], pool, self._progress)

    def _site(self, region: str) -> Site:
        return Site(self._caller.partition, self._caller.account, region)

    def inputs(self, now: datetime) -> tuple[Input, ...]:
        """One for each Region and one for the account as a whole."""
        return tuple(
            Input(
                path=self._site(place).deployment,
                kind="aws",
                account=self._caller.account,
                region=place,
                collected_at=now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                endpoint=self._account.endpoint(place),
                caller=self._caller.arn,
            )
            for place in sorted((*self._account.regions, GLOBAL))
        )


def _serialised(progress: Progress | None) -> Progress:
    """One message at a time, from whichever thread."""
    lock = threading.Lock()

    def tell(message: str) -> None:
        if progress is not None:
            with lock:
                progress(message)

    return tell


def _resource_order(resource: AnyResource) -> tuple[str, str, str]:
    return resource.deployment, resource.type_name, resource.address


def _coverage_order(row: Coverage) -> tuple[str, str, str]:
    return row.region, row.operation, row.resource


def _measurement_order(one: Measurement) -> tuple[str, str, str, str]:
    return one.region, one.namespace, " ".join(one.dimensions.values()), one.metric
