"""Speed of the IAM engine: decisions, parsing, and growth with the size of patterns.

Seconds are CPU seconds of one core; the ratio to a plain loop of additions travels between machines. Decisions are
measured on the cases of another simulator, read from the folder in CONFORMANCE_DATA. Run with
``python bench/iam.py``; nothing here is a test.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from auditor.cli.iam.request_case import policies_of, request_of
from auditor.iam.document import parse
from auditor.iam.evaluate import Policies, evaluate
from auditor.iam.request import Request
from auditor.iam.wildcard import glob
from auditor.model.known import Cause, Unknown
from auditor.model.policy import Document, node_of
from auditor.model.text import Symbol, Text, text

SECONDS = 10.0
ADDITIONS = 2_000_000
LONG = 64 * 1024


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


def cases() -> list[dict[str, Any]]:
    """The strict cases with a concrete resource."""
    folder = os.environ.get("CONFORMANCE_DATA")
    if not folder:
        sys.exit("CONFORMANCE_DATA names no folder with the cases of iam-simulate")
    lines = (Path(folder) / "iam-suites/iam-simulate/evaluate.jsonl").read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return [each for each in found if each["mode"] == "strict" and not each["request"]["resource_is_pattern"]]


def documents(found: list[dict[str, Any]]) -> Iterator[str]:
    """The policies of cases as JSON text, as often as they occur."""
    for case in found:
        for kind in case["policies"].values():
            for each in kind if isinstance(kind, list) else [kind] if kind else []:
                yield from map(json.dumps, each["policies"] if "orgIdentifier" in each else [each])


def decisions(found: list[dict[str, Any]], unit: float) -> None:
    """Decisions a second, requests and policies parsed beforehand, the explanation made."""
    asked: list[tuple[Request, Policies]] = [(request_of(case), policies_of(case)) for case in found]
    for request, policies in asked:
        evaluate(request, policies)
    made, spent = 0, 0.0
    while spent < SECONDS:
        start = time.process_time()
        for request, policies in asked:
            evaluate(request, policies)
        spent += time.process_time() - start
        made += len(asked)
    print(f"{'decisions a second':44} {made / spent:12,.0f}   ({len(asked)} requests, {spent:.1f} s)")
    print(f"{'microseconds a decision':44} {spent / made * 1e6:12.1f}   ({spent / made / unit:.0f} additions)")


def parsing(found: list[dict[str, Any]], unit: float) -> None:
    """Parsing of policies that were not seen before: the caches of documents are bypassed."""
    texts = list(documents(found))

    def job() -> None:
        for each in texts * rounds:
            parse.__wrapped__(Document(tree=node_of(json.loads(each))))

    rounds = 20
    each = cpu(job) / rounds / len(texts)
    size = sum(map(len, texts)) / len(texts)
    print(f"{'microseconds to parse a policy':44} {each * 1e6:12.1f}   ({each / unit:.0f} additions, {size:.0f} bytes)")


def growth(unit: float) -> None:
    """Patterns that make others take long, 64 kB against 64 kB."""
    symbol, hole = Symbol("Topic.TopicName"), Unknown(Cause.NOT_HERE, "")
    half = LONG // 2
    jobs: dict[str, tuple[Text, Text]] = {
        "a*a*…b against a…": (text("a*" * half + "b"), text("a" * LONG)),
        "*a?a?…b against a…": (text("*" + "a?" * (half // 2) + "b*"), text("a" * LONG)),
        "*a…b*a…b against a…": (text(("*" + "a" * 255 + "b") * 256), text("a" * LONG)),
        "a*a*…{symbol} against a…": (text("a*" * half, symbol), text("a" * LONG)),
        "a*a*…b against a…{hole}": (text("a*" * half + "b"), text("a" * LONG, hole)),
    }
    for label, (pattern, subject) in jobs.items():
        start = time.process_time()
        glob.__wrapped__(pattern).matches(subject)
        spent = time.process_time() - start
        print(f"{label:44} {spent:10.3f} s   ({spent / unit:,.0f} additions)")


def main() -> None:
    """Measure and print."""
    unit = min(cpu(additions) for _ in range(5)) / ADDITIONS
    print(f"{'nanoseconds an addition':44} {unit * 1e9:12.1f}")
    growth(unit)
    found = cases()
    parsing(found, unit)
    decisions(found, unit)


if __name__ == "__main__":
    main()
