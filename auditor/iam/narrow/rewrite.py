"""The smaller policy: the same statements without the actions and resources that a record of use shows not to be used.

Deny statements stay as they are, and so do conditions. What the record does not decide stays, unless it is asked for
what is recorded and nothing else.
"""

import re
from collections.abc import Iterable, Mapping

import msgspec

from auditor.iam import database
from auditor.iam.elements import Policy, Statement
from auditor.iam.narrow.names import listed as listed_names
from auditor.iam.narrow.names import names_but
from auditor.iam.narrow.printing import VERSION, Printed, Printer
from auditor.iam.narrow.uses import Judge, State
from auditor.iam.resource import ArnPattern, arn_pattern
from auditor.iam.wildcard import glob_of, wildcards_of
from auditor.model.known import Truth
from auditor.model.text import text

_WORD = re.compile(r"[A-Z]+[a-z0-9]*|.")
_TO_PHONES = frozenset({"sns:Publish"})
"""Text messages go to phone numbers, which are no resources: they need ``*``."""


class Home(msgspec.Struct, frozen=True):
    """Where a principal is: resources of other accounts are left out when a policy is confined to it."""

    partition: str
    account: str


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to leave out.

    Attributes:
        judge: tells which actions were used; None without a record.
        only_recorded: leave out what the record does not decide as well.
        home: confine statements on ``*`` to resources of this account; None to leave them.
    """

    judge: Judge | None = None
    only_recorded: bool = False
    home: Home | None = None

    def keeps(self, action: str) -> bool:
        """Whether an action stays."""
        if self.judge is None:
            return True
        state = self.judge.state(action)
        if state is State.UNDECIDED:
            return not self.only_recorded
        return state is not State.UNUSED


class Rewritten(msgspec.Struct, frozen=True):
    """The statements that are left, in JSON, and the actions that are not."""

    statements: tuple[Printed, ...]
    dropped: frozenset[str]

    @property
    def document(self) -> Printed:
        """The whole policy."""
        return {"Version": VERSION, "Statement": list(self.statements)}


def rewrite(policies: Iterable[Policy], plan: Plan) -> Rewritten:
    """One policy in place of several.

    Raises:
        UntoldError: a policy is not told in full.
    """
    statements: list[Printed] = []
    dropped: set[str] = set()
    for policy in policies:
        printer = Printer(policy)
        for statement in policy.statements:
            if printer.effect(statement) == "Deny":
                statements.append(printer.whole(statement))
                continue
            made = _Statement(statement, policy, printer, plan)
            statements.extend(made.left())
            dropped |= made.dropped
    return Rewritten(_named_once(statements), frozenset(dropped))


class _Statement:
    """One Allow statement on its way."""

    def __init__(self, statement: Statement, policy: Policy, printer: Printer, plan: Plan) -> None:
        self.statement = statement
        self.printer = printer
        self.plan = plan
        self.dropped: set[str] = set()
        self._resources = printer.strings(statement.resources)
        self._patterns = [
            arn_pattern(item, variables=policy.has_variables)
            for item in (statement.resources.items if statement.resources is not None else ())
        ]
        self._groups: dict[tuple[str, ...] | None, list[str]] = {}

    def left(self) -> list[Printed]:
        """What is left of it: one statement per set of resources."""
        if self.statement.actions is None:
            return self._of_not_action(self.printer.strings(self.statement.not_actions))
        printed: list[Printed] = []
        for pattern in self.printer.strings(self.statement.actions):
            if len(database.expand(pattern)) == len(database.action_names()) and not self.plan.only_recorded:
                printed.extend(self._of_not_action(()))
            else:
                self._add(pattern)
        rows = self._groups.items()
        return [
            *printed,
            *(self.printer.changed(self.statement, {"Action": actions}, resources) for resources, actions in rows),
        ]

    def _add(self, pattern: str) -> None:
        found = database.expand(pattern)
        if not found:
            # Newer than the database, or no action at all: nothing is known of its use.
            if not self.plan.only_recorded:
                self._put(None, pattern)
            return
        targets = {name: self._resources_of(name) for name in found if self.plan.keeps(name)}
        kept = {name: target for name, target in targets.items() if target != ()}
        self.dropped.update(name for name in found if name not in kept)
        if len(kept) == len(found) and all(target is None for target in kept.values()):
            self._put(None, pattern)
            return
        for name, target in kept.items():
            self._put(target, name)

    def _put(self, resources: tuple[str, ...] | None, action: str) -> None:
        actions = self._groups.setdefault(resources, [])
        if action not in actions:
            actions.append(action)

    def _of_not_action(self, left_out: tuple[str, ...]) -> list[Printed]:
        """All actions but some: those that are not kept are left out as well."""
        found = list(listed_names(names_but(left_out)))
        if self.plan.only_recorded:
            for name in found:
                if self.plan.keeps(name):
                    self._add(name)
                else:
                    self.dropped.add(name)
            # The groups are printed by the caller for Action; a NotAction statement has no other.
            if self.statement.actions is not None:
                return []
            rows = self._groups.items()
            return [self.printer.changed(self.statement, {"Action": kept}, target) for target, kept in rows]
        gone = [name for name in found if not self.plan.keeps(name)]
        self.dropped.update(gone)
        more = (*left_out, *packed(gone))
        if more:
            return [self.printer.changed(self.statement, {"NotAction": more})]
        return [self.printer.changed(self.statement, {"Action": ("*",)})]

    def _resources_of(self, action: str) -> tuple[str, ...] | None:
        """The resources that stay for an action: None for all that the statement has, none when it is not used here."""
        if self.statement.resources is None:
            return None
        seen = self._seen(action)
        return self._at_home(action) if seen is None else seen

    def _at_home(self, action: str) -> tuple[str, ...] | None:
        """The resources of one account; None where that is not asked for, or an action was or may be used elsewhere."""
        home, judge = self.plan.home, self.plan.judge
        if home is None or "*" not in self._resources or action in _TO_PHONES:
            return None
        formats = dict.fromkeys(_at_home(arn, home) for kind in database.types_for(action) for arn in kind.arns)
        if judge is not None and action in judge.used:
            patterns = [glob_of(wildcards_of(each)) for each in formats]
            known = judge.arns(action) or ("",)
            if not all(any(each.matches_literal(arn) is Truth.TRUE for each in patterns) for arn in known):
                return None
        return tuple(formats) or None

    def _seen(self, action: str) -> tuple[str, ...] | None:
        """The resources of this statement on which the action was used; None where the record cannot tell all."""
        judge = self.plan.judge
        if judge is None or action not in judge.used or database.only_star(action):
            return None
        if not (self.plan.only_recorded or judge.is_recorded(action)):
            return None
        arns = judge.arns(action)
        if arns is None or any(not isinstance(pattern, ArnPattern) for pattern in self._patterns):
            return None
        plain = [pattern for pattern in self._patterns if isinstance(pattern, ArnPattern)]
        matched = {arn: [pattern.completed().matches(text(arn)) for pattern in plain] for arn in arns}
        if any(Truth.UNKNOWN in row and Truth.TRUE not in row for row in matched.values()):
            return None
        return tuple(arn for arn, row in matched.items() if Truth.TRUE in row)


def _at_home(arn: str, home: Home) -> str:
    """An ARN format as a pattern for the resources of one account."""
    made, rest = "", arn.replace("${Partition}", home.partition).replace("${Account}", home.account)
    while "${" in rest:
        before, _, rest = rest.partition("${")
        made += before + "*"
        rest = rest.partition("}")[2]
    return made + rest


def packed(actions: Iterable[str]) -> tuple[str, ...]:
    """Actions as patterns: ``service:*`` or ``service:Word*`` where all that the database has are among them."""
    wanted = frozenset(actions)
    made: dict[str, None] = {}
    covered: set[str] = set()
    for action in sorted(wanted, key=str.lower):
        if action not in covered:
            pattern = _widest(action, wanted)
            covered.update(database.expand(pattern))
            made[pattern] = None
    return tuple(made)


def _widest(action: str, wanted: frozenset[str]) -> str:
    """The pattern by the fewest words of an action's name that stands for wanted actions only."""
    service, _, name = action.partition(":")
    prefix = f"{service}:"
    for word in ("", *_WORD.findall(name)):
        prefix += word
        found = database.expand(f"{prefix}*")
        if len(found) == 1:
            return action
        if wanted.issuperset(found):
            return f"{prefix}*"
    return action


def _named_once(statements: Iterable[Printed]) -> tuple[Printed, ...]:
    """Without repetitions, and with a number behind a Sid that stood before: it must stand once."""
    seen: list[Mapping[str, object]] = []
    sids: set[object] = set()
    made: list[Printed] = []
    for statement in statements:
        content = {name: value for name, value in statement.items() if name != "Sid"}
        if content in seen:
            continue
        seen.append(content)
        made.append(_with_sid(statement, sids))
    return tuple(made)


def _with_sid(statement: Printed, sids: set[object]) -> Printed:
    sid = statement.get("Sid")
    if not isinstance(sid, str):
        return statement
    numbered = (f"{sid}{number}" for number in range(2, len(sids) + 3))
    name = sid if sid not in sids else next(each for each in numbered if each not in sids)
    sids.add(name)
    return {**statement, "Sid": name}
