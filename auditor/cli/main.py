"""The ``auditor`` command: a group whose commands are imported when they are called."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from auditor import __version__
from auditor.cli.errors import EXIT_BROKEN_PIPE, EXIT_INCOMPLETE, EXIT_USAGE, Stop, explain
from auditor.cli.lazy import LazyGroup

# Name and module of each command, one line for the overview.
COMMANDS = {
    "scan": "Audit templates, snapshots or a live account.",
    "collect": "Read an AWS account into a snapshot file.",
    "inventory": "Show what is in the inputs, and how much of it is known.",
    "trace": "Walk the mail path of an identity and judge every link.",
    "estimate": "Estimate the monthly cost from usage.",
    "prices": "Show the price data.",
    "diff": "Compare two results or two inputs: new, fixed, unchanged.",
    "iam": "Ask what policies mean: who can do what, what a change gives, what is public.",
    "rules": "List and explain the rules.",
    "permissions": "Print the IAM policy that reading an account needs.",
}

_VERBOSE = "With --version: also where the action database comes from and its date."


def _remember_verbose(ctx: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    ctx.meta[_VERBOSE] = value


def _tell_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    if not value or ctx.resilient_parsing:
        return
    click.echo(f"auditor {__version__}")
    if ctx.meta.get(_VERBOSE):
        from auditor.iam.database import provenance
        from auditor.iam.packed import PackError

        try:
            found = provenance()
        except (OSError, PackError) as error:
            raise Stop(f"the action database cannot be read: {error}", EXIT_INCOMPLETE) from error
        packages = ", ".join(f"{name} {version}" for name, version in found.packages.items())
        click.echo(f"IAM actions: {found.actions} of {found.services} services, {found.date}, from {packages}")
    ctx.exit()


@click.group(
    cls=LazyGroup,
    package="auditor.cli",
    commands=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 passed, 1 the gate failed, 2 wrong usage or configuration, 3 no input could be read, "
    "4 incomplete.",
)
@click.option("--version", is_flag=True, expose_value=False, callback=_tell_version, help="Show the version and exit.")
@click.option("--verbose", is_flag=True, expose_value=False, is_eager=True, callback=_remember_verbose, help=_VERBOSE)
def main() -> None:
    """Audit Amazon SES and SNS: configuration, mail path, access and cost.

    Opens connections only when asked to (collect, --live, --last-accessed, prices refresh), never writes to AWS, and
    sends nothing anywhere.
    """


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code; a user's mistake is one line on stderr."""
    _replace_closed_streams()
    try:
        code = main.main(args=arguments, standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.exceptions.Abort:
        # Threads that wait for an answer of AWS would hold up the end.
        os._exit(explain("interrupted", EXIT_USAGE))
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        code = EXIT_USAGE
    except click.ClickException as error:
        code = explain(error.format_message(), EXIT_USAGE)
    except Stop as stop:
        code = explain(str(stop), stop.code)
    except (BrokenPipeError, SystemExit):
        # The reader of our output left; there is nobody to tell. click ends with 1 then, which means a failed gate.
        code = _give_up_stdout(EXIT_BROKEN_PIPE)
    except OSError as error:
        # Commands explain what their inputs do; this is a full disk behind stdout, or a working directory that is gone.
        what = error.filename or ("the working directory" if isinstance(error, FileNotFoundError) else "stdout")
        code = _give_up_stdout(explain(f"{what}: {error.strerror}", EXIT_INCOMPLETE))
    except Exception as error:  # noqa: BLE001 - Python would end with 1, which means a failed gate
        code = explain(_defect(error), EXIT_INCOMPLETE)
    sys.exit(code if isinstance(code, int) else 0)


def _defect(error: Exception) -> str:
    """What to report about an error of this program, with the place where it came up."""
    import traceback

    if os.environ.get("AUDITOR_TRACEBACK"):
        traceback.print_exception(error)
    frames = traceback.extract_tb(error.__traceback__)
    at = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return (
        f"internal error{at}: {type(error).__name__}: {error}; nothing is judged. Please report it, with what"
        " AUDITOR_TRACEBACK=1 adds"
    )


def _replace_closed_streams() -> None:
    """A stream that the caller closed is None in Python; the exit code still tells the outcome."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open as long as we run


def _give_up_stdout(code: int) -> int:
    """Keep the interpreter from writing what is left to a stdout that takes no more."""
    sys.stdout = None
    return code


if __name__ == "__main__":
    run()
