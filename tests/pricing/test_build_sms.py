import json

import pytest

from pricing.catalog import sms
from pricing.catalog.lookup import Catalog, NoPriceKnown, Priced
from pricing.catalog.model import Status
from pricing.money import written

ROW = {"mcc": "default", "mnc": "default", "name": "All", "carrierFee": 0.0, "domesticPrice": 0.05}
SENDERS = ROW | {
    "carrierFee": 0.006,
    "shortCodeDomesticPrice": 0.02,
    "shortCodeCarrierFee": 0.005,
    "internationalPrice": 0.0413,
}


def content(**countries: list[dict[str, object]]) -> bytes:
    prices = {code: {"transactional": rows, "promotional": rows} for code, rows in countries.items()}
    return json.dumps({"SMS": {"countryPrices": prices}}).encode()


def price(catalog: Catalog, dimension: str) -> str:
    answer = catalog.price(dimension, "eu-west-1")
    assert isinstance(answer, Priced)
    return written(answer.row.tiers[0].price)


def test_countries_and_kinds_of_senders_are_dimensions() -> None:
    file = sms.build(content(DE=[ROW], CA=[SENDERS]), "2026-11-01", "2026-11-24")
    catalog = Catalog([file])

    assert [item.id for item in file.dimensions] == [
        "sms.ca",
        "sms.ca.carrier_fee",
        "sms.ca.short_code",
        "sms.ca.short_code.carrier_fee",
        "sms.ca.international",
        "sms.de",
    ]
    assert price(catalog, "sms.de") == "0.05"
    assert price(catalog, "sms.ca.short_code.carrier_fee") == "0.005"
    assert catalog.price("sms.de.carrier_fee", "eu-west-1") == NoPriceKnown(
        "the catalog has no dimension sms.de.carrier_fee"
    )
    assert {rate.status for item in file.dimensions for rate in item.rates} == {Status.CONFIRMED}


def test_an_old_list_is_inferred() -> None:
    file = sms.build(content(DE=[ROW], PE=[ROW]), "2022-04-03", "2026-11-24")

    assert {item.id: item.rates[0].status for item in file.dimensions} == {
        "sms.de": Status.INFERRED,
        "sms.pe": Status.DISPUTED,
    }


def test_carriers_that_differ_are_disputed_at_the_highest_price() -> None:
    file = sms.build(content(DE=[ROW, ROW | {"domesticPrice": 0.06}, ROW]), "2026-11-01", "2026-11-24")
    rate = file.dimensions[0].rates[0]

    assert written(rate.tiers[0].price) == "0.06"
    assert (rate.status, rate.note) == (Status.DISPUTED, "carriers differ, from 0.05 to 0.06: this is the highest")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (b"{}", "not AWS's price file of text messages: Object missing required field `SMS`"),
        (b"[", "not AWS's price file of text messages: "),
        (content(), "the price file of text messages has no country"),
        (content(DEU=[ROW]), "'DEU' is no country code"),
        (content(DE=[]), "DE has no price"),
        (content(DE=[ROW | {"domesticPrice": -1}]), "DE: domesticPrice is no price"),
        (content(DE=[ROW | {"domesticPrice": "1"}]), "DE: domesticPrice is no price"),
        (content(DE=[ROW | {"domesticPrice": float("1e300")}]), "DE: domesticPrice is no price"),
    ],
)
def test_another_file_is_refused(wrong: bytes, message: str) -> None:
    with pytest.raises(sms.SmsError) as caught:
        sms.build(wrong, "2026-11-01", "2026-11-24")

    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
