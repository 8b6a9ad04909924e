"""The smaller policy: the same statements without the actions and resources that a record of use shows not to be used.

Deny statements stay as they are, and so do conditions. What the record does not decide stays, unless it is asked for
what is recorded and nothing else.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from auditor.iam import database
from auditor.iam.elements import Policy, Statement
from auditor.iam.narrow.formats import pattern_of
from auditor.iam.narrow.names import NOTHING, Names, names, names_but, names_in, packed, packed_names, union
from auditor.iam.narrow.names import listed as listed_names
from auditor.iam.narrow.pins import Pinned
from auditor.iam.narrow.plan import Plan
from auditor.iam.narrow.printing import VERSION, Printed, Printer
from auditor.iam.resource import ArnPattern, arn_pattern
from auditor.iam.wildcard import glob_of, wildcards_of
from auditor.model.known import Truth
from auditor.model.text import text

_TO_PHONES = frozenset({"sns:Publish"})
"""Text messages go to phone numbers, which are no resources: they need ``*``."""


class Rewritten(msgspec.Struct, frozen=True, kw_only=True):
    """The statements that are left of policies, in JSON, and what was done to them.

    Attributes:
        statements: in JSON.
        same: for each of them the statement that it is, where nothing was changed; else None.
        pinned: type to the actions of which a wildcard was confined to pins.
        from_senders: the actions that got a condition on the sender.
        of_other_levels: the actions that wildcards do not keep.
        expanded: wildcards that were written as the actions of today.
        at_home: whether something was confined to the account.
    """

    statements: tuple[Printed, ...]
    same: tuple[Statement | None, ...] = ()
    pinned: Mapping[Pinned, frozenset[str]] = {}
    from_senders: frozenset[str] = frozenset()
    of_other_levels: Names = NOTHING
    expanded: tuple[str, ...] = ()
    at_home: bool = False

    @property
    def document(self) -> Printed:
        """The whole policy."""
        return {"Version": VERSION, "Statement": list(self.statements)}


def rewrite(policy: Policy, plan: Plan, vain: Sequence[Names] = ()) -> Rewritten:
    """What is left of one policy.

    Args:
        policy: of the principal.
        plan: what to leave out.
        vain: for each statement actions to leave out as well; empty for none.

    Raises:
        UntoldError: the policy is not told in full.
    """
    left: list[tuple[Printed, Statement | None]] = []
    done = _Done()
    printer = Printer(policy)
    for place, statement in enumerate(policy.statements):
        if printer.effect(statement) == "Deny":
            left.append((printer.whole(statement), statement))
            continue
        out = vain[place] if vain else NOTHING
        made = _Statement(statement, policy, printer, plan, done, out).left()
        if made == [printer.whole(statement)]:
            left.append((made[0], statement))
        else:
            left.extend((each, None) for each in made)
    return Rewritten(
        statements=tuple(printed for printed, _ in left),
        same=tuple(statement for _, statement in left),
        pinned={kind: frozenset(names) for kind, names in done.pinned.items()},
        from_senders=frozenset(done.from_senders),
        of_other_levels=done.of_other_levels,
        expanded=tuple(done.expanded),
        at_home=done.at_home,
    )


def joined(parts: Sequence[Rewritten]) -> Rewritten:
    """One policy in place of several: each statement once, and each Sid."""
    kinds = dict.fromkeys(kind for part in parts for kind in part.pinned)
    return Rewritten(
        statements=_named_once(statement for part in parts for statement in part.statements),
        pinned={kind: frozenset().union(*(part.pinned.get(kind, frozenset()) for part in parts)) for kind in kinds},
        from_senders=frozenset().union(*(part.from_senders for part in parts)),
        of_other_levels=union(part.of_other_levels for part in parts),
        expanded=tuple(dict.fromkeys(pattern for part in parts for pattern in part.expanded)),
        at_home=any(part.at_home for part in parts),
    )


def followed(first: Rewritten, second: Rewritten) -> Rewritten:
    """What is left after a second rewriting, with what both did."""
    both = joined((first, second))
    return msgspec.structs.replace(both, statements=second.statements, same=())


class _Done:
    """What was done to the statements of a policy."""

    def __init__(self) -> None:
        self.pinned: dict[Pinned, set[str]] = {}
        self.from_senders: set[str] = set()
        self.of_other_levels = NOTHING
        self.expanded: dict[str, None] = {}
        self.at_home = False


class _Target(NamedTuple):
    """Where an action stays granted: the resources, None for all of its statement; and from pinned senders only."""

    resources: tuple[str, ...] | None = None
    by_sender: bool = False


_WHOLE = _Target()


class _Statement:
    """One Allow statement on its way."""

    def __init__(
        self, statement: Statement, policy: Policy, printer: Printer, plan: Plan, done: _Done, vain: Names
    ) -> None:
        self.statement = statement
        self.printer = printer
        self.plan = plan
        self.done = done
        self._vain = vain
        self._resources = printer.strings(statement.resources)
        self._variables = policy.has_variables
        self._everywhere = is_on_everything(statement)
        self._groups: dict[_Target, list[str]] = {}

    def left(self) -> list[Printed]:
        """What is left of it: one statement per set of resources."""
        printed: list[Printed] = []
        if self.statement.actions is None:
            printed.extend(self._of_not_action(self.printer.strings(self.statement.not_actions)))
        for pattern in self.printer.strings(self.statement.actions):
            if len(database.expand(pattern)) == len(database.action_names()):
                printed.extend(self._of_not_action(()))
            else:
                self._add(pattern)
        for target, actions in self._groups.items():
            condition = self.plan.pins.condition if target.by_sender else None
            printed.append(
                self.printer.changed(self.statement, {"Action": actions}, target.resources, condition=condition)
            )
        return printed

    def _add(self, pattern: str) -> None:
        found = database.expand(pattern)
        is_wild = "*" in pattern or "?" in pattern
        if not found:
            # Newer than the database, or no action at all: nothing is known of its use.
            if is_wild and (self.plan.expand or self.plan.levels is not None):
                self.done.expanded[pattern] = None
            elif not self.plan.only_recorded:
                self._put(_WHOLE, pattern)
            return
        plan, bits = self.plan, names(pattern)
        stays = not (bits & self._vain or plan.moves(bits, everywhere=self._everywhere))
        if stays and not (is_wild and (plan.expand or plan.levels is not None)):
            self._put(_WHOLE, pattern)
            return
        kept = [name for name in found if self._keeps(name)]
        if is_wild and self.plan.levels is not None:
            others = [name for name in kept if not self.plan.is_of_level(name)]
            self.done.of_other_levels |= names_in(others)
            kept = [name for name in kept if name not in others]
        targets = {name: self._target(name) for name in kept}
        targets = {name: target for name, target in targets.items() if target.resources != ()}
        whole = [name for name, target in targets.items() if target == _WHOLE]
        if is_wild and self.plan.expand:
            self.done.expanded[pattern] = None
        elif len(whole) == len(found):
            self._put(_WHOLE, pattern)
            return
        elif len(targets) == len(found) and is_wild and pattern.find("*") == len(pattern) - 1:
            # Pins alone split it: what they leave is written by wildcards that go no further than this one.
            whole = list(_within(pattern, packed(whole)))
        for name in whole:
            self._put(_WHOLE, name)
        for name, target in targets.items():
            if target != _WHOLE:
                self._put(target, name)

    def _keeps(self, action: str) -> bool:
        return self.plan.keeps(action, everywhere=self._everywhere) and not (self._vain and names(action) & self._vain)

    def _put(self, target: _Target, action: str) -> None:
        actions = self._groups.setdefault(target, [])
        if action not in actions:
            actions.append(action)

    def _of_not_action(self, left_out: tuple[str, ...]) -> list[Printed]:
        """All actions but some: those that are not kept, or only elsewhere, are left out as well."""
        found = names_but(left_out) & ~self._vain
        if self.plan.levels is not None:
            self.done.of_other_levels |= found & self.plan.other_levels
        gone = self.plan.gone(everywhere=self._everywhere) | self.plan.other_levels | self._vain
        gone &= names_but(left_out)
        if self.plan.only_recorded:
            for name in listed_names(found & ~gone):
                self._put_target(name)
            return []
        moved = []
        for name in self.plan.movable:
            if names(name) & found & ~gone and self._target(name) != _WHOLE:
                self._put_target(name)
                moved.append(name)
        more = (*left_out, *packed_names(gone | names_in(moved)))
        if more:
            return [self.printer.changed(self.statement, {"NotAction": more})]
        return [self.printer.changed(self.statement, {"Action": ("*",)})]

    def _put_target(self, name: str) -> None:
        target = self._target(name)
        if target.resources != ():
            self._put(target, name)

    def _target(self, action: str) -> _Target:
        """Where an action stays granted."""
        resources = self._resources_of(action)
        if self.statement.resources is not None and resources != ():
            pinned = self.plan.pins.confined(action, self._resources if resources is None else resources)
            if pinned is not None:
                resources = pinned
                for kind in database.types_for(action):
                    if kind.name in self.plan.pins.resources:
                        self.done.pinned.setdefault(Pinned(kind.name), set()).add(action)
        by_sender = self.plan.pins.from_senders(self.statement, action)
        if by_sender:
            self.done.from_senders.add(action)
        return _Target(resources, by_sender)

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
        formats = dict.fromkeys(
            pattern_of(arn, partition=home.partition, account=home.account)
            for kind in database.types_for(action)
            for arn in kind.arns
        )
        if judge is not None and action in judge.used:
            patterns = [glob_of(wildcards_of(each)) for each in formats]
            known = judge.arns(action) or ("",)
            if not all(any(each.matches_literal(arn) is Truth.TRUE for each in patterns) for arn in known):
                return None
        self.done.at_home |= bool(formats)
        return tuple(formats) or None

    def _seen(self, action: str) -> tuple[str, ...] | None:
        """The resources of this statement on which the action was used; None where the record cannot tell all."""
        judge = self.plan.judge
        if judge is None or action not in judge.used or database.only_star(action):
            return None
        if not (self.plan.only_recorded or judge.is_recorded(action, everywhere=self._everywhere)):
            return None
        arns = judge.arns(action)
        patterns = self.statement.resources.items if self.statement.resources is not None else ()
        compiled = [arn_pattern(item, variables=self._variables) for item in patterns]
        plain = [pattern for pattern in compiled if isinstance(pattern, ArnPattern)]
        if arns is None or len(plain) < len(compiled):
            return None
        matched = {arn: [pattern.completed().matches(text(arn)) for pattern in plain] for arn in arns}
        if any(Truth.UNKNOWN in row and Truth.TRUE not in row for row in matched.values()):
            return None
        return tuple(arn for arn, row in matched.items() if Truth.TRUE in row)


def is_on_everything(statement: Statement) -> bool:
    """Whether a statement may be on ``*``, and so also about calls that name no resource."""
    if statement.resources is None or statement.resources.open is not None:
        return True
    literals = (item.literal for item in statement.resources.items)
    return any(literal is None or not literal.startswith("arn:") or "$" in literal for literal in literals)


def _within(pattern: str, packed_names: Iterable[str]) -> Iterator[str]:
    """Patterns that go no further than one that ends in its only wildcard; others as the actions of today."""
    beginning = pattern[:-1].lower()
    for each in packed_names:
        if each.endswith("*") and not each.lower().startswith(beginning):
            yield from database.expand(each)
        else:
            yield each


def _named_once(statements: Iterable[Printed]) -> tuple[Printed, ...]:
    """Without repetitions, and with a number behind a Sid that stood before: it must stand once."""
    seen: set[bytes] = set()
    sids: set[object] = set()
    made: list[Printed] = []
    for statement in statements:
        content = content_of(statement)
        if content not in seen:
            seen.add(content)
            made.append(_with_sid(statement, sids))
    return tuple(made)


def content_of(statement: Printed) -> bytes:
    """What a statement says, whatever it is called."""
    content = {name: value for name, value in statement.items() if name != "Sid"}
    return msgspec.json.encode(content, order="sorted")


def _with_sid(statement: Printed, sids: set[object]) -> Printed:
    sid = statement.get("Sid")
    if not isinstance(sid, str):
        return statement
    numbered = (f"{sid}{number}" for number in range(2, len(sids) + 3))
    name = sid if sid not in sids else next(each for each in numbered if each not in sids)
    sids.add(name)
    return {**statement, "Sid": name}
