"""Whether policies are public, and whether listed access is granted: answers of AWS, its documentation, other tools."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from scoring import Case, Difference, Score, cases

from auditor import iam
from auditor.iam.difference import granted
from auditor.iam.letting import letting
from auditor.iam.names import kind_of
from auditor.model.known import Truth
from auditor.model.policy import Document, node_of


class Reason(NamedTuple):
    """Why our answer stands: it explains no other answer than this one."""

    ours: str
    text: str


Row = tuple[str, str, str, Reason | None]
_TRUSTED = Reason(
    "not public",
    "the other tool counts accounts and addresses that its user did not list as trusted as public; here public means"
    " everybody (Access Analyzer: CheckNoPublicAccess)",
)
_NO_GRAMMAR = "AWS refuses the policy: {}; a policy that cannot be in force has no audience (IAM JSON policy grammar)"
_REASONS = {
    "bpa": Reason(
        "not public",
        "the Deny leaves members of one organization only; the strict answer, which looks at Allow statements alone, is"
        " FAIL as well (Amazon S3: the meaning of public)",
    ),
    "deputy": Reason(
        "not public",
        "a service principal is not everybody; that it is not tied to an account is told apart, as a confused deputy"
        " (IAM: the confused deputy problem)",
    ),
    "via": Reason(
        "public",
        "kms:ViaService pins the service and not the caller: every account can call through it (AWS KMS condition keys:"
        " kms:ViaService)",
    ),
    "all": Reason(
        "public",
        "ForAllValues is true of a request without the key, so that everybody is let in (IAM: multivalued context"
        " keys)",
    ),
    "paths": Reason(
        "unknown",
        "StringEquals takes the * of the value literally, and no organization path has one (IAM JSON policy elements:"
        " Condition operators)",
    ),
}


def _policy(document: object) -> iam.Policy:
    return iam.parse(Document(tree=node_of(document)))


def _public(document: object, resource_type: str = "") -> str:
    return {"FAIL": "public", "PASS": "not public", "UNKNOWN": "unknown"}[
        letting(_policy(document), None, None, resource_type).public
    ]


def _compare(rows: Iterable[Row]) -> tuple[Difference, ...]:
    return tuple(
        Difference(case, ours, theirs, reason.text if reason is not None and reason.ours == ours else "")
        for case, ours, theirs, reason in rows
        if ours != theirs
    )


def _of_aws(listed: list[Case]) -> Iterable[Row]:
    for case in listed:
        theirs = "not public" if case["result"].startswith("PASS") else "public"
        yield case["id"], _public(case["policy"], case["resource_type"]), theirs, None


def _of_buckets(listed: list[Case]) -> Iterable[Row]:
    for case in listed:
        theirs = "public" if case["expected"] == "public" else "not public"
        narrowed = "Deny" in str(case["policy"])
        yield case["id"], _public(case["policy"], "AWS::S3::Bucket"), theirs, _REASONS["bpa"] if narrowed else None


def _of_prowler(listed: list[Case]) -> Iterable[Row]:
    for case in listed:
        given = case["args"]
        reason = None
        if given.get("trusted_account_ids") or given.get("trusted_ips"):
            reason = _TRUSTED
        elif given.get("check_cross_service_confused_deputy"):
            reason = _REASONS["deputy"]
        elif "kms:ViaService" in str(given["policy"]):
            reason = _REASONS["via"]
        elif "'aws:SourceVpce': {" in str(given["policy"]):
            reason = Reason("unknown", _NO_GRAMMAR.format("a condition value is an object"))
        yield case["id"], _public(given["policy"]), "public" if case["result"] else "not public", reason


def _of_policyuniverse(listed: list[Case]) -> Iterable[Row]:
    for case in listed:
        document = case.get("doc") or case["args"]["policy"]
        if case["function"].startswith("Statement"):
            document = {"Version": "2012-10-17", "Statement": [document]}
        reason = None
        if document["Version"] not in {"2012-10-17", "2008-10-17"}:
            reason = Reason("unknown", _NO_GRAMMAR.format(f"there is no version {document['Version']}"))
        elif "ForAllValues" in str(document):
            reason = _REASONS["all"]
        elif "PrincipalOrgPaths" in str(document):
            reason = _REASONS["paths"]
        yield case["id"], _public(document), "public" if case["result"] else "not public", reason


def _of_listed(listed: list[Case]) -> Iterable[Row]:
    for case in listed:
        access = case["access"]
        kind = kind_of(case["resource_type"])
        assert kind is not None
        found = granted(
            [_policy(case["policy"])],
            actions=access["actions"] or (),
            resources=access["resources"] or (),
            kind=kind,
        )
        ours = {Truth.TRUE: "FAIL", Truth.FALSE: "PASS", Truth.UNKNOWN: "UNKNOWN"}[found.truth]
        yield case["id"], ours, case["result"].removesuffix("(no finding)"), None


def _scored(suite: str, truth: str, listed: list[Case], rows: Iterable[Row]) -> Score:
    return Score(suite=suite, truth=truth, total=len(listed), must=1, differences=_compare(rows))


def score(data: Path) -> tuple[Score, ...]:
    public = list(cases(data, "aws-access-analyzer/check_no_public_access.jsonl"))
    listed = list(cases(data, "aws-access-analyzer/check_access_not_granted.jsonl"))
    meaning = list(cases(data, "public-s3/aws_doc_meaning_of_public.jsonl"))
    blocks = list(cases(data, "public-s3/iam_simulate_bpa.jsonl"))
    prowler = [case for case in cases(data, "prowler/cases.jsonl") if case["function"] == "is_policy_public"]
    universe = [c for c in cases(data, "policyuniverse/cases.jsonl") if "is_internet_accessible" in c["function"]]
    return (
        _scored("aws-access-analyzer/no-public-access", "answers of AWS", public, _of_aws(public)),
        _scored("aws-access-analyzer/access-not-granted", "answers of AWS", listed, _of_listed(listed)),
        _scored("public-s3/meaning-of-public", "documentation of AWS", meaning, _of_buckets(meaning)),
        _scored("public-s3/block-public-access", "authors of the suite", blocks, _of_buckets(blocks)),
        _scored("prowler/is-policy-public", "authors of the suite", prowler, _of_prowler(prowler)),
        _scored("policyuniverse/internet-accessible", "authors of the suite", universe, _of_policyuniverse(universe)),
    )
