"""Options that several commands share."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import click

from auditor.cli.errors import EXIT_USAGE, Stop

F = TypeVar("F", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """A date as ``YYYY-MM-DD``."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date that was written."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a date like 2026-11-24", param, ctx)


class Pair(click.ParamType[tuple[str, str]]):
    """``KEY=VALUE``."""

    name = "key=value"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Key and value."""
        if isinstance(value, tuple):
            return value
        key, sign, rest = str(value).partition("=")
        if not sign or not key:
            self.fail(f"{value!r} is not of the form KEY=VALUE", param, ctx)
        return key, rest


def today() -> date:
    """The date in UTC, or of SOURCE_DATE_EPOCH."""
    return now().date()


def now() -> datetime:
    """The time in UTC, or SOURCE_DATE_EPOCH when it is set, so that outputs can be reproduced."""
    import os

    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Stop(f"SOURCE_DATE_EPOCH={epoch} is no time in seconds since 1970", EXIT_USAGE) from error


class Matching(click.ParamType[str]):
    """A text of a certain form."""

    def __init__(self, name: str, pattern: str, example: str) -> None:
        self.name = name
        self._pattern = pattern
        self._example = example

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text, if it has the form."""
        import re

        if not re.fullmatch(self._pattern, str(value)):
            self.fail(f"{value!r} is not like {self._example}", param, ctx)
        return str(value)


ACCOUNT = Matching("account", r"\d{12}", "111122223333")
REGION = Matching("region", r"[a-z]{2,}(-[a-z]+)+-\d+", "eu-west-1")


def together(*decorators: Callable[[F], F]) -> Callable[[F], F]:
    """Several decorators as one, the first one outermost."""

    def decorate(function: F) -> F:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


def live_options() -> Callable[[F], F]:
    """Whether to read an account, which one and which Regions; without it, the Region of files."""
    return together(
        click.option("--live", is_flag=True, help="Read the AWS account that the credentials belong to."),
        account_options(
            profile="AWS profile for --live.",
            region="With --live: a Region to read (repeatable). With files: the Region they will be deployed to.",
        ),
    )


def account_options(
    *, profile: str = "AWS profile.", region: str = "A Region to read (repeatable)."
) -> Callable[[F], F]:
    """Which account and Regions to read."""
    return together(
        click.option("--profile", metavar="NAME", help=profile),
        click.option("--region", "regions", type=REGION, multiple=True, metavar="REGION", help=region),
        click.option("--max-time", type=click.FloatRange(min=1), metavar="SECONDS", help="Stop reading after this."),
    )


def binding_options() -> Callable[[F], F]:
    """What a template does not tell and the user does."""
    return together(
        click.option("--account", type=ACCOUNT, metavar="ID", help="Account that templates will be deployed to."),
        click.option("--partition", type=click.Choice(["aws", "aws-cn", "aws-us-gov"]), help="Its partition."),
        click.option(
            "--parameter", "parameters", type=Pair(), multiple=True, help="Value of a template parameter (repeatable)."
        ),
    )


def run_options() -> Callable[[F], F]:
    """How to run and what to print on the way."""
    return together(
        click.option("--config", type=click.Path(), metavar="FILE", help="Configuration; default: auditor.yaml."),
        click.option("--no-config", is_flag=True, help="Use no configuration file."),
        click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Parallel work; default: the cores."),
        click.option("--now", "day", type=Day(), metavar="DATE", help="Date that ages and waivers are counted from."),
        click.option("-q", "--quiet", is_flag=True, help="No progress on stderr."),
        click.option("-v", "--verbose", is_flag=True, help="More on stderr: what is read, what is skipped."),
    )


def output_options(*formats: str) -> Callable[[F], F]:
    """Where results go."""
    return together(
        click.option("--format", "format_", type=click.Choice(formats), default="text", help="Format on stdout."),
        click.option(
            "--output",
            "outputs",
            type=Pair(),
            multiple=True,
            metavar="FORMAT=FILE",
            help="Write another format to a file (repeatable).",
        ),
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            help="Colours; NO_COLOR is obeyed.",
        ),
    )
