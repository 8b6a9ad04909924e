"""The form of ``auditor.yaml`` and of waiver files, and what is said about a file that does not have it.

Imported only when there is a file: see `auditor.gate.configuration.load`.
"""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema, model_validator

from auditor.catalogue import Catalogue
from auditor.finding import Severity
from auditor.gate.configuration import Configuration, ConfigurationError, Source, read, repository_root
from auditor.gate.rule_settings import RuleNames, nearest
from auditor.gate.waivers import Waiver
from auditor.strict_yaml import Steps

M = TypeVar("M", bound="Section")
Level = Literal["critical", "high", "medium", "low", "info"]
LevelOrNone = Literal["critical", "high", "medium", "low", "info", "none"]


def _digits(value: object) -> object:
    """A number stands for its digits: the reader keeps numbers only when they print as they were written."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _scalar(value: object) -> object:
    """A template parameter is text: ``true`` and ``3`` mean what they look like."""
    return ("true" if value else "false") if isinstance(value, bool) else _digits(value)


def _day(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("must be a day like 2026-12-31")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f"is no day of the calendar: {value}") from error


def _matching(pattern: str, meaning: str) -> BeforeValidator:
    """A text of a certain form, with the words that are said about another."""

    def check(value: object) -> object:
        value = _digits(value)
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise ValueError(f"must be {meaning}")
        return value

    return BeforeValidator(check)


def _schema(pattern: str | None = None, *, unquoted: str | None = None, **more: str) -> WithJsonSchema:
    """A text in the JSON Schema; `unquoted` is what editors take it for when it stands without quotes."""
    types = {"type": ["string", unquoted] if unquoted else "string"}
    return WithJsonSchema(types | ({"pattern": pattern} if pattern else {}) | more)


_VERSION, _ACCOUNT, _REGION = r"\d+(\.\d+)*", r"\d{12}", r"[a-z]{2,}(-[a-z]+)+-\d+"
_FINGERPRINT, _TAG, _REASON = r"v1:[0-9a-f]{32}", r"[^=]+=.*", r"(?s).*\S.*"

Version = Annotated[str, _matching(_VERSION, "a version like 0.4"), _schema(f"^{_VERSION}$", unquoted="number")]
Account = Annotated[
    str, _matching(_ACCOUNT, "an account id of 12 digits"), _schema(f"^{_ACCOUNT}$", unquoted="integer")
]
Region = Annotated[str, _matching(_REGION, "a Region like eu-west-1"), _schema(f"^{_REGION}$")]
Fingerprint = Annotated[str, _matching(_FINGERPRINT, "v1: and 32 hexadecimal digits"), _schema(f"^{_FINGERPRINT}$")]
Tag = Annotated[str, _matching(_TAG, "of the form key=value"), _schema(f"^{_TAG}$")]
Reason = Annotated[str, _matching(_REASON, "a reason in words"), _schema(r"\S")]
Day = Annotated[date, BeforeValidator(_day), _schema(format="date")]
Scalar = Annotated[str, BeforeValidator(_scalar), WithJsonSchema({"type": ["string", "number", "boolean"]})]
_ParameterValue = Annotated[
    object,
    WithJsonSchema(
        {
            "anyOf": [
                {"type": ["string", "number", "boolean"]},
                {"type": "array", "items": {"type": ["string", "number"]}},
            ]
        }
    ),
]


class Section(BaseModel):
    """A mapping of the file. A key without a value is as good as absent."""

    # Building validators late builds only those of the file that is read.
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, values: object) -> object:
        return (
            {key: value for key, value in values.items() if value is not None} if isinstance(values, dict) else values
        )


class WaiverEntry(Section):
    """One waiver: a reason, a last day, and a fingerprint, or a rule with a resource or a tag."""

    reason: Reason = Field(description="Why the risk is accepted.")
    until: Day = Field(description="The last day on which it holds, in UTC.")
    fingerprint: Fingerprint | None = Field(default=None, description="The one result it is about.")
    rule: str | None = Field(default=None, description="Id of the rule; needs resource or tag.")
    resource: str | None = Field(default=None, min_length=1, description="Id, address or name; * stands for anything.")
    tag: Tag | None = Field(default=None, description="key=value that the resources carry.")

    @model_validator(mode="after")
    def _one_way(self) -> "WaiverEntry":
        given = tuple(name for name in ("fingerprint", "rule", "resource", "tag") if getattr(self, name) is not None)
        if given not in {("fingerprint",), ("rule", "resource"), ("rule", "tag")}:
            raise ValueError("needs exactly one of: fingerprint; rule and resource; rule and tag")
        return self


class Rules(Section):
    """Which rules run, and how."""

    since: Version | None = Field(default=None, description="Only rules that this version already had.")
    select: list[str] = Field(default=[], description="Ids and patterns (*) of the rules to run; all by default.")
    ignore: list[str] = Field(default=[], description="Ids and patterns (*) of rules not to run.")
    preview: bool = Field(default=False, description="Run rules that are in preview.")
    severity: dict[str, Level] = Field(default={}, description="Rule id to severity.")
    parameters: dict[str, dict[str, _ParameterValue]] = Field(default={}, description="Rule id to its parameters.")


class Inputs(Section):
    """What templates do not tell."""

    account: Account | None = Field(default=None, description="Account that templates will be deployed to.")
    region: Region | None = Field(default=None, description="Region that templates will be deployed to.")
    partition: Literal["aws", "aws-cn", "aws-us-gov"] | None = Field(default=None, description="Its partition.")
    parameters: dict[str, Scalar] = Field(default={}, description="Values of template parameters.")


class Prices(Section):
    """Which price data estimates use."""

    folder: str | None = Field(
        default=None,
        min_length=1,
        description="Catalog made by `auditor prices refresh`, relative to this file; default: that of this version.",
    )
    max_age_days: int | None = Field(default=None, ge=0, description="Say when prices are older; 120 by default.")


class ConfigurationFile(Section):
    """The configuration of messaging-auditor."""

    version: Literal[1] = Field(description="Version of this format.")
    rules: Rules = Field(default=Rules(), description="Which rules run, and how.")
    fail_on: LevelOrNone = Field(default="low", description="Mildest severity of a failure that fails the gate.")
    fail_on_unknown: LevelOrNone = Field(default="none", description="The same for checks that could not be decided.")
    min_severity: Level = Field(default="info", description="Mildest severity that is shown.")
    require_complete: bool = Field(default=False, description="Answer an incomplete audit with exit code 4 always.")
    inputs: Inputs = Field(default=Inputs(), description="What templates do not tell.")
    waivers: list[WaiverEntry] = Field(default=[], description="Accepted risks.")
    waivers_file: str | None = Field(default=None, description="A file with more waivers, relative to this one.")
    prices: Prices = Field(default=Prices(), description="Which price data estimates use.")
    packs: list[str] = Field(default=[], max_length=0, description="Reserved.")


class WaiversFile(Section):
    """A file that holds waivers only."""

    version: Literal[1] = Field(description="Version of this format.")
    waivers: list[WaiverEntry] = Field(default=[], description="Accepted risks.")


_SECTIONS: Mapping[str, type[Section]] = {
    "rules": Rules,
    "inputs": Inputs,
    "waivers": WaiverEntry,
    "prices": Prices,
}


def settings(source: Source, folder: Path, catalogue: Catalogue) -> Configuration:
    """The settings that a file stands for.

    Args:
        source: the file.
        folder: where it lies.
        catalogue: the rules that it may name.

    Raises:
        ConfigurationError: it is not as it must be.
    """
    file = _validated(ConfigurationFile, source)
    names = RuleNames(catalogue, source)
    return Configuration(
        path=source.path,
        sha256=source.sha256,
        since=file.rules.since,
        select=names.patterns(file.rules.select, ("rules", "select")),
        ignore=names.patterns(file.rules.ignore, ("rules", "ignore")),
        preview=file.rules.preview,
        severities={
            names.one(name, ("rules", "severity", name)): Severity(level) for name, level in file.rules.severity.items()
        },
        parameters=names.parameters(file.rules.parameters, ("rules", "parameters")),
        fail_on=_severity(file.fail_on),
        fail_on_unknown=_severity(file.fail_on_unknown),
        min_severity=Severity(file.min_severity),
        require_complete=file.require_complete,
        account=file.inputs.account,
        region=file.inputs.region,
        partition=file.inputs.partition,
        template_parameters=file.inputs.parameters,
        waivers=_waivers(file.waivers, source, catalogue) + _more_waivers(file, source, folder, catalogue),
        prices=_prices(file.prices, source, folder),
        max_price_age_days=file.prices.max_age_days,
    )


def _prices(section: Prices, source: Source, folder: Path) -> str | None:
    """The folder of price data: of the repository, so that a change cannot point to files that nobody reviews."""
    if section.folder is not None and not _is_inside(folder / section.folder, folder):
        raise source.error(("prices", "folder"), f"prices.folder {section.folder!r} is outside the repository")
    return section.folder


def _is_inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(repository_root(folder))


def _more_waivers(file: ConfigurationFile, source: Source, folder: Path, catalogue: Catalogue) -> tuple[Waiver, ...]:
    if file.waivers_file is None:
        return ()
    path = folder / file.waivers_file
    if not _is_inside(path, folder):
        raise source.error(("waivers_file",), f"waivers_file {file.waivers_file!r} is outside the repository")
    shown = str(Path(source.path).parent / file.waivers_file)
    more = read(path, shown)
    return _waivers(_validated(WaiversFile, more).waivers, more, catalogue)


def _waivers(entries: list[WaiverEntry], source: Source, catalogue: Catalogue) -> tuple[Waiver, ...]:
    names = RuleNames(catalogue, source)
    found = []
    for number, entry in enumerate(entries):
        steps: Steps = ("waivers", number)
        key, _, value = (entry.tag or "").partition("=")
        found.append(
            Waiver(
                reason=entry.reason.strip(),
                until=entry.until,
                fingerprint=entry.fingerprint,
                rule=None if entry.rule is None else names.one(entry.rule, (*steps, "rule")),
                resource=entry.resource,
                tag=None if entry.tag is None else (key, value),
                where=f"{source.path}:{source.tree.at(steps).line}",
            )
        )
    return tuple(found)


def _severity(level: str) -> Severity | None:
    return None if level == "none" else Severity(level)


def _validated(model: type[M], source: Source) -> M:
    """The content of a file as a model; of several mistakes the first in the file is told."""
    try:
        return model.model_validate(source.tree.plain())
    except ValidationError as error:
        problems = sorted(
            (
                source.tree.at(detail["loc"]).line,
                _problem(model, detail["loc"], detail["type"], detail["msg"], detail["input"], detail.get("ctx", {})),
            )
            for detail in error.errors(include_url=False)
        )
        line, message = problems[0]
        others = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise ConfigurationError(f"{source.path}:{line}: {message}{others}") from error


def _problem(
    model: type[Section], steps: Steps, kind: str, text: str, value: object, context: Mapping[str, object]
) -> str:
    """What is wrong at a place, in words."""
    name = _name(steps)
    if kind == "extra_forbidden":
        around = [_SECTIONS[step] for step in steps[:-1] if isinstance(step, str) and step in _SECTIONS]
        holder = around[-1] if around else model
        return f"unknown key {name!r}{nearest(str(steps[-1]), holder.model_fields)}"
    if kind == "missing":
        return f"{_name(steps[:-1]) or 'the file'} needs the key {steps[-1]!r}"
    if kind == "literal_error":
        return f"{name} must be {context['expected']}, not {value!r}"
    if kind == "value_error":
        return f"{name} {context['error']}"
    if kind == "too_long":
        return f"{name} is reserved for a later version"
    wanted = {
        "bool_type": "true or false",
        "int_type": "a whole number",
        "greater_than_equal": "0 or more",
        "string_type": "text",
        "list_type": "a list",
        "dict_type": "a mapping",
        "model_type": "a mapping",
        "string_too_short": "given",
    }
    return f"{name or 'the file'} must be {wanted[kind]}" if kind in wanted else f"{name}: {text}"


def _name(steps: Steps) -> str:
    """``waivers[0].rule``."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")
