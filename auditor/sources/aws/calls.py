"""Sending read calls: the one place where an answer becomes Known and a failure becomes Unknown with its cause."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import msgspec

from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.origin import API
from auditor.sources.aws.operations import action
from auditor.sources.aws.pacing import Pacing
from auditor.sources.interface import Progress

if TYPE_CHECKING:
    from botocore.client import BaseClient

ATTEMPTS = 5
"""How often a throttled call is sent, each time after a longer pause."""
FIRST_PAUSE_SECONDS = 1.0
"""The pause after the first refusal; it doubles with each further one."""
MAX_PAGES = 100_000
"""Pages of one list beyond which the endpoint is not believed."""
_PROGRESS_SECONDS = 1.0

Parameters: TypeAlias = Mapping[str, object]


class Page(msgspec.Struct, frozen=True, rename="pascal"):
    """A page of a list call."""

    @property
    def is_last(self) -> bool:
        """Whether the list ends here."""
        return True

    @property
    def following(self) -> dict[str, str]:
        """The parameters that ask for the next page."""
        return {}


class TokenPage(Page, frozen=True, rename="pascal", kw_only=True):
    """A page that names the next one by ``NextToken``."""

    next_token: str | None = None

    @property
    def is_last(self) -> bool:
        """Whether the list ends here."""
        return not self.next_token

    @property
    def following(self) -> dict[str, str]:
        """The parameters that ask for the next page."""
        return {"NextToken": self.next_token} if self.next_token else {}


class MarkerPage(Page, frozen=True, rename="pascal", kw_only=True):
    """A page that names the next one by ``Marker``, as IAM does."""

    is_truncated: bool = False
    marker: str | None = None

    @property
    def is_last(self) -> bool:
        """Whether the list ends here."""
        return not self.is_truncated

    @property
    def following(self) -> dict[str, str]:
        """The parameters that ask for the next page."""
        return {"Marker": self.marker} if self.marker else {}


A = TypeVar("A", bound=msgspec.Struct)
P = TypeVar("P", bound=Page)
T = TypeVar("T")


class Reads:
    """The read calls of one service in one Region, or of IAM.

    Args:
        client: boto3's.
        service: as boto3 names it.
        place: the Region as the inventory names it.
        pacing: quotas and time limit.
        executor: runs the calls of a batch.
        progress: told what is being read.
    """

    def __init__(
        self,
        client: "BaseClient",
        service: str,
        place: str,
        pacing: Pacing,
        executor: Executor,
        progress: Progress,
    ) -> None:
        self._client = client
        self._service = service
        self._place = place
        self._pacing = pacing
        self._executor = executor
        self._progress = progress

    def ask(self, api: str, answer: type[A], **parameters: object) -> Value[A]:
        """The answer of one operation.

        Args:
            api: name of the operation in the API.
            answer: what to read of the answer; other members are left out.
            **parameters: of the operation.
        """
        self._tell(api)
        return self._send(api, answer, parameters)

    def each(self, api: str, answer: type[A], batch: Sequence[Parameters]) -> list[Value[A]]:
        """The answers of one operation for many parameters, in their order."""
        return self._fan_out(api, batch, lambda one: self._send(api, answer, one, has_turn=True))

    def each_if_exists(
        self, api: str, answer: type[A], absent: frozenset[str], batch: Sequence[Parameters]
    ) -> list[Value[A | None]]:
        """Like `each`; Known(None) where the answer is one of the error codes `absent`: there is no such resource."""
        return self._fan_out(api, batch, lambda one: self._send_if_exists(api, answer, absent, one))

    def pages(self, api: str, page: type[P], **parameters: object) -> tuple[tuple[P, ...], Known[bool] | Unknown]:
        """The pages of a list call, and whether these are all.

        A page that cannot be read ends the list; the pages before it are kept.
        """
        self._tell(api)
        read: list[P] = []
        asked: set[tuple[tuple[str, str], ...]] = set()
        following: dict[str, str] = {}
        while True:
            answer = self._send(api, page, {**parameters, **following})
            if isinstance(answer, Unknown):
                return tuple(read), answer
            read.append(answer.value)
            if answer.value.is_last:
                return tuple(read), Known(value=True, origin=API)
            following = answer.value.following
            key = tuple(following.items())
            if not following or key in asked:
                return tuple(read), self._failed(api, "the list does not go on after a page")
            if len(read) >= MAX_PAGES:
                return tuple(read), Unknown(Cause.LIMIT, f"{self._action(api)}: more than {MAX_PAGES} pages", API)
            asked.add(key)

    def _fan_out(self, api: str, batch: Sequence[Parameters], send: Callable[[Parameters], Value[T]]) -> list[Value[T]]:
        """Turns are awaited here, so that no thread of the executor sleeps while another service has work for it."""
        pacer = self._pacing.of(self._action(api))
        clock = self._pacing.budget.clock
        sent: list[Future[Value[T]] | Unknown] = []
        told = clock() - _PROGRESS_SECONDS
        for number, one in enumerate(batch, 1):
            if clock() - told >= _PROGRESS_SECONDS:
                self._tell(api, f" {number} of {len(batch)}")
                told = clock()
            if pacer.turn():
                sent.append(self._executor.submit(send, one))
            else:
                sent.append(self._pacing.budget.limit(self._action(api)))
        return [item if isinstance(item, Unknown) else item.result() for item in sent]

    def _send(self, api: str, answer: type[A], parameters: Parameters, *, has_turn: bool = False) -> Value[A]:
        return self._read(api, answer, self._call(api, parameters, frozenset(), has_turn=has_turn))

    def _send_if_exists(
        self, api: str, answer: type[A], absent: frozenset[str], parameters: Parameters
    ) -> Value[A | None]:
        raw = self._call(api, parameters, absent, has_turn=True)
        if isinstance(raw, Known) and raw.value is None:
            return Known(None, API)
        read = self._read(api, answer, raw)
        return read if isinstance(read, Unknown) else Known(read.value, API)

    def _read(self, api: str, answer: type[A], raw: Value[object]) -> Value[A]:
        from auditor.sources.aws import failures

        if isinstance(raw, Unknown):
            return raw
        try:
            return Known(msgspec.convert(raw.value, answer), API)
        except failures.CALL_ERRORS as error:
            return failures.unknown(self._action(api), self._place, error)

    def _call(self, api: str, parameters: Parameters, absent: frozenset[str], *, has_turn: bool) -> Value[object]:
        """The answer as boto3 gives it; Known(None) for an error code in `absent`."""
        from botocore import xform_name

        from auditor.sources.aws import failures

        pacer = self._pacing.of(self._action(api))
        method = getattr(self._client, xform_name(api))
        pause = FIRST_PAUSE_SECONDS
        for attempt in range(1, ATTEMPTS + 1):
            if self._pacing.budget.is_spent or not (has_turn or pacer.turn()):
                return self._pacing.budget.limit(self._action(api))
            has_turn = False
            try:
                return Known(method(**parameters), API)
            except failures.CALL_ERRORS as error:
                if failures.is_throttling(error) and attempt < ATTEMPTS:
                    pacer.pause(pause)
                    pause *= 2
                    continue
                if absent and failures.error_code(error) in absent:
                    return Known(None, API)
                return failures.unknown(self._action(api), self._place, error)
        raise AssertionError("the last attempt returns")

    def _action(self, api: str) -> str:
        return action(self._service, api)

    def _failed(self, api: str, reason: str) -> Unknown:
        return Unknown(Cause.FAILED, f"{self._action(api)}: {reason}", API)

    def _tell(self, api: str, more: str = "") -> None:
        self._progress(f"{self._place} {self._action(api)}{more}")
