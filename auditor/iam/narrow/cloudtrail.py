"""CloudTrail records as uses: whose call it was, which action of IAM it is, on which resource, with which context.

The name of an event is not always the name of the action that IAM checks, and its resources are told in several ways.
What cannot be told for certain is left open: `auditor.iam.narrow.uses` then says nothing about the service's silence.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from ipaddress import ip_address

import msgspec

from auditor.iam import database
from auditor.iam.database import Action
from auditor.iam.narrow.formats import pattern_of
from auditor.iam.narrow.names import FROM_ADDRESS
from auditor.iam.narrow.uses import Record, Trail, Use, is_data_event
from auditor.iam.wildcard import Glob, glob_of, wildcards_of
from auditor.model.known import Truth

_DATE = re.compile(r"_?\d{4}_?\d{2}_?\d{2}(?:v\d+)?$")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
_PREFIX_OF = {"monitoring": "cloudwatch", "email": "ses"}
"""First label of an event source to the prefix of its actions, where they differ."""
_ACTION_OF = {
    "lambda:Invoke": "lambda:InvokeFunction",
    "s3:CompleteMultipartUpload": "s3:PutObject",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:UploadPart": "s3:PutObject",
    "sns:PublishBatch": "sns:Publish",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:SendMessageBatch": "sqs:SendMessage",
}
_REFUSED = frozenset(
    {"AccessDenied", "AccessDeniedException", "AuthorizationError", "Client.UnauthorizedOperation",
     "UnauthorizedOperation", "AuthorizationErrorException"}
)  # fmt: skip
_RESOURCE_PARTS: Mapping[str, Mapping[str, str]] = {
    "ses": {
        "configurationSetName": "configuration-set/",
        "emailIdentity": "identity/",
        "identity": "identity/",
        "templateName": "template/",
    },
}
"""Parameters of a call that name a resource, to the beginning of the resource part of its ARN."""
_SENDER_PARAMETERS = ("fromEmailAddress", "source")
_ADDRESS = re.compile(r"(?P<bare>[^\s<>@\"]+@[^\s<>@\"]+)|[^<>]*<(?P<named>[^\s<>@\"]+@[^\s<>@\"]+)>")
_SURELY_DATA = frozenset(
    {"Publish", "PublishBatch", "SendBulkEmail", "SendBulkTemplatedEmail", "SendEmail", "SendRawEmail",
     "SendTemplatedEmail"}
)  # fmt: skip
"""Events that are data events also where the record does not say so."""
_ARN_PARAMETERS = ("topicArn", "policyArn")


class _Issuer(msgspec.Struct, rename="camel"):
    arn: str | None = None


class _Attributes(msgspec.Struct, rename="camel"):
    mfa_authenticated: str | None = None


class _Session(msgspec.Struct, rename="camel"):
    session_issuer: _Issuer | None = None
    attributes: _Attributes | None = None


class _Identity(msgspec.Struct, rename="camel"):
    arn: str | None = None
    session_context: _Session | None = None


class _Resource(msgspec.Struct):
    arn: str | None = msgspec.field(default=None, name="ARN")


class _Tls(msgspec.Struct, rename="camel"):
    tls_version: str | None = None


class Event(msgspec.Struct, rename="camel"):
    """One record, as far as it is read."""

    event_source: str
    event_name: str
    event_time: str
    user_identity: _Identity | None = None
    aws_region: str | None = None
    source_ip_address: str | None = msgspec.field(default=None, name="sourceIPAddress")
    error_code: str | None = None
    read_only: bool | str | None = None
    recipient_account_id: str | None = None
    vpc_endpoint_id: str | None = None
    event_category: str | None = None
    management_event: bool | None = None
    request_parameters: msgspec.Raw = msgspec.Raw(b"null")
    resources: tuple[_Resource, ...] | None = None
    tls_details: _Tls | None = None

    @property
    def is_read(self) -> bool:
        """Whether the call changed nothing."""
        return self.read_only is True or self.read_only == "true"


def records(events: Iterable[Event], smtp: Mapping[str, bool]) -> dict[str, Record]:
    """What several principals did, from one reading of the events.

    Args:
        events: of anybody.
        smtp: ARN of the users and roles to whether they can send by SMTP.

    Returns:
        A record for each of them, also for those that did nothing.
    """
    found = {principal: _Done() for principal in smtp}
    everybody = 0
    first = last = ""
    reads = False
    data: set[str] = set()
    for event in events:
        everybody += 1
        first = event.event_time if not first else min(first, event.event_time)
        last = max(last, event.event_time)
        reads |= event.is_read
        if _is_data(event):
            data.add(_prefix(event))
        for principal in _by(event):
            if principal in found:
                found[principal].add(event)
    shared = Trail(
        events=0, all_events=everybody, first=first, last=last, reads=reads, data=tuple(sorted(data))
    )  # fmt: skip
    return {principal: found[principal].record(shared, smtp=smtp[principal]) for principal in found}


class _Done:
    """What one principal did."""

    def __init__(self) -> None:
        self._uses: dict[Use, str] = {}
        self._unnamed: set[str] = set()
        self._events = self._denied = 0

    def add(self, event: Event) -> None:
        """Count one of its events."""
        self._events += 1
        if event.error_code is not None and _is_refusal(event.error_code):
            self._denied += 1
            return
        actions = actions_of(event)
        if not actions:
            self._unnamed.add(f"{_prefix(event)}:{event.event_name}")
        for action in actions:
            for use in _uses(event, action):
                self._uses[use] = max(self._uses.get(use, ""), event.event_time)

    def record(self, shared: Trail, *, smtp: bool) -> Record:
        """All of it."""
        mine = msgspec.structs.replace(
            shared, events=self._events, denied=self._denied, unnamed=tuple(sorted(self._unnamed))
        )
        dated = (msgspec.structs.replace(use, when=when) for use, when in self._uses.items())
        return Record(uses=tuple(dated), trail=mine, smtp=smtp)


def _by(event: Event) -> tuple[str, ...]:
    """The ARNs of who called: of a user, or of the role or user whose session it was."""
    who = event.user_identity
    if who is None:
        return ()
    issuer = who.session_context.session_issuer if who.session_context is not None else None
    told = (who.arn, issuer.arn if issuer is not None else None)
    return tuple(dict.fromkeys(each for each in told if each))


def _is_data(event: Event) -> bool:
    """Whether it is a data event of sending mail or publishing, so that such events are recorded at all."""
    if not event.event_name.startswith(("Send", "Publish")) or event.management_event is True:
        return False
    told = event.event_category == "Data" or event.management_event is False
    if not (told or event.event_name in _SURELY_DATA):
        return False
    return any(is_data_event(action.name) for action in actions_of(event))


def _is_refusal(code: str) -> bool:
    return code in _REFUSED or code.rpartition(".")[2].startswith(("AccessDenied", "Unauthorized"))


def _prefix(event: Event) -> str:
    label = event.event_source.partition(".")[0].lower()
    return _PREFIX_OF.get(label, label)


def actions_of(event: Event) -> tuple[Action, ...]:
    """The actions that IAM checked, or may have checked, for a call; none when no action has its name."""
    full = f"{_prefix(event)}:{event.event_name}"
    found = _named(full)
    if found is None:
        return ()
    if found.name == "ses:SendEmail":
        # Version 2 of the API checks SendRawEmail for raw messages, and the record need not tell which it was.
        raw = database.action("ses:SendRawEmail")
        return (found,) if raw is None else (found, raw)
    return (found,)


@lru_cache(maxsize=4096)
def _named(full: str) -> Action | None:
    return database.action(_ACTION_OF.get(full, full)) or database.action(_DATE.sub("", full))


def _uses(event: Event, action: Action) -> Iterator[Use]:
    """One use per resource that the record tells of; one without resource when it tells of none."""
    context = _context(event, action)
    if not action.resources:
        yield Use(action.name, "*", context)
        return
    arns = dict.fromkeys(arn for arn in _arns(event) if _is_of(action.name, arn))
    for arn in arns:
        yield Use(action.name, arn, context)
    told = {kind for arn in arns for kind in _kinds(action.name, arn)}
    if not told >= {use.type for use in action.resources}:
        yield Use(action.name, "", context)


def _arns(event: Event) -> Iterator[str]:
    """The ARNs that a record tells, or that follow from the parameters of the call."""
    for resource in event.resources or ():
        if resource.arn:
            yield resource.arn
    parameters = _parameters(event)
    for name in _ARN_PARAMETERS:
        if isinstance(parameters.get(name), str):
            yield str(parameters[name])
    service = _prefix(event)
    account, region = event.recipient_account_id, event.aws_region
    for name, part in _RESOURCE_PARTS.get(service, {}).items():
        value = parameters.get(name)
        if isinstance(value, str) and value and account and region:
            yield f"arn:{_partition(event)}:{service}:{region}:{account}:{part}{value}"


def _parameters(event: Event) -> Mapping[str, object]:
    """The parameters of the call; none where the record has no object of them."""
    try:
        found = msgspec.json.decode(event.request_parameters)
    except (msgspec.MsgspecError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _sender(event: Event) -> str | None:
    """The address that mail was sent from, without the name before it; None where the record does not tell it."""
    parameters = _parameters(event)
    for name in _SENDER_PARAMETERS:
        value = parameters.get(name)
        matched = _ADDRESS.fullmatch(value.strip()) if isinstance(value, str) else None
        if matched is not None:
            return matched["bare"] or matched["named"]
    return None


def _partition(event: Event) -> str:
    """The partition of the caller, which is that of everything it can call."""
    who = event.user_identity
    pieces = (who.arn or "").split(":") if who is not None else []
    return pieces[1] if len(pieces) > 1 and pieces[1] else "aws"


def _is_of(action: str, arn: str) -> bool:
    return bool(_kinds(action, arn))


def _kinds(action: str, arn: str) -> tuple[str, ...]:
    """The resource types of an action that an ARN can be of."""
    return tuple(name for name, shape in _shapes(action) if shape.matches_literal(arn) is Truth.TRUE)


@lru_cache(maxsize=4096)
def _shapes(action: str) -> tuple[tuple[str, Glob], ...]:
    return tuple(
        (kind.name, glob_of(wildcards_of(pattern_of(arn)))) for kind in database.types_for(action) for arn in kind.arns
    )


def _context(event: Event, action: Action) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What the record tells of the request's context, time and user agent left out: they differ every time."""
    found: dict[str, str] = {}
    sender = _sender(event) if FROM_ADDRESS in action.condition_keys else None
    if sender is not None:
        found[FROM_ADDRESS.lower()] = sender
    if event.aws_region:
        found["aws:requestedregion"] = event.aws_region
    if event.source_ip_address and event.vpc_endpoint_id is None and _is_ip(event.source_ip_address):
        found["aws:sourceip"] = event.source_ip_address
    if event.vpc_endpoint_id:
        found["aws:sourcevpce"] = event.vpc_endpoint_id
    if event.tls_details is not None and event.tls_details.tls_version:
        found["aws:securetransport"] = "true"
    session = event.user_identity.session_context if event.user_identity is not None else None
    if session is not None and session.attributes is not None and session.attributes.mfa_authenticated:
        found["aws:multifactorauthpresent"] = session.attributes.mfa_authenticated
    return tuple((key, (value,)) for key, value in sorted(found.items()))


def _is_ip(written: str) -> bool:
    try:
        ip_address(written)
    except ValueError:
        return False
    return True
