"""``auditor prices refresh`` against a server on this machine, AWS's API as a stand-in, and files."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from price_lists import INDEX, LIST, REGION_INDEX, Server, item, offer, product, queues, served, serving, terms

from auditor.cli.errors import Stop
from auditor.cli.prices import command as prices
from pricing.catalog import folder, refresh
from pricing.catalog.encode import encode
from pricing.catalog.lookup import shipped
from pricing.catalog.model import Source
from pricing.catalog.offer import OfferError

TEXTS = {"SMS": {"countryPrices": {"DE": {"transactional": [{"domesticPrice": 0.1}], "promotional": []}}}}


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(served(queues())) as running:
        yield running


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "prices"


def run(output: Path, *arguments: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(
        prices, ["refresh", "--output", str(output), "--now", "2026-11-24", *arguments], input=answer
    )


def from_server(output: Path, server: Server, *arguments: str, **keywords: Any) -> Result:
    return run(output, "--source", server.address, "--service", "sqs", *arguments, **keywords)


def source_of(output: Path) -> Source:
    """Of the price list that a catalog of one service was made from."""
    (found,) = (source for name, source in folder.files(output)[0].sources.items() if name.startswith("offer-"))
    return found


def refused(found: Result, output: Path) -> str:
    """The one line of a refusal, after which nothing was written."""
    assert isinstance(found.exception, Stop)
    assert found.exception.code == 3
    assert not output.exists()
    message = str(found.exception)
    assert "\n" not in message
    return message.removesuffix("; the prices stay as they are")


def test_from_the_index_to_the_pinned_list_to_a_catalog(server: Server, output: Path) -> None:
    found = from_server(output, server, "--yes")

    assert found.exception is None
    assert server.asked == [INDEX, REGION_INDEX, LIST]
    assert found.stdout.splitlines()[0].startswith("- sqs.requests.fair in eu-west-1: $0.10 per 1M requests")
    assert found.stdout.splitlines()[1].startswith("~ sqs.requests.fifo in eu-west-1: $0.50 per 1M requests to ")
    assert "AWSQueueService: 2 prices of 1 Regions read" in found.stderr
    assert "AWSQueueService: no dimension of the catalog is EU-Requests-Unheard-Of (1 products)" in found.stderr
    source = source_of(output)
    assert (source.url, source.size) == (server.address + LIST, len(server.files[LIST]))
    assert [path.name for path in output.iterdir()] == ["AWSQueueService.json"]


def test_the_same_list_again_changes_nothing(server: Server, output: Path) -> None:
    from_server(output, server, "--yes")
    before = output.joinpath("AWSQueueService.json").read_bytes()
    found = from_server(output, server, "--yes")

    assert found.exception is None
    assert "the prices are the same; nothing is written" in found.stderr
    assert output.joinpath("AWSQueueService.json").read_bytes() == before


def test_a_refresh_renews_the_catalog_that_is_there(server: Server, output: Path) -> None:
    from_server(output, server, "--yes")
    server.files[LIST] = json.dumps(
        offer(
            *(product(f"NEW{number}EU-", f"EU-{name}") for number, name in ((0, "Requests-Tier1"),)),
            on_demand={"NEW0EU-": terms("NEW0EU-", (("0", "Inf", "0.0000009", "6YS6EN2CT7"),))},
        )
    ).encode()
    found = from_server(output, server, "--yes")

    assert "- sqs.requests.fifo in eu-west-1" in found.stdout
    assert "~ sqs.requests.standard in eu-west-1" in found.stdout


def test_without_a_terminal_nothing_is_written_unless_told(server: Server, output: Path) -> None:
    found = from_server(output, server)

    assert isinstance(found.exception, Stop)
    assert found.exception.code == 2
    assert str(found.exception) == (
        f"not written: there is no terminal to ask on; --yes writes {output} without asking"
    )
    assert "~ sqs.requests.fifo" in found.stdout
    assert not output.exists()


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1), ("\n", 1)])
def test_on_a_terminal_it_asks(
    answer: str, code: int, server: Server, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auditor.cli.prices.refresh.has_terminal", lambda: True)
    found = from_server(output, server, answer=answer)

    assert found.exit_code == code
    assert f"Write these prices to {output}? [y/N]" in found.stderr
    assert output.exists() is (code == 0)


def test_the_difference_as_json(server: Server, output: Path) -> None:
    document = json.loads(from_server(output, server, "--yes", "--format", "json").stdout)

    assert {change["kind"] for change in document["changes"]} == {"removed", "changed", "restated"}


def test_a_truncated_list_is_refused(server: Server, output: Path) -> None:
    whole = server.files[LIST]
    server.files[LIST] = whole[: len(whole) // 2]
    assert refused(from_server(output, server, "--yes"), output) == (
        f"{LIST}: no whole offer file: it ends in the middle: the file is truncated"
    )

    server.length = len(whole)
    assert refused(from_server(output, server, "--yes"), output) == (
        f"{LIST}: truncated: {len(whole) // 2:,} of {len(whole):,} bytes came"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (queues(offerCode="AmazonSNS"), f"{LIST}: it is the price list of AmazonSNS, not of AWSQueueService"),
        (queues(version="20261102000000"), f"{LIST}: it is version 20261102000000, not 20261101000000"),
        (b"\x00" * 100, f"{LIST}: no whole offer file: a {{ is missing"),
        (queues(products={}), "AWSQueueService 20261101000000: no product of it is a dimension of the catalog"),
    ],
)
def test_another_list_than_the_index_names_is_refused(
    content: dict[str, Any] | bytes, message: str, output: Path
) -> None:
    with serving(served(content)) as server:
        assert refused(from_server(output, server, "--yes"), output) == message


def test_what_the_server_lacks_is_one_line(server: Server, output: Path) -> None:
    assert refused(from_server(output, server, "--yes", "--region", "eu-west-2"), output) == (
        "AWSQueueService has no price list of eu-west-2"
    )
    found = run(output, "--source", server.address, "--service", "sns", "--yes")
    assert refused(found, output) == "the index of offers has no AmazonSNS"
    server.files.pop(LIST)
    assert refused(from_server(output, server, "--yes"), output) == f"{LIST}: the server answers 404"
    server.files[REGION_INDEX] = b"[]"
    assert refused(from_server(output, server, "--yes"), output).startswith(f"{REGION_INDEX}: it cannot be read: ")


def test_a_failing_server_is_asked_again(server: Server, output: Path) -> None:
    server.failures = 2
    assert from_server(output, server, "--yes").exception is None

    server.failures = 3
    with pytest.raises(OfferError, match=r"index\.json: the server answers 503"):
        list(refresh.Web(server.address, 1000).offers("AWSQueueService", (), lambda _: True))


def test_a_server_that_is_not_there_is_one_line(output: Path) -> None:
    message = refused(run(output, "--source", "http://127.0.0.1:9", "--service", "sqs", "--yes"), output)

    assert message.startswith(f"{INDEX}: the server cannot be read: ")


def test_a_list_that_is_too_large_is_refused(server: Server) -> None:
    with pytest.raises(OfferError, match="it is larger than 100 bytes"):
        list(refresh.Web(server.address, 100).offers("AWSQueueService", (), lambda _: True))


def test_only_the_server_that_was_named_is_asked(server: Server, output: Path) -> None:
    server.moved[LIST] = "http://169.254.169.254/latest/meta-data"
    assert refused(from_server(output, server, "--yes"), output) == (
        f"{LIST}: it is moved to another server, http://169.254.169.254"
    )
    server.files[REGION_INDEX] = server.files[REGION_INDEX].replace(LIST.encode(), b"https://example.com/x")
    assert refused(from_server(output, server, "--yes"), output) == (
        "https://example.com/x: the address 'https://example.com/x' is on another server"
    )


@pytest.mark.parametrize("address", ["file:///etc/passwd", "example.com", "ftp://x/y", "https://user@example.com"])
def test_only_web_addresses_are_servers(address: str, output: Path) -> None:
    assert refused(run(output, "--source", address, "--yes"), output).startswith(f"{address!r} is no address like ")


def test_an_index_at_another_path_can_be_named(server: Server, output: Path) -> None:
    server.files["/cn/index.json"] = server.files.pop(INDEX)
    found = run(output, "--source", f"{server.address}/cn/index.json", "--service", "sqs", "--yes")

    assert found.exception is None


def test_an_index_without_regions_names_the_whole_list(server: Server, output: Path) -> None:
    server.files[INDEX] = json.dumps({"offers": {"AWSQueueService": {"currentVersionUrl": LIST}}}).encode()

    assert from_server(output, server, "--yes").exception is None
    assert server.asked == [INDEX, LIST]


def test_files_and_folders_are_read_without_a_server(tmp_path: Path, output: Path) -> None:
    source = tmp_path / "downloads"
    source.mkdir()
    source.joinpath("a.json").write_text(json.dumps(queues()))
    source.joinpath("b.json").write_text(json.dumps(TEXTS))
    source.joinpath("readme.txt").write_text("no list")
    arguments = ("--from", str(source), "--yes")

    assert str(run(output, *arguments).exception) == (
        "the price file of text messages does not tell its date: add --sms-date"
    )
    found = run(output, *arguments, "--sms-date", "2026-11-01")
    assert found.exception is None
    assert {path.name for path in output.iterdir()} == {"AWSQueueService.json", "AWSEndUserMessagingSMS.json"}
    assert "~ sms.de in *: $0.08848 per message part → $0.10 per message part (+13.02%)" in found.stdout


def test_only_the_service_that_is_asked_for_is_renewed(tmp_path: Path, output: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(queues()))

    assert refused(run(output, "--from", str(path), "--service", "kms", "--yes"), output) == (
        "there is no price list to read"
    )


def test_saved_pages_of_get_products_are_one_list(tmp_path: Path, output: Path) -> None:
    content = queues()
    for number, sku in enumerate(content["products"]):
        tmp_path.joinpath(f"page{number}.json").write_text(
            json.dumps({"FormatVersion": "aws_v1", "PriceList": [item(content, sku)], "NextToken": "x"})
        )
    found = run(output, "--from", str(tmp_path), "--yes")

    assert found.exception is None
    assert source_of(output).url == "pricing:GetProducts AWSQueueService"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "is no file"),
        (b"{}", "no price list: it has no offerCode"),
        (b"[]", "no price list: a { is missing"),
        (b'{"offerCode": "AmazonEC2"}', "AmazonEC2 is no service of the catalog"),
        (b'{"PriceList": []}', "the file is no service of the catalog"),
        (b'{"SMS": {}}', "not AWS's price file of text messages"),
        (b'{"offerCode": "AWSQueueService", "version": "1"', "no whole offer file: it ends in the middle"),
    ],
)
def test_a_file_that_is_no_price_list_is_one_line(
    content: bytes | None, message: str, tmp_path: Path, output: Path
) -> None:
    path = tmp_path / "a.json"
    if content is not None:
        path.write_bytes(content)

    assert message in refused(run(output, "--from", str(path), "--yes", "--sms-date", "2026-11-01"), output)


def test_an_empty_folder_has_no_list(tmp_path: Path, output: Path) -> None:
    assert refused(run(output, "--from", str(tmp_path), "--yes"), output) == f"{tmp_path} has no .json file"


def test_one_source_at_a_time(tmp_path: Path, output: Path) -> None:
    found = run(output, "--api", "--from", str(tmp_path))

    assert str(found.exception) == "use one of --source, --api and --from"


class Api:
    """Stands in for AWS's Price List Query API: answers two entries a page."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.entries = [item(content, sku) for sku in content["products"]]
        self.asked: list[dict[str, object]] = []

    def get_paginator(self, operation_name: str) -> "Api":
        assert operation_name == "get_products"
        return self

    def paginate(self, **arguments: object) -> Iterable[Mapping[str, object]]:
        self.asked.append(arguments)
        for start in range(0, len(self.entries), 2):
            yield {"FormatVersion": "aws_v1", "PriceList": self.entries[start : start + 2]}


def test_the_api_is_asked_page_by_page(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(queues())
    monkeypatch.setattr(refresh, "client", lambda *_: api)
    found = run(output, "--api", "--service", "sqs", "--region", "eu-west-1", "--yes")

    assert found.exception is None
    assert api.asked == [
        {
            "ServiceCode": "AWSQueueService",
            "Filters": [{"Type": "TERM_MATCH", "Field": "regionCode", "Value": "eu-west-1"}],
            "FormatVersion": "aws_v1",
        }
    ]
    assert source_of(output).url == ("pricing:GetProducts AWSQueueService eu-west-1")


def test_what_the_api_refuses_is_one_line(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import ClientError

    class Refusing(Api):
        def paginate(self, **_: object) -> Iterable[Mapping[str, object]]:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetProducts")

    monkeypatch.setattr(refresh, "client", lambda *_: Refusing(queues()))
    assert refused(run(output, "--api", "--service", "sqs", "--yes"), output).startswith(
        "GetProducts of AWSQueueService: An error occurred (AccessDenied)"
    )
    monkeypatch.setattr(refresh, "client", lambda *_: Api(queues(products={})))
    assert refused(run(output, "--api", "--service", "sqs", "--region", "eu-west-1", "--yes"), output) == (
        "GetProducts of AWSQueueService in eu-west-1: there is no entry"
    )


def test_a_profile_that_is_not_there_is_one_line(output: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    found = run(output, "--api", "--profile", "nobody", "--yes")

    assert (
        refused(found, output) == "the Price List API cannot be asked: The config profile (nobody) could not be found"
    )


def test_the_old_catalog_stays_when_it_cannot_be_replaced(
    server: Server, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output.mkdir()
    old = encode(shipped().service("AWSQueueService"))
    output.joinpath("AWSQueueService.json").write_bytes(old)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder.os, "fsync", full)
    found = from_server(output, server, "--yes")

    assert str(found.exception) == f"{output} cannot be written: No space left on device"
    assert output.joinpath("AWSQueueService.json").read_bytes() == old
    assert [path.name for path in output.iterdir()] == ["AWSQueueService.json"]


def test_a_damaged_catalog_is_not_renewed(server: Server, output: Path) -> None:
    output.mkdir()
    output.joinpath("AWSQueueService.json").write_bytes(b"{}")
    found = from_server(output, server, "--yes")

    assert str(found.exception).startswith("the price data of AWSQueueService cannot be read: ")
    assert output.joinpath("AWSQueueService.json").read_bytes() == b"{}"


def test_reading_files_loads_nothing_of_the_network(tmp_path: Path) -> None:
    import subprocess

    tmp_path.joinpath("a.json").write_text(json.dumps(queues()))
    code = (
        "import sys; from auditor.cli.main import run\n"
        f"try: run(['prices', 'refresh', '--output', {str(tmp_path / 'out')!r}, '--from', {str(tmp_path)!r},"
        " '--yes'])\n"
        "except SystemExit as stop: assert not stop.code\n"
        "print(sorted({'boto3', 'urllib.request', 'http.client'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.splitlines()[-1] == "[]"


def test_text_messages_are_read_from_where_aws_has_them(server: Server) -> None:
    server.files["/folder/prices.json"] = json.dumps(TEXTS).encode()
    web = refresh.Web(server.address, 1000)

    assert web.messages("https://example.com/folder/prices.json") == (
        json.dumps(TEXTS).encode(),
        "Sun, 01 Nov 2026 00:00:00 GMT",
    )
