"""Reads a usage file: usage-v1, or one of Infracost."""

import difflib
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path

import msgspec

from auditor import bounded
from auditor.model.inventory import Inventory
from auditor.strict_yaml import Limits, Node, Plain, YamlError, of_amounts
from auditor.strict_yaml import parse as parse_yaml
from pricing.meters.registry import meters, quantities
from pricing.month import Month, MonthError
from pricing.month import parse as parse_month
from pricing.usage import infracost
from pricing.usage.file_shape import (
    AccountSection,
    EntrySection,
    Number,
    ProjectionSection,
    RegionSection,
    UsageFile,
    apart,
    convert,
)
from pricing.usage.usage import Account, Case, Entry, Outlook, PlanChange, Selector, Usage, UsageError

LIMITS = Limits(size=16 * 1024 * 1024, depth=12, values=500_000, scalar=4096)
"""Of a usage file, which can tell the quantities of many thousands of topics."""
_SHOWN = 10
"""Mistakes that are told at once."""


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
            content = bounded.read(file, LIMITS.size)
    except bounded.TooLargeError as error:
        raise UsageError(f"{path}: {error}") from error
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
    plain = apart({key: node.plain() for key, node in root.value.items()})
    try:
        file = convert(plain, UsageFile)
    except msgspec.ValidationError as error:
        raise UsageError(*_explained(plain, root, path)) from error
    return _usage(file, root, path)


def _explained(plain: Plain, root: Node, path: str) -> Iterator[str]:
    """One line per mistake, the first ones."""
    from pricing.usage.file_mistakes import mistakes

    for steps, words in islice(mistakes(plain, UsageFile), _SHOWN):
        yield f"{path}:{root.at(steps).line}: {'.'.join(map(str, steps)) or 'file'}: {words}"


def _check_names(root: Node, path: str) -> None:
    """Refuses entries that are for nothing, and a quantity that does not exist, with the nearest one that does."""
    entries = root.at(("usage",)).value if isinstance(root.value, dict) and "usage" in root.value else None
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry.value, dict) and "for" not in entry.value:
            whose = "for: {resource: NAME}, or for: {service: sns, region: eu-west-1}"
            raise UsageError(f"{path}:{entry.line}: usage.{index}: needs {whose}, beside its quantities")
        for name, node in entry.value.items() if isinstance(entry.value, dict) else ():
            if name != "for" and name not in quantities():
                near = difflib.get_close_matches(name, quantities(), 1)
                hint = f"; did you mean {near[0]}?" if near else "; `auditor prices quantities` lists them"
                raise UsageError(f"{path}:{node.line}: no quantity {name!r}{hint}")


def _usage(file: UsageFile, root: Node, path: str) -> Usage:
    return Usage(
        path=path,
        month=_month(file.month, root, path),
        account=_account(file.account) if file.account is not None else None,
        plans={region: section.ses_plan for region, section in file.regions.items()},
        plan_changes={
            region: PlanChange(section.ses_plan_since, section.ses_plan_before)
            for region, section in file.regions.items()
            if section.ses_plan_since is not None and section.ses_plan_before is not None
        },
        entries=tuple(
            _entry(section, file, root.at(("usage", index)), path) for index, section in enumerate(file.usage)
        ),
        outlook=_outlook(file.projection, root, path),
    )


def _account(told: AccountSection) -> Account:
    return Account(told.opened, told.first_ses_use, _plain(told.credits_usd), told.credits_until)


def _outlook(told: ProjectionSection | None, root: Node, path: str) -> Outlook | None:
    if told is None:
        return None
    for name in told.growth:
        if not any(known == name or known.startswith(f"{name}.") for known in quantities()):
            line = root.at(("projection", "growth", name)).line
            raise UsageError(f"{path}:{line}: no quantity is, or begins with, {name!r}")
    cases = {"best": told.cases.best, "worst": told.cases.worst}
    return Outlook(
        growth_per_month=Decimal(told.growth_per_month),
        growth={name: Decimal(growth) for name, growth in told.growth.items()},
        seasonality={int(month): Decimal(factor) for month, factor in told.seasonality.items()},
        cases={
            name: Case(Decimal(case.volume), _plain(case.growth_per_month))
            for name, case in cases.items()
            if case is not None
        },
    )


def _month(written: str | None, root: Node, path: str) -> Month | None:
    if written is None:
        return None
    try:
        return parse_month(written)
    except MonthError as error:
        raise UsageError(f"{path}:{root.at(('month',)).line}: {error}") from error


def _entry(section: EntrySection, file: UsageFile, node: Node, path: str) -> Entry:
    of = section.of
    if of.service is not None:
        for name in section.quantities:
            if name.partition(".")[0] != of.service:
                raise UsageError(f"{path}:{node.at((name,)).line}: {name} is no quantity of {of.service}")
    if of.ses_plan is not None:
        _check_plan(section, file, node, path)
    selector = Selector(of.service or "", of.region or "", of.resource or "", of.ses_plan or "")
    return Entry(selector, {name: _plain(amount) for name, amount in section.quantities.items()}, node.line)


def _check_plan(section: EntrySection, file: UsageFile, node: Node, path: str) -> None:
    """Refuse a plan that is none of the Region's in its month of change, and what is no usage of it."""
    of, place = section.of, f"{path}:{node.at(('for',)).line}"
    told = file.regions.get(of.region or "", RegionSection())
    if told.ses_plan_since is None or of.ses_plan not in (told.ses_plan, told.ses_plan_before):
        raise UsageError(f"{place}: for.ses_plan: regions.{of.region} tells no change from or to {of.ses_plan}")
    for name in section.quantities:
        meter = meters().get(name)
        if meter is None or (meter.unit.endswith("month") and meter.unit != "GB-month"):
            raise UsageError(f"{path}:{node.at((name,)).line}: {name} is told for the Region, not for a plan of it")


def _plain(told: Number | None) -> Decimal | None:
    """The number alone, without what the file says of its size."""
    return None if told is None else Decimal(told)
