"""Groups whose commands are imported when they are called."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is called.

    Args:
        package: where the modules are; each holds its command as `command`.
        commands: command name to one line for the overview; a hyphen in a name is an underscore in its module's.
    """

    def __init__(self, *, package: str, commands: Mapping[str, str], **attributes: Any) -> None:
        super().__init__(**attributes)
        self._package = package
        self._commands = commands

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All commands, in the order of use."""
        return list(self._commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """The command with a name."""
        if cmd_name not in self._commands:
            return None
        module = f"{self._package}.{cmd_name.replace('-', '_')}"
        found = import_module(module).command
        if not isinstance(found, click.Command):
            raise TypeError(f"{module}.command is no command")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """The overview, without importing a single command."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._commands.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name; a misspelt one is answered with the nearest."""
        if args and args[0] not in self._commands and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], self._commands, 1)
            ctx.fail(f"no such command {args[0]!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
        return super().resolve_command(ctx, args)
