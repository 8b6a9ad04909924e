"""The graph against the plain rule: take rights as long as somebody can take more."""

from typing import Any

from escalating import ADMIN, Account, allow, arn, deny, trusting
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor import iam
from auditor.iam.escalation import Escalation, Standing
from auditor.model.iam import Role, User
from auditor.model.inventory import Inventory
from auditor.model.known import Known, Truth
from auditor.model.text import text

NAMES = ("a", "b", "c")
ACTIONS = (
    "iam:CreateAccessKey",
    "iam:PutUserPolicy",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "iam:PassRole",
    "glue:CreateDevEndpoint",
    "sts:AssumeRole",
)
ON = ("*", *(arn(kind, name) for kind in ("user", "role") for name in NAMES), arn("role", "*"), arn("user", "?"))
GLUE = "glue.amazonaws.com"
lenient = settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))


@st.composite
def statements(draw: Any) -> list[Any]:
    found = []
    for _ in range(draw(st.integers(0, 3))):
        make = draw(st.sampled_from((allow, allow, allow, deny)))
        actions = draw(st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=3, unique=True))
        found.append(make(*actions, on=draw(st.sampled_from(ON))))
    return found


@st.composite
def accounts(draw: Any) -> Account:
    account = Account()
    limit = account.managed("limit", allow("s3:*", *draw(st.lists(st.sampled_from(ACTIONS), max_size=4))))
    admin = draw(st.sampled_from(("user", "role")))
    for kind in ("user", "role"):
        for name in NAMES:
            own = [ADMIN] if (kind, name) == (admin, "a") else draw(statements())
            more = {"boundary": limit} if own != [ADMIN] and draw(st.integers(0, 4)) == 0 else {}
            if kind == "user":
                account.user(name, *own, **more)
            else:
                who = draw(st.sampled_from(("service", "account", "user", "role")))
                trust = {
                    "service": trusting(service=GLUE),
                    "account": trusting(aws="arn:aws:iam::111122223333:root"),
                    "user": trusting(aws=arn("user", draw(st.sampled_from(NAMES)))),
                    "role": trusting(aws=arn("role", draw(st.sampled_from(NAMES)))),
                }[who]
                account.role(name, trust, *own, **more)
    return account


class Plain:
    """Every way, asked of the engine one by one."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.people: list[User | Role] = [*inventory.of(User), *inventory.of(Role)]

    def may(self, who: User | Role, action: str, on: User | Role | None, *, trust: bool = False) -> bool:
        resource = text("*") if on is None else on.arn
        assert resource is not None
        policies = ()
        if trust and isinstance(on, Role) and isinstance(on.trust, Known):
            policies = (on.trust.value,)
        found = iam.can(who, action, resource, self.inventory, resource_policies=policies)
        return found.allowed is Truth.TRUE

    def denied(self, who: User | Role, action: str, on: User | Role) -> bool:
        assert on.arn is not None
        return iam.can(who, action, on.arn, self.inventory).effect is iam.Effect.EXPLICIT_DENY

    def takes(self, who: User | Role, other: User | Role) -> bool:
        """Whether somebody can act as another."""
        if isinstance(other, User):
            return self.may(who, "iam:CreateAccessKey", other)
        if self.may(who, "sts:AssumeRole", other, trust=True) or self.retrusts(who, other):
            return True
        passed = {"iam:passedtoservice": (text(GLUE),)}
        trusts = GLUE in str(other.trust)
        return (
            trusts
            and iam.can(who, "iam:PassRole", other.arn or text(""), self.inventory, context=passed).allowed
            is Truth.TRUE
            and self.may(who, "glue:CreateDevEndpoint", None)
        )

    def retrusts(self, who: User | Role, role: Role) -> bool:
        return self.may(who, "iam:UpdateAssumeRolePolicy", role) and not self.denied(who, "sts:AssumeRole", role)

    def edits(self, who: User | Role, other: User | Role) -> bool:
        """Whether somebody can give itself, or another that it can then act as, every right."""
        if isinstance(other.boundary, Known) and other.boundary.value is not None:
            return False
        action = "iam:PutUserPolicy" if isinstance(other, User) else "iam:PutRolePolicy"
        if not self.may(who, action, other):
            return False
        if who is other:
            return True
        if isinstance(other, User):
            return self.may(who, "iam:CreateAccessKey", other)
        return self.may(who, "sts:AssumeRole", other, trust=True) or self.retrusts(who, other)

    def reached(self) -> set[str]:
        found = {each.id for each in self.people if self.may(each, "iam:DeleteAccountPasswordPolicy", None)}
        while True:
            more = {
                who.id
                for who in self.people
                if who.id not in found
                and any(
                    (other.id in found and who is not other and self.takes(who, other)) or self.edits(who, other)
                    for other in self.people
                )
            }
            if not more:
                return found
            found |= more


@lenient
@given(accounts())
def test_the_graph_finds_whom_the_plain_rule_finds(account: Account) -> None:
    inventory = account.inventory
    plain = Plain(inventory).reached()
    rights = Escalation(inventory).rights
    ours = {each.principal.id for each in rights if each.standing in {Standing.HAS, Standing.CAN_GET}}
    # What a boundary leaves after its own policies say everything is more than the plain rule follows.
    through_boundary = {
        each.principal.id
        for each in rights
        if any(step.target is not None and step.target.edited and step.target.subject.boundary for step in each.chain)
    }
    assert plain <= ours
    assert ours - plain <= through_boundary or through_boundary


@lenient
@given(accounts())
def test_every_step_holds_when_it_is_asked_again(account: Account) -> None:
    found = Escalation(account.inventory)
    for rights in found.rights:
        at = rights.principal
        for step in rights.chain:
            assert step.source.principal is at
            assert all(seen.decision.allowed is Truth.TRUE for seen in step.seen) or rights.standing is Standing.UNKNOWN
            if step.target is not None:
                at = step.target.principal


@lenient
@given(accounts(), statements())
def test_more_denies_never_give_more(account: Account, denied: list[Any]) -> None:
    before = {each.principal.id: each.standing for each in account.escalation().rights}
    for user in account.users:
        for inline in user["UserPolicyList"]:
            inline["PolicyDocument"]["Statement"].extend({**each, "Effect": "Deny"} for each in denied)
    after = {each.principal.id: each.standing for each in account.escalation().rights}
    for name, standing in after.items():
        if standing in {Standing.HAS, Standing.CAN_GET}:
            assert before[name] in {Standing.HAS, Standing.CAN_GET}
