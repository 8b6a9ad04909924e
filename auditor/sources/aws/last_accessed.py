"""When principals last used their permissions, as IAM tells it: one report per principal, made on request.

IAM makes a report in the background. It is asked for with the granularity of actions, which IAM tracks for some
services only; sending mail and publishing are not among them.

Sources: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html,
https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html
"""

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import msgspec

from auditor.model.coverage import GLOBAL
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.origin import API
from auditor.sources.aws.calls import MAX_PAGES, MarkerPage, Reads
from auditor.sources.aws.operations import action
from auditor.sources.aws.pacing import Budget, Pacing
from auditor.sources.aws.session import Account, Caller
from auditor.sources.interface import Progress

LONGEST_WAIT_SECONDS = 120.0
"""How long a report is waited for, and a second more for each other one; AWS makes one in a few seconds."""
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 8.0
_GET = action("iam", "GetServiceLastAccessedDetails")
_CODE = re.compile(r"[A-Za-z0-9._:-]{1,80}")
_JOBS = 16
"""Calls under way at once."""


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What IAM told.

    Attributes:
        details: ARN to its report, in the form that ``aws iam get-service-last-accessed-details`` prints; or why there
            is none.
        caller: ARN of the identity that asked.
        endpoint: URL that answered when it is not AWS's own.
    """

    details: Mapping[str, Value[bytes]]
    caller: str
    endpoint: str | None = None


class _Tracked(msgspec.Struct, frozen=True, rename="pascal"):
    action_name: str
    last_accessed_time: datetime | None = None


class _Service(msgspec.Struct, frozen=True, rename="pascal"):
    service_namespace: str
    service_name: str = ""
    last_authenticated: datetime | None = None
    tracked_actions_last_accessed: tuple[_Tracked, ...] = ()


class _Fault(msgspec.Struct, frozen=True, rename="pascal"):
    code: str = ""


class _Page(MarkerPage, frozen=True, rename="pascal", kw_only=True):
    job_status: str
    job_type: str = ""
    job_completion_date: datetime | None = None
    services_last_accessed: tuple[_Service, ...] = ()
    error: _Fault | None = None


class _Job(msgspec.Struct, frozen=True, rename="pascal"):
    job_id: str


def read(
    arns: Sequence[str],
    *,
    regions: tuple[str, ...],
    profile: str | None,
    progress: Progress | None,
    jobs: int | None,
    max_time: float | None,
    pace: bool = True,
) -> Answers:
    """The reports of users and roles.

    Args:
        arns: of the principals.
        regions: the first one decides the partition; the configured one when there is none.
        profile: of the AWS configuration; None for the default chain of credentials.
        progress: told what is being asked.
        jobs: calls that are under way at once; None for a default.
        max_time: seconds after which nothing more is asked, None for no limit.
        pace: keep the quotas of AWS; False is for an emulator.

    Raises:
        InputError: there are no usable credentials, or there is no such profile or Region.
    """
    jobs = jobs or _JOBS
    budget = Budget(max_time)
    account = Account(profile, regions, jobs, budget)
    caller = account.caller()
    client = account.client("iam", account.regions[0], place=GLOBAL)
    pool = ThreadPoolExecutor(jobs, "call")
    try:
        reads = Reads(client, "iam", GLOBAL, Pacing(GLOBAL, budget, pace=pace), pool, progress or _silent)
        found = _Reports(reads, budget).of(arns, caller)
    finally:
        budget.stop()
        pool.shutdown(wait=False)
    return Answers(details=found, caller=caller.arn, endpoint=account.endpoint(GLOBAL))


def _silent(_: str) -> None:
    """Tell nobody."""


class _Reports:
    """Reports that were asked for, and are waited for together."""

    def __init__(self, reads: Reads, budget: Budget) -> None:
        self._reads = reads
        self._budget = budget
        self._done: dict[str, Value[bytes]] = {}

    def of(self, arns: Sequence[str], caller: Caller) -> dict[str, Value[bytes]]:
        """The report of each principal."""
        mine = [arn for arn in dict.fromkeys(arns) if self._is_near(arn, caller)]
        batch = [{"Arn": arn, "Granularity": "ACTION_LEVEL"} for arn in mine]
        asked = self._reads.each("GenerateServiceLastAccessedDetails", _Job, batch)
        waiting: dict[str, str] = {}
        for arn, job in zip(mine, asked, strict=True):
            if isinstance(job, Unknown):
                self._done[arn] = job
            else:
                waiting[arn] = job.value.job_id
        self._wait(waiting)
        return {arn: self._done[arn] for arn in arns}

    def _is_near(self, arn: str, caller: Caller) -> bool:
        pieces = arn.split(":", 5)
        if len(pieces) == 6 and (pieces[1], pieces[4]) == (caller.partition, caller.account):
            return True
        why = f"{arn} is not of account {caller.account} in {caller.partition}, which the credentials belong to"
        self._done[arn] = Unknown(Cause.ELSEWHERE, why, API)
        return False

    def _wait(self, waiting: dict[str, str]) -> None:
        """Ask for reports until none is being made any more, or it takes too long."""
        pause = _FIRST_PAUSE_SECONDS
        end = self._budget.clock() + LONGEST_WAIT_SECONDS + len(waiting)
        while waiting:
            pages = self._reads.each(
                "GetServiceLastAccessedDetails", _Page, [{"JobId": job} for job in waiting.values()]
            )
            for arn, page in zip(tuple(waiting), pages, strict=True):
                if isinstance(page, Unknown):
                    self._done[arn] = page
                elif page.value.job_status != "IN_PROGRESS":
                    self._done[arn] = self._report(waiting[arn], page.value)
                if arn in self._done:
                    del waiting[arn]
            if waiting and not self._pause(min(pause, _LONGEST_PAUSE_SECONDS), end):
                late = Unknown(Cause.LIMIT, f"{_GET}: the report was not completed in time", API)
                self._done.update(dict.fromkeys(waiting, late))
                return
            pause *= 2

    def _pause(self, seconds: float, end: float) -> bool:
        """Wait; False when it is too late to go on."""
        moment = self._budget.clock() + seconds
        return moment < end and self._budget.wait_until(moment)

    def _report(self, job: str, first: _Page) -> Value[bytes]:
        """A report that was made, all pages of it as one."""
        if first.job_status != "COMPLETED":
            code = first.error.code if first.error is not None and _CODE.fullmatch(first.error.code) else "no reason"
            return Unknown(Cause.FAILED, f"{_GET}: the report failed ({code})", API)
        services = list(first.services_last_accessed)
        page, asked = first, {""}
        while not page.is_last:
            marker = page.marker or ""
            if marker in asked or len(asked) > MAX_PAGES:
                return Unknown(Cause.FAILED, f"{_GET}: the list does not go on after a page", API)
            asked.add(marker)
            following = self._reads.ask("GetServiceLastAccessedDetails", _Page, JobId=job, Marker=marker)
            if isinstance(following, Unknown):
                return following
            page = following.value
            services.extend(page.services_last_accessed)
        whole = msgspec.structs.replace(
            first, services_last_accessed=tuple(services), is_truncated=False, marker=None, error=None
        )
        return Known(msgspec.json.encode(whole), API)
