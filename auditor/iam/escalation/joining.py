"""The groups that users may join, and what they have then."""

from collections.abc import Callable, Iterator

from auditor.iam.escalation.catalogue import PATHS
from auditor.iam.escalation.mail import SENDING
from auditor.iam.escalation.masks import Readings, bit, bits
from auditor.iam.escalation.node import Node
from auditor.iam.escalation.subject import Held, Subject, policies_of_group
from auditor.iam.escalation.targets import Targets
from auditor.model.iam import Group, User
from auditor.model.inventory import Inventory

_MOST_ALONE = 20
"""Groups that a user is tried to join one by one."""
_MOST_MEMBERSHIPS = 10
"""Groups that a user can be in.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""
_WIDENING = bits(tuple(dict.fromkeys((*(action for path in PATHS for action in path.actions), *SENDING))))
"""The actions by which rights grow: what else a group gives leads nowhere."""


class Joining:
    """What users become by joining groups.

    Args:
        inventory: where the groups are.
        readings: of policies.
        is_admin: whether somebody is an administrator already, who gains nothing by groups.

    Attributes:
        untried: users that may join more groups than were tried.
    """

    def __init__(self, inventory: Inventory, readings: Readings, is_admin: Callable[[Subject], bool]) -> None:
        self._inventory = inventory
        self._readings = readings
        self._is_admin = is_admin
        self._targets = Targets(inventory.of(Group))
        self._in_group: dict[Group, tuple[Held, ...]] = {}
        self.untried: set[Node] = set()

    def of(self, node: Node) -> Iterator[Node]:
        """A user in each group that it may be able to join, and in several, and in those that these let it join.

        Who may join more than is tried is kept in `untried`: that nothing was found says nothing then.
        """
        groups = self._to_join(node)
        if len(groups) > _MOST_ALONE:
            self.untried.add(node)
        yield from (self._in(node, (group,)) for group in groups[:_MOST_ALONE])
        joined: tuple[Group, ...] = ()
        while groups:
            room = _MOST_MEMBERSHIPS - len(node.subject.groups) - len(joined)
            fitting = groups[: max(room, 0)]
            if len(fitting) < len(groups):
                self.untried.add(node)
            if not fitting:
                return
            joined = (*joined, *fitting)
            at = self._in(node, joined)
            if len(joined) > 1:
                yield at
            groups = self._to_join(at)

    def _to_join(self, node: Node) -> list[Group]:
        """The groups that a user may be able to join and that may give it more rights; those with most new ones first.

        An administrator gains nothing by them.
        """
        if not isinstance(node.principal, User) or not node.allowed & bit("iam:AddUserToGroup"):
            return []
        if self._is_admin(node.subject):
            return []
        some = self._targets.meant(self._readings.about(node.subject.policies, "iam:AddUserToGroup"))
        in_already = {*node.subject.groups, *node.joined}
        found = []
        for group in self._inventory.of(Group) if some is None else some:
            if group not in in_already and group.account == node.principal.account:
                given = self._readings.allows(tuple(each.policy for each in self._policies_of(group))) & _WIDENING
                if given:
                    found.append(((given & ~node.allowed).bit_count(), group))
        found.sort(key=lambda each: -each[0])
        return [group for _, group in found]

    def _in(self, node: Node, groups: tuple[Group, ...]) -> Node:
        """A user in some more groups."""
        held = (each for group in groups for each in self._policies_of(group))
        subject = node.subject.holding((*node.subject.held, *held))
        return Node(node.principal, subject, self._readings, joined=groups)

    def _policies_of(self, group: Group) -> tuple[Held, ...]:
        found = self._in_group.get(group)
        if found is None:
            found = self._in_group[group] = policies_of_group(group, self._inventory)
        return found
