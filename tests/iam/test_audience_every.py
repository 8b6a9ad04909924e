"""What several patterns leave between them, against the comparison of policies, which reads them as automata."""

from typing import Any, TypeAlias

import iam_trees
import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from auditor import iam
from auditor.iam import Reach
from auditor.iam.difference import Kind, difference
from auditor.iam.elements import Patterns
from auditor.model.known import Truth
from auditor.model.text import Symbol, text

Data: TypeAlias = dict[str, Any]
OWN = "111111111111"
TOPIC, BUCKET = f"arn:aws:sns:eu-west-1:{OWN}:orders", "arn:aws:s3:::bucket"
KEY = "sns:Endpoint"


def allow(**more: Any) -> Data:
    made = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", **more}
    return made if "NotResource" in made else {"Resource": "*"} | made


def deny(**more: Any) -> Data:
    return allow(**more) | {"Effect": "Deny"}


def where(operator: str, values: object, key: str = KEY) -> Data:
    return {"Condition": {operator: {key: values}}}


def policy(*statements: Data) -> iam.Policy:
    return iam.parse(iam_trees.plain({"Version": "2012-10-17", "Statement": list(statements)}))


def reach(*statements: Data, on: str = BUCKET) -> Reach:
    return iam.exposure(policy(*statements), text(on), text(OWN)).reach


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        # All but what is private, and nothing but what is public.
        (
            (allow(NotResource=f"{BUCKET}/private/*"), deny(NotResource=f"{BUCKET}/public/*")),
            Reach.PUBLIC,
        ),
        (
            (allow(NotResource=f"{BUCKET}/p*"), deny(NotResource=f"{BUCKET}/public/*")),
            Reach.NOBODY,
        ),
        # Two statements that each leave something.
        ((allow(), deny(NotResource=f"{BUCKET}/a*"), deny(NotResource=f"{BUCKET}/*b")), Reach.PUBLIC),
        ((allow(), deny(NotResource=f"{BUCKET}/a*"), deny(NotResource=f"{BUCKET}/b*")), Reach.NOBODY),
        # The plainest string in which both words stand is kept out, others are not.
        (
            (
                allow(Resource=f"{BUCKET}/*ab*"),
                deny(NotResource=f"{BUCKET}/*bc*"),
                deny(Resource=f"{BUCKET}/*abc*"),
            ),
            Reach.PUBLIC,
        ),
        ((allow(Resource="arn:aws:s3:::*/x*"), deny(Resource=f"{BUCKET}/x*")), Reach.PUBLIC),
    ],
)
def test_what_statements_leave_of_a_bucket(statements: tuple[Data, ...], expected: Reach) -> None:
    assert reach(*statements) is expected
    assert iam.exposure(policy(*statements), None, text(OWN)).reach in {expected, Reach.PUBLIC}


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        # Three values of a key at once: one for each condition.
        (
            {
                "ForAnyValue:StringEquals": {"aws:TagKeys": "a"},
                "ForAnyValue:StringLike": {"aws:TagKeys": "b*"},
                "ForAnyValue:StringEqualsIgnoreCase": {"aws:TagKeys": "C"},
            },
            Reach.UNKNOWN,
        ),
        (
            {
                "ForAnyValue:StringEquals": {"aws:TagKeys": "a"},
                "ForAnyValue:StringLike": {"aws:TagKeys": "b*"},
            },
            Reach.PUBLIC,
        ),
        # A tag may be empty.
        ({"ForAnyValue:StringNotLike": {"aws:RequestTag/a": "?*"}}, Reach.PUBLIC),
        ({"StringLike": {KEY: "*b*"}, "StringNotLike": {KEY: ["*b?*", "b"]}}, Reach.PUBLIC),
    ],
)
def test_values_that_conditions_leave(conditions: Data, expected: Reach) -> None:
    assert reach(allow(Action="sns:*", Condition=conditions), on=TOPIC) is expected


def test_a_resource_that_is_not_told_may_be_another_than_the_bucket() -> None:
    made = policy(allow(), deny(Resource=f"{BUCKET}/private/*"))
    told, refused = made.statements
    other = replace(told, resources=Patterns((text(Symbol("Other.Arn")),)))
    found = iam.exposure(replace(made, statements=(other, refused)), text(BUCKET), text(OWN))
    assert (found.known_reach, found.at_most) == (Reach.NOBODY, Reach.PUBLIC)


patterns = st.lists(st.text("ab*?", max_size=5), min_size=1, max_size=2)


@st.composite
def statements(draw: Any) -> list[Data]:
    """An Allow and up to three Deny statements, with patterns of actions, of what is in a bucket, or of a key."""

    def one(effect: str) -> Data:
        made: Data = {"Effect": effect, "Principal": "*", "Action": "s3:*", "Resource": "*"}
        written = draw(patterns)
        match draw(st.sampled_from(("Action", "Resource", "Condition"))):
            case "Action":
                made["Action"] = [f"s3:{each}x" for each in written]
            case "Resource":
                made["Resource"] = [f"{BUCKET}/{each}x" for each in written]
            case _:
                operator = draw(st.sampled_from(("StringLike", "StringNotLike", "StringLikeIfExists", "StringEquals")))
                made["Condition"] = {operator: {KEY: written}}
        for element in ("Action", "Resource"):
            if draw(st.booleans()) and draw(st.booleans()):
                made[f"Not{element}"] = made.pop(element)
        return made

    return [one("Allow"), *(one("Deny") for _ in range(draw(st.integers(0, 3))))]


@settings(max_examples=examples(100), suppress_health_check=list(HealthCheck))
@given(statements())
def test_somebody_gets_in_where_the_comparison_finds_a_request(written: list[Data]) -> None:
    outside = [deny(Action="*", NotResource=[BUCKET, f"{BUCKET}/*"])]
    outside.append({"Effect": "Deny", "Principal": "*", "NotAction": "s3:*", "Resource": "*"})
    found = difference([policy(*written, *outside)], [], kind=Kind.RESOURCE)
    expected = {Truth.TRUE: Reach.PUBLIC, Truth.FALSE: Reach.NOBODY, Truth.UNKNOWN: None}[found.truth]
    assert expected in {None, reach(*written)}, (written, found)
    anywhere = iam.exposure(policy(*written, *outside), None, text(OWN)).reach
    assert expected in {None, anywhere}, (written, found)
