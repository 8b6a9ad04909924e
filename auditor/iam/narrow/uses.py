"""What a principal was seen to do, and what can be said about what it was not seen to do.

Silence says something only where every use would have left a trace. CloudTrail records the management calls of some
services for certain; sending mail and publishing are data events, which trails leave out by default, and passing a role
is recorded nowhere. Where the records hold data events of a service, its silence counts there too, but for mail that
may be sent by SMTP and text messages to phones, of which no record is documented. Last-accessed data tells explicitly
which of the actions that it tracks were not used; it does not track sending and publishing. What neither tells is
undecided, never unused. What a boundary or control policy cuts is neither used nor unused but granted in vain.

Sources: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property, lru_cache

import msgspec

from auditor.iam import database
from auditor.iam.database import Access
from auditor.iam.narrow.names import NOTHING, Names, names, names_in

_UNRECORDED: Mapping[str, frozenset[str]] = {
    "iam": frozenset({"iam:PassRole"}),
    "ses": frozenset(
        {
            "ses:AllowVendedLogDeliveryForResource",
            "ses:ApplyTrackingConfigurationOverrides",
            "ses:BatchGetMetricData",
        }
    ),
    "sns": frozenset({"sns:ConfirmSubscription", "sns:Publish", "sns:Unsubscribe"}),
}
"""Services whose management calls are all recorded, and their actions that are no such calls, or not always."""
_PUBLISH, _RAW = "sns:Publish", "ses:SendRawEmail"
_MAIL_MANAGER = "mailmanager-"
"""Resource types of Mail Manager: it is not documented of each of its calls which kind of event it is."""
_READS = frozenset({Access.LIST, Access.READ})


class State(StrEnum):
    """What a record tells of an action."""

    USED = "used"
    NEEDED = "needed"
    """By an action that was used."""
    UNUSED = "unused"
    UNDECIDED = "undecided"
    VAIN = "in vain"


class Use(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that was done.

    Attributes:
        action: in full, as the database spells it.
        resource: its ARN, or ``*`` for an action without resources; empty when the record does not tell it.
        context: lower-case condition key and values, as far as the record tells them.
        when: ISO 8601; empty when not told.
    """

    action: str
    resource: str = ""
    context: tuple[tuple[str, tuple[str, ...]], ...] = ()
    when: str = ""


class Trail(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What CloudTrail records of a principal.

    Attributes:
        events: of the principal, and of everybody.
        first, last: ISO 8601, of everybody.
        reads: whether calls that only read were recorded at all.
        data: prefixes of the services of which there are data events.
        denied: calls that were refused; they are no uses.
        unnamed: events that are no action of the database, as ``service:EventName``.
    """

    events: int
    all_events: int
    first: str = ""
    last: str = ""
    reads: bool = False
    data: tuple[str, ...] = ()
    denied: int = 0
    unnamed: tuple[str, ...] = ()


class LastAccessed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What ``get-service-last-accessed-details`` prints.

    Attributes:
        services: prefix to whether it was called in the tracking period.
        actions: lower-case full name of the tracked actions, to whether they were called.
        date: when the data was made, ISO 8601.
    """

    services: Mapping[str, bool]
    actions: Mapping[str, bool]
    date: str = ""


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything known about the use of a principal's permissions.

    Attributes:
        uses: each once by action, resource and context.
        trail, accessed: what each kind of data tells beyond that; None when there is none of it.
        smtp: whether the principal can send by SMTP, which only users can.
    """

    uses: tuple[Use, ...] = ()
    trail: Trail | None = None
    accessed: LastAccessed | None = None
    smtp: bool = True

    def and_(self, other: "Record") -> "Record":
        """Both together: two kinds of data about one principal.

        Raises:
            ValueError: they are of the same kind.
        """
        if (self.trail and other.trail) or (self.accessed and other.accessed):
            raise ValueError("two records of the same kind")
        return Record(
            uses=tuple(dict.fromkeys((*self.uses, *other.uses))),
            trail=self.trail or other.trail,
            accessed=self.accessed or other.accessed,
            smtp=self.smtp and other.smtp,
        )


class Judge:
    """Tells of every action what a record tells.

    Args:
        record: what is known.
        vain: actions that the principal does not really have; they are neither used nor unused.
    """

    def __init__(self, record: Record, vain: frozenset[str] = frozenset()) -> None:
        self.record = record
        self.vain = vain
        self.used = frozenset(use.action for use in record.uses) - vain
        self._arns: dict[str, set[str]] = {}
        for use in record.uses:
            self._arns.setdefault(use.action, set()).add(use.resource)
        needed = {each for use in self.used for each in _dependents(use)}
        self.needed = frozenset(needed - self.used - vain)
        self._seen = names_in((*self.used, *self.needed, *vain))
        self._base = _Base.of(record)

    def state(self, action: str, *, everywhere: bool = True) -> State:
        """What the record tells of an action, in full as the database spells it.

        Args:
            action: the action.
            everywhere: whether it is granted on ``*``, and so where no resource is named.
        """
        if action in self.vain:
            return State.VAIN
        if action in self.used:
            return State.USED
        if action in self.needed:
            return State.NEEDED
        return State.UNUSED if names(action) & self.unused_names(everywhere=everywhere) else State.UNDECIDED

    @property
    def key(self) -> tuple[object, ...] | None:
        """Equal for judges that differ in uses only; None where there are no others."""
        return None if self.record.accessed is not None else (self._base, self.vain)

    def about(self, granted: Names) -> tuple[object, ...]:
        """The uses of some actions and what these need: with `key` all that decides about them."""
        uses = (use for use in self.record.uses if names(use.action) & granted)
        return tuple((use.action, use.resource) for use in uses), names_in(self.needed) & granted

    @cached_property
    def decided(self) -> Names:
        """The actions of which the record tells something, where they are granted on ``*``."""
        return self._seen | self.unused_names(everywhere=True)

    def unused_names(self, *, everywhere: bool) -> Names:
        """The actions that the record shows not to be used, where they are granted on ``*`` or elsewhere."""
        return self._unused_everywhere if everywhere else self._unused_on_resources

    @cached_property
    def _unused_everywhere(self) -> Names:
        return (_silent(self._base, everywhere=True) | self._told_unused) & ~self._seen

    @cached_property
    def _unused_on_resources(self) -> Names:
        return (_silent(self._base, everywhere=False) | self._told_unused) & ~self._seen

    @cached_property
    def used_names(self) -> Names:
        """The actions that were used."""
        return names_in(self.used)

    def arns(self, action: str) -> tuple[str, ...] | None:
        """The resources that an action was used on, sorted; None when the record does not tell all of them."""
        found = self._arns.get(action, set())
        plain = all(arn and not set(arn) & set("*?$") for arn in found)
        return tuple(sorted(found)) if found and plain else None

    def is_recorded(self, action: str, *, everywhere: bool = True) -> bool:
        """Whether every use of an action would stand in the record with its resource."""
        return _is_silent(self._base, action, everywhere=everywhere)

    @cached_property
    def _told_unused(self) -> Names:
        """What last-accessed data tells not to be used."""
        accessed = self.record.accessed
        if accessed is None:
            return NOTHING
        found = (
            action.name
            for service in accessed.services
            for action in database.actions_of(service)
            if self._is_told_unused(action.name, service, accessed)
        )
        return names_in(found)

    def _is_told_unused(self, action: str, service: str, accessed: LastAccessed) -> bool:
        if action == "iam:PassRole":
            return False
        if accessed.services.get(service) is False:
            # It is not documented whether mail sent by SMTP counts as a call of the service.
            return not (self.record.smtp and action == _RAW)
        return accessed.actions.get(action.lower()) is False


class _Base(msgspec.Struct, frozen=True):
    """What decides about the silence of CloudTrail records: see `Trail`.

    Attributes:
        reads: as there.
        data: as there.
        odd: the services of which an event has the name of no action.
        smtp: whether the principal can send by SMTP.
    """

    reads: bool
    data: tuple[str, ...]
    odd: frozenset[str]
    smtp: bool

    @classmethod
    def of(cls, record: Record) -> "_Base | None":
        """That of a record; None without CloudTrail records."""
        trail = record.trail
        if trail is None:
            return None
        return cls(trail.reads, trail.data, frozenset(name.partition(":")[0] for name in trail.unnamed), record.smtp)


@lru_cache(maxsize=256)
def _silent(base: _Base | None, *, everywhere: bool) -> Names:
    """The actions every use of which would stand in the records."""
    return names_in(
        action.name
        for service in _UNRECORDED
        for action in database.actions_of(service)
        if _is_silent(base, action.name, everywhere=everywhere)
    )


def _is_silent(base: _Base | None, action: str, *, everywhere: bool) -> bool:
    service = action.partition(":")[0]
    if base is None or service not in _UNRECORDED or service in base.odd:
        return False
    if is_data_event(action):
        return service in base.data and not _leaves_no_trace(base, action, everywhere=everywhere)
    if action in _UNRECORDED[service]:
        return False
    found = database.action(action)
    if found is None or any(use.type.startswith(_MAIL_MANAGER) for use in found.resources):
        return False
    return base.reads or found.access not in _READS


def _leaves_no_trace(base: _Base, action: str, *, everywhere: bool) -> bool:
    """Whether a data event may be missing although those of its service are recorded."""
    if action == _PUBLISH:
        return everywhere
    return base.smtp and action == _RAW


def is_data_event(action: str) -> bool:
    """Whether CloudTrail records an action as a data event: sending mail, and publishing."""
    return action == _PUBLISH or action.startswith("ses:Send")


@lru_cache(maxsize=4096)
def _dependents(action: str) -> tuple[str, ...]:
    found = database.action(action)
    return () if found is None else found.dependent_actions
