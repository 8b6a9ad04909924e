"""A WSGI layer in front of moto's server: answers for operations that moto lacks, and failures on demand.

It sees only calls of the program under test (by their user agent), so that accounts are seeded undisturbed. Answers
are written by moto's own serialisers, errors in the form of each protocol, so the client notices no difference.
"""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote

from botocore.model import ServiceModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Request, Response

PRODUCT = "messaging-auditor/"
ANY = "*"
_SCOPES = {"monitoring": "cloudwatch"}
_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")


class Call(NamedTuple):
    """One request of the program under test."""

    region: str
    service: str
    operation: str
    parameters: Mapping[str, Any]


Answer = Mapping[str, Any] | Callable[[Call], Mapping[str, Any]]


class Refusal(NamedTuple):
    """An AWS error, or with `body` an answer that is none."""

    code: str = "InternalFailure"
    status: int = 400
    message: str = "refused by the overlay"
    body: str | None = None


class Fault(NamedTuple):
    service: str
    operation: str
    refusal: Refusal | None
    when: Callable[[Call], bool]
    times: list[None] | None
    """One item for each time it still strikes; None for always."""

    def strikes(self, call: Call) -> bool:
        if self.service != call.service or self.operation not in {call.operation, ANY} or not self.when(call):
            return False
        if self.times is None:
            return True
        return bool(self.times) and self.times.pop() is None


class Overlay:
    """The layer itself; `calls` are those of the program under test, in the order of arrival."""

    def __init__(self, moto: Callable[..., Iterable[bytes]]) -> None:
        self._moto = moto
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        self.calls: list[Call] = []
        self.agents: set[str] = set()
        self.before: Callable[[Call], None] = lambda _: None
        self._answers: dict[tuple[str, str], Answer] = {}
        self._faults: list[Fault] = []

    def answer(self, service: str, operation: str, answer: Answer) -> None:
        """Answer an operation in moto's place."""
        self._answers[service, operation] = answer

    def refuse(
        self,
        service: str,
        operation: str,
        code: str,
        status: int = 400,
        *,
        when: Callable[[Call], bool] = lambda _: True,
        times: int | None = None,
        body: str | None = None,
    ) -> None:
        """Answer an error, always or some times."""
        refusal = Refusal(code, status, body=body)
        self._faults.append(Fault(service, operation, refusal, when, None if times is None else [None] * times))

    def hang_up(self, service: str, operation: str = ANY, *, when: Callable[[Call], bool] = lambda _: True) -> None:
        """Close the connection instead of answering."""
        self._faults.append(Fault(service, operation, None, when, None))

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        if PRODUCT not in request.headers.get("User-Agent", ""):
            return self._moto(environ, start_response)
        call = _call(request)
        self.before(call)
        with self._lock:
            self.calls.append(call)
            self.agents.add(request.headers["User-Agent"])
            fault = next((fault for fault in self._faults if fault.strikes(call)), None)
        if fault is not None:
            if fault.refusal is None:
                environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
                raise ConnectionAbortedError
            return _refused(call, fault.refusal)(environ, start_response)
        answer = self._answers.get((call.service, call.operation))
        if answer is not None:
            return _answered(call, answer(call) if callable(answer) else answer)(environ, start_response)
        environ["wsgi.input"] = BytesIO(request.get_data(cache=True))
        return self._moto(environ, start_response)


@cache
def _model(service: str) -> ServiceModel:
    return get_service_model(service)


def _protocol(service: str) -> str:
    # moto's model of CloudWatch prefers a binary protocol that boto3 does not use by default.
    return "json" if service == "cloudwatch" else _model(service).metadata["protocol"]


def _call(request: Request) -> Call:
    match = _CREDENTIAL.search(request.headers.get("Authorization", ""))
    assert match is not None, "an unsigned request"
    _, region, scope = match.groups()
    service = "sesv2" if scope == "ses" and request.path.startswith("/v2/") else _SCOPES.get(scope, scope)
    operation, path = _operation(request, service)
    return Call(region, service, operation, _parameters(request, service, operation, path))


def _operation(request: Request, service: str) -> tuple[str, dict[str, str]]:
    target = request.headers.get("X-Amz-Target")
    if target:
        return target.rpartition(".")[2], {}
    if _protocol(service) == "query":
        return parse_qs(request.get_data(cache=True).decode())["Action"][0], {}
    for method, pattern, name in _routes(service):
        found = pattern.fullmatch(request.path)
        if found and method == request.method:
            return name, {key: unquote(value) for key, value in found.groupdict().items()}
    raise AssertionError(f"no operation of {service} at {request.method} {request.path}")


@cache
def _routes(service: str) -> list[tuple[str, re.Pattern[str], str]]:
    """Method, path and name of each operation, those with the fewest variables first."""
    routes = []
    for name in _model(service).operation_names:
        http = _model(service).operation_model(name).http
        uri = http["requestUri"].partition("?")[0]
        pattern = re.sub(r"\\\{(\w+)(\\\+)?\\\}", r"(?P<\1>[^/]+)", re.escape(uri))
        routes.append((uri.count("{"), http["method"], re.compile(pattern + "/?"), name))
    return [route[1:] for route in sorted(routes, key=lambda route: route[0])]


def _parameters(request: Request, service: str, operation: str, path: dict[str, str]) -> Mapping[str, Any]:
    protocol = _protocol(service)
    body = request.get_data(cache=True)
    form = parse_qs(body.decode(), keep_blank_values=True) if protocol == "query" else {}
    values = MultiDict((key, one[0]) for key, one in form.items()) if form else request.args
    parser = PROTOCOL_PARSERS[protocol](_model(service).operation_model(operation))
    return parser.parse(
        {
            "body": body,
            "headers": request.headers,
            "method": request.method,
            "url_params": path,
            "url_path": request.path,
            "values": values,
        }
    )


def _answered(call: Call, result: Mapping[str, Any]) -> Response:
    operation = _model(call.service).operation_model(call.operation)
    written = get_serializer_class(call.service, _protocol(call.service))(operation).serialize(result)
    return Response(written["body"], status=written["status_code"], headers=written["headers"])


def _refused(call: Call, refusal: Refusal) -> Response:
    if refusal.body is not None:
        return Response(refusal.body, refusal.status, content_type="text/html")
    match _protocol(call.service):
        case "query":
            body = (
                f"<ErrorResponse><Error><Type>Sender</Type><Code>{refusal.code}</Code>"
                f"<Message>{refusal.message}</Message></Error><RequestId>1</RequestId></ErrorResponse>"
            )
            return Response(body, refusal.status, content_type="text/xml")
        case _:
            fields = {"__type": refusal.code, "message": refusal.message}
            headers = {"x-amzn-ErrorType": refusal.code, "Content-Type": "application/json"}
            return Response(json.dumps(fields), refusal.status, headers=headers)
