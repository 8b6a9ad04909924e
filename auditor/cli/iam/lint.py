"""``auditor iam lint``: what is wrong with policy documents."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from auditor.cli.errors import EXIT_GATE, EXIT_INCOMPLETE, EXIT_NO_INPUT, EXIT_PASSED, EXIT_USAGE, Stop, explain

if TYPE_CHECKING:
    from auditor.cli.iam.cases import Answer, Case
    from auditor.iam.lint import PolicyType
    from auditor.model.policy import Document
    from auditor.report.iam_lint import Linted

_TYPES = ("identity", "managed", "resource", "trust", "boundary", "session", "scp", "rcp", "endpoint")
_LEVELS = ("error", "security-warning", "warning", "suggestion", "none")


@click.command("lint")
@click.argument("policies", nargs=-1, metavar="POLICY…")
@click.option(
    "--type", "type_", type=click.Choice(_TYPES), help="What the policies are attached to; default: identity."
)
@click.option(
    "--resource-type", default="", metavar="TYPE", help="Of the resource that has them, such as AWS::SNS::Topic."
)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Format on stdout.")
@click.option(
    "--fail-on", type=click.Choice(_LEVELS), default="error", help="Exit with 1 from this level; default: error."
)
@click.option("--cases", type=click.Path(), metavar="FILE", help="JSON Lines with a policy each; - is stdin.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    policies: tuple[str, ...],
    type_: str | None,
    resource_type: str,
    format_: str,
    fail_on: str,
    cases: str | None,
) -> None:
    """Check policies for errors and for what they do not mean.

    POLICY is a file in JSON or YAML; - is stdin. docs/iam-lint.md lists the checks. Exits with 1 when a finding is at
    or over --fail-on, 4 when one of several files could not be read, else with 0.

    \b
    auditor iam lint policy.json
    auditor iam lint --resource-type AWS::SNS::Topic topic-policy.yaml
    auditor iam lint --type scp --fail-on warning *.json

    With --cases every line is `{"id", "policy", "policy_type", "resource_type"}`, the policy as an object or as text,
    and is answered by a line `{"id", "valid", "error_message", "findings"}`.
    """
    if (cases is None) is (not policies):
        raise Stop("give either policies or --cases", EXIT_USAGE)
    import gc

    # Trees of policies hold no cycles: looking for some takes a tenth of the time, and more the larger they are.
    gc.disable()
    if cases is not None:
        from auditor.cli.iam.cases import answer_all

        ctx.exit(answer_all(cases, lambda case: _answer(case, type_, resource_type)))
    kind, resource_type = _attached_to(type_, resource_type)
    linted, failed = _files(policies, kind, resource_type)
    from auditor.report.iam_lint import LEVELS, as_json, as_text, level
    from auditor.report.terminal import printable_lines

    click.echo(printable_lines(as_json(linted) if format_ == "json" else as_text(linted)), nl=False)
    gated = LEVELS[: LEVELS.index(fail_on) + 1] if fail_on != "none" else ()
    if any(level(each) in gated for one in linted for each in one.findings):
        ctx.exit(EXIT_GATE)
    ctx.exit(EXIT_INCOMPLETE if failed else EXIT_PASSED)


def _attached_to(type_: str | None, resource_type: str) -> "tuple[PolicyType, str]":
    """The kind of a policy, and the type of the resource that has it as CloudFormation names it.

    Raises:
        Stop: a resource with a policy cannot have the type.
    """
    from auditor.cli.iam.kinds import resource_type_of
    from auditor.iam.lint import PolicyType
    from auditor.iam.lint.resource_policies import ENDPOINT, TRUST, canonical

    resource_type = resource_type_of(canonical(resource_type)) if resource_type else ""
    if type_ is not None:
        return PolicyType(type_), resource_type
    if resource_type in {TRUST, ENDPOINT}:
        return PolicyType.TRUST if resource_type == TRUST else PolicyType.ENDPOINT, resource_type
    return PolicyType.RESOURCE if resource_type else PolicyType.IDENTITY, resource_type


def _files(paths: Iterable[str], kind: "PolicyType", resource_type: str) -> "tuple[list[Linted], bool]":
    """The findings of each file, and whether one of them could not be read.

    Raises:
        Stop: none of them could.
    """
    from auditor.cli.iam.files import LARGEST_POLICY
    from auditor.cli.iam.piped import content
    from auditor.cli.iam.written import read

    linted: list[Linted] = []
    unread: list[str] = []
    for path in paths:
        try:
            written = read(content(path, LARGEST_POLICY), path)
        except Stop as error:
            unread.append(str(error))
            continue
        linted.append(_lint(path, written.document, written.json, kind, resource_type))
    if not linted:
        raise Stop("; ".join(unread), EXIT_NO_INPUT)
    for reason in unread:
        explain(reason, EXIT_INCOMPLETE)
    return linted, bool(unread)


def _lint(path: str, document: "Document", text: str | None, kind: "PolicyType", resource_type: str) -> "Linted":
    from auditor.iam.lint import lint
    from auditor.iam.lint.iam_error import iam_error
    from auditor.report.iam_lint import Linted

    error = iam_error(text, kind) if text is not None else None
    return Linted(path, kind, lint(document, kind, resource_type), error)


# -- batch files ------------------------------------------------------------------------------------------------------


def _answer(case: "Case", type_: str | None, resource_type: str) -> "Answer":
    import json

    from auditor.cli.iam.cases import CaseError
    from auditor.iam.lint import PolicyType, policy_type
    from auditor.model.policy import Document, node_of

    if "policy" not in case and "document" not in case:
        raise CaseError("it has neither policy nor document")
    value = case["policy"] if "policy" in case else case["document"]
    named_type = case.get("resource_type")
    if named_type is not None and not isinstance(named_type, str):
        raise CaseError("resource_type is not a string")
    try:
        kind, resource = _attached_to(type_, named_type or resource_type)
    except Stop:
        raise CaseError(f"resource_type: {named_type!r} is no type of a resource with a policy") from None
    told = case.get("policy_type")
    if told is not None:
        named = policy_type(str(told))
        if named is None:
            raise CaseError(f"there is no kind of policy {str(told)[:40]!r}")
        kind = named
    elif type_ is None and not resource:
        # What becomes of a policy is not told: it is judged as one that IAM is to keep.
        kind = PolicyType.MANAGED
    try:
        text = value if isinstance(value, str) else json.dumps(value)
        document = Document(json=value) if isinstance(value, str) else Document(tree=node_of(value))
        one = _lint("", document, text, kind, resource)
    except RecursionError:
        raise CaseError("the policy is nested too deep") from None
    return {
        "valid": one.valid,
        "error_message": one.error,
        "findings": [
            {"code": each.code, "type": each.type.value, "path": each.path, "message": each.message}
            for each in one.findings
        ],
    }
