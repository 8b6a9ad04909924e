"""``auditor iam access``: who a resource policy lets in."""

from typing import TYPE_CHECKING, Any

import click

from auditor.cli.errors import EXIT_GATE, EXIT_INCOMPLETE, EXIT_PASSED, EXIT_USAGE, Stop, explain
from auditor.cli.options import ACCOUNT

if TYPE_CHECKING:
    from auditor.cli.iam.cases import Answer, Case
    from auditor.report.iam_v1 import AccessV1


@click.command("access")
@click.argument("policy", required=False, type=click.Path())
@click.option("--cases", metavar="FILE", help="Many policies: JSON Lines, one case a line, - for stdin.")
@click.option("--resource", metavar="ARN", help="The resource that the policy is on.")
@click.option("--resource-type", metavar="TYPE", help="Such as AWS::SNS::Topic or aws_sns_topic_policy.")
@click.option("--resource-account", "--owner", "owner", type=ACCOUNT, metavar="ID", help="Its owner.")
@click.option("--public", is_flag=True, help="Only whether everybody is let in: PASS or FAIL.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Format on stdout.")
@click.pass_context
def command(
    ctx: click.Context, /, policy: str | None, cases: str | None, *, public: bool, format_: str, **options: Any
) -> None:
    """Say whom a policy on a resource lets in, the widest over all actions, and by which statement.

    POLICY is a policy document in JSON or YAML, - for stdin. The audience is nobody, owner, accounts, org, service,
    public or unknown; strict is PASS when the policy is not public even by AWS's own definition, which counts only
    conditions on fixed values. Without --resource-account, the account in --resource or in the policy's own Resource
    elements is taken. Exits with 0, with 4 when it is not decided, and under --public with 1 when everybody is let in.

    \b
    auditor iam access topic-policy.json --resource-type AWS::SNS::Topic
    auditor iam access bucket-policy.json --public --resource-account 111122223333

    With --cases every line is `{"id", "policy", "resource_type", "resource_arn", "owner_account"}`; only the first two
    are needed. It is answered by a line `{"id", "audience", "accounts", "organizations", "services", "public_actions",
    "strict", "because"}`, under --public by `{"id", "result", "because"}`. A case with `access: {"actions": [],
    "resources": []}` is answered by whether any of that is granted: `result` is PASS when it is not.
    """
    if cases is not None:
        from auditor.cli.iam.cases import answer_all

        if policy is not None or any(options.values()):
            raise Stop("--cases takes no other options: the cases hold the policies and resources", EXIT_USAGE)
        ctx.exit(answer_all(cases, lambda case: _answer(case, public=public)))
    if policy is None:
        raise Stop("name a policy (or give --cases FILE)", EXIT_USAGE)
    _check_type(options["resource_type"])
    from auditor.cli.iam.files import policies_in
    from auditor.iam.letting import letting
    from auditor.report.iam_v1 import let_in

    found = policies_in(policy)
    if len(found) != 1:
        raise Stop(f"{policy}: a resource has one policy, this file holds {len(found)}", EXIT_USAGE)
    shown = let_in(letting(found[0], options["resource"], options["owner"], options["resource_type"] or ""))
    click.echo(_rendered(shown, format_, public=public), nl=False)
    if (shown.result if public else shown.audience) in {"UNKNOWN", "unknown"}:
        ctx.exit(EXIT_INCOMPLETE)
    ctx.exit(EXIT_GATE if public and shown.result == "FAIL" else EXIT_PASSED)


def _check_type(resource_type: str | None) -> None:
    """Tell of a type that the answer cannot be confined to, because it may be misspelt.

    Raises:
        Stop: it does not even look like a type.
    """
    from auditor.cli.iam.kinds import resource_type_of
    from auditor.iam.names import action_prefix

    if resource_type is not None and not action_prefix(resource_type_of(resource_type)):
        explain(f"the actions of {resource_type} are not known: all in the policy are taken for its own", EXIT_PASSED)


def _answer(case: "Case", *, public: bool) -> "Answer":
    from auditor.cli.iam.cases import CaseError, policy_of
    from auditor.iam.letting import letting

    policy = policy_of(case.get("policy"), "policy")
    given: dict[str, str | None] = {}
    for name in ("resource_type", "resource_arn", "owner_account"):
        value = case.get(name)
        if value is not None and not isinstance(value, str):
            raise CaseError(f"{name} is not a string")
        given[name] = value
    if case.get("access") is not None:
        return _not_granted(case)
    found = letting(policy, given["resource_arn"], given["owner_account"], given["resource_type"] or "")
    return found.shown(public=public)


def _not_granted(case: "Case") -> "Answer":
    import msgspec

    from auditor.cli.iam.cases import CaseError, policy_of
    from auditor.iam.difference import granted
    from auditor.iam.names import kind_of
    from auditor.report.iam_v1 import NEW_ACCESS

    policy = policy_of(case.get("policy"), "policy")
    type_ = case.get("policy_type") or case.get("resource_type")
    kind = kind_of(type_) if isinstance(type_, str) else None
    if kind is None:
        raise CaseError("resource_type or policy_type does not tell what kind of policy it is")
    try:
        asked = msgspec.convert(case["access"], dict[str, list[str] | None])
    except msgspec.ValidationError as error:
        raise CaseError(f"access: {error}") from error
    unheard = sorted(set(asked) - {"actions", "resources"})
    if unheard:
        raise CaseError(f"access: {unheard[0]!r} is neither actions nor resources")
    found = granted([policy], actions=asked.get("actions") or (), resources=asked.get("resources") or (), kind=kind)
    shown: dict[str, object] = {"result": NEW_ACCESS[found.truth.value]}
    if found.witness is not None:
        shown |= {"witness": msgspec.to_builtins(found.witness), "statement": found.statement}
    if found.unknowns:
        shown["unknown"] = [{"cause": why.cause.value, "detail": why.detail} for why in found.unknowns]
    return shown


def _rendered(shown: "AccessV1", format_: str, *, public: bool) -> str:
    if format_ == "json":
        from auditor.report.json_text import encode

        return encode(shown)
    from auditor.report.iam_text import let_in
    from auditor.report.terminal import printable_lines

    return printable_lines(let_in(shown, public=public))
