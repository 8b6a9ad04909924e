"""What a failed call means: the cause of the Unknown, in words that do not change from run to run.

The text that a server sends with an error is not kept: it holds request ids, and it is written by others.
"""

import re

import msgspec
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    HTTPClientError,
    LoginError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.parsers import ResponseParserError

from auditor.model.known import Cause, Unknown
from auditor.model.origin import API

# What botocore's parsers stumble over in an answer that is not as documented: bytes that are no text, a list where a
# mapping should be. They do not turn it into an error of their own.
_STUMBLES = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)

CALL_ERRORS = (BotoCoreError, ClientError, ResponseParserError, *_STUMBLES)
"""What sending a call and reading its answer can raise."""

_THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "Forbidden",
        "KMSAccessDenied",
        "NotAuthorized",
        "UnauthorizedOperation",
    }
)
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
_REJECTED = frozenset(
    {
        "AuthFailure",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "NotSignedUp",
        "OptInRequired",
        "SignatureDoesNotMatch",
        "SubscriptionRequiredException",
        "UnrecognizedClientException",
    }
)
_UNSUPPORTED = frozenset(
    {
        "InvalidAction",
        "NotImplemented",
        "UnknownOperationException",
        "UnsupportedOperation",
    }
)
_CREDENTIALS = (
    CredentialRetrievalError,
    LoginError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)
_READABLE = re.compile(r"[A-Za-z0-9._:-]{1,80}")


def is_throttling(error: Exception) -> bool:
    """Whether AWS asks to come back later."""
    return isinstance(error, ClientError) and (_code(error) in _THROTTLED or _status(error) == 429)


def error_code(error: Exception) -> str | None:
    """The code of an error that AWS answered; None when there was no answer."""
    return _code(error) if isinstance(error, ClientError) else None


def _code(error: ClientError) -> str:
    """The error code of an answer; a placeholder when it is no readable code."""
    written = str(error.response.get("Error", {}).get("Code", ""))
    return written if _READABLE.fullmatch(written) else "no readable code"


def _status(error: ClientError) -> int:
    """The HTTP status of an answer, 0 when it is not told."""
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)


def unknown(action: str, region: str, error: Exception) -> Unknown:
    """What is not known because a call failed.

    Args:
        action: the operation, as IAM names it.
        region: where it was sent.
        error: one of `CALL_ERRORS`.
    """
    if isinstance(error, ClientError):
        cause = Cause.DENIED if _is_denied(error) else Cause.FAILED
        return Unknown(cause, f"{action}: {_answered(error, region)}", API)
    return Unknown(Cause.FAILED, f"{action}: {_broken(error, region)}", API)


def _is_denied(error: ClientError) -> bool:
    written = _code(error)
    return written in _DENIED or (_status(error) == 403 and written not in _REJECTED | _EXPIRED)


def _answered(error: ClientError, region: str) -> str:
    written, number = _code(error), _status(error)
    if _is_denied(error):
        return f"access denied ({written})"
    if is_throttling(error):
        return f"throttled, also after waiting ({written})"
    if written in _EXPIRED:
        return f"the credentials have expired ({written})"
    if written in _REJECTED:
        return f"{region} does not accept the credentials ({written}): they are wrong or the Region is not enabled"
    if written in _UNSUPPORTED or written == str(number):
        return f"the endpoint does not support it (HTTP {number}, {written})"
    if number >= 500:
        return f"server error (HTTP {number}, {written})"
    return f"refused (HTTP {number}, {written})"


def _broken(error: Exception, region: str) -> str:
    match error:
        case msgspec.ValidationError():
            return f"the answer is not as documented: {error}"
        case HTTPClientError() | NoConnectionError():
            return f"no connection to {region} ({type(error).__name__})"
        case _ if isinstance(error, _CREDENTIALS):
            return f"no usable credentials ({type(error).__name__})"
        case ResponseParserError():
            return "the answer is not readable; the endpoint may not support it"
        case _ if not isinstance(error, BotoCoreError):
            return f"the answer is not readable ({type(error).__name__})"
        case _:
            return f"could not be sent ({type(error).__name__})"
