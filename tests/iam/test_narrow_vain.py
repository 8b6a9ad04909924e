"""What permissions boundaries and service control policies cut is granted in vain, and no use."""

import json

import pytest
from narrowing import (
    ACCOUNT,
    HOLE,
    ROLE,
    TOPIC,
    Data,
    allow,
    deny,
    details,
    document,
    event,
    narrowed,
    policy,
    told,
    trail,
)

from auditor.iam.database import actions_of
from auditor.iam.narrow import Finder, Kind, Limits, Wishes, called, excesses, limits, listed, narrow, of_principal
from auditor.iam.narrow.vain import cut_of
from auditor.model.inventory import Inventory
from auditor.model.known import Truth
from auditor.model.policy import Gap, Leaf
from auditor.model.text import text
from auditor.sources.authorization_details import decode

PLAIN = {"Bool": {"aws:SecureTransport": "false"}}
OTHER = TOPIC.replace("orders", "bills")
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/bounds"


def cut(granted: Data, bounds: Limits) -> set[str]:
    (found,) = cut_of(policy(granted), bounds)
    return set(listed(found.names))


def boundary(*statements: Data) -> Limits:
    return limits([policy(*statements)], [])


def bounded(document_of_boundary: Data, *documents: Data) -> Inventory:
    """A role with a permissions boundary."""
    data = json.loads(details(*documents))
    data["RoleDetailList"][0]["PermissionsBoundary"] = {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": BOUNDARY,
    }
    data["Policies"] = [
        {
            "PolicyName": "bounds",
            "Arn": BOUNDARY,
            "PolicyVersionList": [{"Document": document_of_boundary, "IsDefaultVersion": True, "VersionId": "v1"}],
        }
    ]
    return decode(json.dumps(data).encode(), "dump.json")


@pytest.mark.parametrize(
    ("granted", "allowed", "in_vain"),
    [
        (allow(["sns:Publish", "ses:SendEmail"]), [allow("sns:*")], {"ses:SendEmail"}),
        (allow("sns:Publish", TOPIC), [allow("sns:*", OTHER)], {"sns:Publish"}),
        (allow("sns:Publish", TOPIC), [allow("sns:*", [OTHER, f"{TOPIC[:-2]}*"])], set()),
        (allow("sns:Publish"), [allow("sns:*", OTHER)], set()),
        # An action without resources is allowed on * only.
        (allow(["sns:Publish", "sns:ListTopics"]), [allow("sns:*", OTHER)], {"sns:ListTopics"}),
        (allow("sns:Publish"), [allow("*"), deny("sns:*")], {"sns:Publish"}),
        (allow("sns:Publish"), [allow("*"), deny("sns:*", OTHER)], set()),
        (
            allow("sns:Publish"),
            [allow("*"), deny("sns:*", Condition={"Bool": {"aws:SecureTransport": "false"}})],
            set(),
        ),
        (allow("sns:Publish"), [allow("sns:*", Condition={"StringEquals": {"aws:RequestedRegion": "x"}})], set()),
        (allow("sns:Publish"), [{"Effect": "Allow", "NotAction": "ses:*", "Resource": "*"}], set()),
        (allow("ses:SendEmail"), [{"Effect": "Allow", "NotAction": "ses:*", "Resource": "*"}], {"ses:SendEmail"}),
        (allow("sns:Publish"), [{"Effect": "Allow", "Action": "sns:*", "NotResource": TOPIC}], set()),
        (allow("sns:Publish", TOPIC), [allow("sns:*", "arn:aws:sns:*:*:${aws:username}")], set()),
        (allow("sns:Publish"), [], {"sns:Publish"}),
        # A boundary that breaks the grammar tells nothing by what it does not allow.
        (allow("sns:Publish"), [allow("ses:*") | {"Nope": 1}], set()),
        (allow("sns:Publish"), [allow("ses:*") | {"Nope": 1}, deny("sns:*")], {"sns:Publish"}),
    ],
)
def test_what_a_boundary_cuts(granted: Data, allowed: list[Data], in_vain: set[str]) -> None:
    assert cut(granted, boundary(*allowed)) == in_vain


def test_every_level_of_control_policies_must_allow() -> None:
    full = [policy(allow("*"))]
    assert cut(allow(["sns:Publish", "ses:SendEmail"]), limits(None, [full, [policy(allow("sns:*"))], full])) == {
        "ses:SendEmail"
    }
    assert cut(allow("sns:Publish"), limits(None, [full, []])) == {"sns:Publish"}
    assert cut(allow("sns:Publish"), limits(None, None)) == set()


def test_a_boundary_that_is_not_told_cuts_nothing() -> None:
    hole = told(Action=Gap(HOLE), Resource=Leaf(text("*")))
    part = told(Action=Leaf(text("sns:", HOLE)), Resource=Leaf(text("*")))
    for each in (hole, part):
        assert cut(allow("sns:Publish"), limits([each], [])) == set()


def test_a_finding_says_what_cuts() -> None:
    inventory = bounded(document(allow("sns:*")), document(allow(["sns:Publish", "ses:*"], TOPIC, Sid="Mail")))
    (who,) = called(inventory, "mailer")
    (found,) = of_principal(who, inventory).policies
    (vain,) = [each for each in found.found if each.kind is Kind.IN_VAIN]
    assert (vain.statement, vain.patterns, vain.count) == ("Mail", ("ses:*",), len(actions_of("ses")))
    assert vain.by == (f"the permissions boundary {BOUNDARY}",)
    assert vain.certain is Truth.TRUE


def test_control_policies_that_are_given_count_for_all_but_service_linked_roles() -> None:
    inventory = bounded(document(allow("*")), document(allow("sns:*")))
    (who,) = called(inventory, "mailer")
    scp = [[policy(allow("*"))], [policy(allow("ses:*"))]]
    found = of_principal(who, inventory, Finder(inventory, scp).of)
    (vain,) = [each for each in found.policies[0].found if each.kind is Kind.IN_VAIN]
    assert vain.by == ("the service control policies of level 2",)


def test_what_is_in_vain_is_no_use() -> None:
    """A boundary refuses what last-accessed data counts: attempts are in it."""
    subscribed = event("Subscribe", requestParameters={"topicArn": TOPIC})
    made = narrowed(
        document(allow(["sns:Subscribe", "sns:DeleteTopic", "ses:GetAccount"])),
        record=trail(subscribed, event("GetAccount", source="ses")),
        limits=lambda _: boundary(allow("ses:*")),
    )
    assert made.vain_uses == ("sns:Subscribe",)
    assert (made.proof.uses, made.proof.holds) == (1, True)
    # Neither used nor unused: it stays, on all that it was granted on, until it is dropped for what it is.
    assert made.document == document(allow(["sns:Subscribe", "sns:DeleteTopic", "ses:GetAccount"]))
    assert {each.kind for policy_ in made.findings.policies for each in policy_.found} == {
        Kind.IN_VAIN,
        Kind.EVERY_RESOURCE,
    }


def test_what_is_in_vain_can_be_dropped() -> None:
    inventory = bounded(
        document(allow("sns:*")), document(allow(["sns:Publish", "ses:SendEmail"])), document(deny("s3:*"))
    )
    (who,) = called(inventory, "mailer")

    made = narrow(who, inventory, None, Wishes(drop_vain=True))
    assert made.document == document(allow("sns:Publish"), deny("s3:*"))
    assert set(listed(made.dropped)) == {"ses:SendEmail"}
    assert made.proof.holds
    assert f"the permissions boundary {BOUNDARY}: they stay as they are" in made.assumptions


def test_what_is_in_vain_once_it_is_confined_can_be_dropped() -> None:
    made = narrowed(
        document(allow(["sns:Publish", "ses:GetAccount"])),
        drop_vain=True,
        topics=(TOPIC,),
        limits=lambda _: boundary(allow("*", OTHER), allow("ses:*")),
    )
    assert made.document == document(allow("ses:GetAccount"))
    assert (made.proof.holds, set(listed(made.dropped))) == (True, {"sns:Publish"})
    assert made.locks_out[0].startswith("1 action (sns:Publish) on any topic but")


def test_all_but_what_is_in_vain() -> None:
    made = narrowed(document(allow("*")), drop_vain=True, limits=lambda _: boundary(allow("*"), deny("sns:*")))
    assert made.document == document({"Effect": "Allow", "NotAction": "sns:*", "Resource": "*"})
    assert made.proof.holds


def test_excesses_know_nothing_of_limits() -> None:
    assert Kind.IN_VAIN not in {each.kind for each in excesses(policy(allow("*")))}
    assert narrowed(document(allow("sns:Publish"))).principal.id == ROLE
