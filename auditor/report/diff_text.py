"""The comparison of two results for people."""

from decimal import Decimal

from msgspec import UNSET

from auditor.finding import Severity
from auditor.gate.threshold import Exit
from auditor.report import report_v1 as v1
from auditor.report.diff_v1 import DiffV1, Side
from auditor.report.interface import Options
from auditor.report.layout import counted, filled, listed
from auditor.report.report_text import CODES
from auditor.report.terminal import BOLD, GREEN, RED, YELLOW, paint, plain
from pricing.money import signed

_LABEL = 10
_INPUTS = 4
_COSTS = 30
_ACCESS = 30


def render(difference: DiffV1, options: Options) -> str:
    """The comparison as lines for a terminal; what stays is counted only."""
    page = _Page(difference, options)
    sections = (page.new(), page.fixed(), page.unjudged(), page.access(), page.costs(), page.settings(), page.summary())
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


class _Page:
    """The sections of one comparison."""

    def __init__(self, difference: DiffV1, options: Options) -> None:
        self._difference = difference
        self._options = options
        self._new = [item for item in difference.new if self._is_shown(item.result)]
        self._hidden = len(difference.new) - len(self._new)

    def new(self) -> list[str]:
        """What HEAD adds, or makes worse."""
        lines = [self._title(f"New: {counted(len(self._new), 'result')}")] if self._new else []
        for item in self._new:
            lines += self._result(item.result, "" if item.was is None else f" (was {item.was})")
            lines += self._under("", item.result.message)
            lines += [line for seen in item.result.evidence for line in self._under("seen", seen.text)]
            lines += [line for why in item.result.unknown for line in self._under("open", f"{why.cause}: {why.detail}")]
            lines += self._under("fix", item.result.fix.text) if item.result.fix is not None else []
        return lines

    def fixed(self) -> list[str]:
        """What HEAD no longer has."""
        fixed = self._difference.fixed
        lines = [self._title(f"Fixed: {counted(len(fixed), 'result')}")] if fixed else []
        return lines + [line for result in fixed for line in self._result(result)]

    def unjudged(self) -> list[str]:
        """What HEAD does not tell."""
        unjudged = self._difference.unjudged
        lines = [self._title(f"No longer told: {counted(len(unjudged), 'result')}")] if unjudged else []
        for item in unjudged:
            lines += self._result(item.result) + self._under("", item.why)
        return lines

    def access(self) -> list[str]:
        """What the change lets principals do."""
        access = self._difference.access
        if access is UNSET or not access.lines:
            return []
        lines = [self._title(f"New access: {access.outcome}")]
        for row in access.lines[:_ACCESS]:
            where = f"{row.about} of {row.resource}" + (" (added)" if row.added else "")
            lines += filled(where, self._options.width, indent=2, label=row.result, label_width=_LABEL)
            if row.witness is not None:
                asked = row.witness
                who = f" to {asked.principal}" if asked.principal else ""
                held = "".join(f", {key} = {', '.join(values)}" for key, values in asked.context.items())
                given = f"statement {row.statement} allows {asked.action} on {asked.resource}{who}{held}"
                lines += self._under("seen", given)
            lines += [line for why in row.unknown[:3] for line in self._under("open", f"{why.cause}: {why.detail}")]
        if len(access.lines) > _ACCESS:
            lines.append(f"  and {len(access.lines) - _ACCESS:,} more (in the JSON)")
        return lines

    def costs(self) -> list[str]:
        """What the change costs a month."""
        costs = self._difference.costs
        if costs is UNSET:
            return []
        lines = [self._title(f"Costs: ${costs.base_total} → ${costs.head_total} a month, as far as known")]
        for row in costs.changed[:_COSTS]:
            change = "?" if row.change is None else signed(Decimal(row.change))
            where = f" of {row.resource}" if row.resource is not None else ""
            place = f" in {row.region}" if row.region else ""
            why = f": {row.why}" if row.why else ""
            text = f"{row.meter}{place}{where}{why}"
            lines += filled(text, self._options.width, indent=2, label=change, label_width=_LABEL + 2)
        if len(costs.changed) > _COSTS:
            lines.append(f"  and {len(costs.changed) - _COSTS:,} more (in the JSON)")
        failed = costs.exceeded == "true"
        codes = (BOLD, RED) if failed else (BOLD,)
        return [*lines, paint(plain(f"Costs {costs.outcome}"), *codes, on=self._options.color)]

    def settings(self) -> list[str]:
        """What HEAD's configuration changes."""
        changes = self._difference.settings_changes
        lines = [self._title("Configuration of HEAD, not applied here")] if changes else []
        return lines + [line for change in changes for line in filled(change, self._options.width, indent=2)]

    def summary(self) -> list[str]:
        """The counts, what was compared, and the decision."""
        difference, summary = self._difference, self._difference.summary
        lines = filled(
            f"{summary.new:,} new, {summary.fixed:,} fixed, {summary.unchanged:,} unchanged"
            + (f", {summary.unjudged:,} no longer told" if summary.unjudged else "")
            + ".",
            self._options.width,
        )
        lines += filled(f"Compared: {_inputs(difference.base)} with {_inputs(difference.head)}.", self._options.width)
        notes = []
        if difference.matched_by_name:
            notes.append("The kinds of input differ: results were matched by rule, type and name as well.")
        sides = (("BASE", difference.base), ("HEAD", difference.head))
        missing = [name for name, side in sides if not side.complete]
        if missing:
            notes.append(f"{' and '.join(missing)} incomplete: what is new or fixed may only have been read or not.")
        for note in notes:
            lines += [paint(line, YELLOW, on=self._options.color) for line in filled(note, self._options.width)]
        if self._hidden:
            lines += filled(
                f"Not shown: {counted(self._hidden, 'new result')} below {self._options.min_severity}"
                " (--min-severity).",
                self._options.width,
            )
        codes = {Exit.PASSED: (BOLD, GREEN), Exit.INCOMPLETE: (BOLD, YELLOW)}.get(Exit(summary.exit_code), (BOLD, RED))
        return [*lines, paint(plain(summary.outcome), *codes, on=self._options.color)]

    def _is_shown(self, result: v1.Result) -> bool:
        return Severity(result.severity).rank <= self._options.min_severity.rank

    def _result(self, result: v1.Result, note: str = "") -> list[str]:
        place = f"  {result.location}" if str(result.location) else ""
        return filled(
            f"{result.rule} on {result.resource.id}{note}{place}",
            self._options.width,
            indent=2,
            label=result.severity if result.verdict == "fail" else "undecided",
            label_width=_LABEL,
            codes=CODES[result.severity],
            color=self._options.color,
        )

    def _under(self, label: str, text: str) -> list[str]:
        width = 6 if label else 0
        return filled(text, self._options.width, indent=2 + _LABEL, label=label, label_width=width)

    def _title(self, text: str) -> str:
        return paint(text, BOLD, on=self._options.color)


def _inputs(side: Side) -> str:
    return listed([f"{given.path} ({given.kind})" for given in side.inputs], _INPUTS) or "nothing"
