"""A principal as a node of the graph: as it is, or as it is after it, or somebody else, gave it more."""

from functools import lru_cache
from typing import TYPE_CHECKING

from auditor.iam.elements import Policy
from auditor.iam.escalation.catalogue import PATHS
from auditor.iam.escalation.masks import Readings, bit, needed
from auditor.iam.escalation.path import Path
from auditor.iam.escalation.subject import Subject
from auditor.iam.escalation.things import Found
from auditor.model.iam import Group, Role, User

if TYPE_CHECKING:
    from auditor.iam.escalation.reach import Reach

_MOST_NAMED = 3
"""Groups that a name tells."""


@lru_cache(maxsize=16384)
def _paths(allowed: int) -> tuple[Path, ...]:
    """The paths that need no more than some actions."""
    return tuple(path for path, needs in _NEEDED if not needs & ~allowed)


_NEEDED = tuple((path, needed(path)) for path in PATHS)


class Node:
    """A principal as it is, or as it is after it, or somebody else, gave it more.

    Attributes:
        principal: user or role.
        subject: with its policies.
        edited: whether its own policies say everything, so that only its boundary limits it.
        joined: the groups that it joined.
        allowed: actions of the catalogue that it may be allowed.
        paths: those that need no more.
        things: what was found about the things of each path, by id; filled in when asked for.
        reach: on which targets an action is allowed; filled in when asked for.
        never_assumes: whether a Deny keeps it from assuming any role; filled in when asked for.
        sure: statements about an action that are certain where they apply; filled in when asked for.
    """

    __slots__ = (
        "allowed", "edited", "joined", "never_assumes", "paths", "principal", "reach", "subject", "sure", "things"
    )  # fmt: skip

    def __init__(
        self,
        principal: User | Role,
        subject: Subject,
        readings: Readings,
        *,
        edited: bool = False,
        joined: tuple[Group, ...] = (),
    ) -> None:
        self.principal = principal
        self.subject = subject
        self.edited = edited
        self.joined = joined
        self.allowed = readings.allows(subject.policies)
        if subject.boundary is not None:
            self.allowed &= readings.allows(subject.boundary)
        # A trust policy that names a principal lets it assume the role without a policy of its own.
        self.paths = _paths(self.allowed | bit("sts:AssumeRole"))
        self.things: dict[str, Found] = {}
        self.reach: dict[str, Reach] = {}
        self.never_assumes: bool | None = None
        self.sure: dict[str, tuple[Policy, ...]] = {}

    @property
    def name(self) -> str:
        """For people."""
        name = f"{'user' if isinstance(self.principal, User) else 'role'} {self.principal.name}"
        if self.edited:
            return f"{name} with every right that its boundary leaves"
        if not self.joined:
            return name
        names = [str(group.name) for group in self.joined]
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        return f"{name} in {'group' if len(names) == 1 else 'groups'} {', '.join(names[:_MOST_NAMED])}{more}"
