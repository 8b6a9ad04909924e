"""A fake AWS account behind a real HTTP server on the loopback interface, for programs that only know an endpoint.

with running() as account:
    account.client("sns", "eu-west-1").create_topic(Name="orders")
    subprocess.run([..., "collect", "account.json"], env={**os.environ, **account.environment})
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import boto3
from botocore.config import Config
from botocore.loaders import create_loader
from moto.backends import get_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from sources.aws.overlay import Call, Overlay
from werkzeug.serving import WSGIRequestHandler, make_server

ACCOUNT = "123456789012"
REGION = "us-east-1"


class MotoAccount:
    """One account of moto.

    Attributes:
        url: where it answers.
        overlay: what is answered in moto's place.
        event_destinations: configuration set to its event destinations, which moto does not tell by API v2.
        environment: variables that lead a program there and nowhere else.
    """

    def __init__(self, url: str, overlay: Overlay) -> None:
        self.url = url
        self.overlay = overlay
        self.event_destinations: dict[str, list[dict[str, Any]]] = {}
        self.environment = {
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_ENDPOINT_URL": url,
            "AWS_CONFIG_FILE": "/nonexistent/config",
            "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent/credentials",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self, service: str, region: str = REGION) -> Any:
        """A client of boto3 for seeding; the overlay does not see its calls."""
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=Config(retries={"total_max_attempts": 1}),
        )

    def topics(self, names: Iterable[str]) -> None:
        """Seed many topics at once, without a request for each."""
        backend = get_backend("sns")[ACCOUNT][REGION]
        for name in names:
            backend.create_topic(name)

    def subscriptions(self, topic: str, endpoints: Iterable[str]) -> None:
        """Seed many subscriptions by HTTPS at once."""
        backend = get_backend("sns")[ACCOUNT][REGION]
        for endpoint in endpoints:
            backend.subscribe(topic, endpoint, "https")

    def reset(self) -> None:
        """Make it empty, and able to answer all that a collection asks."""
        for service in ("ses", "sesv2", "sns", "iam", "kms", "sqs", "lambda", "cloudwatch", "sts"):
            get_backend(service).reset()
        self.overlay.clear()
        self.event_destinations = {}
        self.overlay.answer("sesv2", "GetAccount", SETTINGS)
        self.overlay.answer("sesv2", "GetConfigurationSetEventDestinations", self._destinations)

    def _destinations(self, call: Call) -> dict[str, Any]:
        return {"EventDestinations": self.event_destinations.get(call.parameters["ConfigurationSetName"], [])}


SETTINGS = {
    "SendingEnabled": True,
    "ProductionAccessEnabled": True,
    "EnforcementStatus": "HEALTHY",
    "DedicatedIpAutoWarmupEnabled": False,
    "SendQuota": {"Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": 0.0},
    "SuppressionAttributes": {"SuppressedReasons": ["COMPLAINT", "BOUNCE"]},
    "VdmAttributes": {"VdmEnabled": "DISABLED"},
    "PricingAttributes": {"CurrentPlan": "ESSENTIALS"},
}
"""What GetAccount answers."""


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_: Any, **__: Any) -> None:
        """Requests are not news."""


@contextmanager
def running() -> Iterator[MotoAccount]:
    """The account on a free port, until the end of the block."""
    overlay = Overlay(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, overlay, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    account = MotoAccount(f"http://127.0.0.1:{server.server_port}", overlay)
    account.reset()
    # Each session would read and keep the descriptions of all services anew.
    loader = create_loader()
    try:
        with patch("botocore.session.create_loader", lambda _: loader):
            yield account
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
