"""ARN formats of the database, such as ``arn:${Partition}:sns:${Region}:${Account}:${TopicName}``, as patterns."""

import re
from functools import lru_cache

_VARYING = re.compile(r"\$\{[^}]*\}")


@lru_cache(maxsize=16384)
def pattern_of(arn: str, *, partition: str = "", account: str = "") -> str:
    """A format with ``*`` for what varies, in one partition and account where they are given."""
    told = arn.replace("${Partition}", partition) if partition else arn
    told = told.replace("${Account}", account) if account else told
    return _VARYING.sub("*", told)
