"""Family "sids": the names of statements.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
"""

import re

from auditor.iam.lint.kinds import PolicyType
from auditor.iam.lint.report import Report
from auditor.iam.lint.view import Policy

_PLAIN = re.compile(r"[A-Za-z0-9]*", re.ASCII)
_OF_IAM = frozenset(
    {*(kind for kind in PolicyType if kind.is_of_principal), PolicyType.TRUST, PolicyType.SCP, PolicyType.RCP}
)


def check(policy: Policy, report: Report) -> None:
    """Look for Sids that stand twice, are empty, or hold what IAM does not take."""
    seen: dict[str, int] = {}
    for statement in policy.statements:
        literal = statement.sid.literal if statement.sid is not None else None
        if statement.sid is None or literal is None:
            continue
        place = statement.sid.place
        if not literal:
            report.add("EMPTY_SID_VALUE", place, "the Sid is empty")
            continue
        if policy.type in _OF_IAM and _PLAIN.fullmatch(literal) is None:
            report.add("UNSUPPORTED_SID", place, f"the Sid {literal!r} holds more than letters and digits")
        if literal in seen:
            required = policy.type.is_of_principal or policy.type is PolicyType.TRUST
            code = "UNIQUE_SIDS_REQUIRED" if required else "UNIQUE_SIDS_RECOMMENDED"
            report.add(code, place, f"the Sid {literal!r} is also that of statement {seen[literal]}")
        else:
            seen[literal] = statement.number
