"""``auditor iam narrow``: what principals are granted and could be less, and a smaller policy proven to be one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from auditor.cli import inputs
from auditor.cli.errors import EXIT_GATE, EXIT_INCOMPLETE, EXIT_NO_INPUT, EXIT_PASSED, EXIT_USAGE, Stop, explain
from auditor.cli.iam.files import content
from auditor.cli.options import binding_options, live_options

if TYPE_CHECKING:
    from auditor.iam.narrow import Narrowed, Record
    from auditor.model.iam import Role, User
    from auditor.model.inventory import Inventory

_LARGEST_RECORD = 2**30
"""Bytes of a file of records."""


@click.command("narrow")
@click.argument("principal", metavar="[PRINCIPAL]", required=False)
@click.option("--all", "all_", is_flag=True, help="Findings of every user and role; no policy is written.")
@click.option("--in", "paths", multiple=True, type=click.Path(), metavar="PATH", help="File or folder (repeatable).")
@click.option(
    "--used",
    "used",
    multiple=True,
    type=click.Path(),
    metavar="FILE",
    help="What PRINCIPAL did: CloudTrail records, or what get-service-last-accessed-details prints (one of each).",
)
@click.option("--only-recorded", is_flag=True, help="Also leave out what no record would show, such as sending mail.")
@click.option("--own-account", is_flag=True, help="Confine statements on * to resources of PRINCIPAL's account.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["policy", "text", "json"]),
    help="On stdout: the policy alone (the default where one is written), a summary, or everything.",
)
@live_options()
@binding_options()
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Parallel work; default: the cores.")
@click.pass_context
def command(ctx: click.Context, /, principal: str | None, format_: str | None, *, all_: bool, **options: Any) -> None:
    """Show what PRINCIPAL is granted and could be less, and write a smaller policy.

    PRINCIPAL is a user or role: its ARN, its name, or the name that a template gives to it. With --used or
    --own-account one policy is written in place of all that it has. It is proven to allow nothing new, and to allow
    every recorded use; else nothing is written, and the exit code is 1. Actions of which no record would tell, such
    as sending mail and publishing, are never taken for unused. Exits with 4 when an input or a policy of PRINCIPAL
    could not be read.

    \b
    auditor iam narrow mailer --in dump.json
    auditor iam narrow mailer --in dump.json --used trail.json.gz > smaller.json
    auditor iam narrow --all --in dump.json --format json
    """
    if all_ == (principal is not None):
        raise Stop("name one PRINCIPAL, or use --all", EXIT_USAGE)
    writes = bool(options["used"]) or options["own_account"]
    _check(format_, writes=writes, all_=all_, lacks_record=options["only_recorded"] and not options["used"])
    found = inputs.read(inputs.wanted(options))
    for error in found.errors:
        explain(str(error), EXIT_INCOMPLETE)
    code = EXIT_INCOMPLETE if found.errors else EXIT_PASSED
    if principal is None:
        _print(_all(found.inventory, format_))
        ctx.exit(code)
    who = _called(found.inventory, principal)
    if not writes:
        _print(_findings(who, found.inventory, format_))
        ctx.exit(code)
    ctx.exit(_write(_narrowed(who, found.inventory, options), format_ or "policy") or code)


def _check(format_: str | None, *, writes: bool, all_: bool, lacks_record: bool) -> None:
    if all_ and writes:
        raise Stop("--used and --own-account need a PRINCIPAL", EXIT_USAGE)
    if format_ == "policy" and not writes:
        raise Stop("a policy is written from --used FILE or with --own-account", EXIT_USAGE)
    if lacks_record:
        raise Stop("--only-recorded needs --used FILE", EXIT_USAGE)


def _print(text: str) -> None:
    from auditor.report.terminal import printable_lines

    click.echo(printable_lines(text), nl=False)


def _all(inventory: "Inventory", format_: str | None) -> str:
    from auditor.iam.narrow import of_all

    if format_ == "json":
        from auditor.report.narrow_json import render_all as as_json

        return as_json(of_all(inventory))
    from auditor.report.narrow_text import render_all as as_text

    return as_text(of_all(inventory))


def _findings(who: "User | Role", inventory: "Inventory", format_: str | None) -> str:
    from auditor.iam.narrow import of_principal

    found = of_principal(who, inventory)
    if format_ == "json":
        from auditor.report.narrow_json import render_all

        return render_all([found])
    from auditor.report.narrow_text import render_findings

    return render_findings(found)


def _called(inventory: "Inventory", name: str) -> "User | Role":
    """The user or role that a name means.

    Raises:
        Stop: there is none, or several.
    """
    from auditor.iam.narrow import called

    found = called(inventory, name)
    if not found:
        raise Stop(f"no user or role {name!r}; the inputs hold no such principal", EXIT_USAGE)
    if len(found) > 1:
        raise Stop(f"{name!r} means {', '.join(each.id for each in found)}: name one of them", EXIT_USAGE)
    return found[0]


def _narrowed(who: "User | Role", inventory: "Inventory", options: Mapping[str, Any]) -> "Narrowed":
    from auditor.iam.narrow import NarrowError, Wishes, narrow

    record: Record | None = None
    for path in options["used"]:
        more = _record(path, who)
        try:
            record = more if record is None else record.and_(more)
        except ValueError as error:
            raise Stop(f"{path}: {error}; join CloudTrail files into one", EXIT_USAGE) from error
    try:
        return narrow(
            who,
            inventory,
            record,
            Wishes(only_recorded=options["only_recorded"], own_account=options["own_account"]),
        )
    except NarrowError as error:
        raise Stop(str(error), EXIT_INCOMPLETE) from error


def _record(path: str, who: "User | Role") -> "Record":
    """What a file records of a principal.

    Raises:
        Stop: it cannot be read, or records nothing.
    """
    from auditor.iam.narrow import UseError, read
    from auditor.model.iam import User

    arn = who.arn.literal if who.arn is not None else None
    if arn is None:
        raise Stop(f"the ARN of {who.name} is not told: use --account and --partition", EXIT_USAGE)
    try:
        return read(content(path, _LARGEST_RECORD), arn, smtp=isinstance(who, User))
    except UseError as error:
        raise Stop(f"{path}: {error}", EXIT_NO_INPUT) from error


def _write(made: "Narrowed", format_: str) -> int:
    """Print what was made; the exit code is 1 when it is not proven."""
    from auditor.report.narrow_json import render_one as as_json
    from auditor.report.narrow_json import render_policy
    from auditor.report.narrow_text import render_one as as_text
    from auditor.report.narrow_text import summary

    if format_ == "policy":
        for line in summary(made):
            explain(line, EXIT_PASSED)
        if made.proof.holds and made.document is not None:
            _print(render_policy(made))
    else:
        _print(as_json(made) if format_ == "json" else as_text(made))
    return EXIT_PASSED if made.proof.holds else EXIT_GATE
