"""A whole account, read over HTTP from an emulator."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import in_process
import msgspec
import pytest
from moto_account import ACCOUNT, MotoAccount
from sources.aws.overlay import Call
from sources.aws.small_account import seed

from auditor.model.iam import Group, InlinePolicy, ManagedPolicy, Role, User
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Known, Unknown
from auditor.model.resource import Resource
from auditor.model.sns import Topic
from auditor.model.text import text
from auditor.sources.authorization_details import decode
from auditor.sources.aws.pacing import Pacer
from auditor.sources.aws.session import READ_SECONDS

Collect = Callable[..., Inventory]


def answers(inventory: Inventory, operation: str) -> list[Known[bool] | Unknown]:
    return [row.complete for row in inventory.coverage if row.operation == operation and not row.resource]


def test_every_page_is_read(account: MotoAccount, collected: Collect) -> None:
    names = sorted(f"topic-{number:03}" for number in range(205))
    account.topics(names)

    inventory = collected()

    assert sorted(str(topic.name) for topic in inventory.of(Topic)) == names
    assert answers(inventory, "sns:ListTopics") == [Known(value=True)]


def test_denied_is_unknown_and_not_empty(account: MotoAccount, collected: Collect) -> None:
    account.client("sns").create_topic(Name="orders")
    account.overlay.refuse("sns", "ListSubscriptions", "AuthorizationError", 403)
    account.overlay.refuse("cloudwatch", "DescribeAlarms", "AccessDenied", 403)

    inventory = collected()

    for operation in ("sns:ListSubscriptions", "cloudwatch:DescribeAlarms"):
        assert {getattr(answer, "cause", None) for answer in answers(inventory, operation)} == {Cause.DENIED}
    (topic,) = inventory.of(Topic)
    assert topic.name == text("orders")


def test_the_order_of_answers_does_not_show(account: MotoAccount, collected: Collect) -> None:
    sns = account.client("sns")
    for number in range(20):
        sns.create_topic(Name=f"topic-{number}")

    assert collected(jobs=1) == collected(jobs=8)


def test_an_interrupt_does_not_wait_for_answers(account: MotoAccount, tmp_path: Path) -> None:
    asked, ended = threading.Event(), threading.Event()

    def hold(call: Call) -> None:
        if call.operation == "ListTopics":
            asked.set()
            ended.wait()

    account.overlay.before = hold
    process = subprocess.Popen(
        (sys.executable, "-m", "auditor.cli.main", "collect", "account.json", "--region", "us-east-1"),
        cwd=tmp_path,
        env={"PYTHONPATH": os.pathsep.join(sys.path), **account.environment},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert asked.wait(60)
        process.send_signal(signal.SIGINT)
        # Less than a call is waited for.
        _, stderr = process.communicate(timeout=READ_SECONDS - 5)
    finally:
        process.kill()
        ended.set()

    assert (process.returncode, stderr.strip()) == (2, "auditor: interrupted")
    assert list(tmp_path.iterdir()) == []


def test_a_scan_of_the_snapshot_equals_a_live_scan(
    account: MotoAccount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sns = account.client("sns")
    arn = sns.create_topic(Name="orders")["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="https", Endpoint="https://user:secret@example.com/hook?token=s3cret")
    account.client("sesv2").create_email_identity(EmailIdentity="example.com")
    # An emulator has no quotas.
    monkeypatch.setattr(Pacer, "turn", lambda _: True)

    def auditor(*arguments: str) -> str:
        environment = {**account.environment, "SOURCE_DATE_EPOCH": "1796000000"}
        done = in_process.auditor(*arguments, folder=tmp_path, **environment)
        assert done.exit_code in {0, 1, 4}, done.stderr
        return done.stdout

    auditor("collect", "account.json", "--region", "us-east-1")
    offline = auditor("scan", "account.json", "--format", "json")
    live = auditor("scan", "--live", "--region", "us-east-1", "--format", "json")

    assert json.loads(offline)["results"] == json.loads(live)["results"]
    assert json.loads(offline)["passed"] == json.loads(live)["passed"]
    assert (tmp_path / "account.json").stat().st_mode & 0o777 == 0o600
    kept = (tmp_path / "account.json").read_text()
    assert [word for word in ("user:secret", "s3cret") if word in kept + offline + live] == []


def test_the_answer_that_was_saved_tells_the_same_of_iam(account: MotoAccount, collected: Collect) -> None:
    seed(account)
    saved = account.client("iam").get_account_authorization_details()

    live, dump = collected(), decode(json.dumps(saved, default=str).encode(), "details.json")

    kinds = (User, Role, Group, ManagedPolicy, InlinePolicy)
    told = [item for kind in kinds for item in dump.of(kind)]
    assert [str(item.name) for item in told] == ["mailer", "sender", "senders", "Send", "inline", "inline"]
    for kind in kinds:
        of_live = [_of_the_answer(item) for item in live.of(kind)]
        assert of_live == sorted(map(_of_the_answer, dump.of(kind)), key=lambda item: item["address"])


def _of_the_answer(item: Resource) -> dict[str, Any]:
    """A resource without what other operations tell; documents are written with other spaces."""
    written = json.loads(msgspec.json.encode(item))
    for name in ("access_keys", "has_password"):
        written.pop(name, None)
    found: dict[str, Any] = json.loads(json.dumps(written).replace(" ", ""))
    return found


def test_two_snapshots_of_one_account_tell_how_it_was_last(
    account: MotoAccount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sns = account.client("sns")
    arn = sns.create_topic(Name="orders", Attributes={"KmsMasterKeyId": "alias/aws/sns"})["TopicArn"]
    monkeypatch.setattr(Pacer, "turn", lambda _: True)

    def auditor(*arguments: str, at: str = "1796000000") -> Any:
        done = in_process.auditor(*arguments, folder=tmp_path, SOURCE_DATE_EPOCH=at, **account.environment)
        assert done.exit_code in {0, 1, 4}, done.stderr
        return done

    auditor("collect", "before.json", "--region", "us-east-1")
    sns.set_topic_attributes(TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue="")
    auditor("collect", "after.json", "--region", "us-east-1", at="1796000001")

    alone = json.loads(auditor("scan", "after.json", "--format", "json").stdout)
    both = auditor("scan", "before.json", "after.json", "--format", "json")

    assert json.loads(both.stdout)["results"] == alone["results"]
    assert json.loads(both.stdout)["passed"] == alone["passed"]
    assert "sns-topic-no-sse-kms" not in alone["passed"]
    assert both.stderr.splitlines() == [
        f"auditor: before.json: {ACCOUNT} {place} is not used: another input tells how it was at 2026-11-30T00:53:21Z"
        for place in ("global", "us-east-1")
    ]
