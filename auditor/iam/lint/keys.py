"""Family "keys": whether condition keys exist, suit their operator, hold what they can hold, and come with the actions.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html,
and the action database.
"""

from functools import lru_cache

from auditor.iam import database
from auditor.iam.carried import carries
from auditor.iam.database import ConditionKey, KeyType
from auditor.iam.global_keys import GLOBAL_KEYS
from auditor.iam.lint import key_values
from auditor.iam.lint.comparisons import ALL, NULL, Comparison
from auditor.iam.lint.kinds import PolicyType
from auditor.iam.lint.known import date_of_database, known_services
from auditor.iam.lint.report import Report
from auditor.iam.lint.view import Condition, Item, Policy, Statement
from auditor.model.known import Truth
from auditor.model.text import Text

_TAG_KEYS = frozenset({"aws:requesttag", "aws:resourcetag", "aws:principaltag"})
_OF_SESSIONS = frozenset({PolicyType.RESOURCE, PolicyType.RCP, PolicyType.ENDPOINT, PolicyType.TRUST})
_NEEDS_ACTION = {
    "iam:passedtoservice": "iam:PassRole",
    "iam:associatedresourcearn": "iam:PassRole",
    "iam:awsservicename": "iam:CreateServiceLinkedRole",
    "sts:transitivetagkeys": "sts:TagSession",
}
_OF_EVERY_REQUEST = frozenset(name.lower() for name, _, _ in GLOBAL_KEYS)
_ALWAYS_THERE = frozenset({"ses:recipients"})
_PAIRS = {"aws:vpcsourceip": ("aws:SourceVpc", "aws:SourceVpce", "aws:SourceVpcArn")}


def check(policy: Policy, report: Report) -> None:
    """Look at every condition whose key is told."""
    for statement in policy.statements:
        seen: dict[tuple[str | None, str], str] = {}
        for condition in statement.conditions:
            key = condition.key
            if key is None:
                continue
            before = seen.setdefault((condition.operator, condition.name), key)
            if before != key:
                words = f"{key} stands under {condition.operator} as {before} too"
                report.add("DUPLICATE_KEYS_WITH_DIFFERENT_CASE", condition.place, words)
            _key(policy, statement, condition, key, report)


def _key(policy: Policy, statement: Statement, condition: Condition, key: str, report: Report) -> None:
    fault = _fault(key)
    if fault is not None:
        report.add(fault[0], condition.place, fault[1], fault[2])
        return
    if condition.name == "aws:arn":
        of_resource = policy.type in _OF_SESSIONS
        code = "UNSUPPORTED_GLOBAL_CONDITION_KEY" if of_resource else "DEPRECATED_GLOBAL_CONDITION_KEY"
        report.add(code, condition.place, f"{key} is an old key")
        return
    known = _known(key)
    if known is not None and condition.how is not None:
        _operator(condition.how, statement, condition, known, report)
    key_values.check(condition, known, report)
    _pairs(statement, condition, report)
    _actions(statement, condition, report)


@lru_cache(maxsize=8192)
def _known(key: str) -> ConditionKey | None:
    return database.condition_key(key)


@lru_cache(maxsize=8192)
def _fault(key: str) -> tuple[str, str, str] | None:
    """Code, message and fix of what is wrong with the name of a key."""
    lower = key.lower()
    prefix, colon, name = lower.partition(":")
    if lower.rstrip("/") in _TAG_KEYS:
        return "MISSING_TAG_KEY_IN_CONDITION", f"{key} names no tag", f"Write {key.rstrip('/')}/tag-key."
    if not colon or not name or not prefix or "${" in key:
        return "INVALID_CONDITION_KEY_FORMAT", f"the condition key {key!r} is not of the form prefix:name", ""
    if lower == "aws:arn" or _known(key) is not None or "." in prefix or "/" in prefix:
        # Keys of identity providers begin with their domain.
        return None
    date = date_of_database()
    if prefix == "aws":
        return "INVALID_GLOBAL_CONDITION_KEY", f"there is no global condition key {key} in the database of {date}", ""
    if prefix not in known_services() and prefix != "saml":
        return "INVALID_SERVICE", f"the service of the condition key {key} does not exist in the database of {date}", ""
    words = f"{prefix} has no condition key {key} in the database of {date}"
    return "INVALID_SERVICE_CONDITION_KEY", words, ""


def _operator(how: Comparison, statement: Statement, condition: Condition, known: ConditionKey, report: Report) -> None:
    """The operator against the type of the key, and against whether it has several values."""
    if how.base == NULL:
        return
    wanted = known.type
    if how.type is not wanted:
        _other_type(how, condition, wanted, report)
    if known.multivalued and not how.prefix:
        words = f"{condition.key} has several values, and {condition.operator} does not say whether all have to match"
        report.add("MISSING_QUALIFIER", condition.place, words)
    if how.prefix != ALL:
        return
    if not known.multivalued:
        words = f"{condition.operator} for {condition.key}, which has one value, is true when the key is absent"
        report.add("FORALLVALUES_WITH_SINGLE_VALUED_KEY", condition.place, words)
    elif condition.name in _ALWAYS_THERE:
        return
    elif statement.allows and statement.is_whole and not _asked_to_be_there(statement, condition.name):
        words = f"{condition.operator} is true of a request that does not carry {condition.key}"
        report.add("forallvalues-without-null", condition.place, words)


def _other_type(how: Comparison, condition: Condition, wanted: KeyType, report: Report) -> None:
    if how.type is KeyType.STRING and wanted is KeyType.ARN:
        words = f"{condition.operator} compares {condition.key}, an ARN, as plain text"
        report.add("arn-key-with-string-operator", condition.place, words)
        return
    if how.type is KeyType.STRING and wanted is KeyType.BINARY:
        return
    if how.type is KeyType.ARN and wanted is KeyType.STRING and all(map(_begins_as_arn, condition.items)):
        # Strings that hold ARNs, such as encryption contexts, can be compared as such.
        return
    words = f"{condition.operator} does not suit {condition.key}, whose type is {wanted}"
    report.add("TYPE_MISMATCH", condition.place, words, f"Use a {wanted} operator.")


def _begins_as_arn(item: Item) -> bool:
    return isinstance(item.value, Text) and item.value.startswith("arn:") is Truth.TRUE


def _asked_to_be_there(statement: Statement, name: str) -> bool:
    """Whether a Null condition, or one that is false of an absent key, asks that a key is there."""
    for other in statement.conditions:
        how = other.how
        if other.name != name or how is None:
            continue
        if how.base == NULL:
            values = [item.literal if item.literal is not None else item.value for item in other.items]
            return any(str(value).lower() == "false" for value in values)
        if how.prefix != ALL and not how.if_exists and not how.is_negated:
            return True
    return False


def _pairs(statement: Statement, condition: Condition, report: Report) -> None:
    partners = _PAIRS.get(condition.name)
    if partners and statement.allows and statement.is_whole and not any(p.lower() in statement.keys for p in partners):
        words = f"{condition.key} is told apart from other networks only beside {' or '.join(partners)}"
        report.add("MISSING_PAIRED_CONDITION_KEYS", condition.place, words)


# -- the key against the actions --------------------------------------------------------------------------------------


def _actions(statement: Statement, condition: Condition, report: Report) -> None:
    """Report actions whose requests never carry the key, where the condition can then not be met."""
    how, actions = condition.how, statement.actions
    if how is None or actions is None or how.if_exists or how.is_negated or how.base == NULL or how.prefix == ALL:
        return
    if not actions.is_told or condition.name.startswith("aws:") or condition.name in _OF_EVERY_REQUEST:
        return
    written = tuple(action for action, _ in actions.literals)
    needed = _NEEDS_ACTION.get(condition.name)
    if needed is not None:
        if not any(needed in database.expand(action) for action in written):
            words = f"{condition.key} comes with {needed} only, which is not among the actions"
            report.add("MISSING_ACTION_FOR_CONDITION_KEY", condition.place, words, f"Add {needed}.")
        return
    without = [action for action in written if _never_carries(action, condition.name)]
    if without:
        words = f"requests for {', '.join(without[:3])} do not carry {condition.key}"
        report.add("UNSUPPORTED_ACTION_FOR_CONDITION_KEY", condition.place, words)


@lru_cache(maxsize=32768)
def _never_carries(action: str, key: str) -> bool:
    """Whether an action, no pattern, of the service of a key never carries it."""
    service = key.partition(":")[0]
    if "*" in action or "?" in action or action.partition(":")[0].lower() != service:
        return False
    return not carries(action, key)
