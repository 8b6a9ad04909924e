"""Files that record use: CloudTrail records in their forms, and last-accessed details, from the bytes of a file.

CloudTrail: the ``{"Records": […]}`` of a trail's files, JSON Lines of records or of such objects, and what
``aws cloudtrail lookup-events`` prints. Last accessed: what ``aws iam get-service-last-accessed-details`` prints.
Either may be compressed with gzip.
"""

import zlib
from collections.abc import Iterator, Mapping

import msgspec

from auditor.iam import database
from auditor.iam.narrow import cloudtrail
from auditor.iam.narrow.cloudtrail import Event
from auditor.iam.narrow.uses import LastAccessed, Record, Use

MOST = 2**30
"""Bytes of a file after decompression."""
_GZIP = b"\x1f\x8b"


class UseError(Exception):
    """The file is no record of use; the message is one line."""


class _Looked(msgspec.Struct):
    cloud_trail_event: str = msgspec.field(name="CloudTrailEvent")


class _Outer(msgspec.Struct):
    records: list[msgspec.Raw] | None = msgspec.field(default=None, name="Records")
    looked: list[_Looked] | None = msgspec.field(default=None, name="Events")
    event_name: str | None = msgspec.field(default=None, name="eventName")


class _Tracked(msgspec.Struct, rename="pascal"):
    action_name: str
    last_accessed_time: str | None = None


class _Service(msgspec.Struct, rename="pascal"):
    service_namespace: str
    last_authenticated: str | None = None
    tracked_actions_last_accessed: list[_Tracked] = []


class _Details(msgspec.Struct, rename="pascal"):
    services_last_accessed: list[_Service]
    job_status: str = "COMPLETED"
    job_completion_date: str = ""
    is_truncated: bool = False


def read(data: bytes, principal: str, *, smtp: bool) -> Record:
    """What a file tells of a principal.

    Args:
        data: the bytes of the file.
        principal: ARN of the user or role; last-accessed details do not name theirs and are taken to be of it.
        smtp: whether the principal can send by SMTP.

    Raises:
        UseError: the file is of no such form, or larger than `MOST`.
    """
    data = _plain(data)
    if _is_last_accessed(data):
        return _last_accessed(data, smtp=smtp)
    return cloudtrail.records(_events(data), {principal: smtp})[principal]


def read_for_all(data: bytes, smtp: Mapping[str, bool]) -> dict[str, Record]:
    """What CloudTrail records tell of several principals.

    Args:
        data: the bytes of the file.
        smtp: ARN of each principal to whether it can send by SMTP.

    Raises:
        UseError: the file is of no such form, or holds last-accessed details, which are of one principal.
    """
    data = _plain(data)
    if _is_last_accessed(data):
        raise UseError("last-accessed details are of one principal, and do not say of which")
    return cloudtrail.records(_events(data), smtp)


def _is_last_accessed(data: bytes) -> bool:
    return b'"ServicesLastAccessed"' in data and b'"eventName"' not in data


def _plain(data: bytes) -> bytes:
    """Decompressed, all members of a gzip file."""
    parts: list[bytes] = []
    size = 0
    while data[:2] == _GZIP:
        unpacking = zlib.decompressobj(wbits=31)
        try:
            part = unpacking.decompress(data, MOST - size + 1)
        except zlib.error as error:
            raise UseError(f"damaged gzip: {error}") from error
        size += len(part)
        if size > MOST:
            raise UseError(f"larger than {MOST} bytes")
        if not unpacking.eof:
            raise UseError("damaged gzip: it ends early")
        parts.append(part)
        data = unpacking.unused_data
    return b"".join(parts) if parts else data


def _events(data: bytes) -> Iterator[Event]:
    for each in _objects(data):
        try:
            outer = msgspec.json.decode(each, type=_Outer)
            if outer.records is not None:
                yield from (msgspec.json.decode(raw, type=Event) for raw in outer.records)
            elif outer.looked is not None:
                yield from (msgspec.json.decode(item.cloud_trail_event, type=Event) for item in outer.looked)
            elif outer.event_name is not None:
                yield msgspec.json.decode(each, type=Event)
            else:
                raise UseError("neither CloudTrail records nor last-accessed details")
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise UseError(f"not readable as CloudTrail records: {error}") from error


def _objects(data: bytes) -> Iterator[bytes]:
    """The JSON objects of a file: one, or one a line."""
    stripped = data.strip()
    if not stripped:
        raise UseError("empty")
    lines = stripped.split(b"\n")
    if len(lines) > 1 and all(line.strip()[:1] == b"{" and line.strip()[-1:] == b"}" for line in lines[:2]):
        yield from (line for line in lines if line.strip())
        return
    yield stripped


def _last_accessed(data: bytes, *, smtp: bool) -> Record:
    try:
        details = msgspec.json.decode(data, type=_Details)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise UseError(f"not readable as last-accessed details: {error}") from error
    if details.job_status != "COMPLETED":
        raise UseError(f"the last-accessed job is not completed but {details.job_status}")
    services: dict[str, bool] = {}
    actions: dict[str, bool] = {}
    uses: list[Use] = []
    for service in details.services_last_accessed:
        prefix = service.service_namespace.lower()
        services[prefix] = service.last_authenticated is not None
        for tracked in service.tracked_actions_last_accessed:
            name = f"{prefix}:{tracked.action_name}"
            actions[name.lower()] = tracked.last_accessed_time is not None
            found = database.action(name)
            if tracked.last_accessed_time is not None and found is not None:
                uses.append(Use(found.name, "" if found.resources else "*", when=tracked.last_accessed_time))
    accessed = LastAccessed(services=services, actions=actions, date=details.job_completion_date)
    return Record(uses=tuple(uses), accessed=accessed, smtp=smtp)
