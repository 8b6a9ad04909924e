"""Unique ids in the place of principals: AWS writes them into policies once a user or role is deleted.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
"""

import re
from collections.abc import Mapping

import msgspec

from auditor.iam.elements import Named, Principals, Statement
from auditor.iam.who.screen import Part
from auditor.model.iam import Role, User
from auditor.model.inventory import Inventory
from auditor.model.known import Known
from auditor.model.text import Text

_ID = re.compile(r"A[A-Z0-9]{15,127}")


def resolved(parts: tuple[Part, ...], inventory: Inventory) -> tuple[Part, ...]:
    """The parts with ids replaced by the ARNs they mean; an id that nobody in the inventory has means none of them.

    As long as the id of one principal is not told, ids stay what they are.
    """
    if not any(_has_ids(statement) for part in parts for statement in part.policy.statements):
        return parts
    arns: dict[str, Text] = {}
    for principal in (*inventory.of(User), *inventory.of(Role)):
        if not isinstance(principal.unique_id, Known) or principal.arn is None:
            return parts
        arns[principal.unique_id.value] = principal.arn
    return tuple(_of_part(part, arns) for part in parts)


def _ids(principals: Principals | None) -> bool:
    return principals is not None and any(_is_id(named) for named in principals.items)


def _has_ids(statement: Statement) -> bool:
    return _ids(statement.principals) or _ids(statement.not_principals)


def _is_id(named: Named) -> bool:
    return named.kind == "AWS" and _ID.fullmatch(named.value.literal or "") is not None


def _of_part(part: Part, arns: Mapping[str, Text]) -> Part:
    statements = tuple(
        msgspec.structs.replace(
            statement,
            principals=_of(statement.principals, arns),
            not_principals=_of(statement.not_principals, arns),
        )
        if _has_ids(statement)
        else statement
        for statement in part.policy.statements
    )
    return msgspec.structs.replace(part, policy=msgspec.structs.replace(part.policy, statements=statements))


def _of(principals: Principals | None, arns: Mapping[str, Text]) -> Principals | None:
    if principals is None:
        return None
    items: list[Named] = []
    for named in principals.items:
        if not _is_id(named):
            items.append(named)
            continue
        arn = arns.get(named.value.literal or "")
        if arn is not None:
            items.append(Named("AWS", arn))
    return Principals(tuple(items), principals.open)
