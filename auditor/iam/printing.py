"""Policies back to documents: the opposite of `auditor.iam.document.parse`.

What is not told stays so: symbols and holes, open ends, statements and elements that nobody read. Of a policy that
breaks the grammar nothing is printed, because its statements do not hold what was written.
"""

from collections.abc import Iterator
from collections.abc import Sequence as Items

from auditor.iam.elements import Condition, Named, Policy, Principals, Statement
from auditor.model.known import Known, Unknown, Value
from auditor.model.origin import Location
from auditor.model.policy import Document, Entry, Gap, Leaf, Mapping, Node, Sequence
from auditor.model.text import Text, text

_HERE = Location()


class UnprintableError(ValueError):
    """A policy that has no document, or none that is plain JSON; the message says why."""


def document_of(policy: Policy) -> Document:
    """The document of a policy; parsed again it is the same but for the places of its parts.

    Raises:
        UnprintableError: the policy breaks the grammar.
    """
    broken = [*policy.problems, *(problem for each in policy.statements for problem in each.problems)]
    if broken:
        raise UnprintableError(f"the policy breaks the grammar: {broken[0].text}")
    entries = [
        _entry("Version", _told(policy.version)),
        _entry("Statement", Sequence(tuple(_statements(policy)))),
    ]
    return Document(tree=Mapping(tuple(entries)))


def data_of(policy: Policy) -> dict[str, object]:
    """The document of a policy as JSON data: dicts, lists and strings.

    Raises:
        UnprintableError: the policy breaks the grammar, or something in it is not told.
    """
    root = document_of(policy).root
    return _plain_mapping(root.entries) if isinstance(root, Mapping) else {}


def _statements(policy: Policy) -> Iterator[Node]:
    """The statements at their places, and gaps where others may stand."""
    gaps = list(policy.open)
    place = 1
    for statement in policy.statements:
        for _ in range(min(statement.index - place, len(gaps))):
            yield Gap(gaps.pop(0))
        yield _statement(statement)
        place = statement.index + 1
    for why in gaps:
        yield Gap(why)


def _statement(statement: Statement) -> Mapping:
    entries: list[Entry] = []
    if statement.sid is not None:
        entries.append(_entry("Sid", Leaf(statement.sid)))
    entries.append(_entry("Effect", _told(statement.effect)))
    for name, principals in (("Principal", statement.principals), ("NotPrincipal", statement.not_principals)):
        if principals is not None:
            entries.append(_entry(name, _principals(principals)))
    elements = (
        ("Action", statement.actions),
        ("NotAction", statement.not_actions),
        ("Resource", statement.resources),
        ("NotResource", statement.not_resources),
    )
    entries.extend(_entry(name, _values(found.items, found.open)) for name, found in elements if found is not None)
    if statement.conditions or statement.open is not None:
        entries.append(_entry("Condition", Mapping(tuple(_operators(statement.conditions)), open=statement.open)))
    return Mapping(tuple(entries))


def _principals(found: Principals) -> Node:
    if not found.items and found.open is not None:
        return Gap(found.open, may_be_absent=False)
    if found.open is None and len(found.items) == 1 and found.items[0].kind == "*":
        return Leaf(text("*"))
    return Mapping(tuple(_by_kind(found.items)), open=found.open)


def _by_kind(items: tuple[Named, ...]) -> Iterator[Entry]:
    kinds: dict[str, list[Text]] = {}
    for each in items:
        kinds.setdefault(each.kind, []).append(each.value)
    for kind, values in kinds.items():
        yield _entry(kind, _values(values, None))


def _operators(conditions: tuple[Condition, ...]) -> Iterator[Entry]:
    """One entry for the conditions that stand together under an operator."""
    keys: list[Entry] = []
    for number, condition in enumerate(conditions):
        keys.append(Entry(condition.key, _values(condition.values, condition.open)))
        behind = conditions[number + 1] if number + 1 < len(conditions) else None
        if behind is None or behind.operator != condition.operator:
            yield _entry(condition.operator, Mapping(tuple(keys)))
            keys = []


def _values(items: Items[Text], end: Unknown | None) -> Node:
    if not items and end is not None:
        return Gap(end, may_be_absent=False)
    if len(items) == 1 and end is None:
        return Leaf(items[0])
    return Sequence(tuple(Leaf(item) for item in items), open=end)


def _told(value: Value[str]) -> Node:
    return Leaf(text(value.value)) if isinstance(value, Known) else Gap(value, may_be_absent=False)


def _entry(name: str, node: Node) -> Entry:
    return Entry(text(name), node, _HERE)


def _plain(node: Node) -> object:
    """A tree as JSON data."""
    match node:
        case Leaf(value=Text() as written):
            return _literal(written)
        case Leaf(value=value):
            return value
        case Sequence(items=items, open=None):
            return [_plain(item) for item in items]
        case Mapping(entries=entries, open=None):
            return _plain_mapping(entries)
        case Sequence(open=Unknown() as why) | Mapping(open=Unknown() as why) | Gap(unknown=why):
            raise UnprintableError(f"not told: {why.detail}")
        case _:
            raise UnprintableError("not told")


def _plain_mapping(entries: tuple[Entry, ...]) -> dict[str, object]:
    made: dict[str, object] = {}
    for entry in entries:
        name = _literal(entry.key)
        if name in made:
            raise UnprintableError(f"{name} stands twice, which JSON does not express")
        made[name] = _plain(entry.node)
    return made


def _literal(written: Text) -> str:
    literal = written.literal
    if literal is None:
        raise UnprintableError(f"{written} is not told in full")
    return literal
