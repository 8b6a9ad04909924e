"""Policies that no input holds: what somebody writes who may write any, and what stands for a policy elsewhere."""

from collections.abc import Mapping
from functools import lru_cache

from auditor.iam.document import parse
from auditor.iam.elements import VARIABLES, Named, Patterns, Policy, Principals, Statement
from auditor.model.known import Known
from auditor.model.policy import Document, node_of
from auditor.model.text import Text, text


def saying(statement: Mapping[str, object]) -> Policy:
    """A policy of one statement."""
    return parse(Document(tree=node_of({"Version": VARIABLES, "Statement": [dict(statement)]})))


EVERYTHING = saying({"Effect": "Allow", "Action": "*", "Resource": "*"})
"""What somebody who can write its own policies gives itself."""

MAY_ASSUME = saying({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"})
"""What somebody has who may assume every role that lets it in."""

OPEN_TRUST = saying({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"})
"""What somebody who can write a trust policy writes; a caller that it names is not limited by its boundary."""


@lru_cache(maxsize=1024)
def trust_in(account: Text) -> Policy:
    """A trust policy that leaves it to the policies of an account who may assume the role."""
    statement = Statement(
        index=1,
        label="#1",
        digest="",
        effect=Known("Allow"),
        principals=Principals((Named("AWS", account),)),
        actions=Patterns((text("sts:AssumeRole"),)),
    )
    return Policy(version=Known(VARIABLES), statements=(statement,))
