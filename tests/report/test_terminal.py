"""Text of others is shown, never obeyed."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.report.terminal import RED, paint, plain, printable_lines, use_color


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("orders-topic", "orders-topic"),
        ("Grüße 日本", "Grüße 日本"),
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("\x9b31m", "\\x9b31m"),
        ("a\r\nb\tc", "a\\r\\nb\\tc"),
        ("nul\x00del\x7f", "nul\\x00del\\x7f"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("a\u200bb\ufeffc\u00add", "a\\u200bb\\ufeffc\\xadd"),
        ("a\u2028b\u2029c\x85d", "a\\u2028b\\u2029c\\x85d"),
        ("\U000e0041", "\\U000e0041"),
        ("\U000e0100", "\\U000e0100"),
        ("\u3164", "\\u3164"),
        ("\ud800", "\\ud800"),
        ("a\u00a0b", "a\\xa0b"),
    ],
)
def test_what_cannot_be_seen_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert plain(text) == shown


@given(st.text(st.characters(), max_size=40))
def test_any_text_becomes_one_printable_line_that_can_be_encoded(text: str) -> None:
    shown = plain(text)

    assert shown.isprintable()
    assert plain(shown) == shown
    shown.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("::error::x\n", "\\x3a:error::x\n"),
        ("ok\n  ::set-output name=a::b", "ok\n  \\x3a:set-output name=a::b"),
        ("a ##[add-mask]b\n", "a #\\x23[add-mask]b\n"),
        ("arn:aws:sns:::a\n\n", "arn:aws:sns:::a\n\n"),
    ],
)
def test_github_actions_sees_no_command(text: str, printed: str) -> None:
    assert printable_lines(text, {"GITHUB_ACTIONS": "true"}) == printed
    assert printable_lines(text, {}) == text


@given(st.text("#:[ \n\r\tab", max_size=30))
def test_no_line_is_a_command_whatever_is_printed(text: str) -> None:
    printed = printable_lines(text, {"GITHUB_ACTIONS": "true"})

    assert "##[" not in printed
    assert not any(line.lstrip().startswith("::") for line in printed.splitlines())


@pytest.mark.parametrize(
    ("choice", "environment", "terminal", "expected"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": ""}, False, False),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour(*, choice: str, environment: dict[str, str], terminal: bool, expected: bool) -> None:
    stream = Terminal() if terminal else io.StringIO()

    assert use_color(stream, choice, environment) is expected  # type: ignore[arg-type]


def test_paint() -> None:
    assert paint("bad", RED, on=True) == "\x1b[31mbad\x1b[0m"
    assert paint("bad", RED, on=False) == "bad"
