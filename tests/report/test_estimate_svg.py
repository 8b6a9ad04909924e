"""The chart of the coming months."""

from decimal import Decimal
from xml.etree import ElementTree as ET

import msgspec
import pytest
from estimating import of, usage
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.inventory import Inventory
from auditor.report.estimate_svg import WIDTH, render
from pricing.projection import MonthCost, ProjectedCase, Projection, project
from pricing.usage.usage import Case, Outlook

SVG = "{http://www.w3.org/2000/svg}"


def case(*months: dict[str, int | Decimal], name: str = "expected", complete: bool = True) -> ProjectedCase:
    costs = tuple(
        MonthCost(
            number=number,
            month=f"2026-{number:02}",
            total=sum(map(Decimal, services.values()), Decimal(0)),
            complete=complete,
            services={service: Decimal(cost) for service, cost in services.items()},
        )
        for number, services in enumerate(months, 1)
    )
    return ProjectedCase(
        name=name, total=sum((item.total for item in costs), Decimal(0)), complete=complete, months=costs
    )


def drawn(*cases: ProjectedCase, subject: str = "") -> ET.Element:
    return ET.fromstring(render(Projection(cases=cases, assumptions=()), subject))  # noqa: S314 - our own


def texts(svg: ET.Element) -> list[str]:
    return [element.text or "" for element in svg.iter(f"{SVG}text")]


def bars(svg: ET.Element) -> list[tuple[str, Decimal]]:
    """What each part of a bar says and how high it is."""
    return [
        (title.text or "", Decimal(element.attrib["height"]))
        for element in svg.iter(f"{SVG}rect")
        if (title := element.find(f"{SVG}title")) is not None
    ]


def test_parts_are_as_high_as_they_cost() -> None:
    svg = drawn(case({"ses": 300, "sns": 100}, {"ses": 200}))

    # The scale ends at 400 and is 360 pixels high.
    assert bars(svg) == [
        ("Amazon SES, 2026-01: $300.00", Decimal("270.00")),
        ("Amazon SNS, 2026-01: $100.00", Decimal("90.00")),
        ("Amazon SES, 2026-02: $200.00", Decimal("180.00")),
    ]
    assert {"$400.00", "$200.00", "2026-01", "2026-02", "Amazon SES $500.00", "Amazon SNS $100.00"} <= set(texts(svg))


def test_it_can_be_read_aloud() -> None:
    svg = drawn(case({"ses": 3}, {"ses": 4}), subject="shop.yaml")

    assert (svg.attrib["role"], svg.attrib["aria-labelledby"]) == ("img", "title desc")
    title, description = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert (title.attrib["id"], title.text) == ("title", "Estimated cost by service and month, 2026-01 to 2026-02")
    assert description.attrib["id"] == "desc"
    assert description.text == "Usage: shop.yaml. Total $7.00. By month: 2026-01 $3.00; 2026-02 $4.00."


def test_what_is_not_known_is_said() -> None:
    svg = drawn(case({"ses": 3}, complete=False))

    assert "$3.00 +?" in texts(svg)
    assert "Total $3.00. Costs that are not known are not in it." in texts(svg)


def test_best_and_worst_are_a_line() -> None:
    svg = drawn(case({"ses": 1}, name="best"), case({"ses": 2}), case({"ses": 5}, name="worst"))
    [line] = [element for element in svg.iter(f"{SVG}line") if element.find(f"{SVG}title") is not None]

    title = line.find(f"{SVG}title")
    assert title is not None
    assert title.text == "2026-01: best $1.00; worst $5.00"
    assert (Decimal(line.attrib["y1"]), Decimal(line.attrib["y2"])) == (90 + 360 - 72, 90)


HOSTILE = "</title><script>alert(1)</script>\"'&\x00\x1b[2J\u202e]]><!--"


def test_names_of_others_are_only_text() -> None:
    written = render(Projection(cases=(case({HOSTILE: 1}),), assumptions=()), HOSTILE)
    svg = ET.fromstring(written)  # noqa: S314 - our own

    assert {element.tag.removeprefix(SVG) for element in svg.iter()} == {"svg", "title", "desc", "rect", "text", "line"}
    assert not {"script", "style", "onload", "href"} & {name for element in svg.iter() for name in element.attrib}
    assert not set(written) & {"\x00", "\x1b", "\u202e"}
    assert "<script" not in written


def test_nothing_is_a_chart_too() -> None:
    svg = drawn(case({}, {}))

    assert bars(svg) == []
    assert "$0.00" in texts(svg)


@given(
    st.lists(st.dictionaries(st.text(max_size=8), st.decimals(0, 10**9, places=6), max_size=4), min_size=1, max_size=6),
    st.text(max_size=200),
)
def test_every_chart_is_well_formed_and_inside_its_frame(months: list[dict[str, Decimal]], subject: str) -> None:
    svg = drawn(case(*months), subject=subject)

    height = int(svg.attrib["height"])
    for element in svg.iter():
        for name, limit in (("x", WIDTH), ("x1", WIDTH), ("x2", WIDTH), ("y", height), ("y1", height), ("y2", height)):
            assert 0 <= Decimal(element.attrib.get(name, 0)) <= limit


@pytest.mark.parametrize("months", [1, 12, 60])
def test_a_projection_is_drawn(months: int) -> None:
    told = usage(of("sns@eu-west-1", sns__publish__messages=10**8, sns__publish__average_bytes=1))
    outlook = Outlook(growth_per_month=Decimal("0.1"), cases={"worst": Case(Decimal(2))})
    found = project(Inventory(), msgspec.structs.replace(told, outlook=outlook), months=months)

    assert len(bars(ET.fromstring(render(found)))) == months  # noqa: S314 - our own


@pytest.mark.parametrize(("months", "labels"), [(12, 12), (13, 7), (24, 12), (60, 12)])
def test_labels_have_room(months: int, labels: int) -> None:
    svg = drawn(case(*({"ses": 1} for _ in range(months))))

    assert sum(1 for text in texts(svg) if text.startswith("2026-")) == labels
    assert len(bars(svg)) == months


@pytest.mark.parametrize(
    ("amount", "label"),
    [("999.99", "$999.99"), ("1234.56", "$1,235"), ("999999", "$999,999"), ("1234567.89", "$1.23M")],
)
def test_large_amounts_are_brief_over_the_bar_and_exact_in_words(amount: str, label: str) -> None:
    svg = drawn(case({"ses": Decimal(amount)}))
    description = svg.find(f"{SVG}desc")

    assert label in texts(svg)
    assert description is not None
    assert f"${Decimal(amount):,.2f}" in (description.text or "")
