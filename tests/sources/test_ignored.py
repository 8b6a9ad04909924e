"""Patterns of .gitignore, compared with what git itself says."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.sources.ignored import Ignored


def ignores(tmp_path: Path, lines: str, path: str) -> bool:
    (tmp_path / ".gitignore").write_text(lines)
    ignored = Ignored().inside(tmp_path)
    parts = Path(path.rstrip("/")).parts
    folder = tmp_path
    for number, part in enumerate(parts, 1):
        folder /= part
        if ignored.ignores(folder, is_folder=number < len(parts) or path.endswith("/")):
            return True
    return False


@pytest.mark.parametrize(
    ("lines", "path", "expected"),
    [
        ("a.yaml", "a.yaml", True),
        ("a.yaml", "x/y/a.yaml", True),
        ("/a.yaml", "x/a.yaml", False),
        ("x/a.yaml", "x/a.yaml", True),
        ("x/a.yaml", "y/x/a.yaml", False),
        ("**/x/a.yaml", "y/x/a.yaml", True),
        ("build", "build/x.yaml", True),
        ("build/", "build", False),
        ("build/", "build/", True),
        ("*.yaml", "x/a.yaml", True),
        ("*.yaml\n!a.yaml", "x/a.yaml", False),
        ("!a.yaml\n*.yaml", "a.yaml", True),
        ("build/\n!build/a.yaml", "build/a.yaml", True),
        ("a/**", "a/b/c", True),
        ("a/**", "a", False),
        ("a/**/z", "a/z", True),
        ("a/**/z", "a/b/c/z", True),
        ("a/*/z", "a/b/c/z", False),
        ("[ab].yaml", "b.yaml", True),
        ("[^ab].yaml", "b.yaml", False),
        ("[!ab].yaml", "c.yaml", True),
        ("\\#x", "#x", True),
        ("\\!x", "!x", True),
        ("# x", "# x", False),
        ("a\\*b", "a*b", True),
        ("a\\*b", "axb", False),
        ("x   ", "x", True),
        ("", "x", False),
        ("/", "x", False),
        ("**", "x", True),
    ],
)
def test_pattern(tmp_path: Path, lines: str, path: str, expected: bool) -> None:  # noqa: FBT001
    assert ignores(tmp_path, lines, path) is expected


def test_a_pattern_that_makes_regular_expressions_slow_does_not(tmp_path: Path) -> None:
    assert not ignores(tmp_path, "*a" * 50 + "b", "a" * 250)


segments = st.sampled_from(["a", "b", "*", "a*", "**", "?", "[ab]", "*b"])
patterns = st.builds(
    lambda negated, front, parts, back: negated + front + "/".join(parts) + back,
    st.sampled_from(["", "", "!"]),
    st.sampled_from(["", "/"]),
    st.lists(segments, min_size=1, max_size=3),
    st.sampled_from(["", "/"]),
)
paths = st.lists(st.sampled_from(["a", "b", "ab", "c"]), min_size=1, max_size=4).map("/".join)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(patterns, min_size=1, max_size=3), st.lists(paths, min_size=1, max_size=8, unique=True))
def test_as_git_does(tmp_path: Path, lines: list[str], names: list[str]) -> None:
    if not (tmp_path / ".git").exists():
        subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("\n".join(lines))
    told = subprocess.run(
        ["git", "-C", str(tmp_path), "check-ignore", "--no-index", "--stdin"],
        input="\n".join(names),
        capture_output=True,
        text=True,
        check=False,
    )
    expected = set(told.stdout.split("\n")) - {""}
    assert {name for name in names if ignores(tmp_path, "\n".join(lines), name)} == expected
