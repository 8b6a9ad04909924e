"""A step from one principal to more rights, as it was found."""

import msgspec

from auditor.iam.escalation.asking import Seen
from auditor.iam.escalation.node import Node
from auditor.iam.escalation.path import Path
from auditor.model.iam import Role, User
from auditor.model.known import Known, Truth, Unknown


class Step(msgspec.Struct, frozen=True):
    """A step that can be taken, or may be.

    Attributes:
        path: of the catalogue.
        source: who takes it.
        target: whose rights it gives; None when it gives every right at once.
        truth: TRUE, or UNKNOWN.
        seen: each permission as it was decided.
        unknowns: what decides when it is not decided.
        service: to which a role is passed; empty for other paths.
        before: what the caller does first, in words; empty for most.
    """

    path: Path
    source: Node
    target: Node | None
    truth: Truth
    seen: tuple[Seen, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    service: str = ""
    before: str = ""

    @property
    def given(self) -> str:
        """What must be there and is taken for given, or is open, in words."""
        return self.path.given


def credentials(path: Path, user: User) -> Truth:
    """Whether the credentials of a user are as a path needs them."""
    if path.id in {"iam-004", "iam-006"}:
        if isinstance(user.has_password, Unknown):
            return Truth.UNKNOWN
        return Truth.of(user.has_password.value is (path.id == "iam-006"))
    if isinstance(user.access_keys, Known) and path.id != "iam-003":
        return Truth.of(len(user.access_keys.value) < 2)
    return Truth.TRUE


_ON_INSTANCES = "ec2.amazonaws.com"
_NO_PROFILE_NEEDED = frozenset({"ec2-newprofile", "datapipeline-001", "datapipeline-unactivated"})


def needs_profile(path: Path) -> bool:
    """Whether what a path starts runs with a role through an instance profile."""
    return _ON_INSTANCES in path.service and path.id not in _NO_PROFILE_NEEDED


def profiled(path: Path, role: Role) -> Truth:
    """Whether a path that needs an instance profile with a role can have one; TRUE for paths that need none.

    An instance runs with a role through an instance profile: one that no profile holds runs on none.
    """
    if not needs_profile(path):
        return Truth.TRUE
    if isinstance(role.instance_profiles, Unknown):
        return Truth.UNKNOWN
    return Truth.of(bool(role.instance_profiles.value))
