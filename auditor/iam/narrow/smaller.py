"""A smaller policy for one principal, in place of all that it has, with the proof that it is smaller and enough."""

from collections.abc import Iterable

import msgspec

from auditor.iam.document import Policy, parse
from auditor.iam.narrow.excess import Excess, Kind, names_of
from auditor.iam.narrow.names import listed
from auditor.iam.narrow.piecewise import is_allow
from auditor.iam.narrow.principals import Attached, PolicyExcess, PrincipalExcess, attached, of_principal
from auditor.iam.narrow.printing import Printed, UntoldError
from auditor.iam.narrow.proof import Proof, prove
from auditor.iam.narrow.rewrite import Home, Plan, packed, rewrite
from auditor.iam.narrow.uses import Judge, Record, State
from auditor.iam.request import Caller
from auditor.iam.request import Kind as CallerKind
from auditor.model import arn as arns
from auditor.model.iam import Role, User
from auditor.model.inventory import Inventory
from auditor.model.known import Known
from auditor.model.policy import Document, node_of

LARGEST = 6144
"""Characters that a managed policy can have, white space not counted.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""


class NarrowError(Exception):
    """No smaller policy can be written; the message is one line."""


class Narrowed(msgspec.Struct, frozen=True, kw_only=True):
    """A smaller policy.

    Attributes:
        principal: whose.
        document: the policy in JSON; None when nothing is left of it.
        replaces: ids of the policies that it stands for.
        of_groups: those among them that belong to groups of the user, and to other users of the group.
        findings: what could be less, actions that are not used among them.
        dropped: actions that it does not allow any more, sorted.
        undecided: actions that the record says nothing about, sorted; all that are granted when there is no record.
        size: characters, white space not counted.
        proof: that it is smaller and enough.
        assumptions: what was taken for granted, in words.
    """

    principal: User | Role
    document: Printed | None
    replaces: tuple[str, ...]
    of_groups: tuple[str, ...]
    findings: PrincipalExcess
    dropped: tuple[str, ...]
    undecided: tuple[str, ...]
    size: int
    proof: Proof
    assumptions: tuple[str, ...]


def narrow(
    principal: User | Role,
    inventory: Inventory,
    record: Record | None = None,
    *,
    only_recorded: bool = False,
    own_account: bool = False,
) -> Narrowed:
    """Write a smaller policy for a principal.

    Args:
        principal: whose.
        inventory: where its policies are.
        record: what it was seen to do; None leaves out nothing for lack of use.
        only_recorded: leave out also what the record does not decide, such as sending that no trail recorded.
        own_account: confine statements on ``*`` to the principal's account.

    Raises:
        NarrowError: a policy was not read, is not told in full, or breaks the grammar.
    """
    policies, unknowns = attached(principal, inventory)
    if unknowns:
        raise NarrowError(f"not all policies of {principal.name} were read: {unknowns[0].detail}")
    if not policies:
        raise NarrowError(f"{principal.name} has no policies")
    judge = None if record is None else Judge(record)
    plan = Plan(judge=judge, only_recorded=only_recorded, home=_home(principal) if own_account else None)
    old = [each.policy for each in policies]
    try:
        made = rewrite(old, plan)
    except UntoldError as error:
        raise NarrowError(f"a policy of {principal.name} cannot be written again: {error}") from error
    document = made.document if made.statements else None
    new = Policy() if document is None else parse(Document(tree=node_of(document)))
    own = _own(principal, inventory)
    who = Caller(CallerKind.USER if isinstance(principal, User) else CallerKind.ROLE, principal.arn, principal.account)
    granted = listed(_granted(old))
    undecided = tuple(name for name in granted if judge is None or judge.state(name) is State.UNDECIDED)
    return Narrowed(
        principal=principal,
        document=document,
        replaces=tuple(each.resource.id for each in policies),
        of_groups=tuple(each.resource.id for each in policies if each.resource.id not in own),
        findings=_with_unused(of_principal(principal, inventory), policies, judge),
        dropped=tuple(sorted(made.dropped, key=str.lower)),
        undecided=undecided,
        size=0 if document is None else len(msgspec.json.encode(document)),
        proof=prove(new, old, () if record is None else record.uses, who, principal.account),
        assumptions=tuple(_assumptions(record, only_recorded=only_recorded, own_account=own_account)),
    )


def _home(principal: User | Role) -> Home:
    partition = "aws"
    account = principal.account.literal
    if principal.arn is not None:
        told = arns.parse(principal.arn)
        literal = told.value.partition.literal if isinstance(told, Known) else None
        partition = literal if literal is not None else ""
    if account is None or not partition:
        raise NarrowError(f"the account of {principal.name} is not told: use --account and --partition")
    return Home(partition, account)


def _granted(policies: Iterable[Policy]) -> int:
    found = 0
    for policy in policies:
        for statement in policy.statements:
            if is_allow(statement):
                found |= names_of(statement)
    return found


def _own(principal: User | Role, inventory: Inventory) -> frozenset[str]:
    """The ids of the policies that a principal has without its groups."""
    alone = msgspec.structs.replace(principal, groups=Known(())) if isinstance(principal, User) else principal
    return frozenset(each.resource.id for each in attached(alone, inventory)[0])


def _with_unused(found: PrincipalExcess, policies: Iterable[Attached], judge: Judge | None) -> PrincipalExcess:
    """With a finding for each statement that grants what is not used."""
    if judge is None:
        return found
    known = {each.resource.id: each.found for each in found.policies}
    rows = (
        PolicyExcess(each.resource, (*known.get(each.resource.id, ()), *unused(each.policy, judge)))
        for each in policies
    )
    return msgspec.structs.replace(found, policies=tuple(row for row in rows if row.found))


def unused(policy: Policy, judge: Judge) -> tuple[Excess, ...]:
    """The actions that the statements of a policy grant and that the record shows not to be used."""
    made: list[Excess] = []
    for statement in policy.statements:
        if not is_allow(statement) or statement.problems:
            continue
        gone = [name for name in listed(names_of(statement)) if judge.state(name) is State.UNUSED]
        if gone:
            made.append(
                Excess(
                    kind=Kind.UNUSED,
                    statement=statement.label,
                    digest=statement.digest,
                    patterns=packed(gone),
                    count=len(gone),
                    location=statement.location,
                )
            )
    return tuple(made)


def _assumptions(record: Record | None, *, only_recorded: bool, own_account: bool) -> Iterable[str]:
    if record is None:
        yield "no record of use was given: every action stays"
    elif record.trail is not None:
        trail = record.trail
        yield (
            f"the CloudTrail records are all that there are of {trail.first} to {trail.last}, of every Region"
            f" ({trail.events} of {trail.all_events} are of this principal)"
        )
        if not trail.reads:
            yield "the records hold no call that only reads: nothing is said about reading"
        if trail.unnamed:
            yield f"no action has the name of these events, and stays whatever they need: {', '.join(trail.unnamed)}"
    if record is not None and record.accessed is not None:
        yield "the last-accessed details are of this principal: they do not name theirs"
    if only_recorded:
        yield "what no record shows is not needed, also where no record would show it"
    if own_account:
        yield "resources of other accounts, and those of AWS itself, are not needed"
