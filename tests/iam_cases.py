"""Cases of other projects, read from the folder that CONFORMANCE_DATA names."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor import iam
from auditor.iam.document import Policy
from auditor.iam.evaluate import Level
from auditor.iam.request import ContextValue
from auditor.model.policy import Document
from auditor.model.text import text

Case = dict[str, Any]


def suite(name: str) -> list[Case]:
    """The cases of a suite file; skips the test where there is no data."""
    folder = os.environ.get("CONFORMANCE_DATA")
    path = Path(folder or "") / "iam-suites" / name
    if not folder or not path.exists():
        pytest.skip(f"CONFORMANCE_DATA does not name a folder with iam-suites/{name}")
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def policy(data: object) -> Policy:
    """A policy from plain data."""
    return iam.parse(Document(json=json.dumps(data)))


def context(given: Case) -> dict[str, ContextValue]:
    """The context of a case: strings or lists of strings."""
    values = {key.lower(): value if isinstance(value, list) else [value] for key, value in given.items()}
    return {key: tuple(text(str(item)) for item in value) for key, value in values.items()}


def request(case: Case) -> iam.Request:
    """The request of an evaluation case, which lists its whole context."""
    given = case["request"]
    who = iam.ANONYMOUS
    if not given["anonymous"]:
        name = given["principal"]
        is_service = name.endswith(".amazonaws.com") and not name.startswith("arn:")
        who = iam.Caller(iam.Kind.SERVICE, service=name) if is_service else iam.caller(text(name))
    return iam.Request(
        caller=who,
        action=given["action"],
        resource=text(given["resource"]),
        resource_account=text(given["resource_account"] or ""),
        context=context(given["context"]),
        closed=True,
    )


def _many(found: object) -> tuple[Policy, ...]:
    listed = found if isinstance(found, list) else [found]
    return tuple(policy(each) for each in listed)


def _levels(found: list[Case] | None) -> tuple[Level, ...]:
    return tuple(_many(level["policies"]) for level in found or [])


def policies(case: Case) -> iam.Policies:
    """The policies of an evaluation case. No list of levels means that the account is in no organization."""
    given = case["policies"]
    return iam.Policies(
        identity=_many(given.get("identity") or []),
        resource=_many(given["resource"]) if given.get("resource") else (),
        boundary=_many(given["boundary"]) if given.get("boundary") else None,
        session=_many(given["session"]) if given.get("session") else None,
        scp=_levels(given.get("scp")),
        rcp=_levels(given.get("rcp")),
        endpoint=_many(given["vpce"]) if given.get("vpce") else None,
    )


def differences(cases: list[Case]) -> Iterator[tuple[Case, iam.Decision]]:
    """The cases that are decided otherwise than expected."""
    for case in cases:
        decision = iam.evaluate(request(case), policies(case))
        if decision.effect.value != case["expected"]["decision"]:
            yield case, decision
