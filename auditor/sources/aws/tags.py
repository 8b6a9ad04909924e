"""Tags as the APIs list them."""

from collections.abc import Iterable

import msgspec

from auditor.model.text import Text, text


class Tag(msgspec.Struct, frozen=True, rename="pascal"):
    """One tag."""

    key: str
    value: str = ""


def tags(listed: Iterable[Tag]) -> dict[str, Text]:
    """Key to value, sorted by key."""
    return {tag.key: text(tag.value) for tag in sorted(listed, key=lambda tag: tag.key)}
