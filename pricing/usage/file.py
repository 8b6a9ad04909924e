"""The usage file, usage-v1: its shape as pydantic models, and reading one. Import it late: pydantic is heavy."""

import difflib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from auditor.model.inventory import Inventory
from auditor.strict_yaml import Limits, Node, Plain, YamlError, of_amounts
from auditor.strict_yaml import parse as parse_yaml
from pricing.catalog.lookup import PLANS
from pricing.meters.registry import SERVICES, quantities
from pricing.month import Month, MonthError
from pricing.month import parse as parse_month
from pricing.usage import infracost
from pricing.usage.usage import Account, Case, Entry, Outlook, PlanChange, Selector, Usage, UsageError

LIMITS = Limits(size=16 * 1024 * 1024, depth=12, values=500_000, scalar=4096)
"""Of a usage file, which can tell the quantities of many thousands of topics."""
_MOST = Decimal(10) ** 15
_PLACES = 12
_REGION = r"^[a-z]{2,}(-[a-z]+)+-\d+$"


def _as_date(value: object) -> object:
    """A date is text: a bare number would otherwise be read as seconds since 1970."""
    if not isinstance(value, str):
        raise ValueError("should be a date like 2026-05-01")  # noqa: TRY004 - pydantic reports ValueErrors
    return value


def _as_number(value: object) -> object:
    """A quantity is a number as the reader of the file makes it, not text that looks like one."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("should be a number or null")  # noqa: TRY004 - pydantic reports ValueErrors
    return value


Day = Annotated[date, BeforeValidator(_as_date)]
Factor = Annotated[Decimal, Field(ge=0, le=1000, decimal_places=6), BeforeValidator(_as_number)]
Growth = Annotated[Decimal, Field(ge=-1, le=10, decimal_places=6), BeforeValidator(_as_number)]
Amount = Annotated[Decimal, Field(ge=0, le=_MOST, decimal_places=_PLACES), BeforeValidator(_as_number)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AccountSection(_Strict):
    """Whose usage it is. Its presence says that the file has the whole account's usage, so free allowances apply."""

    opened: Day | None = Field(default=None, description="When the account was opened.")
    first_ses_use: Day | None = Field(default=None, description="When it first used Amazon SES.")


class RegionSection(_Strict):
    """What is chosen per Region."""

    ses_plan: Literal["NONE", "ESSENTIALS", "PRO", "ENTERPRISE"] | None = Field(
        default=None, description="SES pricing plan; NONE is à la carte; absent or null is unknown."
    )
    ses_plan_since: Day | None = Field(
        default=None, description="First day of that plan; needs ses_plan_before. Absent: it holds in every month."
    )
    ses_plan_before: Literal["NONE", "ESSENTIALS", "PRO", "ENTERPRISE"] | None = Field(
        default=None, description="The SES pricing plan until then."
    )

    @model_validator(mode="after")
    def _whole_change(self) -> "RegionSection":
        told = [self.ses_plan_since is not None, self.ses_plan_before is not None]
        if any(told) and not (all(told) and self.ses_plan is not None):
            raise ValueError("a change of plan needs ses_plan, ses_plan_since and ses_plan_before")
        return self


class CaseSection(_Strict):
    """How usage may turn out instead of as expected."""

    volume: Factor = Field(default=Decimal(1), description="Factor of all volumes.")
    growth_per_month: Growth | None = Field(default=None, description="In place of the expected growth.")


class CasesSection(_Strict):
    """What may come instead of what is expected."""

    best: CaseSection | None = None
    worst: CaseSection | None = None


class ProjectionSection(_Strict):
    """How the usage of the months after the first differs from it. Sizes, rates and leased things stay as they are."""

    growth_per_month: Growth = Field(default=Decimal(0), description="0.05 is 5 % more than the month before.")
    growth: dict[str, Growth] = Field(
        default_factory=dict, description="Growth of quantities by name or beginning of the name; the longest wins."
    )
    seasonality: dict[Annotated[str, Field(pattern=r"^([1-9]|1[0-2])$")], Factor] = Field(
        default_factory=dict,
        description="Calendar month to its volume beside an average month's, which is 1; needs month.",
    )
    cases: CasesSection = CasesSection()


class For(_Strict):
    """What quantities are for: a service in a Region, or resources."""

    service: Literal["ses", "sns", "data_transfer", "kms", "sqs", "lambda", "cloudwatch", "firehose"] | None = None
    region: str | None = Field(default=None, pattern=_REGION)
    resource: str | None = Field(
        default=None, min_length=1, max_length=2048, description="id, ARN or address; * stands for any characters."
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> "For":
        both = self.service is not None and self.region is not None
        either = self.service is not None or self.region is not None
        if (self.resource is not None and either) or (self.resource is None and not both):
            raise ValueError("needs either service and region, or resource")
        return self


def _with_quantities(schema: dict[str, Any]) -> None:
    """Lists the quantities in the JSON Schema of an entry."""
    for item in quantities().values():
        most = _MOST if item.most is None else item.most
        number = {"type": "number", "minimum": int(item.least), "maximum": int(most)}
        schema["properties"][item.id] = {
            "anyOf": [number, {"type": "null"}],
            "description": f"{item.help} Unit: {item.unit}.",
        }
    schema["additionalProperties"] = False


class EntrySection(BaseModel):
    """Quantities of a month. null is unknown, as is a quantity that is left out; 0 is none."""

    model_config = ConfigDict(extra="allow", frozen=True, json_schema_extra=_with_quantities)
    __pydantic_extra__: dict[str, Amount | None]

    for_: For = Field(alias="for")


class UsageFile(_Strict):
    """Monthly usage for a cost estimate."""

    version: Literal[1] = Field(description="Version of this format.")
    month: str | None = Field(
        default=None,
        pattern=r"^\d{4}-(0[1-9]|1[0-2])$",
        description="The month whose hours count and whose allowances hold; absent: 730 hours, no dated allowance.",
    )
    account: AccountSection | None = None
    regions: dict[Annotated[str, Field(pattern=_REGION)], RegionSection] = Field(default_factory=dict)
    projection: ProjectionSection | None = None
    usage: list[EntrySection] = Field(default_factory=list)


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
    plain = root.plain()
    try:
        file = UsageFile.model_validate(plain)
    except ValidationError as error:
        raise UsageError(*_explained(error, root, path)) from error
    return _usage(file, root, path)


def _check_names(root: Node, path: str) -> None:
    """Refuses a quantity that does not exist, with the nearest one that does."""
    entries = root.at(("usage",)).value if isinstance(root.value, dict) and "usage" in root.value else None
    for entry in entries if isinstance(entries, list) else ():
        for name, node in entry.value.items() if isinstance(entry.value, dict) else ():
            if name != "for" and name not in quantities():
                near = difflib.get_close_matches(name, quantities(), 1)
                hint = f"; did you mean {near[0]}?" if near else "; `auditor prices quantities` lists them"
                raise UsageError(f"{path}:{node.line}: no quantity {name!r}{hint}")


_SHAPES = {"model_type": "should be a mapping", "dict_type": "should be a mapping", "list_type": "should be a list"}


def _explained(error: ValidationError, root: Node, path: str) -> Iterator[str]:
    """One line per mistake, the first ten."""
    for mistake in error.errors(include_url=False, include_context=False)[:10]:
        place = tuple("for" if step == "for_" else step for step in mistake["loc"])
        name = ".".join(str(step) for step in place) or "file"
        message = _SHAPES.get(mistake["type"]) or mistake["msg"].removeprefix("Value error, ")
        yield f"{path}:{root.at(place).line}: {name}: {message[:1].lower()}{message[1:]}"


def _usage(file: UsageFile, root: Node, path: str) -> Usage:
    return Usage(
        path=path,
        month=_month(file.month, root, path),
        account=Account(file.account.opened, file.account.first_ses_use) if file.account is not None else None,
        plans={region: section.ses_plan for region, section in file.regions.items()},
        plan_changes={
            region: PlanChange(section.ses_plan_since, section.ses_plan_before)
            for region, section in file.regions.items()
            if section.ses_plan_since is not None and section.ses_plan_before is not None
        },
        entries=tuple(_entry(section, root.at(("usage", index)), path) for index, section in enumerate(file.usage)),
        outlook=_outlook(file, root, path),
    )


def _outlook(file: UsageFile, root: Node, path: str) -> Outlook | None:
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
        seasonality={int(month): factor for month, factor in told.seasonality.items()},
        cases={name: Case(case.volume, case.growth_per_month) for name, case in cases.items() if case is not None},
    )


def _month(written: str | None, root: Node, path: str) -> Month | None:
    if written is None:
        return None
    try:
        return parse_month(written)
    except MonthError as error:
        raise UsageError(f"{path}:{root.at(('month',)).line}: {error}") from error


def _entry(section: EntrySection, node: Node, path: str) -> Entry:
    target = section.for_
    selector = Selector(target.service or "", target.region or "", target.resource or "")
    amounts = section.__pydantic_extra__
    if selector.service:
        for name in amounts:
            if name.partition(".")[0] != selector.service:
                raise UsageError(f"{path}:{node.at((name,)).line}: {name} is no quantity of {selector.service}")
    return Entry(selector, dict(amounts), node.line)


def json_schema() -> dict[str, Plain]:
    """The JSON Schema (2020-12) of a usage file."""
    schema: dict[str, Plain] = UsageFile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


assert set(PLANS) == {"NONE", "ESSENTIALS", "PRO", "ENTERPRISE"}  # noqa: S101 - Literal cannot be computed
assert set(SERVICES) == set(get_args(get_args(For.model_fields["service"].annotation)[0]))  # noqa: S101 - same
