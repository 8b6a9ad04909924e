"""What the options of ``auditor iam narrow`` wish to leave out."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from auditor.cli.errors import EXIT_USAGE, Stop
from auditor.cli.options import together

if TYPE_CHECKING:
    from auditor.iam.narrow import Wishes

F = TypeVar("F", bound=Callable[..., Any])

_LEVELS = ("list", "read", "write", "tagging", "permissions")
_LONGEST_ADDRESS = 320
_NAMED = ("identities", "configuration_sets", "topics")


def wish_options() -> Callable[[F], F]:
    """What to leave out beside what was not used."""
    return together(
        click.option("--only-recorded", is_flag=True, help="Also leave out what no record would show."),
        click.option("--own-account", is_flag=True, help="Confine statements on * to PRINCIPAL's account."),
        click.option(
            "--pin-identity",
            "identities",
            multiple=True,
            metavar="NAME|ARN",
            help="Confine wildcards over identities to this one (repeatable).",
        ),
        click.option(
            "--pin-configuration-set",
            "configuration_sets",
            multiple=True,
            metavar="NAME|ARN",
            help="Confine wildcards over configuration sets to this one (repeatable).",
        ),
        click.option(
            "--pin-topic",
            "topics",
            multiple=True,
            metavar="NAME|ARN",
            help="Confine wildcards over topics to this one (repeatable).",
        ),
        click.option("--pin-known", is_flag=True, help="Confine all of these to what the inputs know of the account."),
        click.option(
            "--pin-from",
            "senders",
            multiple=True,
            metavar="ADDRESS",
            help="Let mail come from this address only; * and ? are wildcards (repeatable).",
        ),
        click.option("--pin-from-recorded", is_flag=True, help="Let mail come from the recorded addresses only."),
        click.option(
            "--level",
            "levels",
            multiple=True,
            type=click.Choice(_LEVELS),
            help="Access level that wildcards in actions keep (repeatable).",
        ),
        click.option("--expand", is_flag=True, help="Write wildcards in actions as the actions of today."),
        click.option("--drop-vain", is_flag=True, help="Leave out what a boundary or control policy cuts anyway."),
    )


def wishes_of(options: Mapping[str, Any]) -> "Wishes":
    """What the options wish to leave out.

    Raises:
        Stop: a name, ARN or address is none.
    """
    from auditor.iam.database import Access
    from auditor.iam.narrow import Pinned, Wishes, problem_of

    for kind, names in zip(Pinned, (options[each] for each in _NAMED), strict=True):
        for name in names:
            problem = problem_of(kind, name)
            if problem is not None:
                raise Stop(f"--pin-{kind.value}: {problem}", EXIT_USAGE)
    for address in options["senders"]:
        if not _is_address(address):
            raise Stop(f"--pin-from: {address!r} is not like no-reply@example.com or *@example.com", EXIT_USAGE)
    by_name = dict(zip(_LEVELS, Access, strict=True))
    return Wishes(
        only_recorded=options["only_recorded"],
        own_account=options["own_account"],
        levels=tuple(dict.fromkeys(by_name[each] for each in options["levels"])),
        expand=options["expand"],
        drop_vain=options["drop_vain"],
        identities=options["identities"],
        configuration_sets=options["configuration_sets"],
        topics=options["topics"],
        known=options["pin_known"],
        senders=options["senders"],
        recorded_senders=options["pin_from_recorded"],
    )


def _is_address(written: str) -> bool:
    local, sign, domain = written.rpartition("@")
    plain = written.isprintable() and not set(written) & set(" <>\"'$,;")
    return bool(sign and local and domain) and plain and len(written) <= _LONGEST_ADDRESS
