"""Bills of AWS beside an estimate."""

import gzip
from decimal import Decimal
from pathlib import Path

import pytest
from estimating import of, priced, usage

from pricing.cost_report import BillError, Item, column, read
from pricing.month import parse
from pricing.reconcile import Match, Reconciliation, reconcile

HEADER = (
    "identity/LineItemId,lineItem/LineItemType,lineItem/ProductCode,lineItem/UsageType,lineItem/UsageAmount,"
    "lineItem/UnblendedCost,lineItem/CurrencyCode,lineItem/UsageStartDate,product/region"
)
EXPORT = (
    "line_item_line_item_type,line_item_product_code,line_item_usage_type,line_item_usage_amount,"
    "line_item_unblended_cost,line_item_currency_code,line_item_usage_start_date,product_region_code"
)


def row(product: str, usage_type: str, amount: str, cost: str, region: str = "eu-west-1", kind: str = "Usage") -> str:
    return f"x,{kind},{product},{usage_type},{amount},{cost},USD,2026-10-03T00:00:00Z,{region}"


def bill(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "bill.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


TOLD = usage(
    of("ses@eu-west-1", ses__outbound__recipients=100_000, ses__attachments__gb=0, ses__data_transfer__out_gb=1),
    of("sns@eu-west-1", sns__publish__messages=4_000_000, sns__publish__average_bytes=1, sns__delivery__sms=3),
    month="2026-10",
    eu_west_1="NONE",
)


def compared(path: Path) -> Reconciliation:
    return reconcile(priced(TOLD), read(path, parse("2026-10")))


def shown(found: Reconciliation) -> dict[str, tuple[str | None, str | None, str]]:
    return {
        f"{line.service} {line.region} {line.usage_type}": (
            None if line.estimated is None else f"{line.estimated:.2f}",
            None if line.billed is None else f"{line.billed:.2f}",
            line.match.value,
        )
        for line in found.lines
    }


def test_line_by_line(tmp_path: Path) -> None:
    path = bill(
        tmp_path,
        row("AmazonSES", "EU-Recipients", "60000", "6.0"),
        row("AmazonSES", "EU-Recipients", "40000", "4.0"),
        row("AmazonSES", "EU-Message", "1000", "0.1"),
        row("AmazonSNS", "EU-Requests-Tier1", "4200000", "2.1"),
        row("AmazonEC2", "EU-BoxUsage:t3.micro", "720", "8.2"),
        row("AmazonSES", "EU-Recipients", "0", "-1.5", kind="Credit"),
        row("AmazonSES", "", "0", "2.25", kind="Tax"),
        row("AmazonSNS", "EU-Requests-Tier1", "9", "9").replace("2026-10", "2026-09"),
    )
    found = compared(path)

    assert shown(found) == {
        "AmazonSES eu-west-1 DataTransfer-Out-Bytes": ("0.09", None, "only estimated"),
        "AmazonSES eu-west-1 Message": (None, "0.10", "only billed"),
        "AmazonSES eu-west-1 Recipients": ("10.00", "10.00", "equal"),
        "AmazonSNS eu-west-1 Requests-Tier1": ("2.00", "2.10", "different"),
        "AmazonSNS eu-west-1 sns.delivery.sms": (None, None, "not estimated"),
    }
    requests = next(line for line in found.lines if line.usage_type == "Requests-Tier1")
    assert (requests.estimated_quantity, requests.billed_quantity) == (4_000_000, 4_200_000)
    assert (requests.difference, requests.meters) == (Decimal("0.1"), ("sns.publish.messages",))
    assert (found.estimated_total, found.billed_total, found.explained_total) == (
        Decimal("12.09"),
        Decimal("12.20"),
        Decimal("12.10"),
    )
    assert found.notes == (
        "The bill does not tell accounts: all of it is compared.",
        "Other services of the bill are not compared: $8.20.",
        "Credit is not compared: -$1.50.",
        "Tax is not compared: $2.25.",
        "1 lines of other months than 2026-10 are not compared.",
    )


def test_what_a_topic_makes_others_charge_is_on_their_bill(tmp_path: Path) -> None:
    told = usage(
        of("sns@eu-west-1", sns__delivery__sqs=1_000_000, sns__delivery__average_bytes=1, sns__data_transfer__out_gb=10)
    )
    path = bill(
        tmp_path,
        row("AWSQueueService", "EU-Requests-Tier1", "3000000", "1.2"),
        row("AmazonSNS", "EU-DataTransfer-Out-Bytes", "10", "0.9"),
        row("AmazonSNS", "EU-DeliveryAttempts-SQS", "1000000", "0"),
    )

    assert {line.match for line in reconcile(priced(told), read(path)).lines} == {Match.EQUAL}


def test_an_unknown_estimate_has_no_difference(tmp_path: Path) -> None:
    found = compared(bill(tmp_path))
    sms = next(line for line in found.lines if line.usage_type.endswith("sms") or "SMS" in line.usage_type)

    assert (sms.match, sms.difference) == (Match.NOT_ESTIMATED, None)
    assert found.notes == ("The bill has no usage of the month.",)


def test_the_columns_of_data_exports_and_a_packed_file(tmp_path: Path) -> None:
    content = f"{EXPORT}\nUsage,AmazonSES,Recipients,5,0.0005,USD,2026-10-01 00:00:00,us-east-1\n"
    path = tmp_path / "export.csv.gz"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbf" + content.encode()))
    found = read(path)

    assert {item: (billed.quantity, billed.cost) for item, billed in found.items.items()} == {
        Item("AmazonSES", "Recipients", "us-east-1"): (Decimal(5), Decimal("0.0005"))
    }
    assert found.months == ("2026-10",)


@pytest.mark.parametrize(
    ("product", "written", "region", "usage_type"),
    [
        ("AmazonSES", "Recipients", "us-east-1", "Recipients"),
        ("AmazonSES", "EU-Recipients", "eu-west-1", "Recipients"),
        ("AmazonSES", "APS3-Recipients", "ap-south-1", "Recipients"),
        ("AmazonSNS", "DeliveryAttempts-HTTP", "us-east-1", "DeliveryAttempts-HTTP"),
        ("AmazonSNS", "EUC1-DeliveryAttempts-HTTP", "eu-central-1", "DeliveryAttempts-HTTP"),
        ("awskms", "us-east-1-KMS-Requests", "us-east-1", "KMS-Requests"),
        ("awskms", "us-gov-west-1-KMS-Requests", "us-gov-west-1", "KMS-Requests"),
        ("AmazonSES", "XYZ9-Something-New", "", "XYZ9-Something-New"),
        ("AmazonSES", "USE1-Message", "us-east-1", "USE1-Message"),
        ("AmazonSES", "USE1-DIP-Hours", "us-east-1", "DIP-Hours"),
        ("AWSQueueService", "Requests-RBP", "us-east-1", "Requests-Tier1|Requests-RBP"),
        ("AmazonSNS", "EU-PL-Filter-Matched", "eu-west-1", "PL-Filter*"),
    ],
)
def test_usage_types_tell_the_region(tmp_path: Path, product: str, written: str, region: str, usage_type: str) -> None:
    [line] = reconcile(priced(usage()), read(bill(tmp_path, row(product, written, "1", "1", region="")))).lines

    assert (line.region, line.usage_type, line.match) == (region, usage_type, Match.ONLY_BILLED)


def test_the_column_of_the_region_wins(tmp_path: Path) -> None:
    path = bill(tmp_path, row("AmazonSES", "Recipients", "1", "1", region="eu-north-1"))

    assert [line.region for line in reconcile(priced(usage()), read(path)).lines] == ["eu-north-1"]


def test_names_of_columns() -> None:
    assert column("lineItem/LineItemType") == "line_item_line_item_type"
    assert column(" lineItem/UsageType") == "line_item_usage_type"
    assert column("product/regionCode") == "product_region_code"
    assert column("line_item_usage_type") == "line_item_usage_type"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no Cost and Usage Report: there is no column line_item_product_code"),
        (b"a,b\n1,2\n", "is no Cost and Usage Report: there is no column line_item_product_code"),
        (b"\x1f\x8bnot packed", "cannot be read: "),
        (b"\xff\xfe\x00", "is no CSV file: "),
        (HEADER.encode() + b"\n" + b"x" * 1_000_001, "is no CSV file: a line is longer than 1,000,000 characters"),
        (
            f"{HEADER}\n{row('AmazonSES', 'Recipients', 'NaN', '1')}\n".encode(),
            "bill.csv:2: 'NaN' is no amount",
        ),
        (f"{HEADER}\n{row('AmazonSES', 'Recipients', '1e99', '1')}\n".encode(), "bill.csv:2: '1e99' is no amount"),
        (
            f"{HEADER}\n{row('AmazonSES', 'Recipients', '1', '1').replace('USD', 'CNY')}\n".encode(),
            "bill.csv:2: is in CNY; only bills in USD are compared",
        ),
    ],
)
def test_what_is_no_bill_is_refused_with_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "bill.csv"
    path.write_bytes(content)

    with pytest.raises(BillError) as found:
        read(path)
    assert message in str(found.value)
    assert "\n" not in str(found.value)


def test_parquet_needs_duckdb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "duckdb", None)
    path = tmp_path / "bill.parquet"
    path.write_bytes(b"PAR1....PAR1")

    with pytest.raises(BillError, match=r"needs DuckDB: pip install 'messaging-auditor\[parquet\]', or export CSV$"):
        read(path)


def test_parquet_is_read_where_duckdb_is(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="the extra messaging-auditor[parquet] is not installed")
    source = bill(tmp_path, row("AmazonSES", "EU-Recipients", "60000", "6.0"))
    path = tmp_path / "bill.parquet"
    duckdb.connect().execute(f"COPY (FROM read_csv('{source}')) TO '{path}' (FORMAT parquet)")

    assert read(path).items == read(source).items
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(BillError, match="is no Parquet file"):
        read(path)


# -- accounts ---------------------------------------------------------------------------------------------------------

FIRST, SECOND = "111122223333", "444455556666"
LEGACY_HEADER = f"{HEADER},lineItem/UsageAccountId,bill/PayerAccountId"
EXPORT_HEADER = f"{EXPORT},line_item_usage_account_id,bill_payer_account_id"


def of_accounts(folder: Path, *amounts: tuple[str, str]) -> Path:
    """A bill that has each account pay for so many mails."""
    rows = [f"{row('AmazonSES', 'EU-Recipients', number, '1.5')},{account},{FIRST}" for account, number in amounts]
    return bill(folder, *rows, header=LEGACY_HEADER)


def test_several_accounts_are_never_summed_unless_they_are_asked_for(tmp_path: Path) -> None:
    path = of_accounts(tmp_path, (FIRST, "1"), (SECOND, "2"))

    with pytest.raises(BillError) as found:
        read(path)
    assert str(found.value) == (
        f"{path}: is the bill of 2 accounts ({FIRST}, {SECOND}); tell with --account which of them is estimated"
    )
    assert "6 accounts (0, 1, 2, 3, 4 and 1 more)" in _refused(
        of_accounts(tmp_path, *((str(n), "1") for n in range(6)))
    )


def _refused(path: Path) -> str:
    with pytest.raises(BillError) as found:
        read(path)
    return str(found.value)


def test_the_account_that_is_asked_for_is_compared_and_said(tmp_path: Path) -> None:
    path = of_accounts(tmp_path, (FIRST, "1"), (SECOND, "2"), (SECOND, "3"))
    found = reconcile(priced(usage()), read(path, accounts={SECOND}))

    assert [(line.billed_quantity, line.billed) for line in found.lines] == [(5, 3)]
    assert (found.accounts, found.billed_total) == ((SECOND,), 3)
    assert found.notes[:2] == (
        f"The account that is compared is {SECOND}.",
        "Usage of 1 other account of the bill is not compared: $1.50.",
    )


def test_accounts_that_are_estimated_together_are_compared_together(tmp_path: Path) -> None:
    found = reconcile(
        priced(usage()), read(of_accounts(tmp_path, (FIRST, "1"), (SECOND, "2")), accounts={FIRST, SECOND})
    )

    assert [(line.billed_quantity, line.billed) for line in found.lines] == [(3, 3)]
    assert found.notes[0] == f"Accounts {FIRST}, {SECOND} are compared together, as the inputs are of all of them."


def test_the_only_account_needs_no_choice(tmp_path: Path) -> None:
    found = reconcile(priced(usage()), read(of_accounts(tmp_path, (FIRST, "1"))))

    assert found.notes[0] == f"The account that is compared is {FIRST}."


def test_an_account_that_the_bill_does_not_have_is_a_mistake(tmp_path: Path) -> None:
    path = of_accounts(tmp_path, (FIRST, "1"))

    with pytest.raises(BillError) as found:
        read(path, accounts={SECOND})
    assert str(found.value) == f"{path}: has no usage of account {SECOND}; it is the bill of {FIRST}"
    both = reconcile(priced(usage()), read(path, accounts={FIRST, SECOND}))
    assert both.notes[1] == f"The bill has no usage of {SECOND}, which the estimate is of too."
    # A bill without the column is what the user says it is.
    assert read(bill(tmp_path, row("AmazonSES", "EU-Recipients", "1", "1")), accounts={SECOND}).accounts == ()


def test_credits_and_taxes_are_those_of_the_account(tmp_path: Path) -> None:
    rows = [
        f"{row('AmazonSES', '', '0', cost, kind='Tax')},{account},{FIRST}"
        for account, cost in ((FIRST, "1"), (SECOND, "2"))
    ]
    path = bill(tmp_path, *rows, header=LEGACY_HEADER)

    assert read(path, accounts={SECOND}).others == {"Tax": 2}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("header", [LEGACY_HEADER, EXPORT_HEADER])
def test_both_spellings_of_columns_say_the_same(tmp_path: Path, header: str, packed: bool) -> None:  # noqa: FBT001 - a case
    cells = {
        "line_item_line_item_type": "Usage",
        "line_item_product_code": "AmazonSNS",
        "line_item_usage_type": "EU-Requests-Tier1",
        "line_item_usage_amount": "1200",
        "line_item_unblended_cost": "6E-4",
        "line_item_currency_code": "USD",
        "line_item_usage_start_date": "2026-10-03T00:00:00.000Z",
        "line_item_usage_account_id": FIRST,
        "product_region": "eu-west-1",
        "product_region_code": "eu-west-1",
    }
    content = f"{header}\n{','.join(cells.get(column(name), '') for name in header.split(','))}\n".encode()
    path = tmp_path / "bill"
    path.write_bytes(gzip.compress(content) if packed else content)
    found = read(path, parse("2026-10"))

    assert found.accounts == (FIRST,)
    assert {item: (one.quantity, one.cost) for item, one in found.items.items()} == {
        Item("AmazonSNS", "EU-Requests-Tier1", "eu-west-1"): (1200, Decimal("0.0006"))
    }


def test_parquet_of_data_exports_has_typed_columns(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="the extra messaging-auditor[parquet] is not installed")
    path = tmp_path / "export.parquet"
    query = f"""COPY (SELECT 'Usage' line_item_line_item_type, 'AmazonSES' line_item_product_code,
        'EU-Recipients' line_item_usage_type, 60000.0::DOUBLE line_item_usage_amount,
        0.00001::DOUBLE line_item_unblended_cost, 'USD' line_item_currency_code,
        TIMESTAMP '2026-10-03 00:00:00' line_item_usage_start_date, '{FIRST}' line_item_usage_account_id,
        MAP {{'region': 'eu-west-1'}} product, 'eu-west-1' product_region_code) TO '{path}' (FORMAT parquet)"""
    duckdb.connect().execute(query)
    found = read(path, parse("2026-10"))

    assert (found.accounts, found.months) == ((FIRST,), ("2026-10",))
    assert {item: (one.quantity, one.cost) for item, one in found.items.items()} == {
        Item("AmazonSES", "EU-Recipients", "eu-west-1"): (60000, Decimal("0.00001"))
    }
