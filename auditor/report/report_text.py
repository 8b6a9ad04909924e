"""The report for people: what is wrong by resource, worst first; what could not be decided by cause; the counts."""

from collections import Counter

from auditor.finding import Severity
from auditor.gate.threshold import Exit
from auditor.report import report_v1 as v1
from auditor.report.interface import Options
from auditor.report.layout import code, counted, filled, listed
from auditor.report.terminal import BLUE, BOLD, DIM, GREEN, MAGENTA, RED, YELLOW, paint, plain

CODES = {
    "critical": (BOLD, MAGENTA),
    "high": (BOLD, RED),
    "medium": (YELLOW,),
    "low": (BLUE,),
    "info": (DIM,),
}
CAUSES = {
    "not-yet": "known only after the deployment",
    "not-here": "given from outside the inputs",
    "elsewhere": "in an account or Region that was not read",
    "not-asked": "the run was not asked to find out",
    "undecided": "not documented by AWS, or beyond a limit of the analysis",
    "denied": "the caller may not read it",
    "failed": "reading it failed",
    "limit": "a limit of the run was reached",
}
_LABEL = 10
_EXAMPLES = 5
_INPUTS = 4
_CODE_INDENT = 2 + _LABEL + 2


def render(report: v1.ReportV1, options: Options) -> str:
    """The report as lines for a terminal."""
    page = _Page(report, options)
    sections = (page.findings(), page.undecided(), page.waivers(), page.incomplete(), page.rules(), page.summary())
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


class _Page:
    """The sections of one report."""

    def __init__(self, report: v1.ReportV1, options: Options) -> None:
        self._report = report
        self._options = options
        self._kinds = {given.path: given.kind for given in report.inputs}
        standing = [result for result in report.results if result.waiver is None]
        shown = [result for result in standing if _rank(result.severity) <= options.min_severity.rank]
        self._hidden = len(standing) - len(shown)
        threshold = report.summary.fail_on_unknown
        gating = -1 if threshold == "none" else _rank(threshold)
        self._findings = [item for item in shown if item.verdict == "fail" or _rank(item.severity) <= gating]
        self._undecided = [item for item in shown if item.verdict == "unknown" and _rank(item.severity) > gating]

    def findings(self) -> list[str]:
        """What fails, grouped by resource: the resource with the worst failure first."""
        groups: dict[str, list[v1.Result]] = {}
        for result in sorted(self._findings, key=_order):
            groups.setdefault(result.resource.id, []).append(result)
        lines: list[str] = []
        for results in groups.values():
            lines += ([""] if lines else []) + self._heading(results[0].resource)
            for result in results:
                lines += self._finding(result)
        return lines

    def undecided(self) -> list[str]:
        """What the inputs do not tell, grouped by cause."""
        if not self._undecided:
            return []
        lines = [self._title(f"Undecided: {counted(len(self._undecided), 'check')}")]
        causes = Counter(result.unknown[0].cause for result in self._undecided)
        for cause, number in sorted(causes.items(), key=lambda item: (-item[1], item[0])):
            lines += self._filled(f"{cause} ({number:,}): {CAUSES.get(cause, cause)}", indent=2)
            lines += self._details([item for item in self._undecided if item.unknown[0].cause == cause])
        return lines

    def waivers(self) -> list[str]:
        """What was accepted, and the waivers that no longer say anything true."""
        waivers = self._report.waivers
        lines = []
        if self._report.summary.waived:
            lines.append(self._title(f"Waived: {counted(self._report.summary.waived, 'result')}"))
            for waiver in waivers.used:
                text = f"{counted(len(waiver.results), 'result')} of {_about(waiver)} until {waiver.until}"
                lines += self._filled(f"{text}: {waiver.reason} ({waiver.where})", indent=2)
        for waiver in waivers.expired:
            text = f"{_about(waiver)} ended on {waiver.until}, it covered {counted(len(waiver.results), 'result')}"
            lines += self._warning(f"Expired waiver: {text} ({waiver.where})")
        for waiver in waivers.unused:
            lines += self._warning(f"Unused waiver: {_about(waiver)} matches nothing ({waiver.where})")
        return lines

    def incomplete(self) -> list[str]:
        """What could not be read or judged."""
        if self._report.complete:
            return []
        lines = [paint("Incomplete", BOLD, YELLOW, on=self._options.color)]
        for gap in self._report.incomplete:
            times = f" ({gap.count:,} times)" if gap.count > 1 else ""
            lines += self._filled(f"{gap.cause}: {gap.what}{times}", indent=2)
        for error in self._report.errors:
            lines += self._filled(f"rule {error.rule} on {error.resource}: {error.error}", indent=2)
        return lines

    def rules(self) -> list[str]:
        """How every rule went, as a table; only when asked for."""
        if not self._options.verbose or not self._report.rules:
            return []
        from tabulate import tabulate

        rows = [
            (plain(rule.id), rule.severity, rule.failed, rule.unknown, rule.waived, rule.passed, rule.not_applicable)
            for rule in self._report.rules
        ]
        headers = ("rule", "severity", "failed", "undecided", "waived", "passed", "not applicable")
        return str(tabulate(rows, headers=headers)).splitlines()

    def summary(self) -> list[str]:
        """The counts, what they rest on, and the decision."""
        report, summary = self._report, self._report.summary
        parts = [
            _counted(summary.failed, "failed"),
            _counted(summary.undecided, "undecided"),
            f"{summary.passed:,} passed",
            f"{summary.waived:,} waived" if summary.waived else "",
            f"{summary.not_applicable:,} not applicable" if summary.not_applicable else "",
        ]
        head = f"{counted(summary.resources, 'resource')}, {counted(len(report.rules), 'rule')}"
        lines = self._filled(f"{head}: {', '.join(part for part in parts if part)}.")
        inputs = [_input(given) for given in report.inputs]
        most = len(inputs) if self._options.verbose else _INPUTS
        lines += self._filled(f"Read: {listed(inputs, most)}." if inputs else "Nothing was read.")
        for endpoint in dict.fromkeys(given.endpoint for given in report.inputs if given.endpoint is not None):
            lines += self._warning(f"Answered by {endpoint}, which is not AWS.")
        if summary.not_judged:
            types = [f"{name} {number:,}" for name, number in sorted(summary.not_judged.items(), key=_most_first)]
            number = counted(sum(summary.not_judged.values()), "resource")
            most = len(types) if self._options.verbose else _EXAMPLES
            lines += self._filled(f"Not judged: {number} of other types ({listed(types, most)}).")
        if summary.unknown_values:
            lines += self._filled(f"Not told by the inputs: {summary.unknown_values:,} of {summary.values:,} values.")
        if report.configuration.path:
            lines += self._filled(f"Configured by {report.configuration.path}.")
        if self._hidden:
            lines += self._filled(
                f"Not shown: {counted(self._hidden, 'result')} below {self._options.min_severity} (--min-severity)."
            )
        codes = {Exit.PASSED: (BOLD, GREEN), Exit.INCOMPLETE: (BOLD, YELLOW)}.get(Exit(summary.exit_code), (BOLD, RED))
        return [*lines, paint(plain(summary.outcome), *codes, on=self._options.color)]

    def _heading(self, resource: v1.Resource) -> list[str]:
        name = "" if resource.name in resource.id or resource.name.startswith("{") else f" ({resource.name})"
        return [paint(plain(f"{resource.type} {resource.id}{name}"), BOLD, on=self._options.color)]

    def _finding(self, result: v1.Result) -> list[str]:
        fails = result.verdict == "fail"
        place = f"  {result.location}" if str(result.location) else ""
        lines = filled(
            f"{result.rule}{place}",
            self._options.width,
            indent=2,
            label=result.severity,
            label_width=_LABEL,
            codes=CODES[result.severity],
            color=self._options.color,
        )
        lines += self._under("", result.message if fails else f"Undecided: {result.message}")
        if fails and result.confidence != "high":
            lines += self._under("", f"Confidence {result.confidence}: as far as this input tells.")
        for item in result.evidence:
            lines += self._under("seen", _at(item.text, item.location, result.location))
        for unknown in result.unknown:
            lines += self._under("open", f"{unknown.cause}: {unknown.detail}")
        for other in result.related:
            lines += self._under("with", _at(f"{other.resource.id} {other.message}".rstrip(), other.location, None))
        return lines + (self._fix(result, result.fix) if result.fix is not None else [])

    def _fix(self, result: v1.Result, fix: v1.Fix) -> list[str]:
        lines = self._under("fix", fix.text)
        kind = self._kinds.get(result.location.path, "")
        snippet = fix.terraform if "terraform" in kind else fix.cloudformation if kind == "cloudformation" else None
        lines += code(snippet, _CODE_INDENT + 4) if snippet else []
        return lines + [line for who in fix.locks_out for line in self._under("stops", who)]

    def _details(self, results: list[v1.Result]) -> list[str]:
        """What is not told, the most frequent first, each with an example."""
        details = Counter(result.unknown[0].detail for result in results)
        examples = {result.unknown[0].detail: result for result in sorted(results, key=_order, reverse=True)}
        most = len(details) if self._options.verbose else _EXAMPLES
        ordered = sorted(details.items(), key=_most_first)
        lines = []
        for detail, number in ordered[:most]:
            example = examples[detail]
            said = detail or example.message
            lines += self._filled(f"{said}: {example.rule} on {example.resource.id}", indent=4, label=f"{number:,}x")
        rest = ordered[most:]
        if rest:
            lines.append(f"    and {sum(number for _, number in rest):,} for {counted(len(rest), 'other reason')}")
        return lines

    def _title(self, text: str) -> str:
        return paint(text, BOLD, on=self._options.color)

    def _filled(self, text: str, indent: int = 0, label: str = "") -> list[str]:
        return filled(text, self._options.width, indent=indent, label=label, label_width=len(label) + bool(label))

    def _under(self, label: str, text: str) -> list[str]:
        return filled(
            text,
            self._options.width,
            indent=2 + _LABEL,
            label=label,
            label_width=6 if label else 0,
            codes=(DIM,),
            color=self._options.color,
        )

    def _warning(self, text: str) -> list[str]:
        return [paint(line, YELLOW, on=self._options.color) for line in self._filled(text)]


def _rank(severity: str) -> int:
    return Severity(severity).rank


def _order(result: v1.Result) -> tuple[int, str, str, list[str], str]:
    return (_rank(result.severity), result.resource.id, result.rule, result.subject, result.fingerprint)


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return (-item[1], item[0])


def _counted(counts: dict[str, int], word: str) -> str:
    total = sum(counts.values())
    parts = ", ".join(f"{number:,} {name}" for name, number in counts.items())
    return f"{total:,} {word}" + (f" ({parts})" if parts else "")


def _at(text: str, place: v1.Location, known: v1.Location | None) -> str:
    """A text with its place, unless the place was told just before."""
    return text if place == known or not str(place) else f"{text} ({place})"


def _about(waiver: v1.Waiver) -> str:
    """What a waiver is about."""
    if waiver.fingerprint is not None:
        return waiver.fingerprint
    return f"{waiver.rule}, {f'resource {waiver.resource}' if waiver.tag is None else f'tag {waiver.tag}'}"


def _input(given: v1.Input) -> str:
    """``mail.yaml (cloudformation)``."""
    when = f", read {given.collected_at}" if given.collected_at else ""
    who = f" by {given.caller}" if given.caller else ""
    return f"{given.path} ({given.kind}{when}{who})"
