"""Which documents can matter to an action on a resource, told cheaply before anything is parsed in full.

Ten thousand principals hold a few hundred distinct patterns; every pattern is judged once. The screen keeps a document
when in doubt: what it drops certainly has no Allow statement for the action and resource.
"""

from functools import lru_cache
from typing import TypeAlias

import msgspec

from auditor.iam import action as actions
from auditor.iam.document import parse, unread
from auditor.iam.elements import VARIABLES, Patterns, Policy, Statement
from auditor.model.known import Known, Truth, Unknown, Value
from auditor.model.origin import Location
from auditor.model.policy import Document
from auditor.model.text import Text

_Strings: TypeAlias = str | tuple[str, ...] | None
_WILD = ("*", "?", "$")
_EMPTY, _EMPTY_OLD = Policy(version=Known(VARIABLES)), Policy()


class _Statement(msgspec.Struct, frozen=True, gc=False, rename="pascal"):
    effect: str = ""
    action: _Strings = None
    not_action: _Strings = None
    resource: _Strings = None


class _Policy(msgspec.Struct, frozen=True, gc=False, rename="pascal", forbid_unknown_fields=True):
    version: str | None = None
    id: str | None = None
    statement: msgspec.Raw = msgspec.Raw()


_POLICY = msgspec.json.Decoder(_Policy)
_LIST = msgspec.json.Decoder(tuple[_Statement, ...])
_ONE = msgspec.json.Decoder(_Statement)
_RAWS = msgspec.json.Decoder(tuple[msgspec.Raw, ...])


class _Outline(msgspec.Struct, frozen=True, gc=False):
    """A document of the usual form, as far as the screen looks: its version, and its statements written and read."""

    version: str | None
    written: bytes
    statements: tuple[_Statement, ...]

    @property
    def raws(self) -> tuple[bytes, ...]:
        """The statements as they are written."""
        return (self.written,) if self.written[:1] == b"{" else tuple(map(bytes, _RAWS.decode(self.written)))


def _outline(written: str) -> _Outline | None:
    """The outline of a JSON text; None for what only the full parser should judge."""
    try:
        policy = _POLICY.decode(written)
        statement = bytes(policy.statement)
        statements = (_ONE.decode(statement),) if statement[:1] == b"{" else _LIST.decode(statement)
    except (msgspec.DecodeError, RecursionError):
        return None
    number = len(statements)
    # A key that stands twice breaks a document; here the last one would have won.
    if (
        written.count('"Statement":') != 1
        or written.count('"Effect":') != number
        or written.count('Action":') != number
        or written.count('"Version":') > 1
    ):
        return None
    return _Outline(policy.version, statement, statements)


@lru_cache(maxsize=65536)
def _statement(version: str | None, raw: bytes) -> Policy:
    """The document that holds one statement only."""
    head = "{" if version is None else '{"Version":' + msgspec.json.encode(version).decode() + ","
    return parse(Document(json=f'{head}"Statement":[{raw.decode()}]}}'))


class Part(msgspec.Struct, frozen=True):
    """The statements of one policy that can matter, their places naming the policy.

    Attributes:
        policy: those statements only.
        name: of the policy.
        keys: condition keys and policy variables in them, in lower case.
        limits: whether it is a boundary or control policy, whose Allow statements give nothing by themselves.
    """

    policy: Policy
    name: str
    keys: frozenset[str]
    limits: bool = False


class Screen:
    """Judges documents for one action and one resource.

    Args:
        action: in full.
        resource: its ARN when it is one resource; None for a pattern or ``*``.
    """

    def __init__(self, action: str, resource: str | None) -> None:
        self._action = action
        self._resource = resource
        self._patterns: dict[str, bool] = {}
        self._resources: dict[str, bool] = {}
        self._verdicts: dict[str, bool] = {}
        self._parts: dict[tuple[str, Document, bool], Part] = {}

    def may_allow(self, document: Value[Document]) -> bool:
        """Whether a document can have an Allow statement for the action and resource."""
        if isinstance(document, Unknown):
            return True
        written = document.value.json
        if written is None:
            return True
        found = self._verdicts.get(written)
        if found is None:
            found = self._verdicts[written] = self._decide(written)
        return found

    def _decide(self, written: str) -> bool:
        outline = _outline(written)
        return outline is None or any(map(self._allows, outline.statements))

    def _allows(self, statement: _Statement) -> bool:
        if statement.effect == "Deny":
            return False
        named = statement.action
        if named is not None:
            if not any(map(self._acts, (named,) if isinstance(named, str) else named)):
                return False
        elif statement.not_action is None:
            return True
        resources = statement.resource
        if resources is None or self._resource is None:
            return True
        return any(map(self._reaches, (resources,) if isinstance(resources, str) else resources))

    def _acts(self, pattern: str) -> bool:
        found = self._patterns.get(pattern)
        if found is None:
            written = Text((pattern,) if pattern else ())
            found = actions.matches(written, self._action) is not Truth.FALSE
            self._patterns[pattern] = found
        return found

    def _reaches(self, pattern: str) -> bool:
        found = self._resources.get(pattern)
        if found is None:
            found = self._resources[pattern] = _may_match(pattern, self._resource or "")
        return found

    def part(self, name: str, document: Value[Document], *, limits: bool = False) -> Part:
        """The statements of a document that can matter, of a policy of that name."""
        if isinstance(document, Unknown):
            return Part(unread(document), name, frozenset(), limits)
        key = (name, document.value, limits)
        found = self._parts.get(key)
        if found is None:
            found = self._parts[key] = self._part(name, document.value, limits=limits)
        return found

    def _part(self, name: str, document: Document, *, limits: bool) -> Part:
        outline = None if document.json is None else _outline(document.json)
        policy = parse(document) if outline is None else self._reduced(outline)
        kept = tuple(_placed(each, name) for each in policy.statements if self._concerns(each))
        keys = frozenset(key for each in kept for key in keys_of(each))
        return Part(msgspec.structs.replace(policy, statements=kept), name, keys, limits)

    def _reduced(self, outline: _Outline) -> Policy:
        """The policy with those statements only that are about the action, each parsed by itself."""
        numbers = [number for number, each in enumerate(outline.statements) if self._is_about(each)]
        if not numbers:
            return _EMPTY if outline.version == VARIABLES else _EMPTY_OLD
        raws = outline.raws
        parsed = [_statement(outline.version, raws[number]) for number in numbers]
        statements = tuple(
            _numbered(policy.statements[0], number + 1)
            for policy, number in zip(parsed, numbers, strict=True)
            if policy.statements
        )
        gaps = tuple(dict.fromkeys(why for policy in parsed for why in policy.open))
        return msgspec.structs.replace(parsed[0], statements=statements, open=gaps)

    def _is_about(self, statement: _Statement) -> bool:
        named = statement.action
        return named is None or any(map(self._acts, (named,) if isinstance(named, str) else named))

    def _concerns(self, statement: Statement) -> bool:
        if statement.problems or statement.actions is None or statement.actions.open is not None:
            return True
        return any(actions.matches(each, self._action) is not Truth.FALSE for each in statement.actions.items)


def _numbered(statement: Statement, index: int) -> Statement:
    """At its place among the statements of its document."""
    if index == 1:
        return statement
    label = f"#{index}" if statement.label == "#1" else statement.label
    place = Location(pointer=f"/Statement/{index - 1}")
    return msgspec.structs.replace(statement, index=index, label=label, location=place)


def _placed(statement: Statement, name: str) -> Statement:
    """With its policy as the path of its place, so that reasons name it."""
    place = statement.location
    return msgspec.structs.replace(
        statement, location=Location(path=name, line=place.line, column=place.column, pointer=place.pointer)
    )


def _may_match(pattern: str, resource: str) -> bool:
    """Whether a pattern can match an ARN, by what stands ahead of its first wildcard or variable."""
    if pattern.count(":") < 5:
        return True
    cut = min((at for at in map(pattern.find, _WILD) if at >= 0), default=-1)
    return pattern == resource if cut < 0 else resource.startswith(pattern[:cut])


@lru_cache(maxsize=65536)
def keys_of(statement: Statement) -> frozenset[str]:
    """The condition keys and policy variables of a statement, in lower case."""
    found = {condition.key.literal.lower() for condition in statement.conditions if condition.key.literal is not None}
    texts = [value for condition in statement.conditions for value in condition.values]
    for patterns in (statement.resources, statement.not_resources):
        if isinstance(patterns, Patterns):
            texts.extend(patterns.items)
    for written in texts:
        for part in written.parts:
            if isinstance(part, str):
                found.update(_variables(part))
    return frozenset(found)


def _variables(written: str) -> list[str]:
    """The keys of the policy variables in a string."""
    pieces = written.split("${")[1:]
    names = (piece.partition("}")[0].partition(",")[0].strip().lower() for piece in pieces)
    return [name for name in names if name not in {"*", "?", "$", ""}]
