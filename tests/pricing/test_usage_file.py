import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from auditor.schemas.generate import schema
from auditor.strict_yaml import YamlError, of_amounts
from auditor.strict_yaml import parse as parse_yaml
from pricing.meters.registry import quantities
from pricing.month import Month
from pricing.usage.file import LIMITS, load, parse
from pricing.usage.usage import Account, Selector, Usage, UsageError

FIXTURES = Path(__file__).parents[2] / "fixtures" / "usage"

HEAD = "version: 1\nusage:\n  - for: {service: ses, region: eu-west-1}\n"


def mistakes(content: str | bytes) -> tuple[str, ...]:
    with pytest.raises(UsageError) as caught:
        parse(content.encode() if isinstance(content, str) else content, "usage.yaml")
    return caught.value.mistakes


def quantity(written: str) -> Decimal | None:
    found = parse(f"{HEAD}    ses.tenants: {written}\n".encode(), "usage.yaml")
    return found.entries[0].quantities["ses.tenants"]


def test_reads_everything_that_a_file_can_say() -> None:
    found = parse(
        b"""\
version: 1
month: 2026-12
account: {opened: 2024-05-01, first_ses_use: 2024-06-01}
regions: {eu-west-1: {ses_plan: NONE}, us-east-1: {ses_plan: null}, us-gov-west-1: {}}
usage:
  - for: {service: ses, region: eu-west-1}
    ses.outbound.recipients: 1_200_000
  - for: {resource: "Orders*"}
    sns.publish.messages: 3_000_000
    sns.publish.average_bytes: null
""",
        "usage.yaml",
    )

    assert found.month == Month(2026, 12)
    assert found.account == Account(date(2024, 5, 1), date(2024, 6, 1))
    assert found.plans == {"eu-west-1": "NONE", "us-east-1": None, "us-gov-west-1": None}
    assert [(entry.selector, entry.quantities, entry.line) for entry in found.entries] == [
        (Selector("ses", "eu-west-1"), {"ses.outbound.recipients": Decimal(1_200_000)}, 6),
        (
            Selector(resource="Orders*"),
            {"sns.publish.messages": Decimal(3_000_000), "sns.publish.average_bytes": None},
            8,
        ),
    ]


def test_the_least_that_a_file_can_say() -> None:
    assert parse(b"version: 1", "usage.yaml") == Usage(path="usage.yaml")


def test_json_is_yaml() -> None:
    found = parse(b'{"version": 1, "usage": [{"for": {"resource": "a"}, "sns.publish.messages": 2.50}]}', "usage.json")

    assert found.entries[0].quantities == {"sns.publish.messages": Decimal("2.50")}


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1_200_000", "1200000"),
        ("0", "0"),
        ("0.1", "0.1"),
        ("0.100000000001", "0.100000000001"),
        ("1e6", "1000000"),
        ("2.5E+3", "2500"),
        ("+7", "7"),
        ("1000000000000000", "1000000000000000"),
        ("010", "10"),
        (".5", "0.5"),
        ("5.", "5"),
    ],
)
def test_numbers_are_exactly_what_is_written(written: str, amount: str) -> None:
    assert quantity(written) == Decimal(amount)


@pytest.mark.parametrize("written", ["null", "~", "", "NULL"])
def test_null_is_unknown_and_not_zero(written: str) -> None:
    assert quantity(written) is None


@given(st.decimals(min_value=0, max_value=10**15, places=12, allow_nan=False))
def test_no_digit_is_lost(number: Decimal) -> None:
    assert quantity(f"{number:f}") == number


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("-3", "should be at least 0"),
        ("1000000000000001", "should be at most 1,000,000,000,000,000"),
        ("1e999", "should be at most 1,000,000,000,000,000"),
        ("1e-13", "should have at most 12 decimal places"),
        ("many", "should be a number or null"),
        (".inf", "should be a number or null"),
        (".nan", "should be a number or null"),
        ("nan", "should be a number or null"),
        ('"5"', "should be a number or null"),
        ("true", "should be a number or null"),
        ("1__0", "should be a number or null"),
        ("0x10", "should be a number or null"),
        ("[1]", "should be a number or null"),
    ],
)
def test_what_is_no_quantity_is_refused_with_its_line(written: str, message: str) -> None:
    assert mistakes(f"{HEAD}    ses.tenants: {written}\n") == (f"usage.yaml:4: usage.0.ses.tenants: {message}",)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("ses.outbound.recipient", "did you mean ses.outbound.recipients?"),
        ("ses.outbond.recipients", "did you mean ses.outbound.recipients?"),
        ("sns.publish.average_byte", "did you mean sns.publish.average_bytes?"),
        ("ses.plan", "did you mean ses.tenants?"),
        ("zzz", "`auditor prices quantities` lists them"),
    ],
)
def test_an_unknown_quantity_is_refused_with_the_nearest_one(name: str, hint: str) -> None:
    assert mistakes(f"{HEAD}    {name}: 3\n") == (f"usage.yaml:4: no quantity {name!r}; {hint}",)


def test_all_mistakes_are_told_at_once() -> None:
    found = mistakes(
        "version: 2\n"
        "month: 2026-13\n"
        "account: {opened: 2024, closed: 2025-01-01}\n"
        "regions: {europe: {ses_plan: none}}\n"
        "colour: red\n"
    )

    assert found == (
        "usage.yaml:1: version: should be 1",
        "usage.yaml:2: month: should be a month like 2026-12",
        "usage.yaml:3: account.opened: should be a date like 2026-05-01",
        "usage.yaml:3: account.closed: is no key here; there are opened, first_ses_use, credits_usd, credits_until",
        "usage.yaml:4: regions.europe: should be a Region like eu-west-1",
        "usage.yaml:4: regions.europe.ses_plan: should be NONE, ESSENTIALS, PRO or ENTERPRISE",
        "usage.yaml:5: colour: is no key here; there are version, month, account, regions, projection, usage",
    )


@pytest.mark.parametrize(
    "selector",
    ["{}", "{service: ses}", "{region: eu-west-1}", "{service: ses, resource: a}", "{resource: a, region: eu-west-1}"],
)
def test_a_selector_is_a_service_in_a_region_or_resources(selector: str) -> None:
    assert mistakes(f"version: 1\nusage:\n  - for: {selector}\n") == (
        "usage.yaml:3: usage.0.for: needs either service and region, or resource",
    )


def test_a_quantity_of_another_service_is_refused() -> None:
    assert mistakes(f"{HEAD}    ses.tenants: 1\n    sns.publish.messages: 3\n") == (
        "usage.yaml:5: sns.publish.messages is no quantity of ses",
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "usage.yaml:1: a usage file is a mapping that begins with version: 1"),
        ("- 1", "usage.yaml:1: a usage file is a mapping that begins with version: 1"),
        ("version: 1\nversion: 1", "usage.yaml:2: key 'version' is given twice"),
        ("version: 1\n---\nversion: 1", "usage.yaml:2: more than one document in the file"),
        ("version: &a 1", "usage.yaml:1: anchors and aliases are not supported here; write the value out"),
        ("a: 1\nb: *a", "usage.yaml:2: anchors and aliases are not supported here; write the value out"),
        ("version: !!int 1", "usage.yaml:1: tags (tag:yaml.org,2002:int) are not supported here"),
        ("a: !!python/object/apply:os.system [x]", "are not supported here"),
        ("? [a]\n: 1", "usage.yaml:1: a key must be text"),
        ("version: [1", "usage.yaml:2: not valid YAML: did not find expected ',' or ']'"),
        ("version: \x00", "usage.yaml:1: not valid YAML: "),
        (b"version: \xff\xfe", "usage.yaml:1: the file is not UTF-8"),
        ("a: " + "x" * 5000, "usage.yaml:1: a value of more than 4,096 characters"),
        ("[" * 100_000, f"usage.yaml:1: nested deeper than {LIMITS.depth} levels"),
        ("{a: " * 100_000, f"usage.yaml:1: nested deeper than {LIMITS.depth} levels"),
        ("a: [" + "1," * 500_001 + "]", "usage.yaml:1: more than 500,000 values"),
        (" " * (16 * 1024 * 1024 + 1), "usage.yaml:1: the file is larger than 16,777,216 bytes"),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else "bytes",
)
def test_hostile_files_end_in_one_line(content: str | bytes, message: str) -> None:
    (found,) = mistakes(content)

    assert message in found
    assert "\n" not in found


def test_a_file_without_end_is_read_up_to_its_limit() -> None:
    with pytest.raises(UsageError) as caught:
        load(Path("/dev/zero"))
    assert str(caught.value) == "/dev/zero: is larger than 16 MiB"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load(tmp_path / "none.yaml")
    assert str(caught.value) == f"{tmp_path / 'none.yaml'}: cannot be read: No such file or directory"


@given(
    st.recursive(
        st.one_of(st.none(), st.text("abxyz :#", max_size=8), st.integers(-(10**6), 10**6)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4), st.dictionaries(st.text("abxyz", max_size=6), inner, max_size=4)
        ),
        max_leaves=20,
    )
)
def test_reads_what_a_yaml_writer_writes(value: object) -> None:
    """Strings stay strings, numbers numbers, null null, whatever the nesting."""
    content = yaml.safe_dump(value, default_style=None, allow_unicode=True, sort_keys=False)
    try:
        found = parse_yaml(content.encode(), LIMITS, of_amounts).plain()
    except YamlError as error:
        assert "nested deeper" in str(error) or "a key must be text" in str(error)  # noqa: PT017 - both are right
        return
    expected = yaml.load(content, Loader=yaml.BaseLoader)  # noqa: S506 - it makes strings only
    assert _text(found) == _text(expected) or _text(found) == _text(value)


def _text(value: object) -> object:
    """Without the difference between a number or null and its text."""
    match value:
        case dict():
            return {str(key): _text(item) for key, item in value.items()}
        case list():
            return [_text(item) for item in value]
        case None | "null" | "":
            return ""
    return str(value)


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_examples_are_read(path: Path) -> None:
    assert load(path).entries


def test_every_quantity_can_be_told() -> None:
    for name, item in quantities().items():
        service = name.partition(".")[0]
        content = f"version: 1\nusage:\n  - for: {{service: {service}, region: us-east-1}}\n    {name}: 1\n"
        assert parse(content.encode(), "x").entries[0].quantities == {name: 1}
        assert item.unit
        assert item.help


@pytest.mark.parametrize("written", ["2026-1", "2026-00", "2026-13", "26-01", "2026/01", "0000-01", "٢٠٢٦-01", ""])
def test_what_is_no_month(written: str) -> None:
    from pricing.month import MonthError
    from pricing.month import parse as month

    with pytest.raises(MonthError, match="is not a month like 2026-12"):
        month(written)


def test_months_have_their_own_hours() -> None:
    assert (Month(2026, 12).hours, Month(2027, 2).hours, Month(2028, 2).seconds) == (744, 672, 2_505_600)
    assert Month(2026, 12).since(date(2025, 11, 30)) == 13


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("usage: 3", "x:2: usage: should be a list"),
        ("usage: [3]", "x:2: usage.0: should be a mapping"),
        ("usage: [{ses.tenants: 3}]", "x:2: usage.0: needs for"),
        ("usage: [{for: 3}]", "x:2: usage.0.for: should be a mapping"),
        (
            "usage: [{for: {resource: 3}}]",
            "x:2: usage.0.for.resource: should be an id, ARN or address of at most 2,048 ",
        ),
        ("regions: 3", "x:2: regions: should be a mapping"),
        ("account: [1]", "x:2: account: should be a mapping"),
        ("month: 2026", "x:2: month: should be a month like 2026-12"),
        ('regions: {"eu-west-1\\n": {}}', "x:2: regions.eu-west-1\n: should be a Region like eu-west-1"),
        ("account: {opened: 20240501}", "x:2: account.opened: should be a date like 2026-05-01"),
        ("account: {opened: 2024-02-30}", "x:2: account.opened: should be a date like 2026-05-01"),
        ("regions: {eu-west-1: {ses_plan: 1}}", "x:2: regions.eu-west-1.ses_plan: should be NONE, ESSENTIALS, PRO or "),
        ("regions: {eu-west-1: {ses_plan_before: PRO}}", "x:2: regions.eu-west-1: a change of plan needs ses_plan, "),
        ("projection: {seasonality: {13: 1}}", "x:2: projection.seasonality.13: should be a month from 1 to 12"),
        ("projection: {growth: {ses: 0.0000001}}", "x:2: projection.growth.ses: should have at most 6 decimal places"),
    ],
)
def test_what_has_another_shape_is_refused(content: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(f"version: 1\n{content}\n".encode(), "x")
    (found,) = caught.value.mistakes
    assert found.startswith(message)


def test_a_file_without_a_version_is_refused() -> None:
    assert mistakes("usage: []") == ("usage.yaml:1: file: needs version",)


def test_the_schema_knows_every_quantity_once() -> None:
    entry = json.loads(schema("usage-v1"))["$defs"]["EntrySection"]
    names, patterns = entry["properties"].keys() - {"for"}, entry["patternProperties"]

    for name in quantities():
        fitting = [pattern for pattern in patterns if re.search(pattern, name)]
        assert (name in names) + len(fitting) == 1
    for name in ("sns.sms.de.parts.x", "sns.sms.xx.parts", "sns.data_transfer.to.eu-west-9.gb", "xsns.sms.de.parts"):
        assert not any(re.search(pattern, name) for pattern in patterns)


def test_an_entry_that_is_for_nothing_is_refused() -> None:
    said = mistakes("version: 1\nusage:\n  - match: {service: ses, region: eu-west-1}\n    ses.tenants: 3\n")

    whose = "for: {resource: NAME}, or for: {service: sns, region: eu-west-1}"
    assert said == (f"usage.yaml:3: usage.0: needs {whose}, beside its quantities",)
