"""Decisions against a plain reading of the rules, and against requests of which less is told."""

from typing import Any

import iam_trees
from hypothesis import given
from hypothesis import strategies as st

from auditor import iam
from auditor.iam.automaton import Piece
from auditor.iam.request import ContextValue
from auditor.iam.resource import ArnPattern
from auditor.iam.wildcard import wildcards_of
from auditor.model.known import Truth
from auditor.model.text import text

OWN, OTHER = "111111111111", "222222222222"
USER, STRANGER = f"arn:aws:iam::{OWN}:user/ann", f"arn:aws:iam::{OTHER}:user/bob"
TOPIC = f"arn:aws:sns:eu-west-1:{OWN}:orders"
RESOURCES = ("*", TOPIC, f"arn:aws:sns:*:{OWN}:*", f"arn:aws:sns:eu-west-1:{OWN}:o?ders*", "arn:aws:sqs:*:*:*")
COVERING = frozenset(RESOURCES[:4])
ACTIONS = ("*", "sns:Publish", "SNS:pub*", "sns:?ublish", "sns:Subscribe", "sqs:*")
DOING = frozenset(ACTIONS[:4])
PRINCIPALS = ("*", USER, OWN, STRANGER, OTHER)

statements = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(("Allow", "Allow", "Deny")),
        "Action": st.sampled_from(ACTIONS),
        "Resource": st.sampled_from(RESOURCES),
    }
)
documents = st.lists(statements, max_size=2)
named = st.lists(
    st.builds(
        lambda told, name: told | {"Principal": "*" if name == "*" else {"AWS": name}},
        statements,
        st.sampled_from(PRINCIPALS),
    ),
    max_size=2,
)
Written = list[dict[str, Any]]


def parsed(written: Written) -> iam.Policy:
    return iam.parse(iam_trees.plain({"Version": "2012-10-17", "Statement": written}))


def applying(written: Written, effect: str) -> Written:
    return [
        each
        for each in written
        if each["Effect"] == effect and each["Action"] in DOING and each["Resource"] in COVERING
    ]


def names(written: Written, *who: str) -> bool:
    found = {each["Principal"] if each["Principal"] == "*" else each["Principal"]["AWS"] for each in written}
    return bool(found & set(who))


def expected(who: str, kinds: dict[str, Any]) -> iam.Effect:
    """The rules of evaluation in so many words."""
    account = who.split(":")[4]
    told = [kinds["identity"], *(kinds[kind] for kind in ("boundary", "session") if kinds[kind] is not None)]
    denying = [each for written in (*told, *kinds["scp"]) for each in applying(written, "Deny")]
    if denying or names(applying(kinds["resource"], "Deny"), "*", who, account):
        return iam.Effect.EXPLICIT_DENY
    if not all(applying(level, "Allow") for level in kinds["scp"]):
        return iam.Effect.IMPLICIT_DENY
    own = all(applying(written, "Allow") for written in told)
    on_resource = applying(kinds["resource"], "Allow")
    # An account as principal delegates: inside of it the user's own policies decide.
    allowed = own or names(on_resource, "*", who)
    if account != OWN:
        allowed = own and names(on_resource, "*", who, account)
    return iam.Effect.ALLOW if allowed else iam.Effect.IMPLICIT_DENY


@given(
    st.sampled_from((USER, STRANGER)),
    st.fixed_dictionaries(
        {
            "identity": documents,
            "resource": named,
            "boundary": st.none() | documents,
            "session": st.none() | documents,
            "scp": st.lists(documents, max_size=2),
        }
    ),
)
def test_decisions_follow_the_rules(who: str, kinds: dict[str, Any]) -> None:
    request = iam.Request(
        caller=iam.caller(text(who)),
        action="sns:Publish",
        resource=text(TOPIC),
        resource_account=text(OWN),
        closed=True,
    )
    policies = iam.Policies(
        identity=(parsed(kinds["identity"]),),
        resource=(parsed(kinds["resource"]),),
        boundary=None if kinds["boundary"] is None else (parsed(kinds["boundary"]),),
        session=None if kinds["session"] is None else (parsed(kinds["session"]),),
        scp=tuple((parsed(level),) for level in kinds["scp"]),
        rcp=(),
    )
    decision = iam.evaluate(request, policies)
    assert decision.effect is expected(who, kinds)
    assert decision.because
    assert not decision.unknowns


@given(iam_trees.documents(named=False), st.data())
def test_what_is_decided_of_less_context_holds_for_more(document: Any, data: Any) -> None:
    policy = iam.parse(iam_trees.Filling(data.draw, named=False).document(document))
    value = st.none() | st.lists(st.sampled_from(iam_trees.VALUES).map(text), min_size=1, max_size=2).map(tuple)
    context: dict[str, ContextValue] = {
        key.lower(): data.draw(value) for key in data.draw(st.sets(st.sampled_from(iam_trees.KEYS)))
    }
    more = {key.lower(): data.draw(value) for key in iam_trees.KEYS}

    def decided(told: dict[str, ContextValue], *, closed: bool) -> iam.Decision:
        request = iam.Request(
            caller=iam.caller(text(USER)),
            action="sns:Publish",
            resource=text(TOPIC),
            resource_account=text(OWN),
            context=told,
            closed=closed,
        )
        return iam.evaluate(request, iam.Policies(identity=(policy,), scp=(), rcp=()))

    less = decided(context, closed=False)
    for told in ({**more, **context}, context):
        found = decided(told, closed=True)
        if less.effect is not iam.Effect.UNKNOWN:
            assert found.effect is less.effect, (less, found)
        elif found.effect is not iam.Effect.UNKNOWN:
            assert found.effect in less.possible, (less, found)


segments = st.text("a*?:/", max_size=3)
patterns = st.lists(segments, min_size=5, max_size=7).map(":".join)
subjects = st.lists(st.text("ab/", max_size=3), min_size=4, max_size=7).map(":".join)


@given(patterns, subjects)
def test_plain_arns_are_matched_as_those_with_symbols_are(pattern: str, subject: str) -> None:
    pieces: tuple[Piece, ...] = tuple(wildcards_of(pattern))
    quick, slow = ArnPattern(pieces), ArnPattern(pieces)
    slow._tests = None
    assert quick.matches(text(subject)) is slow.matches(text(subject))


@given(st.lists(st.sampled_from(("arn", "aws", "sns", "*", "s*")), min_size=2, max_size=5).map(":".join), subjects)
def test_a_completed_arn_matches_what_its_beginning_does(pattern: str, subject: str) -> None:
    made = ArnPattern(tuple(wildcards_of(pattern)))
    whole = made.completed()
    assert not whole.ends_early
    if whole.segments is not None and subject.count(":") >= 5:
        ahead = zip(pattern.split(":"), subject.split(":"), strict=False)
        agrees = all(ArnPattern(tuple(wildcards_of(one))).flat.matches(text(two)) is Truth.TRUE for one, two in ahead)
        if not pattern.endswith("*"):
            assert (whole.matches(text(subject)) is not Truth.FALSE) is agrees
