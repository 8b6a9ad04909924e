"""Gaps of every kind, over policies of a small alphabet: an answer is unknown only where it must be.

Whole statements, lists, principals, resources, actions, condition values and conditions are gaps. An answer for a
policy with gaps must be that of every filling, and one is given where all fillings agree. A comparison says that there
is new access when one request shows it, whatever the gaps hold: it may be unknown where each filling has another.
"""

import itertools
from collections.abc import Iterator
from random import Random
from typing import TypeAlias, TypeVar

import pytest
from examples import examples

from auditor import iam
from auditor.iam.difference import Kind, difference
from auditor.iam.statement import PolicyKind, applies
from auditor.model.known import Cause, Known, Truth, Unknown
from auditor.model.origin import Location
from auditor.model.policy import Document, Entry, Gap, Leaf, Mapping, Node, Sequence
from auditor.model.text import text

ONE, TWO = "arn:aws:sns:eu-west-1:111111111111:one", "arn:aws:sns:eu-west-1:111111111111:two"
ANN = "arn:aws:iam::111111111111:user/ann"
_numbers = itertools.count()


class Part:
    """A string with a gap in it."""

    def __init__(self, before: str, after: str = "") -> None:
        self.before, self.after = before, after

    def __repr__(self) -> str:
        return f"{self.before}…{self.after}"


class OpenList(list["Value"]):
    """A list that may go on."""


HOLE, GAP = Part(""), object()
Value: TypeAlias = "str | Part | list[Value] | dict[str, Value] | object"
Statement: TypeAlias = dict[str, Value]

EFFECTS: tuple[Value, ...] = ("Allow", "Allow", "Deny", "Deny", HOLE)
ACTIONS: tuple[Value, ...] = ("sns:Publish", "sns:Publish", "*", HOLE, Part("sns:Pub"), OpenList(["sqs:Purge"]), GAP)
RESOURCES: tuple[Value, ...] = (ONE, "*", HOLE, Part(ONE[:-3]), OpenList([TWO]), GAP, [ONE, TWO])
PRINCIPALS: tuple[Value, ...] = (
    "*",
    {"AWS": "111111111111"},
    {"AWS": ANN},
    {"AWS": HOLE},
    {"AWS": OpenList(["222222222222"])},
    {"AWS": Part("arn:aws:iam::", ":root")},
    {"Service": "ses.amazonaws.com"},
    GAP,
)
CONDITIONS: tuple[Value, ...] = (
    None,
    None,
    {"StringEquals": {"x:k": "a"}},
    {"StringNotEquals": {"x:k": "a"}},
    {"StringEquals": {"x:k": HOLE}},
    {"StringNotEquals": {"x:k": HOLE}},
    {"StringEquals": {"x:k": OpenList(["b"])}},
    {"StringNotEquals": {"x:k": OpenList(["b"])}},
    {"StringLike": {"x:k": Part("a")}},
    {"Null": {"x:k": "true"}},
    {"StringEquals": GAP},
    GAP,
)
FILLED: dict[str, tuple[Value, ...]] = {
    "Effect": ("Allow", "Deny"),
    "Action": ("*", "sns:Publish", "nothing"),
    "Resource": ("*", ONE, TWO, "nowhere"),
    "AWS": ("*", "111111111111", "222222222222", ANN, "nobody"),
    "Condition": ("a", "b", "c", "${x:k}"),
}
IN_PART: dict[str, tuple[str, ...]] = {
    "Action": ("lish", "x", "*", "$"),
    "Resource": ("one", "two", "*"),
    "AWS": ("111111111111", "222222222222"),
    "Condition": ("", "b", "*"),
}
NEVER: Value = {"StringEquals": {"x:k": "a"}, "Null": {"x:k": "true"}}


def hole() -> Unknown:
    return Unknown(Cause.NOT_HERE, f"hole {next(_numbers)}")


def node(value: Value) -> Node:
    if value is GAP:
        return Gap(hole())
    if isinstance(value, dict):
        return Mapping(tuple(Entry(text(name), node(each)) for name, each in value.items()))
    if isinstance(value, list):
        return Sequence(tuple(map(node, value)), Location(), hole() if isinstance(value, OpenList) else None)
    return Leaf(text(value.before, hole(), value.after) if isinstance(value, Part) else text(str(value)))


def parsed(statements: Value) -> iam.Policy:
    version = Entry(text("Version"), Leaf(text("2012-10-17")))
    return iam.parse(Document(tree=Mapping((version, Entry(text("Statement"), node(statements))))))


def gaps(value: Value) -> int:
    if isinstance(value, dict):
        return sum(map(gaps, value.values()))
    if isinstance(value, list):
        return sum(map(gaps, value)) + isinstance(value, OpenList)
    return int(value is GAP or isinstance(value, Part))


def filled(value: Value, kind: str) -> list[Value]:
    """The fillings of one element."""
    if value is GAP or value is HOLE:
        return list(FILLED[kind])
    if isinstance(value, Part):
        return [f"{value.before}{each}{value.after}" for each in IN_PART[kind]]
    if isinstance(value, OpenList):
        return [list(value), *([*value, each] for each in FILLED[kind])]
    return [value]


def filled_principals(value: Value) -> list[Value]:
    if value is GAP:
        return ["*", {"Service": "ses.amazonaws.com"}, *({"AWS": each} for each in FILLED["AWS"])]
    if isinstance(value, dict) and "AWS" in value:
        return [{"AWS": each} for each in filled(value["AWS"], "AWS")]
    return [value]


def filled_conditions(value: Value) -> list[Value]:
    if value is GAP:
        names = ("StringEquals", "StringNotEquals")
        return [None, NEVER, *({name: {"x:k": each}} for name in names for each in FILLED["Condition"])]
    if not isinstance(value, dict):
        return [value]
    ((operator, keys),) = value.items()
    if keys is GAP:
        return [None, NEVER, *({operator: {"x:k": each}} for each in FILLED["Condition"])]
    assert isinstance(keys, dict)
    return [{operator: {key: each}} for key, old in keys.items() for each in filled(old, "Condition")]


def filled_statement(value: Value, *, named: bool) -> list[Statement | None]:
    """The fillings of a statement; None for one that is not there."""
    if value is GAP:
        everybody: Statement = {"Principal": "*"} if named else {}
        plain: Statement = {"Action": "*", **everybody}
        ways = itertools.product(("Allow", "Deny"), ("*", ONE))
        return [None, *({"Effect": effect, "Resource": resource, **plain} for effect, resource in ways)]
    assert isinstance(value, dict)
    choices = {name: filled(value[name], name) for name in ("Effect", "Action", "Resource")}
    if named:
        choices["Principal"] = filled_principals(value["Principal"])
    choices["Condition"] = filled_conditions(value.get("Condition"))
    return [
        {name: each for name, each in zip(choices, chosen, strict=True) if each is not None}
        for chosen in itertools.product(*choices.values())
    ]


def fillings(statements: list[Value], *, named: bool) -> list[list[Value]]:
    """Every way to fill the gaps."""
    each = [filled_statement(statement, named=named) for statement in statements]
    if isinstance(statements, OpenList):
        each.append(filled_statement(GAP, named=named))
    return [[statement for statement in chosen if statement is not None] for chosen in itertools.product(*each)]


def some_statement(random: Random, *, named: bool) -> Value:
    if random.random() < 0.08:
        return GAP
    elements: Statement = {
        "Effect": random.choice(EFFECTS),
        "Action": random.choice(ACTIONS),
        "Resource": random.choice(RESOURCES),
    }
    if named:
        elements["Principal"] = random.choice(PRINCIPALS)
    condition = random.choice(CONDITIONS)
    return elements if condition is None else {**elements, "Condition": condition}


def some_policy(random: Random, most: int, *, named: bool) -> list[Value]:
    statements = [some_statement(random, named=named) for _ in range(random.randint(1, most))]
    return OpenList(statements) if random.random() < 0.08 else statements


Answer = TypeVar("Answer")


def expected(possible: set[Answer], unknown: Answer) -> Answer:
    return next(iter(possible)) if len(possible) == 1 else unknown


def policies(seed: int, count: int, *, named: bool) -> Iterator[tuple[list[Value], list[list[Value]]]]:
    """Policies of up to three statements with gaps, and all that they can be."""
    random = Random(seed)  # noqa: S311 - the same policies every time
    while count:
        policy = some_policy(random, 3, named=named)
        ways = fillings(policy, named=named) if 0 < gaps(policy) <= 4 else []
        if 0 < len(ways) <= 200:
            count -= 1
            yield policy, ways


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("value", [None, "a"])
def test_a_decision_is_unknown_only_where_fillings_disagree(value: str | None, *, named: bool) -> None:
    ann = iam.caller(text(ANN))
    request = iam.Request(
        caller=ann,
        action="sns:Publish",
        resource=text(ONE),
        resource_account=text("111111111111"),
        context={} if value is None else {"x:k": (text(value),)},
        closed=True,
    )

    def decided(statements: list[Value]) -> iam.Effect:
        policy = (parsed(statements),)
        of_both = iam.Policies(resource=policy if named else (), identity=() if named else policy, scp=(), rcp=())
        return iam.evaluate(request, of_both).effect

    for policy, ways in policies(1, examples(40), named=named):
        assert decided(policy) is expected(set(map(decided, ways)), iam.Effect.UNKNOWN), policy


def test_an_audience_is_unknown_only_where_fillings_disagree() -> None:
    def reach(statements: list[Value]) -> iam.Reach:
        return iam.exposure(parsed(statements), text(ONE), text("111111111111")).reach

    for policy, ways in policies(2, examples(40), named=True):
        assert reach(policy) is expected(set(map(reach, ways)), iam.Reach.UNKNOWN), policy


def requests(*, named: bool) -> Iterator[iam.Request]:
    accounts = ("111111111111", "222222222222", "999999999999")
    for account, action, resource, value in itertools.product(
        accounts if named else accounts[:1],
        ("sns:Publish", "sqs:Purge"),
        (ONE, TWO, ONE[:-3] + "x", "arn:aws:sqs:x:1:n"),
        (None, "a", "b", "z"),
    ):
        who = iam.caller(text(ANN.replace("111111111111", account)))
        yield iam.Request(
            caller=who,
            action=action,
            resource=text(resource),
            resource_account=text("111111111111"),
            context={} if value is None else {"x:k": (text(value),)},
            closed=True,
        )


def allowed(policy: iam.Policy, request: iam.Request, kind: PolicyKind) -> Truth:
    truths = {"Allow": Truth.FALSE, "Deny": Truth.FALSE}
    for statement in policy.statements:
        assert isinstance(statement.effect, Known)
        truths[statement.effect.value] |= applies(statement, request, policy, kind=kind).truth
    return truths["Allow"] & ~truths["Deny"]


def shown_by_one(news: list[list[Value]], olds: list[list[Value]], *, named: bool) -> bool:
    """Whether one request is new whatever the gaps hold."""
    kind = PolicyKind.RESOURCE if named else PolicyKind.IDENTITY
    new, old = [parsed(each) for each in news], [parsed(each) for each in olds]
    return any(
        all(allowed(each, request, kind) is Truth.TRUE for each in new)
        and all(allowed(each, request, kind) is Truth.FALSE for each in old)
        for request in requests(named=named)
    )


def is_open_to_any_value(policy: list[Value]) -> bool:
    """Whether a list of values goes on: then no value is in no filling, though one is in none of those made here."""
    return any(isinstance(each, dict) and "OpenList" in repr(_kinds(each.get("Condition"))) for each in policy)


def _kinds(value: Value) -> object:
    return {key: _kinds(each) for key, each in value.items()} if isinstance(value, dict) else type(value).__name__


@pytest.mark.parametrize("named", [False, True])
def test_a_comparison_is_unknown_only_where_no_request_shows_it(*, named: bool) -> None:
    random = Random(5)  # noqa: S311 - the same policies every time
    kind = Kind.RESOURCE if named else Kind.IDENTITY

    def compared(new: list[Value], old: list[Value]) -> Truth:
        return difference([parsed(new)], [parsed(old)], kind=kind).truth

    count = examples(12)
    while count:
        new, old = (some_policy(random, 2, named=named) for _ in range(2))
        if not 0 < gaps(new) + gaps(old) <= 3:
            continue
        news, olds = fillings(new, named=named), fillings(old, named=named)
        if len(news) * len(olds) > 150:
            continue
        count -= 1
        found = compared(new, old)
        possible = {compared(*each) for each in itertools.product(news, olds)}
        if found is Truth.UNKNOWN and possible == {Truth.TRUE}:
            assert is_open_to_any_value([*new, *old]) or not shown_by_one(news, olds, named=named), (new, old)
        else:
            assert found is expected(possible, Truth.UNKNOWN) or Truth.UNKNOWN in possible, (new, old)
