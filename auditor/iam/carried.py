"""Which condition keys the requests for an action carry.

A request carries the keys that AWS documents for every request, and of the others those that the reference of its
service lists for the action or for the type of its resource. Tags of the resource and of the request are of the latter.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from functools import lru_cache

from auditor.iam import database
from auditor.iam.global_keys import GLOBAL_KEYS


def _stem(name: str) -> str:
    """The name of a key, in lower case, without what stands for the part that the writer of a policy chooses."""
    return name.partition("/")[0].lower()


_OF_SOME_REQUESTS = frozenset({"aws:requesttag", "aws:resourcetag", "aws:tagkeys"})
_OF_EVERY_REQUEST = frozenset(_stem(name) for name, _, _ in GLOBAL_KEYS) - _OF_SOME_REQUESTS


@lru_cache(maxsize=32768)
def carries(action: str, key: str) -> bool:
    """Whether requests for an action may carry a key, each in any case of letters.

    True also for an action or key that the database does not have.
    """
    listed, known = _listed(action), database.condition_key(key)
    if listed is None or known is None:
        return True
    stem = _stem(known.name)
    return stem in listed or stem in _OF_EVERY_REQUEST


@lru_cache(maxsize=4096)
def _listed(action: str) -> frozenset[str] | None:
    """The keys that the reference lists for an action, as stems."""
    found = database.action(action)
    if found is None:
        return None
    of_types = (key for kind in database.types_for(action) for key in kind.condition_keys)
    return frozenset(map(_stem, (*found.condition_keys, *of_types)))
