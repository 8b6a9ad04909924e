"""No address of a person and no token of a URL is left in a text."""

import re

import pytest
from gate.samples import subscription
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Known, Unknown
from auditor.model.text import SECRET, Symbol, text
from auditor.report.masking import Masking, endpoints, masked

HOOK = "https://hooks.example.com/services/T0/secret?x=1"


@pytest.mark.parametrize(
    ("endpoint", "written", "shown"),
    [
        (HOOK, f"{HOOK} is pending.", "https://hooks.example.com/… is pending."),
        (HOOK, f"Sends to {HOOK}.", "Sends to https://hooks.example.com/…."),
        (HOOK, f"endpoint '{HOOK}', pending", "endpoint 'https://hooks.example.com/…', pending"),
        (HOOK, "also https://hooks.example.com/other?y", "also https://hooks.example.com/…"),
        (HOOK, "HTTPS://HOOKS.EXAMPLE.COM/services", "HTTPS://HOOKS.EXAMPLE.COM/…"),
        (HOOK, "at https://hooks.example.com/ only", "at https://hooks.example.com/ only"),
        (HOOK, "see https://docs.example.com/a", "see https://docs.example.com/a"),
        ("https://u:pw@h.example.com:8443/x", "https://u:pw@h.example.com:8443", "https://h.example.com:8443/…"),
        ("https://h.example.com?token=1", "https://h.example.com?token=1", "https://h.example.com/…"),
        ("https://h.example.com/a b?t=1", "to https://h.example.com/a b?t=1 now", "to https://h.example.com/… now"),
        ("ops@example.com", "ops@example.com gets it.", "o…@example.com gets it."),
        ("ops@example.com", "mails Ops@Example.com.", "mails O…@Example.com."),
        ("ops@example.com", "dev@example.com", "dev@example.com"),
        ("o@example.com", "o@example.com", "…@example.com"),
        ("a/b@example.com", "a/b@example.com", "a…@example.com"),
        ("+12065550100", "texts +12065550100, 12065550100", "texts …00, …00"),
        ("+1 206-555-0100", "texts +1 206-555-0100", "texts …00"),
        ("+12065550100", "account 112065550100", "account 112065550100"),
        ("+12065550100", "digest 3120655501009", "digest 3120655501009"),
    ],
)
def test_masks(endpoint: str, written: str, shown: str) -> None:
    assert Masking([endpoint])(written) == shown


def test_text_without_endpoints_stays() -> None:
    assert Masking([])(f"{HOOK} ops@example.com +12065550100") == f"{HOOK} ops@example.com +12065550100"


def test_an_inventory_without_endpoints() -> None:
    queue = subscription("arn:aws:sqs:eu-west-1:111122223333:q", "Q")
    hook = subscription(HOOK, "Hook")
    inventory = Inventory(resources=(queue, hook))
    hidden = masked(inventory)
    shown = "https://hooks.example.com/…"
    assert [str(item.name) for item in hidden.of(type(queue))] == [str(queue.name), shown]
    assert [item.endpoint for item in hidden.of(type(queue))] == [queue.endpoint, Known(text(shown))]
    assert masked(hidden) == hidden


def test_endpoints_of_an_inventory() -> None:
    queue = subscription("arn:aws:sqs:eu-west-1:111122223333:q", "Q")
    queue = type(queue)(
        deployment="mail.yaml",
        address="Q",
        name=queue.name,
        account=queue.account,
        region=queue.region,
        protocol=Known("sqs"),
        endpoint=queue.endpoint,
    )
    unread = type(queue)(
        deployment="mail.yaml",
        address="U",
        name=text("a@example.com"),
        account=queue.account,
        region=queue.region,
        endpoint=Unknown(Cause.DENIED, "endpoint"),
    )
    hook = subscription(text("https://", SECRET, "@h.example.com/", Symbol("Token")))

    found = set(endpoints(Inventory((), (queue, unread, hook))))

    assert found == {"https://{secret}@h.example.com/{Token}", "a@example.com"}


@given(
    st.from_regex(r"\A[a-z0-9][^\ud800-\udfff]{5,30}\Z"),
    st.sampled_from(["{}", "<{}>", "to {}.", "'{}'", "a {}, b", "({})"]),
)
def test_nothing_of_a_path_is_left(path: str, sentence: str) -> None:
    before, after = sentence.split("{}")

    shown = Masking([f"https://h.example.com/{path}"])(f"{before}https://h.example.com/{path}{after}")

    middle = shown.removeprefix(before).removesuffix(after)
    assert re.fullmatch(r"https://h\.example\.com/…[.,;:!?)]*", middle)


@given(st.emails(), st.sampled_from(["{}", "<{}>", "to {}.", "'{}'", "a {}, b", "({})"]))
def test_no_address_is_left(address: str, sentence: str) -> None:
    assert address not in Masking([address])(sentence.format(address))


def test_the_longest_endpoint_of_an_unusual_form_is_masked_whole() -> None:
    mask = Masking(["+1 555 0100", "+1 555 0100 22", "a b@example.com"])
    assert mask("+1 555 0100 22, +1 555 01003 and a b@example.com.") == "…22, …003 and a…@example.com."


def test_endpoints_of_an_unusual_form_are_found_one_after_the_other() -> None:
    mask = Masking([f"+1 555 {number:05}" for number in range(20_000)])
    assert mask("+1 555 00017+1 555 19999+1 555 20000") == "…17…99+1 555 20000"
