"""Reports of last use from IAM, over HTTP on the loopback interface."""

import json
from functools import partial
from typing import Any

import pytest
from moto_account import ACCOUNT, MotoAccount
from sources.aws.overlay import Call

from auditor.model.known import Cause, Known, Unknown, Value
from auditor.sources.aws import last_accessed
from auditor.sources.aws.permissions import actions

ROLE = f"arn:aws:iam::{ACCOUNT}:role/mailer"
USER = f"arn:aws:iam::{ACCOUNT}:user/smtp"
GENERATE, GET = "GenerateServiceLastAccessedDetails", "GetServiceLastAccessedDetails"
TIME = "2026-10-01T08:00:00Z"

read = partial(
    last_accessed.read, regions=("us-east-1",), profile=None, progress=None, jobs=4, max_time=None, pace=False
)


def service(name: str, *tracked: tuple[str, bool], used: bool = True) -> dict[str, Any]:
    rows = [{"ActionName": each, **({"LastAccessedTime": TIME} if was else {})} for each, was in tracked]
    return {
        "ServiceName": name.upper(),
        "ServiceNamespace": name,
        **({"LastAuthenticated": TIME} if used else {}),
        "TotalAuthenticatedEntities": int(used),
        "TrackedActionsLastAccessed": rows,
    }


def page(*services: dict[str, Any], status: str = "COMPLETED", **more: Any) -> dict[str, Any]:
    return {
        "JobStatus": status,
        "JobType": "ACTION_LEVEL",
        "JobCreationDate": TIME,
        "JobCompletionDate": TIME,
        "ServicesLastAccessed": list(services),
        **more,
    }


@pytest.fixture
def iam(account: MotoAccount) -> MotoAccount:
    account.overlay.answer("iam", GENERATE, lambda call: {"JobId": f"{call.parameters['Arn'][-6:]:0>36}"})
    return account


def told(answer: Value[bytes]) -> dict[str, Any]:
    assert isinstance(answer, Known)
    found: dict[str, Any] = json.loads(answer.value)
    return found


def why(answer: Value[bytes]) -> tuple[Cause, str]:
    assert isinstance(answer, Unknown)
    return answer.cause, answer.detail


def test_all_pages_of_a_report_of_actions(iam: MotoAccount) -> None:
    first = page(service("ses", ("CreateIdentity", True)), IsTruncated=True, Marker="more")
    second = page(service("sns", used=False))
    iam.overlay.answer("iam", GET, lambda call: second if call.parameters.get("Marker") == "more" else first)
    answers = read([ROLE])
    found = told(answers.details[ROLE])
    assert [each["ServiceNamespace"] for each in found["ServicesLastAccessed"]] == ["ses", "sns"]
    assert found["ServicesLastAccessed"][0]["TrackedActionsLastAccessed"] == [
        {"ActionName": "CreateIdentity", "LastAccessedTime": TIME}
    ]
    assert found["ServicesLastAccessed"][1]["LastAuthenticated"] is None
    assert (found["JobStatus"], found["IsTruncated"]) == ("COMPLETED", False)
    asked = [call for call in iam.overlay.calls if call.operation == GENERATE]
    assert [dict(call.parameters) for call in asked] == [{"Arn": ROLE, "Granularity": "ACTION_LEVEL"}]
    assert answers.endpoint == iam.url
    assert answers.caller.startswith(f"arn:aws:sts::{ACCOUNT}:")


def test_a_report_that_is_being_made_is_waited_for(iam: MotoAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_accessed, "_FIRST_PAUSE_SECONDS", 0.001)
    left = [None, None]

    def answer(_: Call) -> dict[str, Any]:
        return page(service("ses")) if not left else page(status="IN_PROGRESS", popped=left.pop())

    iam.overlay.answer("iam", GET, answer)
    assert len(told(read([ROLE]).details[ROLE])["ServicesLastAccessed"]) == 1
    assert [call.operation for call in iam.overlay.calls].count(GET) == 3


def test_one_that_is_never_ready_is_unknown(iam: MotoAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_accessed, "LONGEST_WAIT_SECONDS", -1.0)
    iam.overlay.answer("iam", GET, page(status="IN_PROGRESS"))
    assert why(read([ROLE]).details[ROLE]) == (
        Cause.LIMIT,
        "iam:GetServiceLastAccessedDetails: the report was not completed in time",
    )


def test_denied_is_unknown_with_the_reason(iam: MotoAccount) -> None:
    iam.overlay.answer("iam", GET, page(service("ses")))
    iam.overlay.refuse("iam", GENERATE, "AccessDenied", 403, when=lambda call: call.parameters["Arn"] == USER)
    found = read([ROLE, USER]).details
    assert told(found[ROLE])["ServicesLastAccessed"]
    assert why(found[USER]) == (
        Cause.DENIED,
        "iam:GenerateServiceLastAccessedDetails: access denied (AccessDenied)",
    )


@pytest.mark.parametrize(
    ("more", "detail"),
    [
        ({"Error": {"Message": "x", "Code": "NO_SERVICES"}}, "the report failed (NO_SERVICES)"),
        ({"Error": {"Message": "x", "Code": "see \u202e above"}}, "the report failed (no reason)"),
        ({}, "the report failed (no reason)"),
    ],
)
def test_a_report_that_failed_is_unknown(iam: MotoAccount, more: dict[str, Any], detail: str) -> None:
    iam.overlay.answer("iam", GET, page(status="FAILED", **more))
    assert why(read([ROLE]).details[ROLE]) == (Cause.FAILED, f"iam:GetServiceLastAccessedDetails: {detail}")


def test_pages_that_go_in_circles_are_given_up(iam: MotoAccount) -> None:
    iam.overlay.answer("iam", GET, page(service("ses"), IsTruncated=True, Marker="again"))
    assert why(read([ROLE]).details[ROLE])[0] is Cause.FAILED


def test_other_accounts_are_not_asked_about(iam: MotoAccount) -> None:
    other = "arn:aws:iam::999999999999:role/mailer"
    assert why(read([other, "mailer"]).details[other])[0] is Cause.ELSEWHERE
    assert [call.operation for call in iam.overlay.calls] == ["GetCallerIdentity"]


def test_what_it_needs_is_told() -> None:
    assert set(actions(last_accessed=True)) - set(actions()) == {
        "iam:GenerateServiceLastAccessedDetails",
        "iam:GetServiceLastAccessedDetails",
    }
