"""Price lists made for tests, in the shapes of AWS's, and a server on this machine that serves them."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

TERM = "JRTCKXETXF"
FLAT = "6YS6EN2CT7"
VERSION = "20261101000000"
INDEX = "/offers/v1.0/aws/index.json"
REGION_INDEX = "/offers/v1.0/aws/AWSQueueService/current/region_index.json"
LIST = f"/offers/v1.0/aws/AWSQueueService/{VERSION}/eu-west-1/index.json"

Range = tuple[str, str, str, str]
"""Begin, end, amount, last part of the rate code."""

STANDARD = "Requests-Tier1"
FIFO = "Requests-FIFO-Tier1"
TIERS: tuple[Range, ...] = (
    ("0", "100000000000", "0.0000004000", "TIER1"),
    ("100000000000", "200000000000", "0.0000003000", "TIER2"),
    ("200000000000", "Inf", "0.0000002400", "TIER3"),
)


def product(sku: str, usage_type: str, region: str = "eu-west-1", **attributes: str) -> dict[str, Any]:
    found = {
        "servicecode": "AWSQueueService",
        "locationType": "AWS Region",
        "regionCode": region,
        "usagetype": usage_type,
        "operation": "",
    }
    return {"sku": sku, "productFamily": "API Request", "attributes": found | attributes}


def terms(
    sku: str, ranges: tuple[Range, ...] = TIERS, unit: str = "Requests", currency: str = "USD", term: str = TERM
) -> dict[str, Any]:
    dimensions = {
        f"{sku}.{term}.{code}": {
            "rateCode": f"{sku}.{term}.{code}",
            "description": "for a test",
            "beginRange": begin,
            "endRange": end,
            "unit": unit,
            "pricePerUnit": {currency: amount},
            "appliesTo": [],
        }
        for begin, end, amount, code in ranges
    }
    return {
        f"{sku}.{term}": {
            "offerTermCode": term,
            "sku": sku,
            "effectiveDate": "2026-11-01T00:00:00Z",
            "priceDimensions": dimensions,
            "termAttributes": {},
        }
    }


def offer(*products: dict[str, Any], on_demand: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """An offer file; the products cost `TIERS` unless told."""
    found = {item["sku"]: terms(item["sku"]) for item in products} if on_demand is None else on_demand
    return {
        "formatVersion": "v1.0",
        "disclaimer": "for a test",
        "offerCode": "AWSQueueService",
        "version": VERSION,
        "publicationDate": "2026-11-01T00:00:00Z",
        "products": {item["sku"]: item for item in products},
        "terms": {"OnDemand": found, "Reserved": {"X": {"not": ["read", {"at": "all"}]}}},
        "attributesList": {},
    } | changes


def queues(region: str = "eu-west-1", prefix: str = "EU-", **changes: Any) -> dict[str, Any]:
    """The price list of SQS in a Region, with the prices of standard and FIFO queues and one that nobody knows."""
    items = [product(f"NEW{index}{prefix}", f"{prefix}{name}", region) for index, name in enumerate((STANDARD, FIFO))]
    return offer(*items, product("NEW9", f"{prefix}Requests-Unheard-Of", region), **changes)


def item(entry: Mapping[str, Any], sku: str) -> str:
    """A product of an offer file as GetProducts has it: a string."""
    return json.dumps(
        {
            "product": entry["products"][sku],
            "serviceCode": entry["offerCode"],
            "terms": {"OnDemand": entry["terms"]["OnDemand"][sku]},
            "version": entry["version"],
            "publicationDate": entry["publicationDate"],
        }
    )


def served(content: Mapping[str, Any] | bytes, **more: bytes) -> dict[str, bytes]:
    """What a server has when it serves one price list of one Region."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    entry = {"offerCode": "AWSQueueService", "currentRegionIndexUrl": REGION_INDEX, "currentVersionUrl": "/unused"}
    return {
        INDEX: json.dumps({"formatVersion": "v1.0", "offers": {"AWSQueueService": entry}}).encode(),
        REGION_INDEX: json.dumps(
            {"regions": {"eu-west-1": {"regionCode": "eu-west-1", "currentVersionUrl": LIST}}}
        ).encode(),
        LIST: data,
        **more,
    }


class Server:
    """A server of price lists; what it was asked for is in `asked`."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.asked: list[str] = []
        self.failures = 0
        """How many answers fail before the first succeeds."""
        self.length: int | None = None
        """Told in place of the length of the price list."""
        self.moved: dict[str, str] = {}
        self.address = ""


@contextmanager
def serving(files: Mapping[str, bytes]) -> Iterator[Server]:
    """A server on this machine while the block runs."""
    server = Server(files)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append(self.path)
            content = server.files.get(self.path)
            if server.failures:
                server.failures -= 1
                self.send_error(503)
            elif self.path in server.moved:
                self.send_response(302)
                self.send_header("Location", server.moved[self.path])
                self.end_headers()
            elif content is None:
                self.send_error(404)
            else:
                self.send_response(200)
                length = len(content) if server.length is None or self.path != LIST else server.length
                self.send_header("Content-Length", str(length))
                self.send_header("Last-Modified", "Sun, 01 Nov 2026 00:00:00 GMT")
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    server.address = f"http://127.0.0.1:{http.server_port}"
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
