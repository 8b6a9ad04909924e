"""What other resources of a template tell of a user: the groups it is added to and its access keys."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import msgspec

from auditor.model.candidates import MOST_POSSIBLE, Candidates
from auditor.model.iam import AccessKey, User
from auditor.model.inventory import AnyResource
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.origin import How, Origin
from auditor.model.text import Text, text
from auditor.sources.cloudformation.declared import Declared

_ADDITION = "AWS::IAM::UserToGroupAddition"
_ACCESS_KEY = "AWS::IAM::AccessKey"
TYPES = frozenset({_ADDITION, _ACCESS_KEY})
"""Types that become attributes of a user."""


def joined(resources: Iterable[AnyResource], existing: Sequence[Declared]) -> Iterator[AnyResource]:
    """The resources, the users with their groups and keys."""
    resources = tuple(resources)
    users = frozenset(item.name for item in resources if isinstance(item, User))
    additions = _Told(((item, item.properties.texts("Users")) for item in existing if _is(item, _ADDITION)), users)
    keys = _Told(((item, _owner(item)) for item in existing if _is(item, _ACCESS_KEY)), users)
    for resource in resources:
        if isinstance(resource, User) and (additions.any or keys.any):
            yield msgspec.structs.replace(
                resource, groups=_groups(resource, additions), access_keys=_access_keys(resource, keys)
            )
        else:
            yield resource


def _is(item: Declared, kind: str) -> bool:
    return item.declaration.type == kind


def _owner(key: Declared) -> Value[tuple[Text, ...]]:
    return key.properties.required("UserName").map(lambda name: (name,))


class _Told:
    """Resources that name users, to find those that name one."""

    def __init__(self, told: Iterable[tuple[Declared, Value[tuple[Text, ...]]]], users: frozenset[Text]) -> None:
        self._certain: dict[Text, list[int]] = defaultdict(list)
        self.items: list[Declared] = []
        untold: list[tuple[tuple[Text, ...] | None, int]] = []
        for number, (item, names) in enumerate(told):
            self.items.append(item)
            if isinstance(names, Unknown):
                untold.append((None, number))
                continue
            for name in names.value:
                if name.is_exact:
                    self._certain[name].append(number)
            rest = tuple(name for name in names.value if name not in users)
            if rest:
                untold.append((rest, number))
        self.any = bool(self.items)
        self._untold = Candidates(untold)

    def naming(self, user: User) -> Iterator[tuple[Declared, bool]]:
        """Those that name a user or may, in written order, and whether they certainly do; not all of very many."""
        certain = dict.fromkeys(self._certain.get(user.name, ()) if user.name.is_exact else ())
        may_be = (number for number in self._untold.may_be((user.name,)) if number not in certain)
        for number in sorted((*certain, *islice(may_be, MOST_POSSIBLE))):
            yield self.items[number], number in certain and self.items[number].uncertain is None


def _groups(user: User, additions: _Told) -> Value[tuple[Text, ...]]:
    """The groups of a user with those it is added to; a group it may be added to is a hole."""
    if isinstance(user.groups, Unknown):
        return user.groups
    groups, origin = list(user.groups.value), user.groups.origin
    for addition, is_certain in additions.naming(user):
        if is_certain:
            group = addition.properties.required("GroupName")
            groups.append(text(group) if isinstance(group, Unknown) else group.value)
        else:
            why = f"whether {addition.logical_id} adds {user.address} to a group is not told"
            groups.append(text(Unknown(Cause.NOT_HERE, why, Origin(How.WRITTEN, addition.location))))
        origin = Origin(How.WRITTEN, addition.location)
    return Known(tuple(groups), origin)


def _access_keys(user: User, keys: _Told) -> Value[tuple[AccessKey, ...]]:
    """The access keys that are declared for a user."""
    found: list[AccessKey] = []
    for key, is_certain in keys.naming(user):
        if not is_certain:
            why = f"whether the access key {key.logical_id} is one of {user.address} is not told"
            return Unknown(Cause.NOT_HERE, why, Origin(How.WRITTEN, key.location))
        status = key.properties.word("Status", "Active")
        made = key.not_yet("the key is made in the deployment")
        found.append(
            AccessKey(
                access_key_id=f"{{{key.logical_id}}}",
                active=status.map(lambda value: value == "Active"),
                created=made,
                last_used=made,
            )
        )
    if not found:
        return user.access_keys
    return Known(tuple(found), Origin(How.WRITTEN, keys.items[0].location))
