"""``auditor iam narrow``: what principals are granted and could be less, and smaller policies proven to be so."""

import gc
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from auditor.cli import inputs
from auditor.cli.errors import EXIT_GATE, EXIT_INCOMPLETE, EXIT_PASSED, EXIT_USAGE, Stop, explain
from auditor.cli.iam.narrow_options import wish_options, wishes_of
from auditor.cli.iam.piped import check_once, paths_of
from auditor.cli.iam.scp import levels_in, scp_option
from auditor.cli.options import binding_options, live_options

if TYPE_CHECKING:
    from auditor.cli.iam.narrow_record import Records
    from auditor.iam.narrow import Finder, Narrowed, Wishes
    from auditor.model.iam import Role, User
    from auditor.model.inventory import Inventory

_READS = ("paths", "live", "account", "partition", "parameters", "regions", "profile", "max_time", "jobs")


@click.command("narrow")
@click.argument("principal", metavar="[PRINCIPAL]", required=False)
@click.option("--all", "all_", is_flag=True, help="Every user and role of the inputs.")
@click.option("--cases", metavar="FILE", help="Many sets of policies: JSON Lines, one case a line, - for stdin.")
@click.option(
    "--in", "paths", multiple=True, type=click.Path(), metavar="PATH", help="File or folder, - for stdin (repeatable)."
)
@click.option(
    "--used",
    "used",
    multiple=True,
    type=click.Path(),
    metavar="FILE",
    help="What was done: CloudTrail records, or what get-service-last-accessed-details prints (one of each).",
)
@click.option("--last-accessed", is_flag=True, help="Ask IAM when PRINCIPAL last used what; needs credentials.")
@wish_options()
@scp_option()
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
def command(
    ctx: click.Context,
    /,
    principal: str | None,
    cases: str | None,
    format_: str | None,
    *,
    all_: bool,
    **options: Any,
) -> None:
    """Show what PRINCIPAL is granted and could be less, and write a smaller policy.

    PRINCIPAL is a user or role: its ARN, its name, or the name that a template gives to it. Without more, what could
    be less is listed, and what could be chosen with its price. With a choice (--pin-…, --level, --expand,
    --own-account, --drop-vain) or a record of use (--used, --last-accessed) one policy is written in place of all that
    it has. It is proven to allow nothing new, and to allow every recorded use; else nothing is written, and the exit
    code is 1. What a choice locks out is told.

    Sending mail and publishing leave no trace in last-accessed data, nor in CloudTrail but for data events: an action
    is never taken for unused because it was not seen where it would not be. What a permissions boundary or a service
    control policy cuts is granted in vain and no use. Exits with 4 when an input, a policy of PRINCIPAL, or a record
    that was asked for could not be read.

    \b
    auditor iam narrow mailer --in dump.json
    auditor iam narrow mailer --in dump.json --used trail.json.gz > smaller.json
    auditor iam narrow mailer --in snapshot.json --pin-known --pin-from no-reply@example.com
    auditor iam narrow --all --in dump.json --used trail.json.gz --format json

    With --all and a choice or a record, JSON is one line per principal. With --cases every line is `{"id",
    "policies": [{"name", "document"}…]}` or `{"id", "identity": [document…]}` and may have `"principal"` (its ARN),
    `"boundary"`, `"scp": [document…]` and `"used"`; it is answered by a line `{"id", "policy", "proof", …}`.
    """
    wishes = wishes_of(options)
    check_once(*options["paths"], *options["used"], *options["scps"], *((cases,) if cases is not None else ()))
    if cases is not None:
        _check_cases(principal, format_, options, all_=all_)
        ctx.exit(_cases(cases, wishes))
    if all_ == (principal is not None):
        raise Stop("name one PRINCIPAL, or use --all", EXIT_USAGE)
    has_record = bool(options["used"]) or options["last_accessed"]
    _check(format_, wishes, writes=has_record or wishes.any, all_=all_, has_record=has_record)
    with paths_of(options["paths"]) as (paths, names):
        asked = inputs.wanted({**{name: options[name] for name in _READS}, "paths": paths})
        found = inputs.read(asked, names=names)
    for error in found.errors:
        explain(str(error), EXIT_INCOMPLETE)
    # What was read stays until the end: the collector need not look at it again and again.
    gc.freeze()
    # Nearly all that is made of it stays as well: looking for garbage as often as by default finds none.
    gc.set_threshold(100_000, 50, 100)
    run = _Run(found.inventory, wishes, options)
    if all_:
        code = run.write_all(format_ or "text") if has_record or wishes.any else run.find_all(format_)
    else:
        who = _called(found.inventory, principal or "")
        code = run.write(who, format_ or "policy") if has_record or wishes.any else run.find(who, format_)
    if code == EXIT_PASSED and found.errors:
        code = EXIT_INCOMPLETE
    ctx.exit(code)


def _check_cases(principal: str | None, format_: str | None, options: Mapping[str, Any], *, all_: bool) -> None:
    others = ("paths", "used", "last_accessed", "scps", "live")
    if principal is not None or all_ or format_ is not None or any(options[name] for name in others):
        raise Stop("--cases goes with choices only: the cases hold the rest", EXIT_USAGE)


def _cases(path: str, wishes: "Wishes") -> int:
    from functools import partial

    from auditor.cli.iam.cases import answer_all
    from auditor.cli.iam.narrow_case import answer

    return answer_all(path, partial(answer, wishes=wishes))


def _check(format_: str | None, wishes: "Wishes", *, writes: bool, all_: bool, has_record: bool) -> None:
    if format_ == "policy" and not writes:
        raise Stop("a policy is written with --used FILE, --last-accessed or a choice such as --pin-known", EXIT_USAGE)
    if format_ == "policy" and all_:
        raise Stop("--format policy needs one PRINCIPAL: use --format json", EXIT_USAGE)
    if wishes.only_recorded and not has_record:
        raise Stop("--only-recorded needs --used FILE or --last-accessed", EXIT_USAGE)
    if wishes.recorded_senders and not has_record:
        raise Stop("--pin-from-recorded needs --used FILE", EXIT_USAGE)


class _Run:
    """Answers for the principals of one inventory."""

    def __init__(self, inventory: "Inventory", wishes: "Wishes", options: Mapping[str, Any]) -> None:
        self._inventory = inventory
        self._wishes = wishes
        self._options = options

    def find(self, who: "User | Role", format_: str | None) -> int:
        """Print what one principal is granted and could be less, and what could be chosen."""
        from auditor.iam.narrow import choices, of_principal

        found = of_principal(who, self._inventory, self._limits().of)
        offered = choices(found, self._inventory)
        if format_ == "json":
            from auditor.report.narrow_json import render_findings as as_json

            _print(as_json(found, offered))
        else:
            from auditor.report.narrow_text import render_findings as as_text

            _print(as_text(found, offered))
        return EXIT_PASSED

    def find_all(self, format_: str | None) -> int:
        """Print what every principal is granted and could be less."""
        from auditor.iam.narrow import of_all

        found = of_all(self._inventory, self._limits().of)
        if format_ == "json":
            from auditor.report.narrow_json import render_all as as_json

            _print(as_json(found))
        else:
            from auditor.report.narrow_text import render_all as as_text

            _print(as_text(found))
        return EXIT_PASSED

    def write(self, who: "User | Role", format_: str) -> int:
        """Print the smaller policy of one principal; the exit code is 1 when it is not proven."""
        from auditor.iam.narrow import Narrower, NarrowError

        records = self._records((who,))
        try:
            made = Narrower(self._inventory, self._wishes, self._limits().of).of(who, records.of(who))
        except NarrowError as error:
            raise Stop(str(error), EXIT_INCOMPLETE) from error
        _show(made, format_)
        if not made.proof.holds:
            return EXIT_GATE
        return EXIT_INCOMPLETE if records.incomplete else EXIT_PASSED

    def write_all(self, format_: str) -> int:
        """Print the smaller policy of every principal, a line each; what cannot be written does not stop the rest."""
        from auditor.iam.narrow import Narrower, NarrowError, Principals
        from auditor.report.narrow_json import line, line_of_failure
        from auditor.report.narrow_text import failure_of_many, one_of_many

        everybody = tuple(Principals(self._inventory).everybody())
        records = self._records(everybody)
        narrower = Narrower(self._inventory, self._wishes, self._limits().of)
        unproven = failed = False
        as_json = format_ == "json"
        for who in everybody:
            try:
                made = narrower.of(who, records.of(who))
            except NarrowError as error:
                failed = True
                _print(line_of_failure(who, str(error)) if as_json else failure_of_many(who, str(error)))
                continue
            unproven |= not made.proof.holds
            _print(line(made) if as_json else one_of_many(made))
        if unproven:
            return EXIT_GATE
        return EXIT_INCOMPLETE if failed or records.incomplete else EXIT_PASSED

    def _records(self, principals: "tuple[User | Role, ...]") -> "Records":
        from auditor.cli.iam.narrow_record import Records

        records = Records(principals)
        for path in self._options["used"]:
            records.read(path)
        if self._options["last_accessed"]:
            records.ask({name: self._options[name] for name in _READS if name != "paths"})
        return records

    def _limits(self) -> "Finder":
        from auditor.iam.narrow import Finder

        return Finder(self._inventory, levels_in(self._options["scps"]))


def _print(text: str) -> None:
    from auditor.report.terminal import printable_lines

    click.echo(printable_lines(text), nl=False)


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


def _show(made: "Narrowed", format_: str) -> None:
    """Print what was made; a policy that is not proven is not printed alone."""
    if format_ == "policy":
        from auditor.report.narrow_json import render_policy

        for told in _summary(made):
            explain(told, EXIT_PASSED)
        if made.proof.holds and made.document is not None:
            _print(render_policy(made))
    elif format_ == "json":
        from auditor.report.narrow_json import render_one as as_json

        _print(as_json(made))
    else:
        from auditor.report.narrow_text import render_one as as_text

        _print(as_text(made))


def _summary(made: "Narrowed") -> Iterator[str]:
    from auditor.report.narrow_text import summary

    return summary(made)
