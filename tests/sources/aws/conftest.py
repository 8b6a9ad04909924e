"""A fake account on the loopback interface; nothing else can be reached."""

import os
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

import pytest
from moto_account import MotoAccount, running

from auditor.model.inventory import Inventory
from auditor.sources.aws.collect import collect

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
Collect = Callable[..., Inventory]


@pytest.fixture(scope="session")
def moto_server() -> Iterator[MotoAccount]:
    with running() as account:
        yield account


@pytest.fixture
def account(
    moto_server: MotoAccount,
    no_credentials: None,  # noqa: ARG001 - asked for what it does
    monkeypatch: pytest.MonkeyPatch,
) -> MotoAccount:
    moto_server.reset()
    for name, value in moto_server.environment.items():
        monkeypatch.setenv(name, value)
    return moto_server


@pytest.fixture
def collected(account: MotoAccount) -> Collect:  # noqa: ARG001 - asked for what it does
    """`collect` on the fake account, unpaced."""
    return partial(
        collect, regions=("us-east-1",), profile=None, progress=None, jobs=4, max_time=None, now=NOW, pace=False
    )


@pytest.fixture
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"a test connects to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", refuse)
