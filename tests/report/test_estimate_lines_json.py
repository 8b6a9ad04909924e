"""The lines of an estimate are written as the rest of the document is."""

import json
from decimal import Decimal

import msgspec
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.report import estimate_lines_json, json_text
from pricing.result import Line, TierCost

amounts = st.decimals(min_value=0, max_value=10**18, allow_nan=False, allow_infinity=False)
texts = st.text(st.characters()) | st.sampled_from(("##[error]", "\x1b[31m", '"\\\n', "\ud800", "\u202e", "topic-1"))
tiers = st.builds(TierCost, amounts, st.none() | amounts, amounts, amounts, amounts)
lines = st.builds(
    Line,
    meter=texts,
    service=texts,
    region=texts,
    resource=st.none() | texts,
    usage_type=texts,
    sku=texts,
    quantity=amounts,
    unit=texts,
    free=amounts,
    tiers=st.lists(tiers, max_size=3).map(tuple),
    cost=st.none() | amounts,
    status=texts,
    derived_from=texts,
)


def _written(value: object) -> object:
    """Amounts as plain decimal text without zeros at the end."""
    match value:
        case Decimal():
            text = f"{value:f}"
            return (text.rstrip("0").rstrip(".") or "0") if "." in text else text
        case dict():
            return {key: _written(item) for key, item in value.items()}
        case list() | tuple():
            return [_written(item) for item in value]
    return value


def rendered(found: list[Line]) -> str:
    inside = "".join(estimate_lines_json.pieces(found))
    return f"[\n{inside}  ]" if found else "[]"


@settings(max_examples=examples(25))
@given(st.lists(lines, max_size=2))
def test_lines_have_the_members_of_their_structure_in_its_order(found: list[Line]) -> None:
    expected = _written(msgspec.to_builtins(found, builtin_types=(Decimal,)))

    document = json_text.encode({"lines": expected})

    assert document == '{\n  "lines": ' + rendered(found) + "\n}\n"


def test_a_line_reads_back() -> None:
    zero = Decimal("0E-7")
    tier = TierCost(Decimal(0), None, Decimal("1E+3"), Decimal("0.00000050"), Decimal("0.0005000"))
    line = Line(
        meter="sns.publish.messages",
        service="sns",
        region="eu-west-1",
        resource=None,
        usage_type="",
        sku="",
        quantity=Decimal("1E+3"),
        unit="request",
        free=zero,
        tiers=(tier,),
        cost=None,
        status="confirmed",
    )

    (read,) = json.loads(rendered([line]))

    assert read["quantity"] == "1000"
    assert read["free"] == "0"
    assert read["cost"] is None
    assert read["tiers"] == [{"from": "0", "to": None, "quantity": "1000", "price": "0.0000005", "cost": "0.0005"}]
    assert "derived_from" not in read
