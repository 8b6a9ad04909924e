"""A request by which a resource policy is seen to let everybody in."""

from auditor.iam.difference import UNIVERSES, Kind, Witness
from auditor.iam.elements import Policy
from auditor.iam.sets import principals
from auditor.iam.sets.atoms import Variables, made, of_action
from auditor.iam.sets.box import Box, Manner, Part, boxes, surely
from auditor.iam.sets.checks import ACTION, CERTAIN, POSSIBLE, PRINCIPAL, RESOURCE, Test, one_of
from auditor.iam.sets.search import escape
from auditor.iam.sets.witness import request_of
from auditor.iam.sets.work import TooMuchError, Work
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
    roles = principals.roles_of((policy,))
    manner = Manner(Kind.RESOURCE, roles)
    named = [
        atom
        for each in policy.statements
        if each.principals is not None
        for tests in principals.of_principals(each.principals, roles)
        for check in tests[PRINCIPAL]
        for atom in check.atoms
        if atom.certain is not None and atom.shown != "*"
    ]
    tests: dict[str, Test] = {
        PRINCIPAL: (one_of(named, negated=True), one_of((principals.ANONYMOUS, principals.IS_ARN)))
    }
    if prefix:
        tests[ACTION] = (one_of((of_action(text(f"{prefix}*")),)),)
    if resource is not None and resource.literal is not None:
        tests[RESOURCE] = (one_of((made((resource.literal,)),)),)
    stranger = Part(Box(tests, doubtful=False, label="somebody"), CERTAIN)
    refused = [Part(box, POSSIBLE) for box in boxes(policy, "Deny", manner)]
    work = Work()
    for box in boxes(policy, "Allow", manner):
        given = surely(box)
        if box.label != statement or given is None:
            continue
        try:
            for classes in escape([given, stranger], refused, UNIVERSES[Kind.RESOURCE], work, Variables.OWN):
                found = request_of(classes)
                if found.is_new((policy,), (), Kind.RESOURCE):
                    return found.witness
        except TooMuchError:
            return None
    return None
