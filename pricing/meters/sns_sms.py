"""Text messages of Amazon SNS, which AWS End User Messaging charges: per message part, by country and kind of sender.

A part is 140 bytes: 160 GSM, 140 ASCII or 70 other characters. Sources:
https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html and https://aws.amazon.com/end-user-messaging/pricing/
"""

from collections.abc import Iterator

from pricing.meters.meter import Meter, Quantity, as_told

_SOURCE = "https://aws.amazon.com/end-user-messaging/pricing/"

_COUNTRIES = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt "
    "bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cv cw cx cy cz de dj dk dm do dz ec ee eg eh er es "
    "et fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie "
    "il im in io iq is it je jm jo jp ke kg kh ki km kn kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc "
    "md me mf mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om "
    "pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc se sg sh si sj sk sl sm sn so sr "
    "ss st sv sx sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug um us uy uz va vc ve vg vi vn vu "
    "wf ws xk ye yt za zm zw"
)
COUNTRIES = tuple(_COUNTRIES.split(" "))
"""Countries of AWS's list of prices: two letters of ISO 3166, lower case (and xk, Kosovo)."""

SENDERS = {
    "ca": ("short_code",),
    "in": ("international",),
    "us": ("short_code", "toll_free", "ten_dlc"),
}
"""Country to the kinds of senders that AWS prices apart from its one price of the country."""

CARRIER_FEES = frozenset({"ca", "ca.short_code", "us", "us.short_code", "us.toll_free", "us.ten_dlc"})
"""Where carriers add a fee per part."""

QUANTITIES = (
    Quantity(
        "sns.sms.price_per_part",
        "US dollar",
        "What a message part of sns.delivery.sms costs, carrier fee included, as your bill or contract says.",
    ),
)


def _kinds() -> Iterator[str]:
    for country in COUNTRIES:
        yield country
        for sender in SENDERS.get(country, ()):
            yield f"{country}.{sender}"


def _meters() -> Iterator[Meter]:
    for kind in _kinds():
        country, _, sender = kind.partition(".")
        name = f"sns.sms.{kind}.parts"
        words = f" from {_words(sender)}" if sender else ""
        rule = f"Message parts (140 bytes) of text messages to {country.upper()}{words}; the same in every Region."
        yield Meter(id=name, unit="message part", dimension=f"sms.{kind}", measure=as_told(name, rule), source=_SOURCE)
        if kind in CARRIER_FEES:
            yield Meter(
                id=f"sns.sms.{kind}.carrier_fee",
                unit="message part",
                dimension=f"sms.{kind}.carrier_fee",
                measure=as_told(name, f"What carriers of {country.upper()} add per message part{words}."),
                source=_SOURCE,
                implied_by=(name,),
                in_usage=False,
            )


def _words(sender: str) -> str:
    return {
        "short_code": "a short code",
        "toll_free": "a toll-free number",
        "ten_dlc": "a 10DLC number",
        "international": "a sender of another country",
    }[sender]


METERS = tuple(_meters())
