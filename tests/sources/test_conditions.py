"""Conditions have three values, and a resource exists accordingly."""

import pytest
from sources.templates import evaluated, inventory, resource, shown

from auditor.model import relations
from auditor.model.known import Cause, Unknown
from auditor.model.sns import Topic

PARAMETERS = """
Parameters:
  A: {Type: String, Default: a}
  Empty: {Type: String, Default: ""}
  List: {Type: CommaDelimitedList, Default: "x,y"}
  U: {Type: String}
Conditions:
  Yes: !Equals [!Ref A, a]
  No: !Equals [!Ref A, b]
  Maybe: !Equals [!Ref U, a]
"""


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("!Equals [!Ref A, a]", "yes"),
        ("!Equals [!Ref A, A]", "no"),
        ("!Equals [!Ref Empty, '']", "yes"),
        ("!Equals [true, 'true']", "yes"),
        ("!Equals [1, '1']", "yes"),
        ("!Equals [!Ref U, a]", "not-here: condition C: parameter U has no value"),
        ("!Equals [!Sub 'x-${U}', y-z]", "no"),
        ("!Equals [!Ref AWS::Region, eu-west-1]", "not-here: condition C: whether {region} is eu-west-1 is not told"),
        ("!Equals [!Ref AWS::Region, nowhere]", "no"),
        ("!Equals [!Ref AWS::Region, !Ref AWS::Region]", "yes"),
        ("!Equals [!Join [',', !Ref List], 'x,y']", "yes"),
        ("!Equals [!Ref List, [x, y]]", "yes"),
        ("!Equals [!Ref List, [x]]", "undecided: condition C: lists are compared in the deployment"),
        ("!Not [!Equals [!Ref A, a]]", "no"),
        ("!Not [!Condition Maybe]", "not-here: condition C: condition Maybe: parameter U has no value"),
        ("!And [!Condition Yes, !Condition Yes]", "yes"),
        ("!And [!Condition Maybe, !Condition No]", "no"),
        ("!And [!Condition Maybe, !Condition Yes]", "not-here: condition C: condition Maybe: parameter U has no value"),
        ("!Or [!Condition Maybe, !Condition Yes]", "yes"),
        ("!Or [!Condition No, !Condition No]", "no"),
        ("!Or [!Condition No, !Condition Maybe]", "not-here: condition C: condition Maybe: parameter U has no value"),
        ("{Condition: Yes}", "yes"),
        ("!Condition C", "failed: condition C: condition C refers to itself"),
        ("!Condition Nowhere", "not-here: condition C: condition Nowhere is not declared"),
        ("!Equals [a]", "failed: condition C: expected a condition, found a mapping"),
        ("yes", "failed: condition C: expected a condition, found a boolean"),
    ],
)
def test_truth(condition: str, expected: str) -> None:
    assert shown(evaluated("!If [C, 'yes', 'no']", f"{PARAMETERS}  C: {condition}\n")) == expected


TEMPLATE = (
    PARAMETERS
    + """
Resources:
  Gone: {Type: AWS::SNS::Topic, Condition: No}
  Here: {Type: AWS::SNS::Topic, Condition: Yes}
  Perhaps: {Type: AWS::SNS::Topic, Condition: Maybe}
  Mine: {Type: AWS::SNS::Subscription, Condition: Maybe, Properties: {TopicArn: !Ref Perhaps, Protocol: email}}
  Other: {Type: AWS::SNS::Subscription, Condition: Maybe, Properties: {TopicArn: !Ref Here, Protocol: email}}
"""
)


def test_a_resource_whose_condition_is_false_does_not_exist() -> None:
    assert [item.address for item in inventory(TEMPLATE).resources] == ["Here", "Perhaps", "Mine", "Other"]


def test_a_resource_whose_condition_is_not_decided_says_so() -> None:
    found = inventory(TEMPLATE)
    assert resource(found, "Here").uncertain is None
    why = Unknown(Cause.NOT_HERE, "condition Maybe: parameter U has no value")
    assert resource(found, "Perhaps").uncertain == why
    assert [item.address for item in inventory(TEMPLATE, {"U": "x"}).resources] == ["Here"]
    assert resource(inventory(TEMPLATE, {"U": "a"}), "Perhaps").uncertain is None


def test_what_exists_under_the_same_condition_is_certain_for_each_other() -> None:
    found = inventory(TEMPLATE)
    perhaps, here = resource(found, "Perhaps"), resource(found, "Here")
    assert isinstance(perhaps, Topic)
    assert isinstance(here, Topic)
    mine = relations.subscriptions(found, perhaps)
    assert [item.address for item in mine.items] == ["Mine"]
    assert mine.possible == ()
    other = relations.subscriptions(found, here)
    assert other.items == ()
    assert [item.address for item in other.possible] == ["Other"]


def test_conditions_that_refer_to_each_other_end() -> None:
    loop = "Conditions: {C: !Not [!Condition D], D: !Or [!Condition C, !Condition C]}"
    assert shown(evaluated("!If [C, a, b]", loop)) == "failed: condition C: condition D: condition C refers to itself"


def test_a_long_chain_of_conditions_is_not_followed_without_end() -> None:
    chain = "".join(f"  C{n}: !Not [!Condition C{n + 1}]\n" for n in range(5000))
    sections = f"Conditions:\n{chain}  C5000: !Equals [a, a]\n"
    assert shown(evaluated("!If [C0, a, b]", sections)).endswith("more conditions than one template may hold")
    assert shown(evaluated("!If [C4990, a, b]", sections)) == "a"
