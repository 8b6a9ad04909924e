"""Statements as JSON again, so that a smaller policy can be written. Only what is told in full can be.

Policies of the old version of the language have no variables: their ``${`` is written as ``${$}{``, which means the
same in the current version.
"""

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from auditor.iam.elements import VARIABLES, Patterns, Policy, Statement
from auditor.model.known import Known
from auditor.model.text import Text

Printed: TypeAlias = dict[str, object]
Added: TypeAlias = tuple[str, str, tuple[str, ...]]
"""A condition to add: operator, key, values."""
VERSION = VARIABLES
_HALF = re.compile(r"[\ud800-\udfff]")
"""Half of a character: JSON can name it, but no text that is sent to AWS can hold it."""


class UntoldError(Exception):
    """Something in a policy is not told or breaks the grammar, so that the policy cannot be written again."""


class Printer:
    """Writes the statements of one policy in the current version of the language.

    Raises:
        UntoldError: the policy is not told in full.
    """

    def __init__(self, policy: Policy) -> None:
        if policy.open:
            raise UntoldError(policy.open[0].detail)
        if policy.problems:
            raise UntoldError(policy.problems[0].text)
        if not isinstance(policy.version, Known):
            raise UntoldError(policy.version.detail)
        self._literal_dollars = not policy.has_variables

    def strings(self, patterns: Patterns | None) -> tuple[str, ...]:
        """The values of an element."""
        if patterns is None:
            return ()
        if patterns.open is not None:
            raise UntoldError(patterns.open.detail)
        return tuple(self._string(item) for item in patterns.items)

    def effect(self, statement: Statement) -> str:
        """Allow or Deny."""
        if statement.problems:
            raise UntoldError(f"statement {statement.label}: {statement.problems[0].text}")
        if statement.open is not None:
            raise UntoldError(statement.open.detail)
        if not isinstance(statement.effect, Known):
            raise UntoldError(statement.effect.detail)
        return statement.effect.value

    def whole(self, statement: Statement) -> Printed:
        """The statement as it is."""
        actions = {
            "Action": self.strings(statement.actions),
            "NotAction": self.strings(statement.not_actions),
        }
        return self.changed(statement, {name: values for name, values in actions.items() if values})

    def changed(
        self,
        statement: Statement,
        actions: Mapping[str, Iterable[str]],
        resources: Iterable[str] | None = None,
        *,
        condition: Added | None = None,
    ) -> Printed:
        """The statement with other actions, other resources if given, and one more condition if given."""
        made: Printed = {}
        sid = statement.sid.literal if statement.sid is not None else None
        if sid:
            made["Sid"] = _complete(sid)
        made["Effect"] = self.effect(statement)
        made.update({name: _one_or_more(values) for name, values in actions.items()})
        if resources is not None:
            made["Resource"] = _one_or_more(resources)
        elif statement.not_resources is not None:
            made["NotResource"] = _one_or_more(self.strings(statement.not_resources))
        else:
            made["Resource"] = _one_or_more(self.strings(statement.resources))
        conditions = self._conditions(statement)
        if condition is not None:
            _add(conditions, condition)
        if conditions:
            made["Condition"] = conditions
        return made

    def _conditions(self, statement: Statement) -> dict[str, dict[str, object]]:
        made: dict[str, dict[str, object]] = {}
        for condition in statement.conditions:
            if condition.open is not None:
                raise UntoldError(condition.open.detail)
            values = tuple(self._string(value) for value in condition.values)
            made.setdefault(_complete(condition.operator), {})[self._string(condition.key)] = _one_or_more(values)
        return made

    def _string(self, written: Text) -> str:
        literal = written.literal
        if literal is None:
            raise UntoldError(f"{written} is not told")
        told = _complete(literal)
        return told.replace("${", "${$}{") if self._literal_dollars else told


def _complete(written: str) -> str:
    """A text, as long as it has no half of a character."""
    if not written.isascii() and _HALF.search(written):
        raise UntoldError("a text holds half a character")
    return written


def _add(conditions: dict[str, dict[str, object]], condition: Added) -> None:
    """Write one more condition; an operator stands once, in the case of letters that it has."""
    operator, key, values = condition
    written = next((each for each in conditions if each.lower() == operator.lower()), operator)
    conditions.setdefault(written, {})[key] = _one_or_more(values)


def _one_or_more(values: Iterable[str]) -> object:
    found = list(values)
    return found[0] if len(found) == 1 else found
