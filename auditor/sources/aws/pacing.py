"""When the next call may be sent: quotas of AWS and the time limit of the run."""

import threading
import time
from collections.abc import Callable

from auditor.model.known import Cause, Unknown
from auditor.model.origin import API
from auditor.sources.aws.rates import rate

Clock = Callable[[], float]


class Budget:
    """The time that a run may take.

    Attributes:
        clock: seconds that only grow.
        max_time: seconds from now on, None for no limit.
    """

    def __init__(self, max_time: float | None, *, clock: Clock = time.monotonic) -> None:
        self.clock = clock
        self.max_time = max_time
        self._end = None if max_time is None else clock() + max_time
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End the run: nothing more is sent, whoever waits goes on at once."""
        self._stopped.set()

    @property
    def is_spent(self) -> bool:
        """Whether nothing more may be sent."""
        return self._stopped.is_set() or (self._end is not None and self.clock() >= self._end)

    def wait_until(self, moment: float) -> bool:
        """Wait; False, at once, when the limit comes before the moment."""
        if self.is_spent or (self._end is not None and moment >= self._end):
            return False
        delay = moment - self.clock()
        return delay <= 0 or not self._stopped.wait(delay)

    def limit(self, action: str) -> Unknown:
        """Why a call was not sent."""
        limit = "the end of the run" if self.max_time is None else f"the time limit of {self.max_time:g} s"
        return Unknown(Cause.LIMIT, f"{action}: not read before {limit}", API)


class Pacer:
    """Hands out the turns of the calls that share one quota."""

    def __init__(self, per_second: float | None, budget: Budget) -> None:
        self._interval = 0.0 if per_second is None else 1.0 / per_second
        self._budget = budget
        self._next = budget.clock()
        self._lock = threading.Lock()

    def turn(self) -> bool:
        """Wait for the next turn; False when the time limit comes first."""
        with self._lock:
            mine = max(self._next, self._budget.clock())
            self._next = mine + self._interval
        return self._budget.wait_until(mine)

    def pause(self, seconds: float) -> None:
        """Let nobody send for a while: AWS said that it was too much."""
        with self._lock:
            self._next = max(self._next, self._budget.clock() + seconds)


class Pacing:
    """The pacers of one account and Region, one per quota.

    Args:
        region: decides the quotas.
        budget: the time limit that they keep.
        pace: False sends without regard to quotas (an emulator has none); a refused call still pauses the others.
    """

    def __init__(self, region: str, budget: Budget, *, pace: bool) -> None:
        self.budget = budget
        self._region = region
        self._pace = pace
        self._pacers: dict[str, Pacer] = {}
        self._lock = threading.Lock()

    def of(self, action: str) -> Pacer:
        """The pacer of an operation."""
        quota = rate(action, self._region)
        with self._lock:
            if quota.shared_by not in self._pacers:
                self._pacers[quota.shared_by] = Pacer(quota.per_second if self._pace else None, self.budget)
            return self._pacers[quota.shared_by]
