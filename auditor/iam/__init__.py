"""The policy engine: parse policy documents, decide requests, tell who is let in and what is given.

Every answer holds for every filling of what the input does not tell, or is UNKNOWN with the holes that decide.
"""

from auditor.iam.access import can, policies_of
from auditor.iam.decision import Audience, Decision, Effect, Grant, Power, Reach, Reason
from auditor.iam.document import Policy, Statement, parse
from auditor.iam.evaluate import Policies, evaluate
from auditor.iam.powers import grants_everything, limiting_keys, powers, service_wildcards
from auditor.iam.request import Caller, Kind, Request, caller, service_request

__all__ = [
    "Audience",
    "Caller",
    "Decision",
    "Effect",
    "Grant",
    "Kind",
    "Policies",
    "Policy",
    "Power",
    "Reach",
    "Reason",
    "Request",
    "Statement",
    "caller",
    "can",
    "evaluate",
    "grants_everything",
    "limiting_keys",
    "parse",
    "policies_of",
    "powers",
    "service_request",
    "service_wildcards",
]
