"""What to leave out of the policies of one principal."""

from functools import cached_property

import msgspec

from auditor.iam import database
from auditor.iam.database import Access
from auditor.iam.narrow.names import NOTHING, Names, everything, names_in
from auditor.iam.narrow.pins import Pins
from auditor.iam.narrow.uses import Judge, State


class Home(msgspec.Struct, frozen=True):
    """Where a principal is: resources of other accounts are left out when a policy is confined to it."""

    partition: str
    account: str


class Plan(msgspec.Struct, frozen=True, dict=True, kw_only=True):
    """What to leave out.

    Attributes:
        judge: tells which actions were used; None without a record.
        only_recorded: leave out what the record does not decide as well.
        home: confine statements on ``*`` to resources of this account; None to leave them.
        pins: what wildcards in resources, and mail, are confined to.
        levels: the access levels that wildcards in actions keep; None for all.
        expand: write wildcards in actions as the actions of today.
    """

    judge: Judge | None = None
    only_recorded: bool = False
    home: Home | None = None
    pins: Pins = Pins()
    levels: frozenset[Access] | None = None
    expand: bool = False

    def keeps(self, action: str, *, everywhere: bool) -> bool:
        """Whether an action stays, as far as its use decides; `everywhere` for a statement on ``*``."""
        if self.judge is None:
            return True
        state = self.judge.state(action, everywhere=everywhere)
        if state is State.UNDECIDED:
            return not self.only_recorded
        return state is not State.UNUSED

    def gone(self, *, everywhere: bool) -> Names:
        """The actions that `keeps` does not keep."""
        if self.judge is None:
            return NOTHING
        if self.only_recorded:
            return everything() & ~names_in((*self.judge.used, *self.judge.needed))
        return self.judge.unused_names(everywhere=everywhere)

    def moves(self, found: Names, *, everywhere: bool) -> bool:
        """Whether anything but access levels and expanding may change what a statement says of some actions."""
        if self.home is not None or self.pins.resources or self.pins.senders:
            return True
        if self.judge is None:
            return False
        return bool(found & (self.gone(everywhere=everywhere) | self.judge.used_names))

    @cached_property
    def other_levels(self) -> Names:
        """The actions that wildcards do not keep."""
        if self.levels is None:
            return NOTHING
        every = (action for service in database.services() for action in database.actions_of(service))
        return names_in(action.name for action in every if action.access not in self.levels)

    def is_of_level(self, action: str) -> bool:
        """Whether a wildcard keeps an action."""
        found = None if self.levels is None else database.action(action)
        return found is None or self.levels is None or found.access in self.levels

    @cached_property
    def movable(self) -> tuple[str, ...]:
        """The actions of which pins may change the resources or conditions."""
        services = {each.service for each in self.pins.resources} | ({"ses"} if self.pins.senders else set())
        return tuple(action.name for service in sorted(services) for action in database.actions_of(service))
