"""What policies mean: the questions that can be asked of AWS policy documents.

* `parse` makes the statements of a document; it never raises.
* `evaluate` decides one `Request` over `Policies`, or over the policies of a resource; `service_request` is the request
  that an AWS service sends, `caller` names who asks by ARN.
* `exposure` tells who a resource policy lets in, `is_public` whether that is everybody.
* `powers`, `grants_everything` and `service_wildcards` tell what the statements of an identity policy give.
* `can` decides for a user or role of an inventory, with its groups and boundary; `who_can` finds all who can.
* `difference` tells what new policies allow that old ones do not, with a request that shows it; `granted` whether
  policies allow anything of a list; both want to know by `PolicyKind` whether the policies name principals. `letting`
  tells whom a resource policy lets in, as one answer.

Documents may be known in part. An answer holds for every filling of symbols and holes, or it is unknown and names what
decides::

    policy = parse(document)
    request = service_request("ses.amazonaws.com", "sns:Publish", topic.arn, resource_account=topic.account,
                              source_account=identity.account, source_arn=identity.arn)
    decision = evaluate(request, [policy])
    decision.effect, decision.because, decision.unknowns
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from auditor.iam.decision import Audience, Decision, Effect, Grant, Power, Reach, Reason
from auditor.iam.document import Policy, Statement, parse, unread
from auditor.iam.request import ANONYMOUS, Caller, Kind, Request, caller, service_request

if TYPE_CHECKING:
    from auditor.iam.access import can
    from auditor.iam.difference import difference, granted
    from auditor.iam.evaluate import Policies, evaluate
    from auditor.iam.exposure import exposure, is_public
    from auditor.iam.letting import letting
    from auditor.iam.powers import ServiceWildcard, grants_everything, powers, service_wildcards
    from auditor.iam.sets.kind import Kind as PolicyKind
    from auditor.iam.who import who_can

# The words of questions are here at once; what answers them is imported when it is asked for, for most runs need a
# part of it: its module, and its name there.
_LATE = {
    "Policies": ("auditor.iam.evaluate", "Policies"),
    "PolicyKind": ("auditor.iam.sets.kind", "Kind"),
    "ServiceWildcard": ("auditor.iam.powers", "ServiceWildcard"),
    "can": ("auditor.iam.access", "can"),
    "difference": ("auditor.iam.difference", "difference"),
    "evaluate": ("auditor.iam.evaluate", "evaluate"),
    "exposure": ("auditor.iam.exposure", "exposure"),
    "granted": ("auditor.iam.difference", "granted"),
    "grants_everything": ("auditor.iam.powers", "grants_everything"),
    "is_public": ("auditor.iam.exposure", "is_public"),
    "letting": ("auditor.iam.letting", "letting"),
    "powers": ("auditor.iam.powers", "powers"),
    "service_wildcards": ("auditor.iam.powers", "service_wildcards"),
    "who_can": ("auditor.iam.who", "who_can"),
}


def __getattr__(name: str) -> object:
    """The names that are imported late; asked for once, they are here."""
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _LATE[name]
    found: object = getattr(import_module(module), attribute)
    globals()[name] = found
    return found


class _Package(ModuleType):
    """This package, in which a late function stays itself when the module that has its name is imported."""

    def __setattr__(self, name: str, value: object) -> None:
        if name not in _LATE or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package

__all__ = [
    "ANONYMOUS",
    "Audience",
    "Caller",
    "Decision",
    "Effect",
    "Grant",
    "Kind",
    "Policies",
    "Policy",
    "PolicyKind",
    "Power",
    "Reach",
    "Reason",
    "Request",
    "ServiceWildcard",
    "Statement",
    "caller",
    "can",
    "difference",
    "evaluate",
    "exposure",
    "granted",
    "grants_everything",
    "is_public",
    "letting",
    "parse",
    "powers",
    "service_request",
    "service_wildcards",
    "unread",
    "who_can",
]
