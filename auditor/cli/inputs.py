"""Reads what a command was given: files and folders, a live account, or both."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from auditor.cli.errors import EXIT_NO_INPUT, EXIT_PASSED, EXIT_USAGE, Stop, explain
from auditor.cli.options import now

if TYPE_CHECKING:
    from auditor.gate.configuration import Configuration
    from auditor.model.inventory import Inventory
    from auditor.sources.aws.last_accessed import Answers
    from auditor.sources.interface import InputError, Loaded, Progress

_CALLS = 16
"""Calls to AWS that are under way at once; more do not help at usual round trips."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the options ask to read.

    Attributes:
        paths: files and folders.
        live: whether to read the account of the credentials.
        regions: Regions to read; with files, the one they will be deployed to.
        parameters: values of template parameters.
        given: names of those that options give; the others are the configuration's.
        max_time: seconds that reading may take.
        usage_days: days of which the metrics of a live account are read; None for none.
    """

    paths: tuple[str, ...] = ()
    live: bool = False
    profile: str | None = None
    regions: tuple[str, ...] = ()
    account: str | None = None
    partition: str | None = None
    parameters: Mapping[str, str] = {}
    given: tuple[str, ...] = ()
    max_time: float | None = None
    usage_days: int | None = None
    jobs: int | None = None
    quiet: bool = False
    verbose: bool = False


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """What was read.

    Attributes:
        inventory: everything, joined.
        errors: inputs that could not be read.
        not_inputs: candidates of folders that are no input.
    """

    inventory: "Inventory"
    errors: tuple["InputError", ...] = ()
    not_inputs: int = 0


def wanted(options: Mapping[str, object], configuration: "Configuration | None" = None) -> Wanted:
    """What the options of a command ask for; the configuration stands in for what they leave out."""
    given = {name: value for name, value in options.items() if name in Wanted.__struct_fields__ and value is not None}
    pairs = msgspec.convert(given.get("parameters", ()), tuple[tuple[str, str], ...])
    given["parameters"] = {**(configuration.template_parameters if configuration is not None else {}), **dict(pairs)}
    given["given"] = tuple(dict(pairs))
    if configuration is not None:
        for name in ("account", "partition"):
            given.setdefault(name, getattr(configuration, name))
        if not given.get("live") and not given.get("regions") and configuration.region is not None:
            given["regions"] = (configuration.region,)
    return msgspec.convert(given, Wanted, strict=True)


def read(asked: Wanted, *, root: Path | None = None, names: Mapping[Path, str] | None = None) -> Read:
    """Read all inputs and join them.

    Args:
        asked: what to read.
        root: the folder that results name files from; the working folder by default.
        names: absolute path to the name that results use instead.

    Raises:
        Stop: nothing was asked for, or nothing could be read.
    """
    from auditor.model.inventory import Inventory, merge

    if not asked.paths and not asked.live:
        raise Stop("nothing to read: name a file or folder, or use --live", EXIT_USAGE)
    parts: list[Inventory] = []
    errors: tuple[InputError, ...] = ()
    not_inputs = 0
    if asked.paths:
        loaded = _files(asked, root or Path.cwd(), names)
        errors, not_inputs = loaded.errors, loaded.not_inputs
        if loaded.inventory.inputs:
            parts.append(loaded.inventory)
        _tell_left_out(loaded, asked)
    if asked.live:
        parts.append(live(asked))
    if not parts and errors:
        raise Stop("; ".join(str(error) for error in errors), EXIT_NO_INPUT)
    if not parts:
        raise Stop(f"no input found in {', '.join(asked.paths)}", EXIT_NO_INPUT)
    inventory = merge(parts)
    _tell_outdated(inventory)
    return Read(inventory=inventory, errors=errors, not_inputs=not_inputs)


def _files(asked: Wanted, root: Path, names: Mapping[Path, str] | None) -> "Loaded":
    from auditor.sources.detect import load
    from auditor.sources.interface import Bindings

    region = asked.regions[0] if len(asked.regions) == 1 and not asked.live else None
    return load(
        asked.paths,
        root=root,
        parameters=asked.parameters,
        bindings=Bindings(account=asked.account, region=region, partition=asked.partition),
        jobs=asked.jobs,
        progress=_progress(asked) if asked.verbose else None,
        names=names,
    )


def _tell_left_out(loaded: "Loaded", asked: Wanted) -> None:
    """What somebody could take for judged and is not, and values that nothing takes."""
    import difflib

    from auditor.report.layout import counted

    if loaded.not_inputs and asked.verbose:
        explain(f"{counted(loaded.not_inputs, 'file')} passed over: no input", EXIT_PASSED)
    for kind, number in loaded.not_read.items():
        explain(f"{counted(number, 'file')} of {kind} not read: this version does not read it", EXIT_PASSED)
    for name in asked.given:
        if loaded.inventory.inputs and name not in loaded.parameters:
            near = difflib.get_close_matches(name, loaded.parameters, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            explain(f"--parameter {name}: no template that was read has such a parameter{hint}", EXIT_PASSED)


def _tell_outdated(inventory: "Inventory") -> None:
    """Accounts that another input tells as they were later."""
    from auditor.model.inventory import read_last

    latest = read_last(inventory.inputs)
    for item in inventory.inputs:
        if item.collected_at is not None and item.collected_at < latest[item.site]:
            later = f"another input tells how it was at {latest[item.site]}"
            explain(f"{item.path}: {item.account} {item.region} is not used: {later}", EXIT_PASSED)


def live(asked: Wanted) -> "Inventory":
    """Read the account of the credentials.

    Raises:
        Stop: the credentials do not work, or no Region is named.
    """
    from auditor.sources.aws.collect import collect
    from auditor.sources.interface import InputError

    try:
        return collect(
            regions=asked.regions,
            profile=asked.profile,
            progress=_progress(asked),
            jobs=asked.jobs or _CALLS,
            max_time=asked.max_time,
            now=now(),
            usage_days=asked.usage_days,
        )
    except InputError as error:
        raise Stop(str(error), EXIT_NO_INPUT) from error


def last_accessed(arns: tuple[str, ...], options: Mapping[str, object]) -> "Answers":
    """What IAM tells of when principals last used what; options as for `wanted`.

    Raises:
        Stop: the credentials do not work, or no Region is named.
    """
    from auditor.sources.aws.last_accessed import read as ask
    from auditor.sources.interface import InputError

    asked = wanted(options)
    try:
        return ask(
            arns,
            regions=asked.regions,
            profile=asked.profile,
            progress=_progress(asked),
            jobs=asked.jobs or _CALLS,
            max_time=asked.max_time,
        )
    except InputError as error:
        raise Stop(str(error), EXIT_NO_INPUT) from error


def _progress(asked: Wanted) -> "Progress | None":
    """Progress goes to stderr, and only where a person or a verbose run sees it."""
    if asked.quiet or not (asked.verbose or sys.stderr.isatty()):
        return None
    from auditor.report.terminal import plain

    def tell(what: str) -> None:
        sys.stderr.write(f"auditor: {plain(what)}\n")

    return tell
