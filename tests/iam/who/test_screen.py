"""What is screened out must not matter: the quick answer agrees with the plain one."""

import json
import re

from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from iam_accounts import ACCOUNT, details, role_arn

from auditor import iam
from auditor.iam.access import policies_of
from auditor.iam.evaluate import Policies, evaluate
from auditor.iam.who import who_can
from auditor.iam.who.patterns import common
from auditor.iam.who.screen import Screen
from auditor.model.iam import Role
from auditor.model.known import Known, Truth
from auditor.model.policy import Document
from auditor.model.text import text

ACTIONS = ["sns:Publish", "sns:*", "SNS:publish", "sns:Pub?ish", "*", "s3:*", "sqs:SendMessage", "*:*", "sns"]
RESOURCES = [
    "*",
    f"arn:aws:sns:eu-west-1:{ACCOUNT}:a",
    f"arn:aws:sns:*:{ACCOUNT}:?",
    "arn:aws:sns:*",
    "arn:aws:sns:eu-west-1:${aws:PrincipalAccount}:a",
    f"arn:aws:sns:eu-west-1:{ACCOUNT}:b",
]
TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:a"

one_or_more = st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=2)
statements = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Allow", "Deny"]),
        "Resource": st.one_of(st.sampled_from(RESOURCES), st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=2)),
    }
).flatmap(
    lambda made: st.one_of(
        one_or_more.map(lambda actions: made | {"Action": actions}),
        st.sampled_from(ACTIONS).map(lambda action: made | {"Action": action}),
        one_or_more.map(lambda actions: made | {"NotAction": actions}),
    )
)


@settings(max_examples=examples(75))
@given(st.lists(st.lists(statements, min_size=1, max_size=3), min_size=1, max_size=4))
def test_the_quick_answer_is_the_plain_one(policies: list[list[dict[str, object]]]) -> None:
    inventory = details(roles={f"r{number}": each for number, each in enumerate(policies)})
    answer = who_can("sns:Publish", TOPIC, inventory)
    expected = {}
    for role in inventory.of(Role):
        assert role.arn is not None
        request = iam.Request(
            caller=iam.caller(role.arn),
            action="sns:Publish",
            resource=text(TOPIC),
            resource_account=text(ACCOUNT),
            context={"aws:principalaccount": (text(ACCOUNT),)},
            closed=True,
        )
        expected[role.id] = evaluate(request, Policies(identity=policies_of(role, inventory))).allowed
    found = dict.fromkeys(expected, Truth.FALSE)
    found |= {access.principal: Truth.TRUE for access in answer.who}
    # That the topic's policy was not read can let in who is not denied.
    for each in answer.undecided:
        if expected[each.principal] is Truth.UNKNOWN:
            found[each.principal] = Truth.UNKNOWN
    assert found == expected


LETTERS = st.text("ab*?", max_size=6)


def expression(pattern: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern), re.DOTALL)


@given(LETTERS, LETTERS)
def test_a_common_string_matches_both_patterns(first: str, second: str) -> None:
    found = common(first, second)
    if found is not None:
        assert expression(first).fullmatch(found)
        assert expression(second).fullmatch(found)


@given(LETTERS, st.text("ab", max_size=6))
def test_a_string_is_found_when_it_matches(pattern: str, string: str) -> None:
    assert (common(pattern, string) == string) is (expression(pattern).fullmatch(string) is not None)


def test_a_key_that_stands_twice_is_left_to_the_parser() -> None:
    written = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sns:*","Action":"s3:*","Resource":"*"}]}'
    )
    screen = Screen("sns:Publish", TOPIC)
    assert screen.may_allow(Known(Document(json=written)))
    part = screen.part("p", Known(Document(json=written)))
    assert part.policy.open != ()


def test_what_is_no_json_is_left_to_the_parser() -> None:
    screen = Screen("sns:Publish", TOPIC)
    for written in ("{", "[]", '{"Statement":"x"}', '{"Statement":[3]}', "[" * 5000):
        assert screen.may_allow(Known(Document(json=written)))
        assert screen.part("p", Known(Document(json=written))).policy is not None


def test_statements_that_are_about_others_are_not_parsed() -> None:
    made = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    screen = Screen("sns:Publish", TOPIC)
    written = Known(Document(json=json.dumps(made)))
    assert not screen.may_allow(written)
    assert screen.part(role_arn("a"), written).policy.statements == ()
