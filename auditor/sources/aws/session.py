"""The account: its credentials, its clients, who answered."""

import threading
from typing import TYPE_CHECKING, Annotated, cast
from urllib.parse import urlsplit

import msgspec

from auditor import __version__
from auditor.sources.aws import operations
from auditor.sources.aws.pacing import Budget
from auditor.sources.interface import InputError

if TYPE_CHECKING:
    from botocore.awsrequest import AWSResponse
    from botocore.client import BaseClient
    from botocore.model import OperationModel
    from types_boto3_sts import STSClient

INPUT = "aws"
"""How an account that cannot be read is named in errors."""
CONNECT_SECONDS = 5
READ_SECONDS = 30
_JSON = frozenset({"json", "rest-json"})
_REDIRECTED = 300


class Caller(msgspec.Struct, frozen=True):
    """Who reads: the account, the partition and the ARN that STS told."""

    account: str
    partition: str
    arn: str


class NotARead(Exception):  # noqa: N818 - it names what happened
    """An operation that is not in the table was about to be sent: a defect of this program, not of the account."""


class Account:
    """One account through one set of credentials.

    Args:
        profile: of the AWS configuration; None for the default chain of credentials.
        regions: those to read; the configured one when there is none.
        connections: calls that are under way at once.
        budget: the time that the run may take; no call is waited for longer.

    Raises:
        InputError: the profile, a Region or the credentials are not usable.
    """

    def __init__(self, profile: str | None, regions: tuple[str, ...], connections: int, budget: Budget) -> None:
        import boto3
        import botocore.session
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError

        try:
            core = botocore.session.Session(profile=profile)
            self._session: boto3.Session = boto3.Session(botocore_session=core)
            told = self._session.region_name
        except BotoCoreError as error:
            raise InputError(INPUT, str(error)) from error
        self.regions = tuple(dict.fromkeys(regions or ((told,) if told else ())))
        if not self.regions:
            raise InputError(INPUT, "no Region is named: use --region, or set AWS_REGION")
        self._config = Config(
            user_agent_extra=f"messaging-auditor/{__version__}",
            # Throttled calls are sent again at our own pace; this one retry is for what breaks on the way.
            retries={"mode": "standard", "total_max_attempts": 2},
            connect_timeout=min(CONNECT_SECONDS, budget.max_time or CONNECT_SECONDS),
            read_timeout=min(READ_SECONDS, budget.max_time or READ_SECONDS),
            max_pool_connections=connections,
        )
        self._budget = budget
        self._own_hosts = tuple("." + suffix for suffix in _dns_suffixes(core.get_data("partitions")))
        self._foreign: dict[str, set[str]] = {}
        self._lock = threading.Lock()

    def client(self, service: str, region: str, *, place: str | None = None) -> "BaseClient":
        """A client that sends nothing but the reads in the table.

        Args:
            service: as boto3 names it.
            region: where it sends.
            place: under which Region of the inventory its endpoint is recorded, by default the same.

        Raises:
            InputError: there can be no endpoint for it.
        """
        from botocore.exceptions import BotoCoreError

        with self._lock:
            try:
                made: BaseClient = self._session.client(service, region_name=region, config=self._config)  # type: ignore[call-overload]  # overloads want literal names
            except (BotoCoreError, ValueError) as error:
                raise InputError(INPUT, f"{region}: {error}") from error
            made.meta.events.register("before-call", _refuse_writes)
            made.meta.events.register("after-call", _refuse_what_is_no_answer)
            self._record(made.meta.endpoint_url, place or region)
        return made

    def caller(self) -> Caller:
        """Who reads, as the first Region answers that does.

        Raises:
            InputError: none answered; the reason of the first one is told.
        """
        from auditor.sources.aws import failures

        reasons = []
        for region in self.regions:
            client = cast("STSClient", self.client("sts", region))
            try:
                answer = msgspec.convert(client.get_caller_identity(), _Identity)
                return Caller(answer.account, answer.arn.split(":")[1], answer.arn)
            except failures.CALL_ERRORS as error:
                reasons.append(failures.unknown("sts:GetCallerIdentity", region, error).detail)
            if self._budget.is_spent:
                break
        raise InputError(INPUT, f"the account is not told: {reasons[0]}")

    def endpoint(self, place: str) -> str | None:
        """The URLs that were asked for a Region of the inventory and are not AWS's own; None when all were."""
        return " ".join(sorted(self._foreign.get(place, ()))) or None

    def _record(self, url: str, place: str) -> None:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if not host.endswith(self._own_hosts):
            port = f":{parts.port}" if parts.port is not None else ""
            shown = f"[{host}]" if ":" in host else host
            self._foreign.setdefault(place, set()).add(f"{parts.scheme}://{shown}{port}")


class _Identity(msgspec.Struct, frozen=True, rename="pascal"):
    account: Annotated[str, msgspec.Meta(pattern=r"^\d{12}$")]
    arn: Annotated[str, msgspec.Meta(pattern=r"^arn:aws[a-z-]*:[^:]*:[^:]*:[^:]*:.")]


def _refuse_writes(model: "OperationModel", **_: object) -> None:
    service = model.service_model.service_name
    if not operations.is_read(service, model.name):
        raise NotARead(f"{service}:{model.name} is not among the reads of a collection")


def _refuse_what_is_no_answer(http_response: "AWSResponse", model: "OperationModel", **_: object) -> None:
    """A page of a proxy, or an answer that was cut off, is for botocore one in which nothing is told.

    Raises:
        ResponseParserError: JSON was due and did not come. Of XML botocore tells by itself.
    """
    from botocore.parsers import ResponseParserError

    if model.service_model.resolved_protocol not in _JSON or http_response.status_code >= _REDIRECTED:
        return
    try:
        msgspec.json.decode(http_response.content, type=dict[str, object])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise ResponseParserError("the answer is no JSON object") from None


def _dns_suffixes(partitions: object) -> set[str]:
    """The domains of AWS's own endpoints in every partition."""
    known = msgspec.convert(partitions, _Partitions)
    return {
        suffix
        for partition in known.partitions
        for suffix in (
            partition.outputs.dns_suffix,
            partition.outputs.dual_stack_dns_suffix,
            partition.outputs.implicit_dns_suffix,
        )
        if suffix
    }


class _Outputs(msgspec.Struct, frozen=True, rename="camel"):
    dns_suffix: str
    dual_stack_dns_suffix: str = ""
    implicit_dns_suffix: str = ""


class _Partition(msgspec.Struct, frozen=True):
    outputs: _Outputs


class _Partitions(msgspec.Struct, frozen=True):
    partitions: tuple[_Partition, ...]
