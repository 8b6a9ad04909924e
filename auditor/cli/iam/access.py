"""``auditor iam access``: who a resource policy lets in."""

from typing import TYPE_CHECKING, Any

import click

from auditor.cli.errors import EXIT_GATE, EXIT_INCOMPLETE, EXIT_PASSED, EXIT_USAGE, Stop
from auditor.cli.options import ACCOUNT

if TYPE_CHECKING:
    from auditor.cli.iam.cases import Answer, Case


@click.command("access")
@click.argument("policy", required=False, type=click.Path())
@click.option("--cases", metavar="FILE", help="Many policies: JSON Lines, one case a line, - for stdin.")
@click.option("--resource", metavar="ARN", help="The resource that the policy is on.")
@click.option("--resource-type", metavar="TYPE", help="Such as AWS::SNS::Topic or aws_sns_topic_policy.")
@click.option("--owner", type=ACCOUNT, metavar="ID", help="Account of the resource.")
@click.option("--public", is_flag=True, help="Only whether everybody is let in: PASS or FAIL.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Format on stdout.")
@click.pass_context
def command(
    ctx: click.Context, /, policy: str | None, cases: str | None, *, public: bool, format_: str, **options: Any
) -> None:
    """Say whom a policy on a resource lets in, the widest over all actions, and by which statement.

    POLICY is a JSON policy document. The audience is nobody, owner, accounts, org, service, public or unknown; strict
    is PASS when the policy is not public even by AWS's own definition, which counts only conditions on fixed values.
    Without --owner, the account in --resource or in the policy's own Resource elements is taken. Exits with 0, with 4
    when it is not decided, and under --public with 1 when everybody is let in.

    With --cases every line is `{"id", "policy", "resource_type", "resource_arn", "owner_account"}`; only the first two
    are needed. A case with `access: {"actions": [], "resources": []}` is answered by whether any of that is granted:
    `result` is PASS when it is not.
    """
    if cases is not None:
        from auditor.cli.iam.cases import answer_all

        if policy is not None or any(options.values()):
            raise Stop("--cases takes no other options: the cases hold the policies and resources", EXIT_USAGE)
        ctx.exit(answer_all(cases, lambda case: _answer(case, public=public)))
    if policy is None:
        raise Stop("name a policy (or give --cases FILE)", EXIT_USAGE)
    from auditor.cli.iam.files import policies_in
    from auditor.iam.letting import letting

    found = policies_in(policy)
    if len(found) != 1:
        raise Stop(f"{policy}: a resource has one policy, this file holds {len(found)}", EXIT_USAGE)
    let_in = letting(found[0], options["resource"], options["owner"], options["resource_type"] or "")
    click.echo(_rendered(let_in.shown(public=public), format_), nl=False)
    code = EXIT_PASSED if not public or let_in.public == "PASS" else EXIT_GATE
    ctx.exit(EXIT_INCOMPLETE if (let_in.public if public else let_in.audience) in {"UNKNOWN", "unknown"} else code)


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
    shown: dict[str, object] = {"result": {"true": "FAIL", "false": "PASS", "unknown": "UNKNOWN"}[found.truth.value]}
    if found.witness is not None:
        shown |= {"witness": msgspec.to_builtins(found.witness), "statement": found.statement}
    if found.unknowns:
        shown["unknown"] = [{"cause": why.cause.value, "detail": why.detail} for why in found.unknowns]
    return shown


def _rendered(shown: "Answer", format_: str) -> str:
    if format_ == "json":
        import json

        return json.dumps(shown, indent=2) + "\n"
    from auditor.report.terminal import plain, printable_lines

    lines: list[str] = []
    for name, value in shown.items():
        if name == "because" and isinstance(value, list):
            lines.extend(f"  {each['text']}" for each in value)
        elif isinstance(value, list):
            lines.append(f"{name.replace('_', ' ')}: {', '.join(map(str, value)) or 'none'}")
        elif isinstance(value, dict):
            lines.append(f"{name}: " + ", ".join(f"{key}={each}" for key, each in value.items()))
        else:
            lines.append(f"{name}: {value}")
    return printable_lines("".join(f"{plain(line)}\n" for line in lines))
