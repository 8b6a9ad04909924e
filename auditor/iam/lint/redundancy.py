"""Family "redundancy": what could be left out without a change of meaning.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
"""

from collections.abc import Callable, Iterator
from functools import lru_cache

from auditor.iam import action as actions
from auditor.iam.lint.report import Report
from auditor.iam.lint.view import Element, Place, Policy, Statement
from auditor.iam.resource import any_arn_pattern
from auditor.model.known import Truth
from auditor.model.text import text

_MOST_PATTERNS = 64
"""Wide patterns of one list that every other value is held against; lists beyond that are not looked at."""


def check(policy: Policy, report: Report) -> None:
    """Look for actions, resources and statements that others cover."""
    for statement in policy.statements:
        for name, element in statement.elements.items():
            if name.endswith("Action"):
                found = _covered(element, _action_covers, str.lower)
                code, what = "REDUNDANT_ACTION", "action"
            else:
                found = _covered(element, _resource_covers, str)
                code, what = "REDUNDANT_RESOURCE", "resource"
            for literal, cover, place in found:
                report.add(code, place, f"the {what} {literal} is covered by {cover}")
    _statements(policy, report)


def _covered(
    element: Element, covers: Callable[[str, str], bool], same: Callable[[str], str]
) -> Iterator[tuple[str, str, Place]]:
    """The values of a list that another one covers, each with that one."""
    values = list(element.literals)
    if len(values) < 2:
        return
    wide = [literal for literal, _ in values if "*" in literal or "?" in literal]
    if not wide and len({same(literal) for literal, _ in values}) == len(values):
        return
    if len(wide) > _MOST_PATTERNS:
        wide = []
    seen: dict[str, str] = {}
    for literal, place in values:
        twin = seen.setdefault(same(literal), literal)
        if twin is not literal:
            yield literal, twin, place
            continue
        cover = next((each for each in wide if each is not literal and _strictly(each, literal, covers)), None)
        if cover is not None:
            yield literal, cover, place


def _strictly(wide: str, narrow: str, covers: Callable[[str, str], bool]) -> bool:
    """Whether one covers the other and not the reverse, so that of two equal ones only the later is redundant."""
    return covers(wide, narrow) and not covers(narrow, wide)


@lru_cache(maxsize=131072)
def _action_covers(wide: str, narrow: str) -> bool:
    prefix, colon, _ = wide.partition(":")
    if colon and "*" not in prefix and prefix.lower() != narrow.partition(":")[0].lower():
        return False
    mine, theirs = actions.pattern(text(wide)), actions.pattern(text(narrow))
    # What matches nothing is covered by everything, but that is another fault.
    return bool(theirs.pieces) and mine.covers(theirs) is Truth.TRUE


@lru_cache(maxsize=131072)
def _resource_covers(wide: str, narrow: str) -> bool:
    if wide == "*":
        return True
    if wide.split(":", 3)[:3] != narrow.split(":", 3)[:3] and "*" not in "".join(wide.split(":", 3)[:3]):
        return False
    mine, theirs = any_arn_pattern(text(wide), variables=True), any_arn_pattern(text(narrow), variables=True)
    return mine.covers(theirs) is Truth.TRUE


def _statements(policy: Policy, report: Report) -> None:
    """Report statements with the content of an earlier one."""
    seen: dict[object, int] = {}
    for statement in policy.statements:
        content = _content(statement)
        if content is None:
            continue
        first = seen.setdefault(content, statement.number)
        if first != statement.number:
            words = f"the statement says the same as statement {first}"
            report.add("REDUNDANT_STATEMENT", statement.place, words)


def _content(statement: Statement) -> object | None:
    """What a statement says, without its Sid and the order of its lists; None when not all of it is told."""
    told = all(element.is_told for element in statement.elements.values())
    told = told and all(each.is_whole for each in statement.principals.values())
    told = told and all(each.is_whole and each.key is not None for each in statement.conditions)
    if not statement.is_whole or statement.effect is None or not told or not statement.elements:
        return None
    return (
        statement.effect,
        frozenset((name, frozenset(text for text, _ in each.literals)) for name, each in statement.elements.items()),
        frozenset(
            (name, frozenset((each.kind, each.item.value) for each in listed.items))
            for name, listed in statement.principals.items()
        ),
        frozenset(
            (each.operator, each.name, frozenset((type(item.value), item.value) for item in each.items))
            for each in statement.conditions
        ),
    )
