"""Speed of comparing policies: over pairs that AWS labelled, and over policies as large as AWS takes them.

Seconds are CPU seconds of one core; the ratio to a plain loop of additions travels between machines. The pairs are read
from the folder in CONFORMANCE_DATA. A pair is compared once with nothing kept from others, as a command line would do,
and again when its patterns are known. Run with ``python bench/compare.py``; nothing here is a test.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from auditor.iam.difference import Kind, difference
from auditor.iam.document import Policy, parse
from auditor.iam.names import kind_of
from auditor.model.policy import Document, node_of

ADDITIONS = 2_000_000
ROUNDS = 5
ACCOUNTS = 1_000

Pair: TypeAlias = tuple[Policy, Policy, Kind]
"""New and old policy, and their kind."""


def cpu(job: Callable[[], object]) -> float:
    """CPU seconds of a job."""
    start = time.process_time()
    job()
    return time.process_time() - start


def additions() -> None:
    """The loop that other times are compared with."""
    total = 0
    for number in range(ADDITIONS):
        total += number & 7


def policy(document: Any) -> Policy:
    """A document parsed."""
    return parse(Document(tree=node_of(document)))


def pairs() -> Iterator[Pair]:
    """The pairs that AWS labelled."""
    folder = os.environ.get("CONFORMANCE_DATA")
    if not folder:
        sys.exit("CONFORMANCE_DATA names no folder with the cases of aws-check-no-new-access")
    for line in (Path(folder) / "iam-suites/aws-check-no-new-access/cases.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        kind = kind_of(case["policy_type"])
        if kind is not None:
            yield policy(case["new"]), policy(case["existing"]), kind


def allow(action: object, resource: object, **more: object) -> Mapping[str, object]:
    """A statement."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def document(*statements: Mapping[str, object]) -> Policy:
    """A policy of the current version."""
    return policy({"Version": "2012-10-17", "Statement": list(statements)})


def large() -> Iterator[tuple[str, Pair]]:
    """Policies of many statements, and of many principals."""
    queues = [f"arn:aws:sqs:eu-west-1:111111111111:team{number}-*" for number in range(60)]
    many = [allow(["sqs:SendMessage", "sqs:ReceiveMessage"], queue) for queue in queues]
    limited = {"Effect": "Deny", "Action": "sqs:*", "Resource": queues[0], "Condition": {"Bool": {"aws:x": "true"}}}
    yield "60 statements, one changed", (document(*many), document(*many[1:]), Kind.IDENTITY)
    yield "60 statements, one Deny gone", (document(*many), document(*many, limited), Kind.IDENTITY)
    buckets = [[f"arn:aws:s3:::team{team}-{number}/*" for number in range(5)] for team in range(500)]
    by_team = [allow("s3:GetObject", each) for each in buckets]
    turned = [allow("s3:GetObject", list(each)) for each in zip(*buckets, strict=True)]
    yield "500 statements of 5 resources, one gone", (document(*by_team[1:]), document(*by_team), Kind.IDENTITY)
    yield "500 statements of 5 resources, turned", (document(*turned), document(*by_team), Kind.IDENTITY)
    roots = [f"arn:aws:iam::{number:012d}:root" for number in range(ACCOUNTS)]
    old = document(*(allow("sns:Publish", "*", Principal={"AWS": root}) for root in roots))
    same = document(allow("sns:Publish", "*", Principal={"AWS": roots}))
    more = document(allow("sns:Publish", "*", Principal={"AWS": [*roots, "999999999999"]}))
    yield f"{ACCOUNTS:,} accounts, written otherwise", (same, old, Kind.RESOURCE)
    yield f"{ACCOUNTS:,} accounts and one more", (more, old, Kind.RESOURCE)


def compared(pair: Pair) -> float:
    """CPU seconds of one comparison."""
    new, old, kind = pair
    return cpu(lambda: difference([new], [old], kind=kind))


def show(label: str, times: Sequence[float], unit: float) -> None:
    """Print median, 95th percentile and most of some times."""
    ordered = sorted(times)
    middle, high = statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
    shown = f"median {middle * 1e3:6.2f} ms   p95 {high * 1e3:6.2f} ms   most {ordered[-1] * 1e3:6.2f} ms"
    print(f"{label:39} {shown}   ({middle / unit:,.0f} additions)")


def alone(number: int) -> None:
    """Print the seconds of one pair in a process that has compared nothing yet."""
    found = list(pairs())
    difference([document(allow("s3:GetObject", "*"))], [document(allow("s3:GetObject", "arn:aws:s3:::a"))])
    print(compared(found[number]))


def main() -> None:
    """Measure and print."""
    unit = min(cpu(additions) for _ in range(ROUNDS)) / ADDITIONS
    print(f"{'nanoseconds an addition':34} {unit * 1e9:6.1f}")
    found = list(pairs())
    command = [sys.executable, __file__]
    every = max(1, len(found) // 20)
    first = [
        float(subprocess.run([*command, str(number)], check=True, capture_output=True, text=True).stdout)
        for number in range(0, len(found), every)
    ]
    show(f"{len(first)} pairs, each alone", first, unit)
    show(f"{len(found)} pairs, one after the other", [compared(pair) for pair in found], unit)
    show("the same again", [compared(pair) for pair in found], unit)
    for label, pair in large():
        times = [compared(pair) for _ in range(ROUNDS)]
        show(label, times, unit)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        alone(int(sys.argv[1]))
    else:
        main()
