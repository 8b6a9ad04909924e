"""Pins, access levels and what they lock out."""

from typing import Any

import pytest
from narrowing import ACCOUNT, TOPIC, Data, account, allow, deny, document, event, narrowed, trail

from auditor.iam.database import Access, actions_of
from auditor.iam.narrow import (
    NarrowError,
    Pinned,
    Way,
    Wishes,
    called,
    choices,
    listed,
    narrow,
    of_principal,
    problem_of,
)
from auditor.model.inventory import Inventory, merge
from auditor.sources.cloudformation.read import read
from auditor.sources.cloudformation.yaml_tree import read_yaml
from auditor.sources.interface import Bindings

HOME = f"arn:aws:ses:*:{ACCOUNT}:"
PLACE = f"arn:aws:ses:eu-west-1:{ACCOUNT}:"
TEMPLATES = "arn:aws:ses:*:*:template/*"
FROM = {"StringEquals": {"ses:FromAddress": "no-reply@example.com"}}
TEMPLATE = b"""
Resources:
  Domain: {Type: AWS::SES::EmailIdentity, Properties: {EmailIdentity: example.com}}
  Address: {Type: AWS::SES::EmailIdentity, Properties: {EmailIdentity: boss@example.org}}
  Main: {Type: AWS::SES::ConfigurationSet, Properties: {Name: main}}
  Orders: {Type: AWS::SNS::Topic, Properties: {TopicName: orders}}
  Untold: {Type: AWS::SNS::Topic}
"""


def statements(*given: Data, **options: Any) -> list[Data]:
    made = narrowed(document(*given), **options)
    assert made.proof.holds
    return [] if made.document is None else list(made.document["Statement"])  # type: ignore[call-overload]


def with_resources(*given: Data) -> Inventory:
    """The role, and what a template declares in its account."""
    tree = read_yaml(TEMPLATE, "mail.yaml")
    bindings = Bindings(account=ACCOUNT, region="eu-west-1", partition="aws")
    stack = read(tree, "mail.yaml", sha256="", parameters={}, bindings=bindings)  # type: ignore[arg-type]
    return merge((account(document(*given)), stack.inventory))


def test_mail_on_everything_becomes_mail_by_an_identity_a_set_and_a_sender() -> None:
    assert statements(
        allow(["ses:SendEmail", "ses:SendRawEmail", "ses:GetSendQuota"]),
        identities=("example.com",),
        configuration_sets=("main",),
        senders=("no-reply@example.com",),
    ) == [
        allow(
            "ses:SendEmail", [HOME + "configuration-set/main", HOME + "identity/example.com", TEMPLATES], Condition=FROM
        ),
        allow("ses:SendRawEmail", [HOME + "configuration-set/main", HOME + "identity/example.com"], Condition=FROM),
        # One of the 94 actions that accept only the star.
        allow("ses:GetSendQuota"),
    ]


def test_actions_that_accept_only_the_star_are_never_pinned() -> None:
    only_star = [each.name for each in actions_of("ses") if not each.resources]
    assert len(only_star) > 90
    assert statements(allow(only_star), identities=("example.com",), senders=("a@example.com",)) == [allow(only_star)]


@pytest.mark.parametrize(
    ("resource", "left"),
    [
        (PLACE + "identity/*", [PLACE + "identity/example.com"]),
        (PLACE + "*", [PLACE + "identity/example.com", PLACE + "configuration-set/*"]),
        ("arn:aws:ses:*", [HOME + "identity/example.com", "arn:aws:ses:*:*:configuration-set/*"]),
        (PLACE + "identity/*.com", [PLACE + "identity/example.com"]),
        (PLACE + "identity/*.org", []),
        # What is named stays named.
        (PLACE + "identity/other.com", [PLACE + "identity/other.com"]),
        (f"arn:aws:ses:*:{ACCOUNT}:identity/other.com", [f"arn:aws:ses:*:{ACCOUNT}:identity/other.com"]),
        (PLACE + "configuration-set/*", [PLACE + "configuration-set/*"]),
        # Part of two types: it cannot be told apart.
        (PLACE + "*/example*", [PLACE + "*/example*"]),
        (PLACE + "identity/${aws:username}*", [PLACE + "identity/${aws:username}*"]),
    ],
)
def test_wildcards_are_confined_and_names_stay(resource: str, left: list[str]) -> None:
    found = statements(allow("ses:SendRawEmail", resource), identities=("example.com",))
    assert [each["Resource"] for each in found] == ([left[0] if len(left) == 1 else left] if left else [])


def test_a_pin_splits_a_wildcard_and_leaves_the_rest_of_it() -> None:
    made = narrowed(document(allow("sns:*")), topics=("orders",))
    assert made.document is not None
    rest, pinned = made.document["Statement"]  # type: ignore[misc]
    taking = {each.name for each in actions_of("sns") if each.resources}
    assert pinned["Resource"] == f"arn:aws:sns:*:{ACCOUNT}:orders"
    assert set(pinned["Action"]) == taking
    assert rest["Resource"] == "*"
    assert (made.dropped, made.proof.holds) == (0, True)


def test_a_statement_on_all_actions_leaves_out_what_is_pinned() -> None:
    everything, *pinned = statements(allow("*"), topics=(TOPIC,))
    assert everything["NotAction"]
    assert {each["Resource"] for each in pinned} == {TOPIC}
    assert any("sns:Publish" in each["Action"] for each in pinned)


def test_what_pinning_topics_locks_out_is_told() -> None:
    (told,) = narrowed(document(allow("sns:Publish")), topics=(TOPIC,)).locks_out
    assert told == (
        f"1 action (sns:Publish) on any topic but {TOPIC}, also on one of another account or made later;"
        " text messages to phone numbers, and push messages to devices"
    )


def test_what_pinning_senders_locks_out_and_does_not_is_told() -> None:
    (told,) = narrowed(
        document(allow(["ses:SendEmail", "ses:SendBulkEmail"], PLACE + "identity/example.com")),
        senders=("*@example.com",),
    ).locks_out
    assert told == (
        "1 action (ses:SendEmail) from any address but *@example.com (ses:FromAddress, in this case of letters);"
        " ses:SendBulkEmail cannot be tied to a sender and stays as it is"
    )


def test_a_condition_joins_those_that_are_there() -> None:
    both = {"stringlike": {"aws:PrincipalTag/team": "m*", "ses:FromAddress": "*@example.com"}}
    own = {"stringlike": {"aws:PrincipalTag/team": "m*"}}
    assert statements(allow("ses:SendEmail", Condition=own), senders=("*@example.com",)) == [
        allow("ses:SendEmail", Condition=both)
    ]


def test_who_is_tied_to_a_sender_stays_so() -> None:
    given_statement = allow("ses:SendEmail", Condition={"StringLike": {"SES:fromaddress": "*@example.org"}})
    assert statements(given_statement, senders=("a@example.com",)) == [given_statement]


def test_denials_are_not_touched() -> None:
    refused = deny("ses:*", Sid="Not")
    assert statements(allow("ses:SendRawEmail"), refused, identities=("a",), expand=True)[-1] == {
        "Sid": "Not",
        **deny("ses:*"),
    }


def test_levels_are_kept_of_wildcards_and_names_stay() -> None:
    made = narrowed(document(allow(["sns:*", "sns:Publish"])), levels=(Access.LIST, Access.READ))
    assert made.document is not None
    (statement,) = made.document["Statement"]  # type: ignore[misc]
    read_ones = {each.name for each in actions_of("sns") if each.access in {Access.LIST, Access.READ}}
    assert set(statement["Action"]) == read_ones | {"sns:Publish"}
    assert set(listed(made.dropped)) == {each.name for each in actions_of("sns")} - read_ones - {"sns:Publish"}
    assert made.locks_out[0].endswith("of other access levels than List, Read")


def test_expanding_keeps_what_there_is_today() -> None:
    made = narrowed(document(allow(["sns:*", "sns:Newer*", "sns:Newest"])), expand=True)
    assert made.document is not None
    (statement,) = made.document["Statement"]  # type: ignore[misc]
    assert statement["Action"] == [*(each.name for each in actions_of("sns")), "sns:Newest"]
    assert made.locks_out == ("actions that AWS adds later and sns:*, sns:Newer* would have granted",)


def test_what_the_inputs_know_can_be_pinned() -> None:
    inventory = with_resources(allow(["ses:SendRawEmail", "sns:Publish"]))
    (who,) = called(inventory, "mailer")
    made = narrow(who, inventory, None, Wishes(known=True))
    assert made.document is not None
    assert [each["Resource"] for each in made.document["Statement"]] == [  # type: ignore[attr-defined]
        [PLACE + "configuration-set/main", PLACE + "identity/boss@example.org", PLACE + "identity/example.com"],
        TOPIC,
    ]
    assert made.proof.holds
    assert "each topic that the account has as far as they were read is in the inputs; others are not needed" in (
        made.assumptions
    )


def test_names_mean_what_the_inputs_know() -> None:
    inventory = with_resources(allow("sns:Publish"))
    (who,) = called(inventory, "mailer")
    made = narrow(who, inventory, None, Wishes(topics=("orders", "bills")))
    assert made.document is not None
    assert made.document["Statement"][0]["Resource"] == [  # type: ignore[index]
        TOPIC,
        f"arn:aws:sns:*:{ACCOUNT}:bills",
    ]
    assert "bills: no such topic is in the inputs" in made.assumptions


def test_nothing_known_is_nothing_pinned_and_said() -> None:
    made = narrowed(document(allow("sns:Publish")), known=True)
    assert made.document == document(allow("sns:Publish"))
    assert f"the inputs hold no topic of account {ACCOUNT}: nothing is pinned to one" in made.assumptions


def test_choices_name_what_is_known_and_what_it_would_cost() -> None:
    inventory = with_resources(allow(["ses:*", "sns:Publish"]))
    (who,) = called(inventory, "mailer")
    found = {each.way: each for each in choices(of_principal(who, inventory), inventory)}
    assert found.keys() == set(Way) - {Way.DROP_VAIN}
    assert found[Way.PIN_TOPIC].values == (TOPIC,)
    assert found[Way.PIN_TOPIC].untold == 1
    assert found[Way.PIN_FROM].values == ("boss@example.org", "*@example.com")
    assert "text messages to phone numbers" in found[Way.PIN_TOPIC].locks_out
    assert "ses:SendBulkEmail" in found[Way.PIN_FROM].locks_out
    assert found[Way.LEVEL].actions == len(actions_of("ses"))


def test_choices_of_a_narrow_policy_are_none() -> None:
    inventory = account(document(allow("sns:Publish", TOPIC)))
    (who,) = called(inventory, "mailer")
    assert choices(of_principal(who, inventory), inventory) == ()


def sent(sender: str | None, **more: Any) -> Data:
    return event(
        "SendEmail",
        source="ses",
        eventCategory="Data",
        requestParameters={"fromEmailAddress": sender} if sender else {},
        **more,
    )


def test_recorded_senders_can_be_pinned_and_the_uses_stay() -> None:
    record = trail(sent("Shop <shop@example.com>"), sent("no-reply@example.com"))
    made = narrowed(document(allow(["ses:SendEmail", "ses:SendRawEmail"])), record=record, recorded_senders=True)
    assert made.document is not None
    both = {"StringEquals": {"ses:FromAddress": ["no-reply@example.com", "shop@example.com"]}}
    assert made.document["Statement"] == [allow(["ses:SendEmail", "ses:SendRawEmail"], Condition=both)]
    assert "mail from addresses that the records do not have is not needed" in made.assumptions


def test_a_use_that_a_pinned_sender_would_lose_is_told() -> None:
    identity = PLACE + "identity/example.com"
    record = trail(sent("shop@example.com", resources=[{"ARN": identity}]))
    made = narrowed(document(allow("ses:SendEmail")), record=record, senders=("no-reply@example.com",))
    assert not made.proof.holds
    assert {lost.use.action for lost in made.proof.lost} == {"ses:SendEmail"}


def test_recorded_senders_that_are_not_told_cannot_be_pinned() -> None:
    with pytest.raises(NarrowError, match="does not tell the sender of every use of ses:SendEmail"):
        narrowed(document(allow("ses:*")), record=trail(sent(None)), recorded_senders=True)
    with pytest.raises(NarrowError, match="tells no sender"):
        narrowed(document(allow("ses:*")), record=trail(), recorded_senders=True)


@pytest.mark.parametrize(
    ("kind", "name", "is_one"),
    [
        (Pinned.TOPIC, "orders", True),
        (Pinned.TOPIC, TOPIC, True),
        (Pinned.TOPIC, PLACE + "identity/a", False),
        (Pinned.IDENTITY, PLACE + "identity/example.com", True),
        (Pinned.IDENTITY, PLACE + "identity/", False),
        (Pinned.IDENTITY, TOPIC, False),
        (Pinned.IDENTITY, "a:b", False),
        (Pinned.IDENTITY, "", False),
        (Pinned.CONFIGURATION_SET, PLACE + "configuration-set/${aws:username}", False),
    ],
)
def test_what_can_be_pinned(kind: Pinned, name: str, *, is_one: bool) -> None:
    assert (problem_of(kind, name) is None) is is_one
