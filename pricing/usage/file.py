"""Reads a usage file: usage-v1, or one of Infracost."""

import difflib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path

import msgspec

from auditor.model.inventory import Inventory
from auditor.strict_yaml import Limits, Node, YamlError, of_amounts
from auditor.strict_yaml import parse as parse_yaml
from pricing.meters.registry import quantities
from pricing.month import Month, MonthError
from pricing.month import parse as parse_month
from pricing.usage import infracost
from pricing.usage.file_shape import FILE
from pricing.usage.usage import Account, Case, Entry, Outlook, PlanChange, Selector, Usage, UsageError

LIMITS = Limits(size=16 * 1024 * 1024, depth=12, values=500_000, scalar=4096)
"""Of a usage file, which can tell the quantities of many thousands of topics."""
_SHOWN = 10
"""Mistakes that are told at once."""


class _Region(msgspec.Struct, frozen=True):
    ses_plan: str | None = None
    ses_plan_since: date | None = None
    ses_plan_before: str | None = None


class _Cases(msgspec.Struct, frozen=True):
    best: Case | None = None
    worst: Case | None = None


class _Projection(msgspec.Struct, frozen=True):
    growth_per_month: Decimal = Decimal(0)
    growth: dict[str, Decimal] = {}
    seasonality: dict[int, Decimal] = {}
    cases: _Cases = _Cases()


class _File(msgspec.Struct, frozen=True):
    """A usage file without its entries, whose shape was checked."""

    month: str | None = None
    account: Account | None = None
    regions: dict[str, _Region] = {}
    projection: _Projection | None = None


def load(path: Path, inventory: Inventory | None = None) -> Usage:
    """The usage of a file.

    Args:
        path: of the file: usage-v1, or a usage file of Infracost.
        inventory: tells which resources the addresses of Infracost's file mean.

    Raises:
        UsageError: with file and line, when it cannot be read or is neither.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LIMITS.size + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    return parse(content, str(path), inventory)


def parse(content: bytes, path: str, inventory: Inventory | None = None) -> Usage:
    """The usage of a file's content; see `load`."""
    try:
        root = parse_yaml(content, LIMITS, of_amounts)
    except YamlError as error:
        raise UsageError(f"{path}:{error.line}: {error}") from error
    if not isinstance(root.value, dict):
        raise UsageError(f"{path}:{root.line}: a usage file is a mapping that begins with version: 1")
    if infracost.is_infracost(root):
        return infracost.usage(root, path, inventory or Inventory())
    _check_names(root, path)
    mistakes = [
        f"{path}:{root.at(steps).line}: {'.'.join(map(str, steps)) or 'file'}: {words}"
        for steps, words in islice(FILE.mistakes(root, ()), _SHOWN)
    ]
    if mistakes:
        raise UsageError(*mistakes)
    entries = root.value.pop("usage", Node(0, []))
    return _usage(msgspec.convert(root.plain(), _File, strict=False), entries, root, path)


def _check_names(root: Node, path: str) -> None:
    """Refuses a quantity that does not exist, with the nearest one that does."""
    entries = root.at(("usage",)).value if isinstance(root.value, dict) and "usage" in root.value else None
    for entry in entries if isinstance(entries, list) else ():
        for name, node in entry.value.items() if isinstance(entry.value, dict) else ():
            if name != "for" and name not in quantities():
                near = difflib.get_close_matches(name, quantities(), 1)
                hint = f"; did you mean {near[0]}?" if near else "; `auditor prices quantities` lists them"
                raise UsageError(f"{path}:{node.line}: no quantity {name!r}{hint}")


def _usage(file: _File, entries: Node, root: Node, path: str) -> Usage:
    return Usage(
        path=path,
        month=_month(file.month, root, path),
        account=file.account,
        plans={region: section.ses_plan for region, section in file.regions.items()},
        plan_changes={
            region: PlanChange(section.ses_plan_since, section.ses_plan_before)
            for region, section in file.regions.items()
            if section.ses_plan_since is not None and section.ses_plan_before is not None
        },
        entries=tuple(_entries(entries, path)),
        outlook=_outlook(file, root, path),
    )


def _outlook(file: _File, root: Node, path: str) -> Outlook | None:
    told = file.projection
    if told is None:
        return None
    for name in told.growth:
        if not any(known == name or known.startswith(f"{name}.") for known in quantities()):
            line = root.at(("projection", "growth", name)).line
            raise UsageError(f"{path}:{line}: no quantity is, or begins with, {name!r}")
    cases = {"best": told.cases.best, "worst": told.cases.worst}
    return Outlook(
        growth_per_month=told.growth_per_month,
        growth=told.growth,
        seasonality=told.seasonality,
        cases={name: case for name, case in cases.items() if case is not None},
    )


def _month(written: str | None, root: Node, path: str) -> Month | None:
    if written is None:
        return None
    try:
        return parse_month(written)
    except MonthError as error:
        raise UsageError(f"{path}:{root.at(('month',)).line}: {error}") from error


def _entries(found: Node, path: str) -> Iterator[Entry]:
    for node in found.value if isinstance(found.value, list) else ():
        told = node.value
        if isinstance(told, dict):
            of = msgspec.convert(told["for"].plain(), dict[str, str | None])
            selector = Selector(of.get("service") or "", of.get("region") or "", of.get("resource") or "")
            amounts = {name: _amount(value) for name, value in told.items() if name != "for"}
            for name in amounts if selector.service else ():
                if name.partition(".")[0] != selector.service:
                    raise UsageError(f"{path}:{told[name].line}: {name} is no quantity of {selector.service}")
            yield Entry(selector, amounts, node.line)


def _amount(node: Node) -> Decimal | None:
    return None if node.value is None else msgspec.convert(node.value, Decimal)
