"""What is the same for all principals of one question."""

from collections.abc import Hashable, Iterable, Sequence

import msgspec

from auditor.iam import database
from auditor.iam.access import Levels, control
from auditor.iam.evaluate import Level
from auditor.iam.request import ContextValue
from auditor.iam.who.candidates import Candidates
from auditor.iam.who.facts import Facts
from auditor.iam.who.identifiers import resolved
from auditor.iam.who.outside import shut_out
from auditor.iam.who.patterns import WILD, TooMuchError, common
from auditor.iam.who.question import Question
from auditor.iam.who.screen import Part, Screen
from auditor.iam.who.search import Found, Outcome, Search
from auditor.iam.who.target import target
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Known, Truth, Unknown
from auditor.model.organizations import PolicyKind
from auditor.model.text import Text

_MOST_PATTERNS = 20
"""Patterns of one principal that are tried for a resource with wildcards."""


class Setting:
    """A question over an inventory.

    Attributes:
        question, inventory: what is asked of what.
        target: the resource.
        is_pattern: whether the resource is a pattern that stands for several.
        screen, candidates: leave out what cannot matter.
        written, resource: the statements on the resource that can matter, as written and with unique ids resolved.
        facts, search: make and try requests.
        unread: control policies that were not read, in words.
        limits: work that was not done.
        outcomes: of principals, by what makes them alike.
        named: the ARNs that the policy of the resource names.
    """

    def __init__(self, question: Question, inventory: Inventory) -> None:
        self.question = question
        self.inventory = inventory
        self.target = target(
            inventory, question.action, question.resource, question.account, tags_grant=question.tags_grant
        )
        if question.policies is not None:
            self.target = msgspec.structs.replace(self.target, policies=question.policies, unread=None, found=True)
        self.is_pattern = not WILD.isdisjoint(question.resource) and question.resource != "*"
        self.screen = Screen(question.action, None if self.is_pattern else question.resource)
        self.written = tuple(self.screen.part(each.name, each.document) for each in self.target.policies)
        self.resource = resolved(self.written, inventory)
        self.candidates = Candidates(inventory, self.screen, self.resource)
        self.facts = Facts(inventory, self.target, question.action)
        self.search = Search()
        self.unread: dict[str, None] = {}
        self.limits: dict[Unknown, None] = {}
        self.outcomes: dict[Hashable, Outcome] = {}
        self.named = _named(self.resource)
        self._absent: dict[str, ContextValue] = dict.fromkeys(key.lower() for key in question.absent)
        self._levels: dict[tuple[Text, PolicyKind], tuple[Levels, tuple[Part, ...]]] = {}
        self._shut: dict[Text, Truth] = {}
        self._limits_resources = database.supports_rcp(question.action.partition(":")[0])

    def control(self, account: Text, kind: PolicyKind) -> tuple[Levels, tuple[Part, ...]]:
        """The control policies over an account, and their statements level after level."""
        is_resource = kind is PolicyKind.RESOURCE_CONTROL
        if is_resource and not self._limits_resources:
            return Levels(), ()
        found = self._levels.get((account, kind))
        if found is None:
            given = self.question.rcp if is_resource else self.question.scp
            levels = control(account, kind, self.inventory) if given is None else Levels(levels=given)
            if levels.levels is None:
                what = "resource" if is_resource else "service"
                self.unread[f"{what} control policies over account {account} were not read"] = None
            parts = tuple(
                self.screen.part(each.name, each.document, limits=True)
                for level in levels.levels or ()
                for each in level
            )
            found = self._levels[(account, kind)] = (levels, parts)
        return found

    def shut_out(self, account: Text) -> Truth:
        """Whether the bucket keeps principals of an account out because its policy is public."""
        found = self._shut.get(account)
        if found is None:
            policies = [each.policy for each in self.target.policies]
            found = self._shut[account] = shut_out(self.target, account, policies)
        return found

    def resources(self, granting: Iterable[Part]) -> list[tuple[str, str]]:
        """For a pattern, the patterns of Allow statements with one resource that both stand for; else the resource."""
        asked = self.question.resource
        if not self.is_pattern:
            return [("", asked)]
        found: dict[tuple[str, str], None] = {}
        for part in granting:
            for statement in part.policy.statements:
                if isinstance(statement.effect, Known) and statement.effect.value == "Deny":
                    continue
                for pattern in ("*",) if statement.resources is None else map(str, statement.resources.items):
                    try:
                        one = common(pattern, asked)
                    except TooMuchError:
                        self._give_up("resource patterns are too long to be compared")
                        continue
                    if one is not None:
                        found[(pattern, one)] = None
        if len(found) > _MOST_PATTERNS:
            self._give_up(f"more than {_MOST_PATTERNS} patterns of one principal have resources in common with it")
        return list(found)[:_MOST_PATTERNS]

    def _give_up(self, why: str) -> None:
        self.limits[Unknown(Cause.LIMIT, why)] = None

    def add_absent(self, context: dict[str, ContextValue]) -> None:
        """Adds the keys that the question says requests do not carry."""
        for key, value in self._absent.items():
            context.setdefault(key, value)


def _named(parts: Iterable[Part]) -> frozenset[Text]:
    """The ARNs that statements name as principals or except from them."""
    elements = [
        element
        for part in parts
        for statement in part.policy.statements
        for element in (statement.principals, statement.not_principals)
        if element is not None
    ]
    return frozenset(named.value for element in elements for named in element.items if named.kind == "AWS")


def by_level(levels: Levels, parts: Sequence[Part]) -> tuple[Level, ...] | None:
    """The statements of control policies, level by level as they were."""
    if levels.levels is None:
        return None
    rest = iter(parts)
    return tuple(tuple(next(rest).policy for _ in level) for level in levels.levels)


def keys_in(parts: Iterable[Part]) -> frozenset[str]:
    """The condition keys that statements ask for."""
    return frozenset(key for part in parts for key in part.keys)


def is_better(one: Found, other: Found) -> bool:
    """Whether an outcome says more for being allowed, and with fewer conditions."""
    order = (Truth.FALSE, Truth.UNKNOWN, Truth.TRUE)
    if one.allowed is not other.allowed:
        return order.index(one.allowed) > order.index(other.allowed)
    return len(one.conditions) < len(other.conditions)
