"""Filter policies against what SES sends, operator by operator."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.known import Cause, Truth, Unknown
from auditor.model.policy import Entry, Gap, Leaf, Mapping, Sequence, node_of
from auditor.model.text import text
from auditor.routes.filters import by_attributes, by_body, notified, published
from auditor.routes.route import Event

BOUNCE, COMPLAINT = published(Event.BOUNCE), published(Event.COMPLAINT)
WHY = Unknown(Cause.NOT_HERE, "parameter Filter")


def body(policy: object) -> Truth:
    return by_body(node_of(policy), BOUNCE).passes


@pytest.mark.parametrize(
    ("condition", "passes"),
    [
        (["Bounce"], Truth.TRUE),
        (["Delivery", "Bounce"], Truth.TRUE),
        (["bounce"], Truth.FALSE),
        ([], Truth.FALSE),
        ([{"prefix": "Bou"}], Truth.TRUE),
        ([{"prefix": "Com"}], Truth.FALSE),
        ([{"suffix": "nce"}], Truth.TRUE),
        ([{"equals-ignore-case": "BOUNCE"}], Truth.TRUE),
        ([{"anything-but": "Delivery"}], Truth.TRUE),
        ([{"anything-but": ["Delivery", "Bounce"]}], Truth.FALSE),
        ([{"anything-but": {"prefix": "Bou"}}], Truth.UNKNOWN),
        ([{"exists": True}], Truth.TRUE),
        ([{"exists": False}], Truth.FALSE),
        ([{"wildcard": "B*"}], Truth.UNKNOWN),
        ([{"wildcard": "B*"}, "Bounce"], Truth.TRUE),
        ([1], Truth.FALSE),
    ],
)
def test_operators_on_the_type(condition: list, passes: Truth) -> None:
    assert body({"eventType": condition}) is passes


@pytest.mark.parametrize(
    ("policy", "passes"),
    [
        ({}, Truth.TRUE),
        ({"notificationType": ["Bounce"]}, Truth.FALSE),
        ({"notificationType": [{"exists": False}]}, Truth.TRUE),
        ({"complaint": {"userAgent": ["x"]}}, Truth.FALSE),
        ({"complaint": {"userAgent": [{"exists": False}]}}, Truth.TRUE),
        ({"bounce": {"bounceType": ["Permanent"]}}, Truth.UNKNOWN),
        ({"eventType": ["Complaint"], "bounce": {"bounceType": ["Permanent"]}}, Truth.FALSE),
        ({"eventType": ["Bounce"], "bounce": {"bounceType": ["Permanent"]}}, Truth.UNKNOWN),
        ({"$or": [{"eventType": ["Bounce"]}, {"notificationType": ["Bounce"]}]}, Truth.TRUE),
        ({"$or": [{"eventType": ["Complaint"]}, {"notificationType": ["Bounce"]}]}, Truth.FALSE),
        ({"$or": [{"eventType": ["Complaint"]}, {"mail": {"source": ["a"]}}]}, Truth.UNKNOWN),
    ],
)
def test_keys_of_the_body(policy: dict, passes: Truth) -> None:
    assert body(policy) is passes


def test_identities_and_configuration_sets_name_the_type_differently() -> None:
    policy = node_of({"notificationType": ["Bounce"]})
    assert by_body(policy, notified(Event.BOUNCE)).passes is Truth.TRUE
    assert by_body(policy, published(Event.BOUNCE)).passes is Truth.FALSE


@pytest.mark.parametrize(
    ("policy", "passes"),
    [
        ({}, Truth.TRUE),
        ({"kind": ["Bounce"]}, Truth.FALSE),
        ({"kind": [{"exists": False}]}, Truth.TRUE),
        ({"kind": ["Bounce", {"exists": False}]}, Truth.TRUE),
        ({"kind": [{"anything-but": "x"}]}, Truth.FALSE),
        ({"a": [{"exists": False}], "b": ["x"]}, Truth.FALSE),
        ({"$or": [{"a": ["x"]}, {"b": [{"exists": False}]}]}, Truth.TRUE),
    ],
)
def test_no_attributes(policy: dict, passes: Truth) -> None:
    assert by_attributes(node_of(policy)).passes is passes


def test_what_is_not_told_decides_only_where_it_matters() -> None:
    gap = Entry(text("eventType"), Gap(WHY))
    judged = by_body(Mapping((gap,)), BOUNCE)
    assert (judged.passes, judged.unknowns) == (Truth.UNKNOWN, (WHY,))
    dropped = Entry(text("notificationType"), Sequence((Leaf(text("Bounce")),)))
    judged = by_body(Mapping((gap, dropped)), BOUNCE)
    assert (judged.passes, judged.blocker) == (Truth.FALSE, "notificationType")


def test_more_conditions_that_are_not_told_could_accept() -> None:
    open_list = Sequence((Leaf(text("Complaint")),), open=WHY)
    assert by_body(Mapping((Entry(text("eventType"), open_list),)), BOUNCE).passes is Truth.UNKNOWN
    accepting = Sequence((Leaf(text("Bounce")),), open=WHY)
    assert by_body(Mapping((Entry(text("eventType"), accepting),)), BOUNCE).passes is Truth.TRUE
    below = Mapping((Entry(text("userAgent"), Sequence((Leaf(text("x")),))),), open=WHY)
    assert by_body(Mapping((Entry(text("complaint"), below),)), BOUNCE).passes is Truth.FALSE
    empty = Mapping((), open=WHY)
    assert by_body(Mapping((Entry(text("complaint"), empty),)), BOUNCE).passes is Truth.UNKNOWN


def test_an_open_mapping_and_a_gap_are_undecided() -> None:
    assert by_attributes(Mapping((), open=WHY)).unknowns == (WHY,)
    assert by_attributes(Gap(WHY)).unknowns == (WHY,)
    assert by_attributes(node_of([1])).unknowns[0].cause is Cause.FAILED


def test_deep_nesting_ends_undecided() -> None:
    policy = Mapping(())
    for _ in range(200):
        policy = Mapping((Entry(text("$or"), Sequence((policy,))),))
    assert by_attributes(policy).unknowns[0].cause is Cause.LIMIT


values = st.sampled_from(["Bounce", "Complaint", "Delivery", {"exists": True}, {"exists": False}, {"prefix": "B"}])
policies = st.dictionaries(st.sampled_from(["eventType", "notificationType", "mail"]), st.lists(values, max_size=3))


@given(policies, policies)
def test_more_keys_never_let_more_through(one: dict, other: dict) -> None:
    both = {**one, **{key: value for key, value in other.items() if key not in one}}
    if body(one) is Truth.FALSE:
        assert body(both) is Truth.FALSE
