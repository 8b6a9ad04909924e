"""Reading policy documents: the grammar, with places, gaps and problems.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import hashlib
from functools import lru_cache

from auditor.iam.elements import (
    OLD,
    VARIABLES,
    Condition,
    Named,
    Patterns,
    Policy,
    Principals,
    Problem,
    Statement,
    unread,
)
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.origin import WRITTEN, Location, Origin
from auditor.model.policy import Document, Entry, Gap, Leaf, Mapping, Node, Sequence
from auditor.model.text import Symbol, Text, text

__all__ = ["Policy", "Statement", "parse", "unread"]

MOST = 2**20
"""Characters of a document beyond which it is not read: AWS takes at most 32 kB, for the policies of KMS keys."""
_KINDS = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})
_ELEMENTS = frozenset(
    {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
)


@lru_cache(maxsize=32768)
def parse(document: Document) -> Policy:
    """The statements of a document. Never raises: what breaks the grammar is a problem with its place."""
    if _is_too_long(document):
        return unread(Unknown(Cause.LIMIT, f"the policy document is longer than {MOST:,} characters: not read"))
    root = document.root
    if isinstance(root, Gap):
        return Policy(version=root.unknown, open=(root.unknown,))
    if not isinstance(root, Mapping):
        return _broken("the document is not a mapping", root.at)
    version: Value[str] = Known(OLD)
    statements: tuple[Statement, ...] = ()
    problems: list[Problem] = []
    gaps: list[Unknown] = [] if root.open is None else [root.open]
    seen = False
    for entry in root.entries:
        match entry.key.literal:
            case "Version":
                version = _version(entry.node, problems)
            case "Statement":
                seen = True
                statements, more = _statements(entry.node, problems)
                gaps.extend(more)
            case "Id":
                pass
            case None:
                gaps.append(_hole(entry.key))
            case name:
                problems.append(Problem(f"{name!r} is no element of a policy", entry.at))
    if root.open is not None and isinstance(version, Known) and version.value == OLD:
        version = root.open
    if not seen and not gaps:
        problems.append(Problem("there is no Statement", root.at))
    if problems:
        gaps.append(Unknown(Cause.FAILED, f"the policy breaks the grammar: {problems[0].text}"))
    return Policy(version, statements, tuple(problems), tuple(dict.fromkeys(gaps)))


def _is_too_long(document: Document) -> bool:
    if document.json is not None:
        return len(document.json) > MOST
    size = 0
    pending: list[Node] = [] if document.tree is None else [document.tree]
    while pending:
        match pending.pop():
            case Leaf(value=value):
                size += _length(value) if isinstance(value, Text) else 1
            case Mapping(entries=entries):
                for entry in entries:
                    size += 1 + _length(entry.key)
                    pending.append(entry.node)
            case Sequence(items=items):
                size += len(items)
                pending.extend(items)
            case Gap():
                size += 1
        if size > MOST:
            return True
    return False


def _length(written: Text) -> int:
    return sum(len(part) if isinstance(part, str) else 1 for part in written.parts)


def _broken(why: str, at: Location) -> Policy:
    return Policy(problems=(Problem(why, at),), open=(Unknown(Cause.FAILED, f"the policy breaks the grammar: {why}"),))


def _version(node: Node, problems: list[Problem]) -> Value[str]:
    match node:
        case Leaf(value=Text() as written) if written.literal in {VARIABLES, OLD}:
            return Known(str(written), Origin(location=node.at))
        case Leaf(value=Text() as written) if written.literal is None:
            return _hole(written)
        case Gap(unknown=unknown):
            return unknown
        case _:
            problems.append(Problem("Version is neither 2012-10-17 nor 2008-10-17", node.at))
            return Unknown(Cause.FAILED, "the version of the policy language is not one that exists")


def _statements(node: Node, problems: list[Problem]) -> tuple[tuple[Statement, ...], list[Unknown]]:
    gaps: list[Unknown] = []
    items: tuple[Node, ...] = (node,)
    if isinstance(node, Sequence):
        items = node.items
        if node.open is not None:
            gaps.append(node.open)
    statements: list[Statement] = []
    for index, item in enumerate(items, 1):
        if isinstance(item, Gap):
            gaps.append(item.unknown)
        elif isinstance(item, Mapping):
            statements.append(_statement(item, index))
        else:
            problems.append(Problem(f"statement #{index} is not a mapping", item.at))
    return tuple(statements), gaps


class _Builder:
    """Collects the elements of one statement."""

    def __init__(self, mapping: Mapping) -> None:
        self.problems: list[Problem] = []
        self.missing = mapping.open
        self.more_conditions: Unknown | None = None
        self.nodes: dict[str, Entry] = {}
        for entry in mapping.entries:
            name = entry.key.literal
            if name is None:
                self.missing = _hole(entry.key)
            elif name not in _ELEMENTS:
                self.problem(f"{name!r} is no element of a statement", entry.at)
            elif name in self.nodes:
                self.problem(f"{name} stands twice", entry.at)
            else:
                self.nodes[name] = entry

    def problem(self, words: str, at: Location) -> None:
        self.problems.append(Problem(words, at))

    def effect(self, at: Location) -> Value[str]:
        entry = self.nodes.get("Effect")
        if entry is None:
            if self.missing is not None:
                return self.missing
            self.problem("there is no Effect", at)
            return Unknown(Cause.FAILED, "there is no Effect")
        match entry.node:
            case Leaf(value=Text() as written) if written.literal in {"Allow", "Deny"}:
                return Known(str(written), WRITTEN)
            case Leaf(value=Text() as written) if written.literal is None:
                return _hole(written)
            case Gap(unknown=unknown):
                return unknown
            case _:
                self.problem("Effect is neither Allow nor Deny", entry.at)
                return Unknown(Cause.FAILED, "Effect is neither Allow nor Deny")

    def texts(self, node: Node, what: str) -> Patterns:
        """One value or a list of values, all of them strings."""
        items = node.items if isinstance(node, Sequence) else (node,)
        gap = node.open if isinstance(node, Sequence) else None
        if not items and gap is None:
            self.problem(f"{what} is empty", node.at)
        found: list[Text] = []
        for item in items:
            match item:
                case Leaf(value=Text() as written):
                    found.append(written)
                case Gap(unknown=unknown):
                    gap = unknown
                case _:
                    self.problem(f"{what} holds something that is not a string", item.at)
        return Patterns(tuple(found), gap)

    def pair(self, name: str) -> tuple[Patterns | None, Patterns | None]:
        """An element and its negation."""
        yes, no = self.nodes.get(name), self.nodes.get("Not" + name)
        if yes is not None and no is not None:
            self.problem(f"{name} and Not{name} stand together", no.at)
        if yes is None and no is None and self.missing is not None:
            return Patterns(open=self.missing), None
        return (
            None if yes is None else self.texts(yes.node, name),
            None if no is None else self.texts(no.node, "Not" + name),
        )

    def principals(self, name: str) -> Principals | None:
        entry = self.nodes.get(name)
        if entry is None:
            return None
        match entry.node:
            case Gap(unknown=unknown):
                return Principals(open=unknown)
            case Leaf(value=Text() as written):
                return Principals((Named("*" if written.literal == "*" else "AWS", written),))
            case Mapping(entries=entries, open=end):
                return self._principal_map(entries, end, name)
            case node:
                self.problem(f"{name} is neither * nor a mapping", node.at)
                return Principals()

    def _principal_map(self, entries: tuple[Entry, ...], end: Unknown | None, name: str) -> Principals:
        found: list[Named] = []
        for entry in entries:
            kind = entry.key.literal
            if kind is None:
                end = _hole(entry.key)
                continue
            if kind not in _KINDS:
                self.problem(f"{kind!r} is no kind of principal", entry.at)
            values = self.texts(entry.node, f"{name} {kind}")
            found.extend(Named(kind, value) for value in values.items)
            end = values.open if end is None else end
        return Principals(tuple(found), end)

    def conditions(self) -> tuple[Condition, ...]:
        entry = self.nodes.get("Condition")
        if entry is None:
            return ()
        found: list[Condition] = []
        match entry.node:
            case Gap(unknown=unknown):
                self.more_conditions = unknown
            case Mapping(entries=operators, open=end):
                self.more_conditions = self.more_conditions if end is None else end
                for operator in operators:
                    found.extend(self._operator(operator))
            case node:
                self.problem("Condition is not a mapping", node.at)
        return tuple(found)

    def _operator(self, entry: Entry) -> list[Condition]:
        name = entry.key.literal
        if name is None:
            self.more_conditions = _hole(entry.key)
            return []
        match entry.node:
            case Gap(unknown=unknown):
                self.more_conditions = unknown
                return []
            case Mapping(entries=keys, open=end):
                self.more_conditions = self.more_conditions if end is None else end
            case node:
                self.problem(f"the condition {name} is not a mapping", node.at)
                return []
        found = []
        for key in keys:
            values = self._values(key.node, name)
            found.append(Condition(name, key.key, values.items, values.open, key.at))
        return found

    def _values(self, node: Node, operator: str) -> Patterns:
        """Condition values may also be booleans and numbers."""
        items = node.items if isinstance(node, Sequence) else (node,)
        changed: list[Node] = []
        for item in items:
            match item:
                case Leaf(value=bool() as value):
                    changed.append(Leaf(text("true" if value else "false"), item.at))
                case Leaf(value=int() | float() as value):
                    changed.append(Leaf(text(str(value)), item.at))
                case _:
                    changed.append(item)
        end = node.open if isinstance(node, Sequence) else None
        if not changed:
            return Patterns(open=end)
        return self.texts(Sequence(tuple(changed), node.at, end), f"the condition {operator}")


def _statement(mapping: Mapping, index: int) -> Statement:
    made = _Builder(mapping)
    conditions = made.conditions()
    actions, not_actions = made.pair("Action")
    resources, not_resources = made.pair("Resource")
    principals, not_principals = made.principals("Principal"), made.principals("NotPrincipal")
    if principals is not None and not_principals is not None:
        made.problem("Principal and NotPrincipal stand together", mapping.at)
    if principals is None and not_principals is None and made.missing is not None:
        principals = Principals(open=made.missing)
    end = made.missing if made.missing is not None else made.more_conditions
    if actions is None and not_actions is None:
        made.problem("there is neither Action nor NotAction", mapping.at)
    effect = made.effect(mapping.at)
    sid = _sid(made)
    label = (sid.literal if sid is not None else None) or f"#{index}"
    content = (effect, principals, not_principals, actions, not_actions, resources, not_resources)
    return Statement(
        index=index,
        label=label,
        digest=_digest(content, conditions, end, made.problems),
        effect=effect,
        sid=sid,
        principals=principals,
        not_principals=not_principals,
        actions=actions,
        not_actions=not_actions,
        resources=resources,
        not_resources=not_resources,
        conditions=conditions,
        open=end,
        problems=tuple(made.problems),
        location=mapping.at,
    )


def _sid(made: _Builder) -> Text | None:
    entry = made.nodes.get("Sid")
    match entry.node if entry is not None else None:
        case Leaf(value=Text() as written):
            return written
        case None | Gap():
            return None
        case _:
            made.problem("Sid is not a string", entry.at if entry is not None else Location())
            return None


def _digest(
    content: tuple[object, ...], conditions: tuple[Condition, ...], end: Unknown | None, problems: list[Problem]
) -> str:
    """Over the elements without their places: the same statement elsewhere has the same digest.

    Whoever writes both sides of a change must not be able to make two statements share one: hence 128 bits, and a
    form in which no literal can pass for a symbol.
    """
    plain = [_plain(part) for part in content]
    block = sorted(
        str((item.operator, _plain(item.key), _plain(item.values), _plain(item.open))) for item in conditions
    )
    written = repr((plain, block, _plain(end), [problem.text for problem in problems]))
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _plain(part: object) -> object:
    match part:
        case None:
            return None
        case Text(parts=parts):
            return [piece if isinstance(piece, str) else _plain(piece) for piece in parts]
        case Symbol(name=name, scope=scope):
            return ("symbol", name, scope)
        case Unknown(cause=cause, detail=detail):
            return ("?", cause.value, detail)
        case Known(value=value):
            return value
        case tuple():
            return [_plain(item) for item in part]
        case Patterns(items=items, open=end) | Principals(items=items, open=end):
            return (_plain(items), _plain(end))
        case Named(kind=kind, value=value):
            return (kind, _plain(value))
        case _:
            return str(part)


def _hole(written: Text) -> Unknown:
    """Why a Text is not told."""
    if written.holes:
        return written.holes[0]
    return Unknown(Cause.NOT_HERE, f"{written} is not told")
