"""A request by which a resource policy is seen to let everybody in."""

from auditor.iam.difference import UNIVERSES, Kind, Witness
from auditor.iam.elements import Policy
from auditor.iam.sets import principals
from auditor.iam.sets.atoms import made, of_action
from auditor.iam.sets.box import ACTION, PRINCIPAL, RESOURCE, Box, Part, boxes, surely
from auditor.iam.sets.checks import POSSIBLE, Test, one_of
from auditor.iam.sets.search import escape
from auditor.iam.sets.strings import TooMuchError
from auditor.iam.sets.witness import witness
from auditor.model.text import Text, text


def public_request(policy: Policy, statement: str, resource: Text | None, prefix: str) -> Witness | None:
    """A request that a statement allows to somebody whom the policy does not name, and no Deny takes back.

    Args:
        policy: on the resource.
        statement: label of an Allow statement.
        resource: ARN; None for whatever the statement names.
        prefix: of the actions that the resource has, such as ``sns:``; empty for all.

    Returns:
        The shortest one; None when there is none that is certain, or it is not found with the work that is allowed.
    """
    named = [
        atom
        for each in policy.statements
        for atom in (() if each.principals is None else principals.of_principals(each.principals, negated=False).atoms)
        if atom.certain is not None and atom.shown != "*"
    ]
    tests: dict[str, Test] = {
        PRINCIPAL: (one_of(named, negated=True), one_of((principals.ANONYMOUS, principals.IS_ARN)))
    }
    if prefix:
        tests[ACTION] = (one_of((of_action(text(f"{prefix}*")),)),)
    if resource is not None and resource.literal is not None:
        tests[RESOURCE] = (one_of((made((resource.literal,)),)),)
    stranger = Box(tests, doubtful=False, label="somebody")
    refused = [Part(box, POSSIBLE) for box in boxes(policy, "Deny", Kind.RESOURCE)]
    for box in boxes(policy, "Allow", Kind.RESOURCE):
        given, asking = surely(box), surely(stranger)
        if box.label != statement or given is None or asking is None:
            continue
        try:
            found = escape([given, asking], refused, UNIVERSES[Kind.RESOURCE], generic=True)
        except TooMuchError:
            return None
        if found is not None:
            return witness(found)
    return None
