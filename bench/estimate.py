"""Speed of estimates: CPU seconds of `auditor estimate` on large accounts, and their ratio to a bare import of click.

Run with ``python bench/estimate.py``; ratios travel between machines, seconds do not. Nothing here is a test.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from run import AUDITOR, cpu

from auditor.model.coverage import Coverage
from auditor.model.inventory import AnyResource, Input, Inventory
from auditor.model.known import Known
from auditor.model.sns import Subscription, Topic
from auditor.model.text import text
from auditor.sources.snapshot import write
from pricing.derived import estimate_all
from pricing.usage.file import load

RUNS = 5
ACCOUNT = "111122223333"
REGIONS = ("eu-west-1", "us-east-1", "af-south-1", "ap-northeast-1")
PROTOCOLS = ("sqs", "sqs", "https", "lambda", "email")


def account(topics: int) -> Inventory:
    """Topics in several Regions, each with five subscriptions."""
    resources: list[AnyResource] = []
    for number in range(topics):
        region = REGIONS[number % len(REGIONS)]
        place = {
            "deployment": f"aws:{ACCOUNT}:{region}",
            "account": text(ACCOUNT),
            "region": text(region),
        }
        arn = text(f"arn:aws:sns:{region}:{ACCOUNT}:topic-{number}")
        resources.append(
            Topic(
                address=f"AWS::SNS::Topic/topic-{number}",
                name=text(f"topic-{number}"),
                arn=arn,
                fifo=Known(value=False),
                kms_key=Known(None),
                **place,
            )
        )
        resources += [
            Subscription(
                address=f"AWS::SNS::Subscription/{number}-{index}",
                name=text(f"{number}-{index}"),
                topic=Known(arn),
                protocol=Known(protocol),
                endpoint=Known(text(f"endpoint-{number}-{index}")),
                pending=Known(value=False),
                filter_policy=Known(None),
                **place,
            )
            for index, protocol in enumerate(PROTOCOLS)
        ]
    read = tuple(
        Coverage(ACCOUNT, region, operation, Known(value=True))
        for region in REGIONS
        for operation in ("sns:ListTopics", "sns:ListSubscriptions")
    )
    inputs = tuple(Input(path=f"aws:{ACCOUNT}:{region}", kind="aws") for region in REGIONS)
    return Inventory(resources=tuple(resources), coverage=read, inputs=inputs)


def usage(topics: int) -> Iterator[str]:
    """What is published to each topic; the inventory tells the deliveries."""
    yield "version: 1\nmonth: 2026-12\naccount: {}\nusage:\n"
    for region in REGIONS:
        yield f"  - for: {{service: sns, region: {region}}}\n"
        yield "    sns.publish.average_bytes: 900\n    sns.lambda.duration_ms: 80\n    sns.lambda.memory_mb: 128\n"
    for number in range(topics):
        arn = f"arn:aws:sns:{REGIONS[number % len(REGIONS)]}:{ACCOUNT}:topic-{number}"
        yield f"  - for: {{resource: '{arn}'}}\n    sns.publish.messages: {1000 + number}\n"


def alone(topics: int, told: Path) -> float:
    """CPU seconds of deriving and estimating without reading, printing and starting."""
    inventory, usage_of_all = account(topics), load(told)
    estimate_all(inventory, usage_of_all)
    began = time.process_time()
    estimate_all(inventory, usage_of_all)
    return time.process_time() - began


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cases = {"import click": (sys.executable, "-c", "import click")}
        for topics in (100, 1_000, 10_000):
            snapshot, told = folder / f"{topics}.json", folder / f"{topics}.yaml"
            write(snapshot, account(topics))
            told.write_text("".join(usage(topics)))
            label = f"{topics:,} topics, {topics * len(PROTOCOLS):,} subscriptions"
            command = (*AUDITOR, "estimate", "--no-config", str(snapshot), "--usage", str(told))
            cases[label] = (*command, "--format", "json")
            if topics == 10_000:
                cases[f"{label}, text"] = command
                cases["  of it, read the snapshot"] = (
                    *AUDITOR,
                    "inventory",
                    "--no-config",
                    "--show-endpoints",
                    "--format",
                    "json",
                    str(snapshot),
                )
        base = 0.0
        print(f"{'job':44} {'CPU s':>8} {'of click':>9}   (median of {RUNS})")
        for label, command in cases.items():
            cpu(command, folder)
            median = statistics.median(cpu(command, folder) for _ in range(RUNS))
            base = base or median
            print(f"{label:44} {median:8.3f} {median / base:9.2f}")
        median = statistics.median(alone(10_000, told) for _ in range(3))
        print(f"{'  of it, derive and estimate':44} {median:8.3f} {median / base:9.2f}")


if __name__ == "__main__":
    main()
