"""Credentials in URLs of subscriptions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.text import SECRET, Text, text
from auditor.sources.aws.endpoints import without_credentials


@pytest.mark.parametrize(
    ("protocol", "endpoint", "kept"),
    [
        ("https", "https://user:word@example.com/hook", text("https://", SECRET, "@example.com/hook")),
        ("HTTPS", "HTTPS://user:word@example.com", text("HTTPS://", SECRET, "@example.com")),
        ("http", "http://token@example.com:8080/x?y=1", text("http://", SECRET, "@example.com:8080/x?", SECRET)),
        ("https", "https://example.com/hook?token=word#part", text("https://example.com/hook?", SECRET)),
        ("https", "https://example.com?a@b", text("https://example.com?", SECRET)),
        ("https", "https://example.com/hook?", text("https://example.com/hook?")),
        ("https", "https://user:w@rd@example.com/", text("https://", SECRET, "@example.com/")),
        ("https", "https://user:wo/rd@example.com/", text("https://", SECRET, "@example.com/")),
        ("https", "https://user:word@[::1]:443/", text("https://", SECRET, "@[::1]:443/")),
        ("https", "https://example.com/users/@me", text("https://example.com/users/@me")),
        ("https", "https://example.com:8443/a", text("https://example.com:8443/a")),
        ("https", "no url", text("no url")),
        ("email", "somebody@example.com", text("somebody@example.com")),
        ("sqs", "arn:aws:sqs:us-east-1:123456789012:q", text("arn:aws:sqs:us-east-1:123456789012:q")),
    ],
)
def test_endpoints(protocol: str, endpoint: str, kept: Text) -> None:
    assert without_credentials(protocol, endpoint) == kept


@given(
    password=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="@/?#\\"), min_size=1),
    path=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="@?")),
)
def test_a_password_never_stays(password: str, path: str) -> None:
    kept = without_credentials("https", f"https://user:{password}@example.com/{path}")

    assert kept == text("https://", SECRET, "@example.com/" + path)
