"""Accounts and records of use for the tests of least privilege."""

import json
from typing import Any

from auditor.iam.document import Policy, parse
from auditor.iam.narrow import Narrowed, Record, Wishes, called, narrow, read
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Unknown
from auditor.model.policy import Document, Entry, Leaf, Mapping, Node, node_of
from auditor.model.text import text
from auditor.sources.authorization_details import decode

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/mailer"
USER = f"arn:aws:iam::{ACCOUNT}:user/smtp"
TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:orders"
Data = dict[str, Any]
HOLE = Unknown(Cause.NOT_HERE, "a parameter")


def allow(action: object, resource: object = "*", **more: object) -> Data:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: object, resource: object = "*", **more: object) -> Data:
    return allow(action, resource, **more) | {"Effect": "Deny"}


def policy(*statements: Data) -> Policy:
    return parse(Document(tree=node_of(document(*statements))))


def told(**nodes: Node) -> Policy:
    """A policy of one Allow statement with nodes."""
    plain = {"Effect": Leaf(text("Allow")), **nodes}
    statement = Mapping(tuple(Entry(text(key), node) for key, node in plain.items()))
    return parse(Document(tree=Mapping((Entry(text("Statement"), statement),))))


def document(*statements: Data, version: str = "2012-10-17") -> Data:
    return {"Version": version, "Statement": list(statements)}


def details(*documents: Data, user: bool = False, groups: dict[str, Data] | None = None) -> bytes:
    """Authorization details with one role, or one user with groups, and its inline policies."""
    inline = [{"PolicyName": f"p{number}", "PolicyDocument": each} for number, each in enumerate(documents)]
    common = {"Path": "/", "CreateDate": "2026-01-01T00:00:00+00:00", "AttachedManagedPolicies": [], "Tags": []}
    groups = groups or {}
    role = {
        **common,
        "RoleName": "mailer",
        "RoleId": "AROA0000000000000000",
        "Arn": ROLE,
        "AssumeRolePolicyDocument": document(
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ),
        "InstanceProfileList": [],
        "RolePolicyList": inline,
    }
    person = {
        **common,
        "UserName": "smtp",
        "UserId": "AIDA0000000000000000",
        "Arn": USER,
        "UserPolicyList": inline,
        "GroupList": list(groups),
    }
    return json.dumps(
        {
            "UserDetailList": [person] if user else [],
            "RoleDetailList": [] if user else [role],
            "GroupDetailList": [
                {
                    **common,
                    "GroupName": name,
                    "GroupId": f"AGPA{number:016}",
                    "Arn": f"arn:aws:iam::{ACCOUNT}:group/{name}",
                    "GroupPolicyList": [{"PolicyName": "of-group", "PolicyDocument": each}],
                }
                for number, (name, each) in enumerate(groups.items())
            ],
            "Policies": [],
        }
    ).encode()


def account(*documents: Data, user: bool = False, groups: dict[str, Data] | None = None) -> Inventory:
    return decode(details(*documents, user=user, groups=groups), "dump.json")


def event(name: str, *, source: str = "sns", arn: str = ROLE, **more: Any) -> Data:
    who = {"type": "AssumedRole", "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/mailer/s"}
    if arn != ROLE:
        who = {"type": "IAMUser", "arn": arn}
    else:
        who |= {"sessionContext": {"sessionIssuer": {"arn": ROLE}}}
    return {
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "eventTime": "2026-11-01T10:00:00Z",
        "awsRegion": "eu-west-1",
        "recipientAccountId": ACCOUNT,
        "sourceIPAddress": "198.51.100.7",
        "userIdentity": who,
        "readOnly": name.startswith(("Get", "List")),
        **more,
    }


READING = event("ListTopics", arn=f"arn:aws:iam::{ACCOUNT}:user/somebody")
"""Shows that calls that only read are recorded."""


def trail(*events: Data, smtp: bool = False, arn: str = ROLE) -> Record:
    return read(json.dumps({"Records": [*events, READING]}).encode(), arn, smtp=smtp)


def accessed(services: dict[str, bool], tracked: dict[str, bool] | None = None, *, smtp: bool = False) -> Record:
    """Last-accessed details: which services, and which tracked actions, were called."""
    time = "2026-10-01T00:00:00+00:00"
    rows = []
    for service, called_ in services.items():
        actions = {
            name.partition(":")[2]: used for name, used in (tracked or {}).items() if name.startswith(service + ":")
        }
        rows.append(
            {
                "ServiceName": service,
                "ServiceNamespace": service,
                **({"LastAuthenticated": time} if called_ else {}),
                "TotalAuthenticatedEntities": int(called_),
                "TrackedActionsLastAccessed": [
                    {"ActionName": name, **({"LastAccessedTime": time} if used else {})}
                    for name, used in actions.items()
                ],
            }
        )
    data = {"JobStatus": "COMPLETED", "JobCompletionDate": time, "ServicesLastAccessed": rows}
    return read(json.dumps(data).encode(), ROLE, smtp=smtp)


def narrowed(*documents: Data, record: Record | None = None, user: bool = False, **options: Any) -> Narrowed:
    """The smaller policy for documents; `options` are those of `Wishes`, and ``groups``, ``limits``."""
    groups, bounds = options.pop("groups", None), options.pop("limits", None)
    inventory = account(*documents, user=user, groups=groups)
    (principal,) = called(inventory, "smtp" if user else "mailer")
    return narrow(principal, inventory, record, Wishes(**options), bounds)
