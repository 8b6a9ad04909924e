"""The ``auditor`` command: a group whose commands are imported when they are called."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

import click

from auditor import __version__
from auditor.cli.errors import EXIT_USAGE, Stop, explain

# Name, module that holds `command`, one line for the overview.
COMMANDS = {
    "scan": "Audit templates, snapshots or a live account.",
    "collect": "Read an AWS account into a snapshot file.",
    "inventory": "Show what is in the inputs, and how much of it is known.",
    "trace": "Walk the mail path of an identity and judge every link.",
    "estimate": "Estimate the monthly cost from usage.",
    "prices": "Show the price data.",
    "diff": "Compare two results or two inputs: new, fixed, unchanged.",
    "rules": "List and explain the rules.",
    "permissions": "Print the IAM policy that reading an account needs.",
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All commands, in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """The command with a name."""
        if cmd_name not in COMMANDS:
            return None
        found = import_module(f"auditor.cli.{cmd_name}").command
        if not isinstance(found, click.Command):
            raise TypeError(f"auditor.cli.{cmd_name}.command is no command")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """The overview, without importing a single command."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name; a misspelt one is answered with the nearest."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, 1)
            ctx.fail(f"no such command {args[0]!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 passed, 1 the gate failed, 2 wrong usage or configuration, 3 no input could be read, "
    "4 incomplete.",
)
@click.version_option(__version__, prog_name="auditor", message="%(prog)s %(version)s")
def main() -> None:
    """Audit Amazon SES and SNS: configuration, mail path, access and cost.

    Reads AWS only when asked to (--live, collect), never writes to it, and sends nothing anywhere.
    """


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code; a user's mistake is one line on stderr."""
    try:
        code = main.main(args=arguments, standalone_mode=False)
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.exceptions.Abort:
        code = explain("interrupted", EXIT_USAGE)
    except click.ClickException as error:
        code = explain(error.format_message(), EXIT_USAGE)
    except Stop as stop:
        code = explain(str(stop), stop.code)
    except BrokenPipeError:
        # The reader of our output left; there is nobody to tell.
        sys.stdout = None
        code = 0
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    run()
