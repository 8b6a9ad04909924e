"""The coming months as a chart: a bar for each month, its parts the services. Plain SVG, without script or style sheet.

Every number that the chart shows is written in it as text, so that it can be read aloud and searched.
"""

from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, Decimal
from xml.sax.saxutils import escape, quoteattr

from auditor.report.estimate_text import NAMES
from auditor.report.terminal import plain
from pricing.money import dollars, rounded
from pricing.projection import MonthCost, ProjectedCase, Projection
from pricing.tiers import ZERO, total

WIDTH, HEIGHT = 960, 540
"""In pixels; a legend of more than one row adds to the height."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 90, 20, 90, 90
_PLOT_WIDTH, _PLOT_HEIGHT = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
# Colours that differ in lightness too, so that they can be told apart without hue; from dark to light.
_COLORS = ("#1b4965", "#d1495b", "#6a994e", "#8d6a9f", "#e09f3e", "#5fa8d3", "#a98467", "#bfc0c0")
_TEXT = "#1a1a1a"
_LINES = 5
_LABELS = 12
"""Bars that have room for their label; of more bars some have none."""
_COLUMNS, _ROW = 4, 18
"""Of the legend."""
_MOST_NAME = 80
_CENT = Decimal("0.01")


def render(projection: Projection, subject: str = "") -> str:
    """The chart of the expected months; where best and worst are told, a line from one to the other.

    Args:
        projection: what to show.
        subject: what it is about, such as the name of the usage file; text of others.
    """
    cases = {case.name: case for case in projection.cases}
    expected = cases["expected"]
    services = sorted({name for month in expected.months for name in month.services})
    months = [month for case in projection.cases for month in case.months]
    height = max((max(month.total, total(month.services.values())) for month in months), default=ZERO)
    scale = _Scale(height)
    parts = [
        _open(expected, subject, HEIGHT + _ROW * max(0, (len(services) - 1) // _COLUMNS)),
        *_grid(scale),
        *_bars(expected, services, scale),
        *_ranges(cases, scale),
        *_legend(expected, services),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


class _Scale:
    """From dollars to pixels."""

    def __init__(self, highest: Decimal) -> None:
        self.step = _step(highest)
        steps = max(1, int((highest / self.step).to_integral_value(ROUND_CEILING)))
        self.marks = [self.step * number for number in range(steps + 1)]
        self.top = self.marks[-1]

    def height(self, amount: Decimal) -> Decimal:
        """Pixels, to a hundredth."""
        return round(amount * _PLOT_HEIGHT / self.top, 2)

    def y(self, amount: Decimal) -> Decimal:
        """Distance from the upper edge."""
        return _TOP + _PLOT_HEIGHT - self.height(amount)


def _step(highest: Decimal) -> Decimal:
    """1, 2 or 5 times a power of ten, so that there are at most so many lines."""
    step = Decimal("0.01")
    while True:
        for factor in (1, 2, 5):
            if step * factor * _LINES >= highest:
                return step * factor
        step *= 10


def _open(expected: ProjectedCase, subject: str, height: int) -> str:
    first, last = expected.months[0], expected.months[-1]
    title = f"Estimated cost by service and month, {_name(first)} to {_name(last)}"
    about = f"Usage: {_short(subject)}. " if subject else ""
    parts = "; ".join(f"{_name(month)} {_shown(month)}" for month in expected.months)
    known = "" if expected.complete else " Costs that are not known are not in it."
    description = f"{about}Total {dollars(expected.total)}.{known} By month: {parts}."
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"',
            f'  viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title desc"',
            f'  font-family="Helvetica, Arial, sans-serif" font-size="13" fill="{_TEXT}">',
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="desc">{escape(description)}</desc>',
            f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
            _text(_LEFT, 28, title, size=18, weight="bold"),
            _text(_LEFT, 50, f"{about}Total {dollars(expected.total)}.{known}", size=13),
        ]
    )


def _grid(scale: _Scale) -> Iterator[str]:
    for mark in scale.marks:
        y = scale.y(mark)
        yield f'<line x1="{_LEFT}" y1="{y}" x2="{WIDTH - _RIGHT}" y2="{y}" stroke="#d9d9d9"/>'
        yield _text(_LEFT - 8, y + 4, dollars(mark), anchor="end")


def _bars(expected: ProjectedCase, services: Sequence[str], scale: _Scale) -> Iterator[str]:
    every = -(-len(expected.months) // _LABELS)
    for index, month in enumerate(expected.months):
        left, width = _column(index, len(expected.months))
        reached = ZERO
        for number, service in enumerate(services):
            cost = month.services.get(service, ZERO)
            if not cost:
                continue
            reached += cost
            words = f"{_called(service)}, {_name(month)}: {dollars(cost)}"
            yield (
                f'<rect x="{left}" y="{scale.y(reached)}" width="{width}" height="{scale.height(cost)}" '
                f'fill="{_color(number)}"><title>{escape(words)}</title></rect>'
            )
        if index % every:
            continue
        middle = left + width / 2
        label = _briefly(month.total) + ("" if month.complete else " +?")
        yield _text(middle, scale.y(reached) - 6, label, size=11, anchor="middle")
        yield _text(middle, HEIGHT - _BOTTOM + 20, _name(month), size=12, anchor="middle")


def _ranges(cases: dict[str, ProjectedCase], scale: _Scale) -> Iterator[str]:
    """A line from the best to the worst case of each month."""
    told = [cases[name] for name in ("best", "worst") if name in cases]
    if not told:
        return
    for index, months in enumerate(zip(*(case.months for case in told), strict=True)):
        left, width = _column(index, len(told[0].months))
        x = left + width + 3
        amounts = [*(month.total for month in months), cases["expected"].months[index].total]
        low, high = min(amounts), max(amounts)
        words = "; ".join(f"{case.name} {_shown(month)}" for case, month in zip(told, months, strict=True))
        yield (
            f'<line x1="{x}" y1="{scale.y(low)}" x2="{x}" y2="{scale.y(high)}" stroke="{_TEXT}" stroke-width="2">'
            f"<title>{escape(f'{_name(months[0])}: {words}')}</title></line>"
        )


def _legend(expected: ProjectedCase, services: Sequence[str]) -> Iterator[str]:
    y = HEIGHT - 30
    column = _PLOT_WIDTH // _COLUMNS
    for number, service in enumerate(services):
        x, row = _LEFT + column * (number % _COLUMNS), y + _ROW * (number // _COLUMNS)
        cost = total(month.services.get(service, ZERO) for month in expected.months)
        yield f'<rect x="{x}" y="{row - 10}" width="12" height="12" fill="{_color(number)}"/>'
        yield _text(x + 18, row, f"{_called(service)} {dollars(cost)}", size=12)


def _column(index: int, columns: int) -> tuple[Decimal, Decimal]:
    """Left edge and width of a bar."""
    each = Decimal(_PLOT_WIDTH) / columns
    width = min(each * Decimal("0.7"), Decimal(80))
    return round(_LEFT + each * index + (each - width) / 2, 2), round(width, 2)


def _text(
    x: Decimal | int,
    y: Decimal | int,
    text: str,
    *,
    size: int = 12,
    anchor: str = "start",
    weight: str = "normal",
) -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" text-anchor={quoteattr(anchor)} font-weight={quoteattr(weight)}>'
        f"{escape(text)}</text>"
    )


def _color(number: int) -> str:
    return _COLORS[number % len(_COLORS)]


def _called(service: str) -> str:
    return NAMES.get(service) or _short(service)


def _name(month: MonthCost) -> str:
    return month.month or f"month {month.number}"


def _shown(month: MonthCost) -> str:
    return dollars(month.total) + ("" if month.complete else " + ?")


def _briefly(amount: Decimal) -> str:
    """An amount that has room over a bar; the description has it in full."""
    if amount < 1_000:
        return dollars(amount)
    if amount < 1_000_000:
        return f"${rounded(amount, Decimal(1)):,f}"
    return f"${rounded(amount.scaleb(-6), _CENT):,f}M"


def _short(text: str) -> str:
    shown = plain(text)
    return shown if len(shown) <= _MOST_NAME else f"…{shown[-_MOST_NAME:]}"
