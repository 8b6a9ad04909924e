"""Keeps addresses of people and tokens in URLs out of reports.

An endpoint of a subscription is an e-mail address, a phone number, or a URL that may carry a token. Of a URL scheme
and host stay, of an address its first letter and domain, of a number its last two digits. Endpoints are recognised
wherever they stand, because messages and evidence of any rule may name them.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

import msgspec

from auditor.model.inventory import Inventory
from auditor.model.known import Known
from auditor.model.sns import Subscription
from auditor.model.text import Text, text

Mask: TypeAlias = Callable[[str], str]

_URL = re.compile(r"(https?://)([^\s\"'<>`]+)", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s\"'<>`(),;:/@]+@[^\s\"'<>`(),;:/@]+")
_NUMBER = re.compile(r"(?<!\d)\+?\d{7,15}(?!\d)")
_TO_PEOPLE_AND_URLS = frozenset({"http", "https", "email", "email-json", "sms"})
_SHORTEST = 4
"""Shorter endpoints of an unusual form are left: replacing them would change words."""


def unmasked(text: str) -> str:
    """The text as it is, for who asked to see endpoints."""
    return text


def endpoints(inventory: Inventory) -> Iterator[str]:
    """The endpoints of all subscriptions that are no ARNs, as reports print them."""
    for subscription in inventory.of(Subscription):
        endpoint, protocol = subscription.endpoint, subscription.protocol
        if isinstance(protocol, Known) and protocol.value not in _TO_PEOPLE_AND_URLS:
            continue
        if isinstance(endpoint, Known) and endpoint.value is not None:
            yield str(endpoint.value)
        # Some inputs tell the endpoint only as the name.
        yield str(subscription.name)


def masked(inventory: Inventory) -> Inventory:
    """An inventory whose subscriptions tell no endpoint; ARNs stay, and so do endpoints that are none."""
    mask = Masking(endpoints(inventory))
    return msgspec.structs.replace(
        inventory,
        resources=tuple(
            _without_endpoint(item, mask) if isinstance(item, Subscription) else item for item in inventory.resources
        ),
    )


def _without_endpoint(item: Subscription, mask: Mask) -> Subscription:
    endpoint = item.endpoint
    if isinstance(endpoint, Known) and endpoint.value is not None:
        endpoint = Known(_masked_text(endpoint.value, mask), endpoint.origin)
    return msgspec.structs.replace(
        item, name=_masked_text(item.name, mask), address=mask(item.address), endpoint=endpoint
    )


def _masked_text(written: Text, mask: Mask) -> Text:
    """The same where nothing is masked, with its symbols and holes."""
    shown = mask(str(written))
    return written if shown == str(written) else text(shown)


class Masking:
    """Masks a set of endpoints in any text."""

    def __init__(self, known: Iterable[str]) -> None:
        self._hosts: set[str] = set()
        self._addresses: set[str] = set()
        self._numbers: set[str] = set()
        self._odd: set[str] = set()
        for endpoint in known:
            if _URL.fullmatch(endpoint):
                self._hosts.add(_host(_URL.sub(r"\2", endpoint)).lower())
            elif _ADDRESS.fullmatch(endpoint):
                self._addresses.add(endpoint.lower())
            elif _NUMBER.fullmatch(endpoint):
                self._numbers.add(endpoint.removeprefix("+"))
            elif len(endpoint) >= _SHORTEST and ("@" in endpoint or "://" in endpoint or _is_number(endpoint)):
                self._odd.add(endpoint)
        self._lengths: dict[str, list[int]] = {}
        # The longest first, so that one that begins like another is replaced whole.
        for beginning, size in sorted({(each[:_SHORTEST], len(each)) for each in self._odd}, reverse=True):
            self._lengths.setdefault(beginning, []).append(size)

    def __call__(self, text: str) -> str:
        """The text with every endpoint masked. A URL at the host of an endpoint counts as one."""
        if self._odd:
            text = self._without_odd(text)
        if self._hosts and "://" in text:
            text = _URL.sub(self._url, text)
        if self._addresses and "@" in text:
            text = _ADDRESS.sub(self._address, text)
        return _NUMBER.sub(self._number, text) if self._numbers else text

    def _without_odd(self, text: str) -> str:
        """The text with endpoints of an unusual form masked: work grows with the text, not with the endpoints."""
        pieces: list[str] = []
        done = at = 0
        while at + _SHORTEST <= len(text):
            sizes = self._lengths.get(text[at : at + _SHORTEST], ())
            endpoint = next((text[at : at + size] for size in sizes if text[at : at + size] in self._odd), None)
            if endpoint is None:
                at += 1
                continue
            pieces += (text[done:at], _masked(endpoint))
            done = at = at + len(endpoint)
        return "".join((*pieces, text[done:]))

    def _url(self, found: re.Match[str]) -> str:
        scheme, rest = found.group(1), found.group(2)
        body = rest.rstrip(".,;:!?)")
        host = _host(body)
        if host.lower() not in self._hosts or body in {host, f"{host}/"}:
            return found.group()
        return f"{scheme}{host}/…{rest[len(body) :]}"

    def _address(self, found: re.Match[str]) -> str:
        whole = found.group().rstrip(".!?")
        known = whole.lower() in self._addresses
        return _masked_address(whole) + found.group()[len(whole) :] if known else found.group()

    def _number(self, found: re.Match[str]) -> str:
        return _masked_number(found.group()) if found.group().removeprefix("+") in self._numbers else found.group()


def _host(rest: str) -> str:
    """Host and port of what follows the scheme, without credentials."""
    return re.split(r"[/?#\\]", rest, maxsplit=1)[0].rpartition("@")[2]


def _is_number(endpoint: str) -> bool:
    return re.fullmatch(r"[+\d\s().-]+", endpoint) is not None


def _masked(endpoint: str) -> str:
    """An endpoint of an unusual form, masked as far as its form tells how."""
    if "://" in endpoint:
        scheme, _, rest = endpoint.partition("://")
        return f"{scheme}://{_host(rest)}/…"
    return _masked_address(endpoint) if "@" in endpoint else _masked_number(endpoint)


def _masked_address(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local[:1] if len(local) > 1 else ''}…@{domain}"


def _masked_number(number: str) -> str:
    return f"…{number[-2:]}"
