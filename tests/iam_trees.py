"""Random policies of which parts are not told, and random fillings of them."""

from collections.abc import Callable
from itertools import count
from typing import Any

from hypothesis import strategies as st

from auditor.model.known import Cause, Unknown
from auditor.model.origin import Location
from auditor.model.policy import Document, Entry, Gap, Leaf, Mapping, Node, Sequence, node_of
from auditor.model.text import Part, Symbol, Text, text

ACCOUNTS = ("111111111111", "222222222222")
SYMBOLS = {
    "account": ACCOUNTS,
    "region": ("eu-west-1", "us-east-1"),
    "partition": ("aws", "aws-cn"),
    "Topic.TopicName": ("orders", "bounces", "o"),
}
_numbers = count()


def hole() -> Unknown:
    """A hole that is no other."""
    return Unknown(Cause.NOT_HERE, f"hole {next(_numbers)}")


def _texts(literals: tuple[str, ...], pieces: tuple[Any, ...]) -> st.SearchStrategy[Text]:
    """Mostly plain strings; now and then a hole, a symbol, or a string with one of them inside."""
    whole = st.sampled_from(literals).map(text)
    alone = st.builds(hole).map(text)
    mixed = st.lists(st.one_of(st.sampled_from(pieces), st.builds(hole)), min_size=1, max_size=3).map(
        lambda parts: text(*parts)
    )
    return st.sampled_from((whole, whole, whole, whole, whole, whole, alone, mixed, mixed)).flatmap(lambda each: each)


ACCOUNT, REGION, PARTITION, NAME = (Symbol(name) for name in SYMBOLS)
ARNS = (
    "*",
    "arn:aws:sns:eu-west-1:111111111111:orders",
    "arn:aws:sns:*:*:*",
    "arn:aws:sns:*:111111111111:o*",
    "arn:aws:sns:eu-west-1:222222222222:orders",
    "arn:aws:sns:*",
    "arn:aws:sqs:eu-west-1:111111111111:orders",
    "arn:aws:sns:eu-west-1:111111111111:${aws:PrincipalAccount}",
)
ARN_PIECES = (
    "arn:aws:sns:eu-west-1:111111111111:orders",
    text("arn:", PARTITION, ":sns:", REGION, ":", ACCOUNT, ":", NAME),
    text("arn:aws:sns:*:", ACCOUNT, ":*"),
    text("arn:aws:sns:eu-west-1:111111111111:", NAME),
    "*",
    ":o*",
)
ACTIONS = ("*", "sns:*", "sns:Publish", "SNS:publish", "sns:Pub*", "sns:Subscribe", "sqs:*", "*:Publish", "sns:?ublish")
ACTION_PIECES = ("sns:", "Pub", "*", NAME, "sns:Publish")
AWS_NAMES = (
    "*",
    "111111111111",
    "arn:aws:iam::111111111111:root",
    "arn:aws:iam::222222222222:root",
    "arn:aws:iam::111111111111:user/ann",
    "arn:aws:iam::111111111111:role/team/admin",
    "arn:aws:sts::111111111111:assumed-role/admin/session",
)
AWS_PIECES = (
    text("arn:aws:iam::", ACCOUNT, ":root"),
    text("arn:", PARTITION, ":iam::", ACCOUNT, ":role/admin"),
    text(ACCOUNT),
    "*",
    "arn:aws:iam::",
)
SERVICES = ("ses.amazonaws.com", "sns.amazonaws.com")
KEYS = (
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:PrincipalArn",
    "aws:PrincipalAccount",
    "aws:PrincipalOrgID",
    "AWS:SourceIp",
    "aws:SecureTransport",
    "sns:Protocol",
    "aws:PrincipalIsAWSService",
    "other:Key",
)
OPERATORS = (
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLike",
    "StringEqualsIfExists",
    "StringNotEqualsIfExists",
    "StringEqualsIgnoreCase",
    "ArnLike",
    "ArnNotEquals",
    "Bool",
    "BoolIfExists",
    "Null",
    "IpAddress",
    "NotIpAddress",
    "NumericLessThan",
    "ForAllValues:StringLike",
    "ForAnyValue:StringEquals",
    "ForAnyValue:StringNotLike",
    "Unheard",
)
VALUES = (
    *ACCOUNTS,
    "o-abc",
    "o-*",
    "*",
    "true",
    "false",
    "10.0.0.0/8",
    "0.0.0.0/0",
    "arn:aws:ses:*:111111111111:*",
    "arn:aws:s3:::bucket",
    "arn:aws:iam::111111111111:role/team/admin",
    "${aws:PrincipalAccount}",
    "https",
)
VALUE_PIECES = (
    text(ACCOUNT),
    text("arn:", PARTITION, ":ses:", REGION, ":", ACCOUNT, ":identity/a"),
    "arn:aws:ses:eu-west-1:",
    "*",
    ":identity/a",
    NAME,
)
actions = _texts(ACTIONS, ACTION_PIECES)
resources = _texts(ARNS, ARN_PIECES)
aws_names = _texts(AWS_NAMES, AWS_PIECES)
values = _texts(VALUES, VALUE_PIECES)


def leaf(written: Text) -> Node:
    return Leaf(written)


def _listed(items: st.SearchStrategy[Text]) -> st.SearchStrategy[Node]:
    """One value, a list, a list with an open end, or nothing that is told."""
    leaves = items.map(leaf)
    several = st.lists(leaves, min_size=1, max_size=3).map(tuple)
    plain = several.map(Sequence)
    open_ended = st.builds(lambda found: Sequence(found, Location(), hole()), several)
    gap = st.builds(lambda: Gap(hole(), may_be_absent=False))
    kinds = (leaves, leaves, leaves, leaves, plain, plain, open_ended, gap)
    return st.sampled_from(kinds).flatmap(lambda each: each)


def map_of(entries: list[tuple[str, Node]], end: Unknown | None = None) -> Mapping:
    return Mapping(tuple(Entry(text(key), node) for key, node in dict(entries).items()), Location(), end)


principals = st.one_of(
    st.just(Leaf(text("*"))),
    st.just(Leaf(text("*"))),
    st.builds(lambda node: map_of([("AWS", node)]), _listed(aws_names)),
    st.builds(lambda node: map_of([("AWS", node)]), _listed(aws_names)),
    st.builds(lambda node: map_of([("Service", node)]), _listed(st.sampled_from(SERVICES).map(text))),
    st.builds(
        lambda one, two: map_of([("AWS", one), ("Service", two)]), _listed(aws_names), st.just(leaf(text(SERVICES[0])))
    ),
    st.builds(lambda: Gap(hole(), may_be_absent=False)),
)
conditions = st.one_of(
    st.builds(
        lambda rows: map_of([(operator, map_of([(key, node)])) for operator, key, node in rows]),
        st.lists(st.tuples(st.sampled_from(OPERATORS), st.sampled_from(KEYS), _listed(values)), min_size=1, max_size=2),
    ),
    st.builds(lambda: Gap(hole())),
)


@st.composite
def statements(draw: Callable[[st.SearchStrategy[Any]], Any], *, named: bool) -> Node:
    """A statement; `named` with principals."""
    effect = draw(st.sampled_from(("Allow",) * 6 + ("Deny",) * 4 + (None,)))
    entries: list[tuple[str, Node]] = [
        ("Effect", Gap(hole(), may_be_absent=False) if effect is None else Leaf(text(effect))),
        (draw(st.sampled_from(("Action", "Action", "Action", "NotAction"))), draw(_listed(actions))),
        (draw(st.sampled_from(("Resource", "Resource", "Resource", "NotResource"))), draw(_listed(resources))),
    ]
    if named:
        entries.append((draw(st.sampled_from(("Principal", "Principal", "NotPrincipal"))), draw(principals)))
    if draw(st.booleans()):
        entries.append(("Condition", draw(conditions)))
    return map_of(entries)


@st.composite
def documents(draw: Callable[[st.SearchStrategy[Any]], Any], *, named: bool) -> Document:
    """A document of a few statements, some of them not told."""
    told = statements(named=named)
    each = st.sampled_from((told,) * 9 + (st.builds(lambda: Gap(hole())),)).flatmap(lambda found: found)
    found = tuple(draw(st.lists(each, min_size=1, max_size=3)))
    end = hole() if draw(st.sampled_from((False,) * 9 + (True,))) else None
    version = draw(st.sampled_from(("2012-10-17", "2012-10-17", "2008-10-17")))
    return Document(tree=map_of([("Version", Leaf(text(version))), ("Statement", Sequence(found, Location(), end))]))


class Filling:
    """Random values for all that is not told: the same for a symbol everywhere, another for each hole."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any], *, named: bool) -> None:
        self.draw = draw
        self.named = named
        self.symbols = {name: draw(st.sampled_from(found)) for name, found in SYMBOLS.items()}

    def text(self, written: Text, choices: tuple[str, ...]) -> Text:
        """A plain string."""
        parts: list[Part] = []
        for part in written.parts:
            if isinstance(part, Symbol):
                parts.append(self.symbols[part.name])
            elif isinstance(part, Unknown):
                found = (*choices, "", "x", "?", "a:b")
                if choices is AWS_NAMES and len(written.parts) > 1:
                    # AWS refuses wildcards inside the name of a principal: no such policy is in force.
                    found = tuple(each for each in found if "*" not in each and "?" not in each)
                parts.append(self.draw(st.sampled_from(found)))
            else:
                parts.append(part)
        return text(*parts)

    def document(self, document: Document) -> Document:
        """A document that is told in full."""
        assert isinstance(document.tree, Mapping)
        entries = []
        for entry in document.tree.entries:
            node = entry.node
            if isinstance(node, Sequence):
                items = [filled for item in node.items if (filled := self._statement(item)) is not None]
                if node.open is not None:
                    items += [self._any_statement() for _ in range(self.draw(st.integers(0, 1)))]
                node = Sequence(tuple(items))
            entries.append((str(entry.key), node))
        return Document(tree=map_of(entries))

    def _any_statement(self) -> Node:
        found = self._statement(self.draw(statements(named=self.named)))
        assert found is not None
        return found

    def _statement(self, node: Node) -> Node | None:
        if isinstance(node, Gap):
            return self._any_statement() if self.draw(st.booleans()) else None
        assert isinstance(node, Mapping)
        entries: list[tuple[str, Node]] = []
        for entry in node.entries:
            name = str(entry.key)
            filled = self._element(name, entry.node)
            if filled is not None:
                entries.append((name, filled))
        return map_of(entries)

    def _element(self, name: str, node: Node) -> Node | None:
        match name:
            case "Effect":
                return Leaf(text(self.draw(st.sampled_from(("Allow", "Deny"))))) if isinstance(node, Gap) else node
            case "Action" | "NotAction":
                return self._list(node, ACTIONS)
            case "Resource" | "NotResource":
                return self._list(node, ARNS)
            case "Principal" | "NotPrincipal":
                return self._principals(node)
            case _:
                return self._conditions(node)

    def _list(self, node: Node, choices: tuple[str, ...]) -> Node:
        if isinstance(node, Gap):
            return Leaf(text(self.draw(st.sampled_from(choices))))
        if isinstance(node, Leaf):
            assert isinstance(node.value, Text)
            return Leaf(self.text(node.value, choices))
        assert isinstance(node, Sequence)
        items = [self._list(item, choices) for item in node.items]
        if node.open is not None:
            items += [Leaf(text(each)) for each in self.draw(st.lists(st.sampled_from(choices), max_size=2))]
        return Sequence(tuple(items))

    def _principals(self, node: Node) -> Node:
        if isinstance(node, Gap):
            return self.draw(st.sampled_from((Leaf(text("*")), map_of([("AWS", Leaf(text(AWS_NAMES[3])))]))))
        if isinstance(node, Leaf):
            return node
        assert isinstance(node, Mapping)
        return map_of(
            [
                (str(entry.key), self._list(entry.node, AWS_NAMES if str(entry.key) == "AWS" else SERVICES))
                for entry in node.entries
            ]
        )

    def _conditions(self, node: Node) -> Node | None:
        if isinstance(node, Gap):
            return (
                self._conditions(self.draw(conditions.filter(lambda found: isinstance(found, Mapping))))
                if self.draw(st.booleans())
                else None
            )
        assert isinstance(node, Mapping)
        rows = []
        for operator in node.entries:
            assert isinstance(operator.node, Mapping)
            keys = [(str(entry.key), self._list(entry.node, VALUES)) for entry in operator.node.entries]
            rows.append((str(operator.key), map_of(keys)))
        return map_of(rows)


def plain(data: object) -> Document:
    """A document of plain data."""
    return Document(tree=node_of(data))
