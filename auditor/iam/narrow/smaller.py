"""A smaller policy for one principal, in place of all that it has, with the proof that it is smaller and enough."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from auditor.iam.document import Policy
from auditor.iam.narrow import lockouts
from auditor.iam.narrow.excess import Excess, Kind
from auditor.iam.narrow.granted import granted, names_of
from auditor.iam.narrow.names import NOTHING, Names, listed, names_in, packed_names
from auditor.iam.narrow.pieces import Piece, Pieces, together
from auditor.iam.narrow.plan import Plan
from auditor.iam.narrow.principals import Attached, LimitsOf, PolicyExcess, PrincipalExcess, Principals, attached
from auditor.iam.narrow.printing import Printed, UntoldError
from auditor.iam.narrow.proof import Proof, prove
from auditor.iam.narrow.rewrite import Rewritten, is_on_everything
from auditor.iam.narrow.stock import Stocks
from auditor.iam.narrow.uses import Judge, Record
from auditor.iam.narrow.vain import Limits, only_in_vain
from auditor.iam.narrow.wishes import NarrowError, Wishes, home_of, pins_of, sender_assumptions
from auditor.iam.request import Caller
from auditor.iam.request import Kind as CallerKind
from auditor.model.iam import Role, User
from auditor.model.inventory import Inventory
from auditor.model.known import Known

LARGEST = 6144
"""Characters that a managed policy can have, white space not counted.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""


class Narrowed(msgspec.Struct, frozen=True, kw_only=True):
    """A smaller policy.

    Attributes:
        principal: whose.
        document: the policy in JSON; None when nothing is left of it.
        replaces: ids of the policies that it stands for.
        of_groups: those among them that belong to groups of the user, and to other users of the group.
        findings: what could be less, actions that are not used among them.
        dropped: actions that it does not allow any more.
        has_record: whether anything was told about use.
        undecided: actions that are granted and that the record says nothing about; none when there is no record.
        vain_uses: actions that the record has and a boundary or control policy cuts, sorted: they are no uses.
        locks_out: what is not possible any more, in words.
        size: characters, white space not counted.
        proof: that it is smaller and enough.
        assumptions: what was taken for granted, in words.
    """

    principal: User | Role
    document: Printed | None
    replaces: tuple[str, ...]
    of_groups: tuple[str, ...]
    findings: PrincipalExcess
    dropped: Names
    has_record: bool
    undecided: Names
    vain_uses: tuple[str, ...]
    locks_out: tuple[str, ...]
    size: int
    proof: Proof
    assumptions: tuple[str, ...]


class Narrower:
    """Writes smaller policies for principals of one inventory; what many of them share is looked at once.

    Args:
        inventory: where the principals and their policies are.
        wishes: what to leave out.
        limits: what limits a principal beside its own policies; what the inventory tells by default.
    """

    def __init__(self, inventory: Inventory, wishes: Wishes | None = None, limits: LimitsOf | None = None) -> None:
        self.principals = Principals(inventory, limits)
        self._inventory = inventory
        self._wishes = wishes or Wishes()
        self._stocks = Stocks(inventory)
        self._pieces = Pieces()
        self._unused = _Unused()

    def of(self, principal: User | Role, record: Record | None = None) -> Narrowed:
        """The smaller policy of a principal.

        Args:
            principal: whose.
            record: what it was seen to do; None leaves out nothing for lack of use.

        Raises:
            NarrowError: a policy was not read, is not told in full, or breaks the grammar; or a wish cannot be met.
        """
        policies, unknowns = attached(principal, self._inventory)
        if unknowns:
            raise NarrowError(f"not all policies of {principal.name} were read: {unknowns[0].detail}")
        if not policies:
            raise NarrowError(f"{principal.name} has no policies")
        limits = self.principals.limits(principal)
        vain: frozenset[str] = frozenset()
        if limits.each and record is not None:
            vain = only_in_vain((each.policy, self.principals.cut(each, limits)) for each in policies)
        plan = self._plan(principal, record, vain)
        key = _key(plan)
        drop = limits if self._wishes.drop_vain and limits.each else None
        try:
            whole = together([self._pieces.of(each, plan, drop, key) for each in policies])
        except UntoldError as error:
            raise NarrowError(f"a policy of {principal.name} cannot be written again: {error}") from error
        return self._narrowed(principal, policies, plan, whole, limits)

    def _plan(self, principal: User | Role, record: Record | None, vain: frozenset[str]) -> Plan:
        wishes = self._wishes
        return Plan(
            judge=None if record is None else Judge(record, vain),
            only_recorded=wishes.only_recorded and record is not None,
            home=home_of(principal) if wishes.own_account else None,
            pins=pins_of(wishes, principal, self._stocks, record),
            levels=frozenset(wishes.levels) if wishes.levels else None,
            expand=wishes.expand,
        )

    def _narrowed(
        self, principal: User | Role, policies: Sequence[Attached], plan: Plan, whole: Piece, limits: Limits
    ) -> Narrowed:
        old = [each.policy for each in policies]
        judge, made = plan.judge, whole.made
        document = made.document if made.statements else None
        kind = CallerKind.USER if isinstance(principal, User) else CallerKind.ROLE
        uses = () if judge is None else tuple(use for use in judge.record.uses if use.action not in judge.vain)
        who = Caller(kind, principal.arn, principal.account)
        return Narrowed(
            principal=principal,
            document=document,
            replaces=tuple(each.resource.id for each in policies),
            of_groups=_of_groups(principal, policies, self._inventory),
            findings=self._unused.added(self.principals.found_in(principal, policies), policies, judge),
            dropped=whole.before & ~whole.after,
            has_record=judge is not None,
            undecided=NOTHING if judge is None else whole.before & ~judge.decided,
            vain_uses=() if judge is None else tuple(sorted(judge.vain & {use.action for use in judge.record.uses})),
            locks_out=tuple(_locks_out(plan, made, whole.before)),
            size=0 if document is None else len(msgspec.json.encode(document)),
            proof=prove(whole.parsed, old, uses, who, principal.account, is_covered=whole.is_covered),
            assumptions=tuple(self._assumptions(principal, plan, limits)),
        )

    def _assumptions(self, principal: User | Role, plan: Plan, limits: Limits) -> Iterator[str]:
        wishes = self._wishes
        yield from _of_record(None if plan.judge is None else plan.judge.record)
        if plan.only_recorded:
            yield "what no record shows is not needed, also where no record would show it"
        if wishes.own_account:
            yield "resources of other accounts, and those of AWS itself, are not needed"
        if limits.each and (wishes.drop_vain or plan.judge is not None):
            yield f"{', '.join(each.what for each in limits.each)}: they stay as they are"
        if limits.assumptions:
            yield from limits.assumptions
        yield from sender_assumptions(wishes, principal, self._stocks)


def narrow(
    principal: User | Role,
    inventory: Inventory,
    record: Record | None = None,
    wishes: Wishes | None = None,
    limits: LimitsOf | None = None,
) -> Narrowed:
    """Write a smaller policy for a principal.

    Args:
        principal: whose.
        inventory: where its policies are.
        record: what it was seen to do; None leaves out nothing for lack of use.
        wishes: what to leave out.
        limits: what limits a principal beside its own policies; what the inventory tells by default.

    Raises:
        NarrowError: a policy was not read, is not told in full, or breaks the grammar; or a wish cannot be met.
    """
    return Narrower(inventory, wishes, limits).of(principal, record)


def _key(plan: Plan) -> tuple[object, ...] | None:
    """Equal for plans of one set of wishes that differ in uses only; None where there are no others."""
    if plan.judge is not None and plan.judge.key is None:
        return None
    return plan.judge and plan.judge.key, plan.home, plan.pins.key


def _locks_out(plan: Plan, made: Rewritten, before: Names) -> Iterator[str]:
    """What the choices lock out; what was left out for lack of use is listed on its own."""
    for kind, actions in sorted(made.pinned.items()):
        yield lockouts.by_pin(kind, plan.pins.resources[kind], actions)
    if made.from_senders:
        left = before & names_in(lockouts.without_sender_key())
        yield lockouts.by_senders(plan.pins.senders, made.from_senders, tuple(listed(left)))
    if made.of_other_levels and plan.levels is not None:
        yield lockouts.by_levels(tuple(listed(made.of_other_levels)), sorted(each.value for each in plan.levels))
    if made.expanded:
        yield lockouts.by_expanding(made.expanded)
    if made.at_home and plan.home is not None:
        yield lockouts.by_account(plan.home.account)


def _of_groups(principal: User | Role, policies: Sequence[Attached], inventory: Inventory) -> tuple[str, ...]:
    """The ids of the policies that a principal has by its groups alone."""
    if isinstance(principal, Role) or (isinstance(principal.groups, Known) and not principal.groups.value):
        return ()
    alone = msgspec.structs.replace(principal, groups=Known(()))
    own = {each.resource.id for each in attached(alone, inventory)[0]}
    return tuple(each.resource.id for each in policies if each.resource.id not in own)


class _Unused:
    """Finds what statements grant and a record shows not to be used; the same finding is made once."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, Names, Names], tuple[Excess, ...]] = {}

    def added(self, found: PrincipalExcess, policies: Iterable[Attached], judge: Judge | None) -> PrincipalExcess:
        """Findings with one for each statement that grants what is not used."""
        if judge is None:
            return found
        known = {each.resource.id: each.found for each in found.policies}
        rows = (
            PolicyExcess(each.resource, (*known.get(each.resource.id, ()), *self._of(each, judge))) for each in policies
        )
        return msgspec.structs.replace(found, policies=tuple(row for row in rows if row.found))

    def _of(self, each: Attached, judge: Judge) -> tuple[Excess, ...]:
        everywhere, elsewhere = (judge.unused_names(everywhere=whole) for whole in (True, False))
        given = granted(each.policy)
        key = (id(each.resource), everywhere & given, elsewhere & given)
        if key not in self._found:
            self._found[key] = _unused(each.policy, judge)
        return self._found[key]


def _unused(policy: Policy, judge: Judge) -> tuple[Excess, ...]:
    """The actions that the statements of a policy grant and that the record shows not to be used."""
    made: list[Excess] = []
    for statement in policy.statements:
        if not statement.is_allow or statement.problems:
            continue
        everywhere = is_on_everything(statement)
        gone = names_of(statement) & judge.unused_names(everywhere=everywhere)
        if gone:
            made.append(
                Excess(
                    kind=Kind.UNUSED,
                    statement=statement.label,
                    digest=statement.digest,
                    patterns=packed_names(gone),
                    count=gone.bit_count(),
                    location=statement.location,
                )
            )
    return tuple(made)


def _of_record(record: Record | None) -> Iterator[str]:
    """What is taken for granted about a record of use."""
    if record is None:
        yield "no record of use was given: every action stays"
        return
    if record.trail is not None:
        trail = record.trail
        if trail.all_events:
            yield (
                f"the CloudTrail records are all that there are of {trail.first} to {trail.last}, of every Region"
                f" ({trail.events} of {trail.all_events} are of this principal)"
            )
        else:
            yield "the CloudTrail file holds no record"
        if not trail.reads:
            yield "the records hold no call that only reads: nothing is said about reading"
        for service in trail.data:
            yield f"the records hold data events of {service}: they are taken to be of all its resources"
        if trail.unnamed:
            yield f"no action has the name of these events, and stays whatever they need: {', '.join(trail.unnamed)}"
    if record.accessed is not None:
        yield "the last-accessed details are of this principal: they do not name theirs"
