"""Requests over whole accounts and organizations that the authors of iam-lens expect answers to."""

import json
from pathlib import Path

from scoring import Case, Difference, Score, cases

from auditor.cli.iam.request_case import policy_at
from auditor.iam.access import boundary_of, control, policies_of, service_control
from auditor.iam.document import Policy
from auditor.iam.evaluate import Policies, evaluate
from auditor.iam.request import Caller, ContextValue, Kind, Request
from auditor.iam.who.facts import Facts
from auditor.iam.who.target import target
from auditor.model.iam import Role, User
from auditor.model.inventory import Inventory
from auditor.model.organizations import PolicyKind
from auditor.model.text import text
from auditor.sources.iam_collect import read

_DECISIONS = {"Allowed": "allow", "ImplicitlyDenied": "implicit_deny", "ExplicitlyDenied": "explicit_deny"}
_DISCOVERY = "they ask what could be allowed while parts of the request are left open, by rules of that tool"
_PATTERN = "they ask about a pattern of resources, by rules of that tool; a request has one resource"
_LEVELS = (
    "that a level of an organization lacks an Allow is told as an implicit deny that names the level; they tell it as"
    " an explicit one (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html)"
)


def score(data: Path) -> tuple[Score, ...]:
    total = 0
    left_out: dict[str, int] = {}
    differences: list[Difference] = []
    inventories: dict[str, Inventory] = {}
    for case in cases(data, "iam-lens/simulate.jsonl"):
        why = _left_out(case)
        if why:
            left_out[why] = left_out.get(why, 0) + 1
            continue
        total += 1
        name = f"iam-data-{case['data']}"
        folder = data / "iam-suites" / "iam-lens" / name
        if name not in inventories:
            inventories[name] = read(folder, name)
        ours, at_level = _decided(case["request"], inventories[name], folder)
        theirs = _DECISIONS[case["expected"]]
        if ours != theirs:
            explained = at_level and {ours, theirs} == {"implicit_deny", "explicit_deny"}
            differences.append(Difference(case["id"], ours, theirs, _LEVELS if explained else ""))
    made = Score(
        suite="iam-lens/simulate",
        truth="authors of iam-lens",
        total=total,
        must=0.95,
        differences=tuple(differences),
        left_out=left_out,
    )
    return (made,)


def _left_out(case: Case) -> str:
    request = case["request"]
    if request["simulationMode"] != "Strict":
        return _DISCOVERY
    return _PATTERN if "*" in request.get("resourceArn", "") else ""


def _decided(asked: Case, inventory: Inventory, folder: Path) -> tuple[str, bool]:
    """The decision, and whether a level of an organization made it."""
    principal = _principal(inventory, asked["principal"])
    resource, action = asked.get("resourceArn", "*"), asked["action"]
    on = target(inventory, action, resource, asked.get("resourceAccount"))
    owner = principal.account if on.owner is None else on.owner
    kind = Kind.USER if isinstance(principal, User) else Kind.ROLE
    who = Caller(kind, text(asked["principal"]), principal.account)
    custom = {key.lower(): (text(value),) for key, value in asked["customContextKeys"].items()}
    context: dict[str, ContextValue] = {**Facts(inventory, on, action).of(principal, who, owner, ()), **custom}
    scp, rcp = service_control(principal, inventory), control(owner, PolicyKind.RESOURCE_CONTROL, inventory)
    session = asked.get("sessionPolicy")
    policies = Policies(
        identity=policies_of(principal, inventory),
        resource=tuple(each.policy for each in on.policies),
        boundary=boundary_of(principal, inventory),
        session=None if session is None else (policy_at(session, "/sessionPolicy"),),
        scp=scp.policies,
        rcp=rcp.policies,
        endpoint=_endpoint(asked["customContextKeys"].get("aws:SourceVpce"), folder),
        scp_names=scp.names,
        rcp_names=rcp.names,
    )
    request = Request(
        caller=who,
        action=action,
        resource=text(resource),
        resource_account=owner,
        context=context,
        closed=True,
    )
    decision = evaluate(request, policies)
    return decision.effect.value, any(reason.level for reason in decision.because)


def _principal(inventory: Inventory, arn: str) -> User | Role:
    found: list[User | Role] = [*inventory.of(User), *inventory.of(Role)]
    return next(each for each in found if each.arn is not None and each.arn.literal == arn)


def _endpoint(name: str | None, folder: Path) -> tuple[Policy, ...] | None:
    if name is None:
        return None
    (path,) = folder.glob(f"aws/aws/accounts/*/ec2/*/vpc-endpoint/{name}/endpoint-policy.json")
    return (policy_at(json.loads(path.read_text("utf-8")), "", name),)
