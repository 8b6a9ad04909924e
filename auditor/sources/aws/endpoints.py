"""What subscriptions deliver to, without the credentials that a URL can carry."""

import re

from auditor.model.text import SECRET, Symbol, Text, text

_URL = re.compile(r"(?P<scheme>\s*https?:[/\\]{2,})(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_PORT = re.compile(r"[^:@]*(:\d*)?|\[[^\]@]*\](:\d*)?")


def without_credentials(protocol: str, endpoint: str) -> Text:
    """The endpoint of a subscription; ``user:password@`` and the query of a URL are each replaced by a symbol.

    Where a password holds an unescaped ``/``, ``?`` or ``#`` everything up to the last ``@`` is taken for it: rather
    too little is shown than a part of a password.
    """
    matched = _URL.fullmatch(endpoint) if protocol.lower() in {"http", "https"} else None
    if matched is None:
        return text(endpoint)
    rest = matched["rest"]
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    is_plain = "@" not in authority and _PORT.fullmatch(authority) is not None
    if is_plain or "@" not in rest:
        return text(matched["scheme"], *_without_query(rest))
    secret = authority if "@" in authority and _PORT.fullmatch(authority.rpartition("@")[2]) else rest
    return text(matched["scheme"], SECRET, *_without_query(rest[len(secret.rpartition("@")[0]) :]))


def _without_query(rest: str) -> tuple[str | Symbol, ...]:
    """Host and path; where there is a query a symbol in its place, since tokens are often passed in it."""
    path, mark, query = rest.partition("?")
    return (path, mark, SECRET) if query else (rest,)
