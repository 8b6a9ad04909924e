"""Control policies of organizations that ``auditor iam`` commands are given, in place of those of the inputs."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from auditor.iam.document import Policy

F = TypeVar("F", bound=Callable[..., Any])


def scp_option() -> Callable[[F], F]:
    """``--scp``, as ``scps``."""
    return _option("scp", "Service")


def rcp_option() -> Callable[[F], F]:
    """``--rcp``, as ``rcps``."""
    return _option("rcp", "Resource")


def _option(name: str, what: str) -> Callable[[F], F]:
    return click.option(
        f"--{name}",
        f"{name}s",
        multiple=True,
        type=click.Path(),
        metavar="FILE",
        help=f"{what} control policies of one level, one or a list (repeatable, from the root down).",
    )


def levels_in(paths: tuple[str, ...]) -> "tuple[tuple[Policy, ...], ...] | None":
    """The policies of each level, None when no file was given.

    Raises:
        Stop: a file cannot be read or holds something else.
    """
    if not paths:
        return None
    from auditor.cli.iam.files import policies_in

    return tuple(policies_in(path) for path in paths)
