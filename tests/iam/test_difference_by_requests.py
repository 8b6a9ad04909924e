"""Comparisons against decisions: over random policies of a small alphabet, request by request."""

from random import Random

import iam_alphabet
import iam_trees
import pytest
from examples import examples

from auditor import iam
from auditor.iam.difference import Difference, Kind, difference
from auditor.iam.statement import PolicyKind, applies
from auditor.model.known import Known, Truth

PAIRS = examples(70)
REQUESTS = 100


def allowed(parsed: iam.Policy, request: iam.Request, kind: PolicyKind) -> Truth:
    """Whether a policy by itself allows a request."""
    truths = {"Allow": Truth.FALSE, "Deny": Truth.FALSE}
    for statement in parsed.statements:
        assert isinstance(statement.effect, Known)
        truths[statement.effect.value] |= applies(statement, request, parsed, kind=kind).truth
    return truths["Allow"] & ~truths["Deny"]


def compared(new: iam.Policy, old: iam.Policy, *, named: bool) -> Difference:
    return difference([new], [old], kind=Kind.RESOURCE if named else Kind.IDENTITY)


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_a_comparison_agrees_with_the_decisions_about_requests(seed: int, named: bool) -> None:  # noqa: FBT001
    random = Random(seed)  # noqa: S311 - the same policies every time
    judged_as = PolicyKind.RESOURCE if named else PolicyKind.IDENTITY
    answers = dict.fromkeys(Truth, 0)
    for _ in range(PAIRS):
        written = iam_alphabet.policy(random, named=named)
        other = (
            iam_alphabet.changed(random, written, named=named)
            if random.random() < 0.7
            else iam_alphabet.policy(random, named=named)
        )
        new, old = iam.parse(iam_trees.plain(other)), iam.parse(iam_trees.plain(written))
        found = compared(new, old, named=named)
        answers[found.truth] += 1
        if found.witness is not None:
            shown = found.witness.principal or iam_alphabet.ASKING[4]
            request = iam_alphabet.request(
                found.witness.action, found.witness.resource, shown, dict(found.witness.context)
            )
            assert allowed(new, request, judged_as) is Truth.TRUE, (other, written, found)
            assert allowed(old, request, judged_as) is Truth.FALSE, (other, written, found)
        elif found.truth is Truth.FALSE:
            for _ in range(REQUESTS):
                request = iam_alphabet.any_request(random, named=named)
                is_new = allowed(new, request, judged_as) & ~allowed(old, request, judged_as)
                assert is_new is not Truth.TRUE, (other, written, request)
    # The alphabet is full of what AWS does not document, and still most is decided.
    assert answers[Truth.UNKNOWN] < PAIRS / 8
    assert min(answers[Truth.TRUE], answers[Truth.FALSE]) > PAIRS / 8


@pytest.mark.parametrize("named", [False, True])
def test_a_policy_that_is_told_gives_nothing_new_beside_itself(named: bool) -> None:  # noqa: FBT001
    random = Random(7)  # noqa: S311 - the same policies every time
    for _ in range(examples(100)):
        same = iam.parse(iam_trees.plain(iam_alphabet.policy(random, named=named)))
        assert compared(same, same, named=named) == Difference(truth=Truth.FALSE)
