"""From price lists to a data file: what is accepted, what is refused and why."""

import io
import json
from contextlib import nullcontext
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from price_lists import FIFO, FLAT, STANDARD, TERM, TIERS, VERSION, item, offer, product, queues, terms

from pricing.catalog import offer as lists
from pricing.catalog.compare import Kind
from pricing.catalog.encode import encode
from pricing.catalog.lookup import Catalog, NoPriceKnown, Priced, shipped
from pricing.catalog.merge import Allowed
from pricing.catalog.model import Row, ServicePrices, Status
from pricing.catalog.offer import Offer, OfferError
from pricing.catalog.renewal import Renewed, renew, wanted
from pricing.money import written

SQS = "AWSQueueService"


def read(content: dict[str, Any] | bytes, code: str = SQS, regions: tuple[str, ...] = ()) -> Offer:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return lists.read(lambda: nullcontext(io.BytesIO(data)), wanted(shipped(), [code], regions)[code], "a-list.json")


def renewed(*contents: dict[str, Any], code: str = SQS, **allowed: Any) -> Renewed:
    offers = [read(content, code) for content in contents]
    return renew(shipped(), offers, None, "2026-11-24", Allowed(**allowed))


def row(found: Renewed, dimension: str, region: str, plan: str | None = None) -> Row:
    answer = Catalog(found.files).price(dimension, region, plan=plan, currency=None)
    assert isinstance(answer, Priced)
    return answer.row


def refusal(content: dict[str, Any] | bytes, **allowed: Any) -> str:
    with pytest.raises(OfferError) as caught:
        renew(shipped(), [read(content)], None, "2026-11-24", Allowed(**allowed))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_prices_of_a_list_have_its_provenance() -> None:
    found = row(renewed(queues()), "sqs.requests.standard", "eu-west-1")

    assert [written(tier.price) for tier in found.tiers] == ["0.0000004", "0.0000003", "0.00000024"]
    assert (found.sku, found.status) == ("NEW0EU-", Status.CONFIRMED)
    assert found.rate_codes[0] == f"NEW0EU-.{TERM}.TIER1"
    assert (found.source.version, found.source.published) == (VERSION, "2026-11-01T00:00:00Z")
    assert found.source.url == "a-list.json"
    assert found.source.size == len(json.dumps(queues()))
    assert len(found.source.sha256) == 64


def test_other_regions_stay_and_what_the_list_lacks_goes() -> None:
    found = renewed(queues())
    merged = found.read[SQS]

    assert (merged.regions, merged.prices) == (("eu-west-1",), 2)
    assert merged.passed_over == {"EU-Requests-Unheard-Of": 1}
    assert row(found, "sqs.requests.fifo", "us-east-1").source.version == "20250828200713"
    assert [(change.dimension, change.region) for change in found.comparison.of(Kind.REMOVED)] == [
        ("sqs.requests.fair", "eu-west-1")
    ]
    assert [(change.dimension, change.region) for change in found.comparison.of(Kind.CHANGED)] == [
        ("sqs.requests.fifo", "eu-west-1")
    ]


def test_several_regions_are_several_sources() -> None:
    found = renewed(queues(), queues("ap-south-1", "APS3-"))

    assert found.read[SQS].regions == ("ap-south-1", "eu-west-1")
    assert row(found, "sqs.requests.fifo", "ap-south-1").sku == "NEW1APS3-"


def test_lists_that_are_read_later_leave_the_source_of_others() -> None:
    first = renewed(queues())
    later = renew(Catalog(first.files), [read(queues("ap-south-1", "APS3-"))], None, "2026-11-25")

    assert row(later, "sqs.requests.fifo", "eu-west-1") == row(first, "sqs.requests.fifo", "eu-west-1")
    assert row(later, "sqs.requests.fifo", "ap-south-1").source.sha256 != (
        row(first, "sqs.requests.fifo", "eu-west-1").source.sha256
    )


def test_usage_types_without_prefix_and_with_the_name_of_the_region() -> None:
    list_ = offer(product("A", "Requests-RBP", "us-east-1"), product("B", "us-east-1-Requests-FIFO-RBP", "us-east-1"))

    assert row(renewed(list_), "sqs.requests.standard", "us-east-1").sku == "A"
    assert row(renewed(list_), "sqs.requests.fifo", "us-east-1").sku == "B"


def test_a_known_sku_tells_the_usage_type_of_a_dimension() -> None:
    """Fair queues have no known usage type; their SKU is known."""
    answer = shipped().price("sqs.requests.fair", "us-east-1")
    assert isinstance(answer, Priced)
    sku = answer.row.sku
    list_ = offer(
        product("A", "Requests-RBP", "us-east-1"),
        product(sku, "Requests-Fair", "us-east-1"),
        on_demand={"A": terms("A"), sku: terms(sku, (("0", "Inf", "0.0000001", FLAT),))},
    )
    found = row(renewed(list_), "sqs.requests.fair", "us-east-1")

    assert (found.usage_type, found.status) == ("Requests-Fair", Status.CONFIRMED)


def test_products_of_places_that_are_no_regions_are_passed_over() -> None:
    edge = product("A", f"EU-{FIFO}") | {}
    edge["attributes"]["locationType"] = "AWS Local Zone"

    assert read(offer(product("B", f"EU-{STANDARD}"), edge)).passed_over == {f"EU-{FIFO}": 1}


def test_old_lists_name_regions_in_words() -> None:
    old = product("A", f"EU-{STANDARD}", location="EU (Ireland)")
    del old["attributes"]["regionCode"]

    assert row(renewed(offer(old, product("B", f"EU-{FIFO}"))), "sqs.requests.standard", "eu-west-1").sku == "A"


def test_china_is_priced_in_yuan() -> None:
    items = [product("A", f"CNN1-{STANDARD}", "cn-north-1")]
    found = row(
        renewed(offer(*items, on_demand={"A": terms("A", currency="CNY")})), "sqs.requests.standard", "cn-north-1"
    )

    assert found.currency == "CNY"
    assert refusal(offer(*items)).endswith(f"A.{TERM}.TIER1 is priced in USD, not in CNY")


def test_only_the_regions_that_are_asked_for_are_kept() -> None:
    both = offer(product("A", f"EU-{STANDARD}"), product("B", f"APS3-{STANDARD}", "ap-south-1"))

    assert set(read(both, regions=("eu-west-1",)).products) == {"A"}
    assert read(both, regions=("eu-west-1",)).passed_over == {}


def test_plans_of_ses_take_the_place_of_what_was_inferred() -> None:
    emails = (("0", "10000000", "0.0002", "HWDSBTNJX9"), ("10000000", "Inf", "0.0001", "EMAILS2"))
    list_ = offer(
        product("A", "Recipients", "us-east-1", operation="Send"),
        product("B", "USE1-Essentials-Outbound-Email", "us-east-1"),
        on_demand={
            "A": terms("A", (("0", "Inf", "0.0001", FLAT),), "Count"),
            "B": terms("B", emails, "Emails"),
        },
        offerCode="AmazonSES",
    )
    found = renewed(list_, code="AmazonSES", removals=True)

    assert row(found, "ses.outbound", "us-east-1", "ESSENTIALS").status is Status.CONFIRMED
    assert row(found, "ses.outbound", "us-east-1", "ESSENTIALS").tiers[0].price == Decimal("0.0002")
    assert row(found, "ses.outbound", "us-east-1", "NONE").sku == "A"
    # What plans include is in no price list: it stays as it was entered.
    assert row(found, "ses.outbound", "us-east-1", "PRO").status is Status.INFERRED
    assert row(found, "ses.vdm.emails", "us-east-1", "PRO").note == "included in the plan"


def test_mail_manager_and_inbound_mail_are_told_apart_by_their_operation() -> None:
    list_ = offer(
        product("A", "EU-Message", operation="Receive"),
        product("B", "EUW1-Message"),
        on_demand={sku: terms(sku, (("0", "Inf", "0.0001", FLAT),), "Message") for sku in "AB"},
        offerCode="AmazonSES",
    )
    found = read(list_, "AmazonSES")

    assert (set(found.products), found.passed_over) == ({"A"}, {"EUW1-Message": 1})


def test_two_products_of_one_dimension_must_agree() -> None:
    items = product("A", f"EU-{STANDARD}"), product("B", f"EU-{STANDARD}")
    other = terms("B", (("0", "Inf", "0.0000005", FLAT),))

    assert row(renewed(offer(*items), removals=True), "sqs.requests.standard", "eu-west-1").sku == "A"
    assert refusal(offer(*items, on_demand={"A": terms("A"), "B": other})).endswith(
        "sqs.requests.standard in eu-west-1 has two prices: A and B"
    )


def test_terms_before_products_are_read_again() -> None:
    content = queues()
    turned = {key: content[key] for key in reversed(content)}

    assert read(turned).terms == read(content).terms


def test_the_terms_that_took_effect_last_count() -> None:
    old, new = terms("A"), terms("A", (("0", "Inf", "0.0000005", FLAT),), term="NEWER")
    old[f"A.{TERM}"]["effectiveDate"] = "2025-01-01T00:00:00Z"
    found = row(
        renewed(offer(product("A", f"EU-{STANDARD}"), on_demand={"A": old | new}), removals=True),
        "sqs.requests.standard",
        "eu-west-1",
    )

    assert [written(tier.price) for tier in found.tiers] == ["0.0000005"]


def changed(ranges: tuple[tuple[str, str, str, str], ...] = TIERS, **changes: Any) -> dict[str, Any]:
    items = product("A", f"EU-{STANDARD}"), product("B", f"EU-{FIFO}")
    return offer(*items, on_demand={"A": terms("A", ranges, **changes), "B": terms("B")})


GAP = (TIERS[0], ("100000000001", "Inf", "0.0000003", "OTHER"))
OVERLAP = (TIERS[0], ("1", "Inf", "0.0000003", "OTHER"))
ENDS = TIERS[:2]
LATE = TIERS[1:]
WHERE = "sqs.requests.standard in eu-west-1 (A): "


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (changed(GAP), WHERE + "a tier begins at 100000000001, the one before ends at 100000000000"),
        (changed(OVERLAP), WHERE + "a tier begins at 1, the one before ends at 100000000000"),
        (changed(ENDS), WHERE + "no tier after 200000000000"),
        (changed(LATE), WHERE + "a tier begins at 100000000000, the one before ends at 0"),
        (changed((("0", "0", "1", "OTHER"), ("0", "Inf", "1", FLAT))), WHERE + "the tier from 0 is empty or has a "),
        (changed(currency="EUR"), f"A.{TERM}.TIER1 is priced in EUR, not in USD"),
        (changed(unit="Furlongs"), "the unit 'Furlongs' of sqs.requests.standard in eu-west-1 (A) is not known"),
        (changed((("0", "Inf", "NaN", FLAT),)), f"A.{TERM}.{FLAT} has 'NaN' where a number should be"),
        (changed((("0", "Inf", "-1", FLAT),)), f"A.{TERM}.{FLAT} has '-1' where a number should be"),
        (changed((("0", "Inf", "1e99", FLAT),)), f"A.{TERM}.{FLAT} has '1e99' where a number should be"),
        (changed((("0", "Inf", "1e-40", FLAT),)), f"A.{TERM}.{FLAT} has '1e-40' where a number should be"),
        (changed((("0", "Inf", "free", FLAT),)), f"A.{TERM}.{FLAT} has 'free' where a number should be"),
        (
            changed((("0", "1000", "0", FLAT), ("1000", "Inf", "1", "OTHER"))),
            f"A.{TERM}.{FLAT} is a price from 0 to 1,000; its code stands for from 0 to no end",
        ),
        (
            changed(TIERS) | {"terms": {"OnDemand": {"B": terms("B")}}},
            "A has no on-demand price: the file is not whole",
        ),
        (
            changed(TIERS) | {"terms": {"OnDemand": {"A": terms("A", ()), "B": terms("B")}}},
            "A has no on-demand price: the file is not whole",
        ),
        (
            changed(TIERS) | {"terms": {"OnDemand": {"A": terms("C"), "B": terms("B")}}},
            f"rate code 'C.{TERM}.TIER1' is not one of A.{TERM}",
        ),
        (
            queues(publicationDate="2025-01-01T00:00:00Z"),
            "published 2025-01-01, before the present prices of eu-west-1",
        ),
        (offer(product("A", f"EU-{STANDARD}")), "it lacks 2 of the 3 present prices of eu-west-1"),
        (offer(product("A", "EU-Requests-Unheard-Of")), "no product of it is a dimension of the catalog"),
        (offer(), "no product of it is a dimension of the catalog"),
    ],
)
def test_a_list_that_cannot_be_right_is_refused(content: dict[str, Any], message: str) -> None:
    assert refusal(content).startswith(f"{SQS} {VERSION}: {message}")


WHOLE = json.dumps(queues()).encode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (WHOLE[: len(WHOLE) // 2], "no whole offer file: it ends in the middle: the file is truncated"),
        (WHOLE[:-1], "no whole offer file: it ends in the middle: the file is truncated"),
        (WHOLE + b"{}", "no whole offer file: something follows the end of the document"),
        (b"", "no whole offer file: it ends in the middle: the file is truncated"),
        (b"<html>", "no whole offer file: a { is missing"),
        (b"{}", "no offer file: it has no formatVersion"),
        (json.dumps(queues(formatVersion="v2.0")).encode(), "the format 'v2.0' is not known"),
        (json.dumps(queues(version="7")).encode(), "its version '7' or its time '2026-11-01T00:00:00Z' is none"),
        (
            json.dumps(queues(publicationDate="soon")).encode(),
            "its version '20261101000000' or its time 'soon' is none",
        ),
        (json.dumps(queues(version=7)).encode(), "version cannot be read: Expected `str`, got `int`"),
        (
            json.dumps(queues(products={"A": {"sku": "A"}})).encode(),
            "product A cannot be read: Object missing required field `attributes`",
        ),
        (
            json.dumps(queues(products={"A": product("A", STANDARD), "B": product("A", STANDARD)})).encode(),
            "product A is there twice",
        ),
        (WHOLE.replace(b'"unit"', b'"unity"'), "terms of NEW0EU- cannot be read: Object missing required field `unit`"),
        (b'{"products": {"A": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}", "product A cannot be read: "),
    ],
)
def test_what_is_no_offer_file_is_refused(content: bytes, message: str) -> None:
    assert refusal(content).startswith(message)


@settings(max_examples=150)
@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 40), st.binary(max_size=8))
def test_damage_is_refused_or_does_not_matter(at: int, length: int, instead: bytes) -> None:
    """Any stretch of a price list replaced by any bytes: a price list or one line, nothing else."""
    damaged = WHOLE[:at] + instead + WHOLE[at + length :]
    try:
        found = renew(shipped(), [read(damaged)], None, "2026-11-24", Allowed(older=True, removals=True))
    except OfferError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right
    else:
        for file in found.files:
            assert msgspec.json.decode(encode(file), type=ServicePrices) == file


def test_what_is_refused_can_be_let_pass() -> None:
    assert renewed(queues(publicationDate="2025-01-01T00:00:00Z"), older=True).files
    assert renewed(offer(product("A", f"EU-{STANDARD}")), removals=True).files
    assert renewed(changed(unit="Furlongs"), units=("furlongs",)).files


def test_one_region_in_two_lists_is_refused() -> None:
    with pytest.raises(OfferError, match=r"and 1 more: sqs\.requests\.standard in eu-west-1 is in two of the price"):
        renewed(queues(), queues())


def test_nothing_to_read_is_refused() -> None:
    with pytest.raises(OfferError, match="there is no price list to read"):
        renew(shipped(), [], None, "2026-11-24")


def test_entries_of_get_products_are_a_list() -> None:
    content = queues()
    items = [item(content, sku) for sku in content["products"]]
    found = lists.read_items([items[:1], items[1:]], wanted(shipped(), [SQS])[SQS], "asked")
    whole = read(content)

    assert (found.products, found.terms, found.passed_over) == (whole.products, whole.terms, whole.passed_over)
    assert (found.code, found.version, found.published) == (SQS, VERSION, "2026-11-01T00:00:00Z")


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([], "there is no entry"),
        (["{"], "an entry cannot be read: "),
        (
            [item(queues(), "NEW0EU-"), item(queues(offerCode="AmazonSNS"), "NEW1EU-")],
            "entries of several services: AWSQueueService, AmazonSNS",
        ),
    ],
)
def test_wrong_entries_are_refused(entries: list[str], message: str) -> None:
    with pytest.raises(OfferError) as caught:
        lists.read_items([entries], wanted(shipped(), [SQS])[SQS])

    assert str(caught.value).startswith(message)


def test_a_free_bundle_of_the_account_ends_and_is_no_region() -> None:
    bundle = product("F", "Global-Requests", location="Any")
    del bundle["attributes"]["regionCode"]
    list_ = offer(
        product("A", f"EU-{STANDARD}"),
        product("B", f"EU-{FIFO}"),
        bundle,
        on_demand={
            "A": terms("A"),
            "B": terms("B"),
            "F": terms("F", (("0", "1000000", "0.0000000000", "SB2VSFF4TP"),), term="A429C66SYZ"),
        },
    )
    found = renewed(list_)

    assert found.read[SQS].regions == ("eu-west-1",)
    assert isinstance(Catalog(found.files).price("sqs.requests.free", "eu-west-1"), NoPriceKnown)
