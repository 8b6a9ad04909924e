"""``auditor iam compare``: what a changed policy allows that the old one did not."""

from typing import TYPE_CHECKING

import click

from auditor.cli.errors import EXIT_GATE, EXIT_INCOMPLETE, EXIT_PASSED, EXIT_USAGE, Stop

if TYPE_CHECKING:
    from auditor.cli.iam.cases import Answer, Case
    from auditor.iam.difference import Difference, Kind
    from auditor.iam.elements import Policy
    from auditor.report.iam_v1 import CompareV1


@click.command("compare")
@click.argument("old", required=False, type=click.Path())
@click.argument("new", required=False, type=click.Path())
@click.option("--cases", metavar="FILE", help="Many comparisons: JSON Lines, one case a line, - for stdin.")
@click.option(
    "--type", "policy_type", metavar="TYPE", help="identity, resource, or a type such as aws_sns_topic_policy."
)
@click.option("--real", is_flag=True, help="Only requests of known actions, on resources that they can name.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Format on stdout.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    old: str | None,
    new: str | None,
    cases: str | None,
    policy_type: str | None,
    *,
    real: bool,
    format_: str,
) -> None:
    """Say whether NEW allows a request that OLD does not, with such a request, or that there is none.

    OLD and NEW are policy documents in JSON or YAML, or lists of those that act together; - is stdin. Policies that
    name principals are compared as policies of a resource, others as policies of a principal, and never one with the
    other; --type says it for both.
    Exits with 0 when nothing is new, 1 when there is new access, 4 when what is given does not decide.

    \b
    auditor iam compare old.json new.json
    git show main:policy.json | auditor iam compare - policy.json

    With --cases every line is `{"id", "existing", "new", "policy_type"}` and is answered by a line `{"id", "result",
    "witness"}` with the result PASS (nothing new), FAIL or UNKNOWN.
    """
    if cases is not None:
        from auditor.cli.iam.cases import answer_all

        if old is not None or policy_type is not None:
            raise Stop("--cases takes no files and no --type: the cases hold the policies", EXIT_USAGE)
        ctx.exit(answer_all(cases, lambda case: _answer(case, real=real)))
    if old is None or new is None:
        raise Stop("name two policies, OLD and NEW (or give --cases FILE)", EXIT_USAGE)
    from auditor.cli.iam.files import policies_in
    from auditor.iam.sets.kind import Kind
    from auditor.report.iam_v1 import compared

    before, after = policies_in(old), policies_in(new)
    kinds = _kinds(policy_type, (*before, *after))
    if kinds is None:
        example = "identity, resource, AWS::SNS::TopicPolicy or aws_iam_policy"
        raise Stop(f"--type {policy_type} is no type of a policy, such as {example}", EXIT_USAGE)
    if len(kinds) > 1:
        mixed = "one names principals, as a policy of a resource does, and the other does not"
        raise Stop(f"{old} and {new} are not alike: {mixed} (--type compares them all the same)", EXIT_USAGE)
    kind = next(iter(kinds), None)
    found = _difference(after, before, policy_type, kind, real=real)
    shown = compared(found, kind or Kind.IDENTITY, after)
    click.echo(_rendered(shown, format_), nl=False)
    ctx.exit({"PASS": EXIT_PASSED, "FAIL": EXIT_GATE, "UNKNOWN": EXIT_INCOMPLETE}[shown.result])


def _kinds(policy_type: str | None, policies: "tuple[Policy, ...]") -> "frozenset[Kind] | None":
    """The kinds of policies: what a type says, else what they are themselves; None for a type that is not known."""
    from auditor.iam.names import is_of_either, kind_of
    from auditor.iam.sets.contents import kinds_of

    if policy_type is None or is_of_either(policy_type):
        return kinds_of(policies)
    kind = kind_of(policy_type)
    return None if kind is None else frozenset((kind,))


def _answer(case: "Case", *, real: bool) -> "Answer":
    from auditor.cli.iam.cases import CaseError, policy_of

    policies = []
    for name in ("existing", "new"):
        found = case.get(name)
        documents = found if isinstance(found, list) else [found]
        policies.append(tuple(policy_of(each, name) for each in documents))
    given = case.get("policy_type")
    if given is not None and not isinstance(given, str):
        raise CaseError("policy_type is not a string")
    kinds = _kinds(given, (*policies[0], *policies[1]))
    if kinds is None:
        raise CaseError(f"policy_type {given!r} is not known")
    kind = next(iter(kinds)) if len(kinds) == 1 else None
    return _shown(_difference(policies[1], policies[0], given, kind, real=real))


def _difference(
    new: "tuple[Policy, ...]", old: "tuple[Policy, ...]", policy_type: str | None, kind: "Kind | None", *, real: bool
) -> "Difference":
    from auditor.iam.names import control_of

    control = None if policy_type is None else control_of(policy_type)
    if control is not None:
        from auditor.iam.organization import control_difference

        return control_difference(new, old, control, real=real)
    from auditor.iam.difference import difference

    return difference(new, old, kind=kind, real=real)


def _shown(found: "Difference") -> dict[str, object]:
    import msgspec

    from auditor.report.iam_v1 import NEW_ACCESS

    shown: dict[str, object] = {"result": NEW_ACCESS[found.truth.value], "witness": None}
    if found.witness is not None:
        shown["witness"] = msgspec.to_builtins(found.witness)
        shown["statement"] = found.statement
    if found.unknowns:
        shown["unknown"] = [{"cause": why.cause.value, "detail": why.detail} for why in found.unknowns]
    return shown


def _rendered(shown: "CompareV1", format_: str) -> str:
    if format_ == "json":
        from auditor.report.json_text import encode

        return encode(shown)
    from auditor.report.iam_text import compared
    from auditor.report.terminal import printable_lines

    return printable_lines(compared(shown))
