"""Estimates through the command line: usage is written to a file and the JSON of ``auditor estimate`` is read back."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
from click.testing import CliRunner

from auditor.cli.estimate import command
from pricing.money import written
from pricing.result import Estimate
from pricing.usage.usage import Account, Entry, Usage


def commanded(usage: Usage, **choices: str) -> Estimate:
    """The estimate that the command prints; choices as ``ses__plan__extras="included"``."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "usage.yaml")
        path.write_text(usage_file(usage), encoding="utf-8")
        options = [f"--option={name.replace('__', '.')}={value}" for name, value in choices.items()]
        found = CliRunner().invoke(command, ["--usage", str(path), "--format", "json", *options])
    assert found.exit_code == 0, found.output
    return msgspec.json.decode(found.stdout, type=Estimate)


def usage_file(usage: Usage) -> str:
    """The usage as usage-v1."""
    return "\n".join(_lines(usage)) + "\n"


def _lines(usage: Usage) -> Iterator[str]:
    yield "version: 1"
    if usage.month is not None:
        yield f"month: {usage.month}"
    if usage.account is not None:
        yield f"account: {{{', '.join(_account(usage.account))}}}"
    if usage.plans:
        yield "regions:"
        for region, plan in usage.plans.items():
            change = usage.plan_changes.get(region)
            since = f", ses_plan_since: {change.since}, ses_plan_before: {change.before}" if change is not None else ""
            yield f"  {region}: {{ses_plan: {plan or 'null'}{since}}}"
    yield "usage:" if usage.entries else "usage: []"
    for entry in usage.entries:
        yield from _entry(entry)


def _account(account: Account) -> Iterator[str]:
    for name in ("opened", "first_ses_use", "credits_until"):
        day = getattr(account, name)
        if day is not None:
            yield f"{name}: {day.isoformat()}"
    if account.credits is not None:
        yield f"credits_usd: {account.credits}"


def _entry(entry: Entry) -> Iterator[str]:
    selector = entry.selector
    where = (
        f"resource: '{selector.resource}'"
        if selector.resource
        else f"service: {selector.service}, region: {selector.region}"
    ) + (f", ses_plan: {selector.plan}" if selector.plan else "")
    yield f"  - for: {{{where}}}"
    for name, amount in entry.quantities.items():
        yield f"    {name}: {'null' if amount is None else written(amount)}"
