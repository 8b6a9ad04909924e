"""What other resources of a template tell of a user: the groups it is added to and its access keys."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from auditor.model.iam import AccessKey, User
from auditor.model.inventory import AnyResource
from auditor.model.known import Cause, Known, Truth, Unknown, Value
from auditor.model.origin import How, Origin
from auditor.model.text import Text, text
from auditor.sources.cloudformation.declared import Declared

_ADDITION = "AWS::IAM::UserToGroupAddition"
_ACCESS_KEY = "AWS::IAM::AccessKey"
TYPES = frozenset({_ADDITION, _ACCESS_KEY})
"""Types that become attributes of a user."""


def joined(resources: Iterable[AnyResource], existing: Sequence[Declared]) -> Iterator[AnyResource]:
    """The resources, the users with their groups and keys."""
    additions = [item for item in existing if item.declaration.type == _ADDITION]
    keys = [item for item in existing if item.declaration.type == _ACCESS_KEY]
    for resource in resources:
        if isinstance(resource, User) and (additions or keys):
            yield msgspec.structs.replace(
                resource, groups=_groups(resource, additions), access_keys=_access_keys(resource, keys)
            )
        else:
            yield resource


def _groups(user: User, additions: Sequence[Declared]) -> Value[tuple[Text, ...]]:
    """The groups of a user with those it is added to; a group it may be added to is a hole."""
    groups = user.groups
    for addition in additions:
        if isinstance(groups, Unknown):
            return groups
        users = addition.properties.texts("Users")
        group = addition.properties.required("GroupName")
        names = (text(users),) if isinstance(users, Unknown) else users.value
        truths = [name.equals(user.name) for name in names]
        if Truth.TRUE in truths and addition.uncertain is None:
            added = text(group) if isinstance(group, Unknown) else group.value
        elif Truth.TRUE in truths or Truth.UNKNOWN in truths:
            why = f"whether {addition.logical_id} adds {user.address} to a group is not told"
            added = text(Unknown(Cause.NOT_HERE, why, Origin(How.WRITTEN, addition.location)))
        else:
            continue
        groups = Known((*groups.value, added), Origin(How.WRITTEN, addition.location))
    return groups


def _access_keys(user: User, keys: Sequence[Declared]) -> Value[tuple[AccessKey, ...]]:
    """The access keys that are declared for a user."""
    found: list[AccessKey] = []
    for key in keys:
        owner = key.properties.required("UserName")
        truth = Truth.UNKNOWN if isinstance(owner, Unknown) else owner.value.equals(user.name)
        if truth is Truth.FALSE:
            continue
        if truth is Truth.UNKNOWN or key.uncertain is not None:
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
    return Known(tuple(found), Origin(How.WRITTEN, keys[0].location))
