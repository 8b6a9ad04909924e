"""What a template's expressions will be at deployment, as far as the template tells.

A resolved value is a node of `auditor.model.policy`: texts with symbols and holes, lists and mappings that may be
open, and gaps. None stands for ``AWS::NoValue``: the property is not there.
"""

from auditor.model import policy
from auditor.model.arn import Place
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.origin import Location
from auditor.model.policy import Entry, Leaf, Mapping, Sequence
from auditor.model.text import Symbol, Text, text
from auditor.sources.cloudformation import conditions, functions
from auditor.sources.cloudformation.references import Referrer, url_suffix
from auditor.sources.cloudformation.resolved import Decision, Resolved, escaped, gap, leaf_of, unknown
from auditor.sources.cloudformation.template import Declaration, Template
from auditor.sources.cloudformation.tree import Map, Node, Scalar, Seq, value_of

_MAX_NESTING = 220
"""Calls of one expression inside another beyond which it is not resolved; Python itself stops at about 1,000 frames."""


class Resolver:
    """Resolves the expressions of one template.

    Attributes:
        template: the template.
        place: its partition, Region and account.
    """

    def __init__(self, template: Template, place: Place) -> None:
        self.template = template
        self.place = place
        self.referrer = Referrer(self)
        self._path = template.path
        self._nesting = 0
        self._decisions: dict[str, Decision] = {}
        self._deciding: set[str] = set()
        self._pseudo = _pseudo_parameters(template.path, place)

    @property
    def declarations(self) -> dict[str, Declaration]:
        """The declared resources by logical id."""
        return self.template.resources

    def at(self, node: Node, pointer: str) -> Location:
        """The place of a node."""
        return Location(self._path, node.line, node.column, pointer)

    def symbol(self, name: str) -> Symbol:
        """A symbol of this deployment."""
        return Symbol(name, self._path)

    def resolve(self, node: Node, pointer: str) -> Resolved:
        """The value of an expression.

        Args:
            node: as written.
            pointer: its JSON Pointer.
        """
        at = Location(self._path, node.line, node.column, pointer)
        if isinstance(node, Scalar):
            value = value_of(node)
            return leaf_of([value], at) if type(value) is Text and "{{" in node.text else Leaf(value, at)
        if self._nesting >= _MAX_NESTING:
            return gap(Cause.UNDECIDED, "nested deeper than the analysis follows", at)
        self._nesting += 1
        try:
            if isinstance(node, Map):
                if len(node.members) == 1:
                    [(name, member)] = node.members.items()
                    if name == "Ref" or name.startswith("Fn::"):
                        return functions.call(self, name, member.node, f"{pointer}/{name}", at)
                return self._mapping(node, at, pointer)
            return self._sequence(node, at, pointer)
        finally:
            self._nesting -= 1

    def _mapping(self, node: Map, at: Location, pointer: str) -> Mapping:
        entries: list[Entry] = []
        more: Unknown | None = None
        for name, member in node.members.items():
            inner = f"{pointer}/{escaped(name)}"
            place = Location(self._path, member.line, member.column, inner)
            if name.startswith("Fn::"):
                more = unknown(Cause.NOT_YET, f"{name} may add entries", place)
                continue
            value = self.resolve(member.node, inner)
            if value is not None:
                entries.append(Entry(Text((name,)) if name else Text(()), value, place))
        return Mapping(tuple(entries), at, more)

    def _sequence(self, node: Seq, at: Location, pointer: str) -> Sequence:
        items = [self.resolve(item, f"{pointer}/{number}") for number, item in enumerate(node.items)]
        return Sequence(tuple(item for item in items if item is not None), at)

    def parameter(self, name: str, at: Location) -> policy.Node:
        """The value of a parameter."""
        declared = self.template.parameters[name]
        if declared.type.startswith("AWS::SSM::Parameter::Value"):
            return gap(Cause.NOT_YET, f"parameter {name} is read from the SSM Parameter Store", at)
        if declared.value is None:
            return gap(Cause.NOT_HERE, f"parameter {name} has no value", at)
        if declared.no_echo:
            return Leaf(Text((Symbol(f"secret {name}", self._path),)), at)
        if declared.is_list:
            items = [item.strip() for item in declared.value.split(",")] if declared.value else []
            return Sequence(tuple(Leaf(text(item), at) for item in items), at)
        return leaf_of([declared.value], at)

    def reference(self, name: str, at: Location) -> Resolved:
        """What ``Ref`` gives for a name."""
        if name == "AWS::NoValue":
            return None
        if name in self._pseudo:
            return Leaf(self._pseudo[name], at)
        if name == "AWS::NotificationARNs":
            return gap(Cause.NOT_YET, "AWS::NotificationARNs is known only in the deployment", at)
        if name in self.template.parameters:
            return self.parameter(name, at)
        return self.referrer.reference(name, at)

    def attribute(self, name: str, attribute: str, at: Location) -> policy.Node:
        """What ``Fn::GetAtt`` gives."""
        return self.referrer.attribute(name, attribute, at)

    def decide(self, name: str, at: Location) -> Decision:
        """The truth of a named condition."""
        known = self._decisions.get(name)
        if known is not None:
            return known
        member = self.template.conditions.get(name)
        if member is None:
            return Decision(Truth.UNKNOWN, unknown(Cause.NOT_HERE, f"condition {name} is not declared", at))
        if name in self._deciding:
            return Decision(Truth.UNKNOWN, unknown(Cause.FAILED, f"condition {name} refers to itself", at))
        self._deciding.add(name)
        decided = self.decide_node(member.node, f"/Conditions/{escaped(name)}")
        self._deciding.discard(name)
        if decided.why is not None:
            why = decided.why
            decided = Decision(decided.truth, Unknown(why.cause, f"condition {name}: {why.detail}", why.origin))
        self._decisions[name] = decided
        return decided

    def decide_node(self, node: Node, pointer: str) -> Decision:
        """The truth of a condition as written."""
        if self._nesting >= _MAX_NESTING:
            why = unknown(Cause.UNDECIDED, "nested deeper than the analysis follows", self.at(node, pointer))
            return Decision(Truth.UNKNOWN, why)
        self._nesting += 1
        try:
            return conditions.decide(self, node, pointer)
        finally:
            self._nesting -= 1


def _pseudo_parameters(path: str, place: Place) -> dict[str, Text]:
    stack = Symbol("AWS::StackName", path)
    return {
        "AWS::AccountId": place.account,
        "AWS::Region": place.region,
        "AWS::Partition": place.partition,
        "AWS::URLSuffix": url_suffix(place, path),
        "AWS::StackName": text(stack),
        "AWS::StackId": place.arn("cloudformation", "stack/", stack, "/", Symbol("AWS::StackId", path)),
    }
