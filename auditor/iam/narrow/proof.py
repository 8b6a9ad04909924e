"""The proof that a policy is smaller than those it replaces and still allows what was used.

That it is smaller is shown with sets: there is no request that it allows and the old policies do not. That it still
allows a use is shown by deciding the use again. Where the record tells too little of the request to decide it, sets
show it: what the old policies allow of this action on this resource is still allowed, whatever else the request has.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property

import msgspec

from auditor.iam.decision import Effect
from auditor.iam.difference import Difference, Kind, Witness, difference
from auditor.iam.elements import Patterns, Policy, Statement
from auditor.iam.evaluate import Policies, evaluate
from auditor.iam.narrow.granted import told_names_of
from auditor.iam.narrow.names import Names, names
from auditor.iam.narrow.piecewise import covered, is_subset, keeps_denies
from auditor.iam.narrow.uses import Use
from auditor.iam.request import Caller, ContextValue, Request, principal_context
from auditor.iam.resource import ArnPattern, arn_pattern
from auditor.iam.statement import acts
from auditor.model.known import Truth, Unknown
from auditor.model.text import Text, text


class Lost(msgspec.Struct, frozen=True):
    """A use that may no longer be allowed; `truth` is FALSE when it certainly is not."""

    use: Use
    truth: Truth
    unknowns: tuple[Unknown, ...] = ()


class Proof(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was proven about a smaller policy.

    Attributes:
        subset: TRUE when everything it allows was allowed before.
        witness: for FALSE, a request that is allowed only now.
        unknowns: for UNKNOWN, what decides.
        uses: how many uses were looked at, each once by action, resource and the context that matters.
        decided: how many of them the new policy allows by a decision.
        by_sets: how many by comparing sets.
        not_before: how many the old policies do not allow either, so that others must (policies of resources).
        lost: the rest.
    """

    subset: Truth
    witness: Witness | None = None
    unknowns: tuple[Unknown, ...] = ()
    uses: int = 0
    decided: int = 0
    by_sets: int = 0
    not_before: int = 0
    lost: tuple[Lost, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether everything is proven."""
        return self.subset is Truth.TRUE and not self.lost


def prove(
    new: Policy,
    old: Sequence[Policy],
    uses: Iterable[Use],
    who: Caller,
    account: Text,
    *,
    is_covered: bool = False,
) -> Proof:
    """Prove what can be proven about a smaller policy.

    Args:
        new: the smaller policy.
        old: the policies that it replaces.
        uses: what has to stay allowed.
        who: the principal.
        account: of the principal.
        is_covered: whether each Allow statement of the new policy is known to be covered by one of the old ones.
    """
    within = (is_covered and keeps_denies(new, old)) or is_subset(new, old)
    compared = Difference(truth=Truth.FALSE) if within else difference((new,), old, kind=Kind.IDENTITY)
    proof = _Uses(new, old, who, account)
    for use in projected(uses, (new, *old)):
        proof.add(use)
    return Proof(
        subset=~compared.truth,
        witness=compared.witness,
        unknowns=compared.unknowns,
        uses=proof.uses,
        decided=proof.decided,
        by_sets=proof.by_sets,
        not_before=proof.not_before,
        lost=tuple(proof.lost),
    )


def projected(uses: Iterable[Use], policies: Iterable[Policy]) -> tuple[Use, ...]:
    """The uses without the context that no condition asks about, each once."""
    keys = {
        (condition.key.literal or "").lower()
        for policy in policies
        for statement in policy.statements
        for condition in statement.conditions
    }
    found: dict[Use, None] = {}
    for use in uses:
        context = tuple(row for row in use.context if row[0] in keys)
        found[msgspec.structs.replace(use, context=context, when="")] = None
    return tuple(found)


class _Uses:
    """Uses that were looked at, by how they fared."""

    def __init__(self, new: Policy, old: Sequence[Policy], who: Caller, account: Text) -> None:
        self._new, self._old = _About(new), [_About(policy) for policy in old]
        self._who, self._account = who, account
        self._by_sets: dict[tuple[str, str], tuple[Truth, tuple[Unknown, ...]] | None] = {}
        self.uses = self.decided = self.by_sets = self.not_before = 0
        self.lost: list[Lost] = []

    def add(self, use: Use) -> None:
        """Look at one use."""
        self.uses += 1
        if self._is_allowed(use):
            self.decided += 1
            return
        key = (use.action, use.resource)
        if key not in self._by_sets:
            self._by_sets[key] = self._compare(use)
        found = self._by_sets[key]
        if found is None:
            self.not_before += 1
        elif found[0] is Truth.TRUE:
            self.by_sets += 1
        else:
            self.lost.append(Lost(use, *found))

    def _is_allowed(self, use: Use) -> bool:
        if not use.resource:
            return False
        context: dict[str, ContextValue] = dict(principal_context(self._who, self._account))
        context.update((key, tuple(map(text, values))) for key, values in use.context)
        request = Request(
            caller=self._who,
            action=use.action,
            resource=text(use.resource),
            resource_account=self._account,
            context=context,
        )
        return evaluate(request, Policies(identity=(self._new.part(use.action),))).effect is Effect.ALLOW

    def _compare(self, use: Use) -> tuple[Truth, tuple[Unknown, ...]] | None:
        """Whether all that was allowed of an action on a resource still is; None when nothing was."""
        before = [restricted(policy.part(use.action), use.action, use.resource) for policy in self._old]
        new = self._new.part(use.action)
        if not any(statement.is_allow for policy in before for statement in policy.statements):
            return None
        if _kept(before, new):
            return Truth.TRUE, ()
        found = difference(before, (new,), kind=Kind.IDENTITY)
        return ~found.truth, found.unknowns


class _About:
    """A policy by what its statements are about: those about other actions decide nothing."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    @cached_property
    def _rows(self) -> list[tuple[Statement, Names | None]]:
        return [(statement, told_names_of(statement)) for statement in self._policy.statements]

    def part(self, action: str) -> Policy:
        """The policy without statements that certainly are about other actions."""
        bit = names(action)
        kept = tuple(statement for statement, about in self._rows if about is None or about & bit or not bit)
        return msgspec.structs.replace(self._policy, statements=kept)


def restricted(policy: Policy, action: str, resource: str) -> Policy:
    """A policy whose Allow statements are about one action, on one resource if it is told; Deny statements stay."""
    statements: list[Statement] = []
    for statement in policy.statements:
        if not statement.is_allow:
            statements.append(statement)
            continue
        if acts(statement, action)[0] is Truth.FALSE:
            continue
        named = Patterns((text(action),))
        changed = msgspec.structs.replace(statement, actions=named, not_actions=None)
        on = _is_on(statement, resource, variables=policy.has_variables) if resource else Truth.UNKNOWN
        if on is Truth.FALSE:
            continue
        if on is Truth.TRUE:
            one = Patterns((text(resource),))
            changed = msgspec.structs.replace(changed, resources=one, not_resources=None)
        statements.append(changed)
    return msgspec.structs.replace(policy, statements=tuple(statements))


def _kept(before: Sequence[Policy], new: Policy) -> bool:
    """Whether every Allow statement of policies is covered by the new one, which denies nothing that they do not."""
    denied = {statement.digest for policy in before for statement in policy.statements if not statement.is_allow}
    if any(not statement.is_allow and statement.digest not in denied for statement in new.statements):
        return False
    return all(
        covered(policy, statement, (new,)) for policy in before for statement in policy.statements if statement.is_allow
    )


def _is_on(statement: Statement, resource: str, *, variables: bool) -> Truth:
    """Whether a statement is about a resource, whatever the request; UNKNOWN where a variable decides."""
    negated = statement.not_resources is not None
    patterns = statement.not_resources if negated else statement.resources
    if patterns is None or patterns.open is not None:
        return Truth.UNKNOWN
    truth = Truth.FALSE
    for item in patterns.items:
        made = arn_pattern(item, variables=variables)
        truth |= made.completed().matches(text(resource)) if isinstance(made, ArnPattern) else Truth.UNKNOWN
    return ~truth if negated else truth
