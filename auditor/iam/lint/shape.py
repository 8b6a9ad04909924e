"""Family "shape": whether the document has the form of a policy; makes the view that the other families look at.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from collections.abc import Iterator

from auditor.iam.elements import OLD, VARIABLES
from auditor.iam.lint.comparisons import ALL, ANY, Comparison, comparison
from auditor.iam.lint.kinds import PolicyType
from auditor.iam.lint.report import Report
from auditor.iam.lint.size import size_of
from auditor.iam.lint.view import Condition, Element, Item, Named, Place, Policy, Principals, Statement, literals_of
from auditor.model.known import Cause
from auditor.model.policy import Document, Entry, Gap, Leaf, Mapping, Node, Sequence
from auditor.model.text import Text

KINDS = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})
_LISTS = frozenset({"Action", "NotAction", "Resource", "NotResource"})
_PRINCIPALS = frozenset({"Principal", "NotPrincipal"})
_ELEMENTS = frozenset({"Sid", "Effect", "Condition"}) | _LISTS | _PRINCIPALS
_EMPTY = {"Action": "EMPTY_ARRAY_ACTION", "Resource": "EMPTY_ARRAY_RESOURCE"}
_WITH_PRINCIPAL = frozenset({PolicyType.RESOURCE, PolicyType.TRUST, PolicyType.ENDPOINT})
_NEED_RESOURCE = frozenset({"AWS::SNS::Topic", "AWS::SES::EmailIdentity", "AWS::SQS::Queue", "AWS::S3::Bucket"})
"""Resources whose policies name them in every statement."""


def read(document: Document, kind: PolicyType, resource_type: str, report: Report) -> Policy:
    """The view of a document; what is not of its form becomes a finding and is left out."""
    root = document.root
    place = Place("", root.at)
    policy = Policy(kind, resource_type, place)
    if isinstance(root, Gap):
        policy.is_whole = policy.version_is_told = False
        if root.unknown.cause is Cause.FAILED:
            report.add("JSON_SYNTAX_ERROR", place, root.unknown.detail)
    elif isinstance(root, Mapping):
        policy.size = size_of(root)
        _Reader(policy, report).document(root)
    else:
        _mismatch(report, place, "the document", "an object", root)
    return policy


def _mismatch(report: Report, place: Place, what: str, wanted: str, found: Node) -> None:
    report.add("DATA_TYPE_MISMATCH", place, f"{what} is {_kind(found)}, not {wanted}", f"Write {wanted}.")


def _kind(node: Node) -> str:
    match node:
        case Mapping():
            return "an object"
        case Sequence():
            return "an array"
        case Leaf(value=Text()):
            return "a string"
        case Leaf(value=bool()):
            return "a boolean"
        case Leaf(value=None):
            return "null"
        case _:
            return "a number"


def _member(above: str, entry: Entry) -> Place:
    name = entry.key.literal or ""
    if "~" in name or "/" in name:
        name = name.replace("~", "~0").replace("/", "~1")
    return Place(f"{above}/{name}", entry.at)


def _values(node: Node, place: Place) -> Iterator[tuple[Node, Place]]:
    """The one value of an element, or those of a list, each with its place."""
    if isinstance(node, Sequence):
        yield from ((each, Place(f"{place.path}/{index}", each.at)) for index, each in enumerate(node.items))
    else:
        yield node, Place(place.path, node.at)


class _Reader:
    def __init__(self, policy: Policy, report: Report) -> None:
        self.policy = policy
        self.report = report
        self.any_type = policy.type is PolicyType.ANY

    def document(self, root: Mapping) -> None:
        policy, report = self.policy, self.report
        policy.is_whole = policy.version_is_told = root.open is None
        for entry in root.entries:
            name, place = entry.key.literal, _member("", entry)
            if name is None:
                policy.is_whole = policy.version_is_told = False
                continue
            if name in policy.names:
                report.add("JSON_SYNTAX_ERROR", place, f"{name} stands twice in the document")
            policy.names[name] = place
            if name == "Version":
                self.version(entry.node, place)
            elif name == "Statement":
                self.statements(entry.node, place)
            elif name == "Id":
                self.string(entry.node, place, "Id")
            else:
                report.add("INVALID_POLICY_ELEMENT", place, f"a policy has no element {name!r}")
        if policy.is_whole and "Statement" not in policy.names:
            report.add("MISSING_STATEMENT", policy.place, "the document has no Statement")
        if policy.version_is_told and "Version" not in policy.names and not self.any_type:
            report.add("MISSING_VERSION", policy.place, "there is no Version, so that the language of 2008 applies")

    def string(self, node: Node, place: Place, what: str) -> Item | None:
        """A leaf that must be a string; None for a gap or another thing."""
        if isinstance(node, Leaf) and isinstance(node.value, Text):
            return Item(node.value, place)
        if not isinstance(node, Gap):
            _mismatch(self.report, place, what, "a string", node)
        return None

    def version(self, node: Node, place: Place) -> None:
        item = self.string(node, place, "Version")
        literal = item.literal if item is not None else None
        if literal is None:
            self.policy.version_is_told = False
            return
        self.policy.version = literal
        if literal not in {OLD, VARIABLES}:
            self.report.add("INVALID_VERSION", place, f"there is no version {literal!r} of the policy language")

    def statements(self, node: Node, place: Place) -> None:
        if isinstance(node, Mapping):
            self.policy.statements.append(self.statement(node, 1, Place(place.path, node.at)))
            return
        if isinstance(node, Gap):
            self.policy.is_whole = False
            return
        if not isinstance(node, Sequence):
            _mismatch(self.report, place, "Statement", "an object or an array of objects", node)
            return
        if not node.items and node.open is None:
            self.report.add("MISSING_STATEMENT", place, "Statement is empty")
        self.policy.is_whole = self.policy.is_whole and node.open is None
        for index, item in enumerate(node.items):
            inner = Place(f"{place.path}/{index}", item.at)
            if isinstance(item, Mapping):
                self.policy.statements.append(self.statement(item, index + 1, inner))
            elif isinstance(item, Gap):
                self.policy.is_whole = False
            else:
                _mismatch(self.report, inner, "a statement", "an object", item)

    def statement(self, node: Mapping, number: int, place: Place) -> Statement:
        made = Statement(number, place)
        made.is_whole = node.open is None
        for entry in node.entries:
            name, inner = entry.key.literal, _member(place.path, entry)
            if name is None:
                made.is_whole = False
                continue
            if name in made.names:
                self.report.add("JSON_SYNTAX_ERROR", inner, f"{name} stands twice in the statement")
            if isinstance(entry.node, Gap) and entry.node.may_be_absent:
                # It may not stand there at all.
                made.is_whole = False
                continue
            made.names[name] = inner
            self.element(made, name, entry.node, inner)
        self.missing(made)
        return made

    def element(self, made: Statement, name: str, node: Node, place: Place) -> None:
        if name in _LISTS:
            made.elements[name] = self.list_of_strings(name, node, place)
        elif name in _PRINCIPALS:
            principals = self.principals(name, node, place)
            if principals is not None:
                made.principals[name] = principals
        elif name == "Condition":
            self.conditions(made, node, place)
        elif name == "Effect":
            self.effect(made, node, place)
        elif name == "Sid":
            made.sid = self.string(node, place, "Sid")
        else:
            self.report.add("INVALID_POLICY_ELEMENT", place, f"a statement has no element {name!r}")

    def effect(self, made: Statement, node: Node, place: Place) -> None:
        item = self.string(node, place, "Effect")
        literal = item.literal if item is not None else None
        if literal in {"Allow", "Deny"}:
            made.effect = literal
        elif literal is not None:
            self.report.add("INVALID_EFFECT", place, f"Effect is {literal!r}")

    def list_of_strings(self, name: str, node: Node, place: Place) -> Element:
        if isinstance(node, Gap):
            return Element((), (), is_whole=False, place=place)
        whole = not isinstance(node, Sequence) or node.open is None
        items: list[Item] = []
        literals: list[tuple[str, Place]] = []
        for each, at in _values(node, place):
            if isinstance(each, Leaf) and isinstance(each.value, Text):
                items.append(Item(each.value, at))
                literal = each.value.literal
                if literal is not None:
                    literals.append((literal, at))
                continue
            whole = False
            if not isinstance(each, Gap):
                wanted = "a string" if isinstance(node, Sequence) else "a string or an array of strings"
                _mismatch(self.report, at, name, wanted, each)
        if not items and whole:
            self.report.add(_EMPTY[name.removeprefix("Not")], place, f"{name} is an empty list")
        return Element(tuple(items), tuple(literals), whole, place)

    def principals(self, name: str, node: Node, place: Place) -> Principals | None:
        if isinstance(node, Leaf) and isinstance(node.value, Text):
            literal = node.value.literal
            everybody = "*" if literal == "*" else "?" if literal is None else "AWS"
            if everybody == "AWS":
                words = f"{name} is the string {literal!r}; only * may stand there without its kind"
                self.report.add("INVALID_PRINCIPAL_FORMAT", place, words)
            return Principals((Named(everybody, Item(node.value, place)),), is_whole=everybody != "?")
        if isinstance(node, Gap):
            return Principals((), is_whole=False)
        if not isinstance(node, Mapping):
            self.report.add("INVALID_PRINCIPAL_FORMAT", place, f"{name} is {_kind(node)}")
            return None
        if not node.entries and node.open is None:
            self.report.add("EMPTY_OBJECT_PRINCIPAL", place, f"{name} is empty")
        found: list[Named] = []
        whole = node.open is None
        for entry in node.entries:
            kind, inner = entry.key.literal, _member(place.path, entry)
            if kind is None:
                whole = False
                continue
            if kind not in KINDS:
                self.report.add("INVALID_PRINCIPAL_KEY", inner, f"there is no kind of principal {kind!r}")
                continue
            values, told = self.values_of_kind(kind, entry.node, inner)
            found.extend(Named(kind, value) for value in values)
            whole = whole and told
        return Principals(tuple(found), whole)

    def values_of_kind(self, kind: str, node: Node, place: Place) -> tuple[list[Item], bool]:
        if isinstance(node, Sequence) and not node.items and node.open is None:
            self.report.add("EMPTY_ARRAY_PRINCIPAL", place, f"the list of {kind} principals is empty")
            return [], True
        whole = not isinstance(node, Sequence) or node.open is None
        items: list[Item] = []
        for each, at in _values(node, place):
            item = self.string(each, at, f"an {kind} principal" if kind == "AWS" else f"a {kind} principal")
            if item is None:
                whole = False
            else:
                items.append(item)
        return items, whole

    # -- conditions ---------------------------------------------------------------------------------------------------

    def conditions(self, made: Statement, node: Node, place: Place) -> None:
        if isinstance(node, Gap):
            made.is_whole = False
            return
        if not isinstance(node, Mapping):
            _mismatch(self.report, place, "Condition", "an object", node)
            return
        made.is_whole = made.is_whole and node.open is None
        if not node.entries and node.open is None:
            self.report.add("EMPTY_OBJECT_CONDITION", place, "Condition is empty")
        seen: set[str] = set()
        for entry in node.entries:
            operator, inner = entry.key.literal, _member(place.path, entry)
            if operator in seen:
                self.report.add("JSON_SYNTAX_ERROR", inner, f"the operator {operator} stands twice in the statement")
            seen.add(operator or "")
            how = comparison(operator) if operator is not None else None
            if operator is not None and how is None:
                self.report.add("INVALID_CONDITION_OPERATOR", inner, f"there is no condition operator {operator!r}")
            self.keys(made, operator, how, entry.node, inner)

    def keys(self, made: Statement, operator: str | None, how: Comparison | None, node: Node, place: Place) -> None:
        if isinstance(node, Gap):
            made.is_whole = False
            return
        if not isinstance(node, Mapping):
            _mismatch(self.report, place, f"the condition {operator}", "an object", node)
            return
        made.is_whole = made.is_whole and node.open is None
        if not node.entries and node.open is None:
            self.report.add("EMPTY_OBJECT_CONDITION", place, f"the condition {operator} is empty")
        seen: set[str] = set()
        for entry in node.entries:
            key, inner = entry.key.literal, _member(place.path, entry)
            if key is not None and key in seen:
                self.report.add("JSON_SYNTAX_ERROR", inner, f"the key {key} stands twice under {operator}")
            seen.add(key or "")
            if isinstance(entry.node, Gap) and entry.node.may_be_absent:
                made.is_whole = False
            items, whole = self.values(entry.node, inner, key or "a condition key")
            if not items and whole and how is not None:
                self.empty(how, key, inner)
            literals = literals_of(items)
            made.conditions.append(Condition(operator, how, key, tuple(items), literals, whole, inner))

    def values(self, node: Node, place: Place, what: str) -> tuple[list[Item], bool]:
        """The scalars of one value or a list of them; whether these are all."""
        if isinstance(node, Gap):
            return [], False
        whole = not isinstance(node, Sequence) or node.open is None
        items: list[Item] = []
        for each, at in _values(node, place):
            if isinstance(each, Leaf) and each.value is not None:
                items.append(Item(each.value, at))
                continue
            whole = False
            if not isinstance(each, Gap):
                _mismatch(self.report, at, f"the value of {what}", "a string, number or boolean", each)
        return items, whole

    def empty(self, how: Comparison, key: str | None, place: Place) -> None:
        code = "EMPTY_ARRAY_CONDITION"
        if how.prefix == ALL:
            code = "EMPTY_ARRAY_CONDITION_FORALLVALUES"
        elif how.prefix == ANY:
            code = "EMPTY_ARRAY_CONDITION_FORANYVALUE"
        elif how.if_exists:
            code = "EMPTY_ARRAY_CONDITION_IFEXISTS"
        self.report.add(code, place, f"the condition on {key} has no values")

    # -- what should stand there --------------------------------------------------------------------------------------

    def missing(self, made: Statement) -> None:
        report = self.report
        for name in ("Action", "Resource", "Principal"):
            if name in made.names and "Not" + name in made.names:
                words = f"{name} and Not{name} stand in one statement"
                report.add("UNSUPPORTED_ELEMENT_COMBINATION", made.place, words)
        if made.lacks("Effect"):
            report.add("MISSING_EFFECT", made.place, "the statement has no Effect")
        if self.any_type:
            return
        kind = self.policy.type
        if made.lacks("Action", "NotAction") or (kind is PolicyType.RCP and made.lacks("Action")):
            report.add("MISSING_ACTION", made.place, "the statement has no Action")
        needed = kind.needs_resource or self.policy.resource_type in _NEED_RESOURCE
        if needed and made.lacks("Resource", "NotResource"):
            report.add("MISSING_RESOURCE", made.place, "the statement has no Resource")
        if kind in _WITH_PRINCIPAL and made.lacks("Principal", "NotPrincipal"):
            report.add("MISSING_PRINCIPAL", made.place, "the statement has no Principal")
