"""Findings about statements keep their names, whatever a policy is made to look like."""

from auditor.finding import Evidence, Fix, Outcome, Verdict, failed
from auditor.iam.decision import Grant, Reach
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.origin import Location
from auditor.model.sns import TopicPolicy
from auditor.model.text import text
from auditor.statements import judged, statement_place, subjects

AT = Location("a.yaml", 7, 3, "/Resources/Policy")
POLICY = TopicPolicy(
    deployment="a.yaml", address="Policy", name=text("orders"), account=text("1"), region=text("r"), location=AT
)


def grant(sid: str, digest: str, reach: Reach = Reach.PUBLIC, place: Location | None = None) -> Grant:
    return Grant(sid, digest, reach, location=place or Location(pointer="/Statement/0"))


def finding(item: Grant) -> Verdict:
    return failed(f"{item.statement} is bad.", evidence=(Evidence("statement", "seen"),), fix=Fix("Mend it."))


def run(*grants: Grant, untold: tuple[Unknown, ...] = ()) -> list[Verdict]:
    return list(
        judged(
            POLICY,
            grants,
            bad=lambda item: item.gives(Reach.PUBLIC),
            finding=finding,
            question="is bad",
            good="All is well.",
            untold=untold,
        )
    )


def test_a_sid_names_a_statement_and_a_digest_one_without() -> None:
    assert subjects([grant("Read", "aa"), grant("#2", "bb")]) == {"aa": ("Read",), "bb": ("#bb",)}


def test_a_sid_that_stands_twice_names_nothing() -> None:
    assert subjects([grant("Read", "aa"), grant("Read", "bb")]) == {"aa": ("#aa",), "bb": ("#bb",)}


def test_no_sid_passes_for_a_digest() -> None:
    assert subjects([grant("#bb", "aa"), grant("#2", "bb")]) == {"aa": ("#aa",), "bb": ("#bb",)}


def test_a_statement_about_two_topics_is_one_finding_if_it_is_bad_for_either() -> None:
    found = run(grant("Read", "aa", Reach.OWNER), grant("Read", "aa"), grant("Read", "aa"))

    assert [(verdict.outcome, verdict.subject, verdict.message) for verdict in found] == [
        (Outcome.FAIL, ("Read",), "Read is bad.")
    ]


def test_what_is_not_decided_stands_beside_what_is() -> None:
    why = Unknown(Cause.NOT_HERE, "parameter P")
    perhaps = Grant("Perhaps", "bb", Reach.UNKNOWN, unknowns=(why,))

    found = run(grant("Read", "aa"), perhaps)

    assert [(verdict.outcome, verdict.subject, verdict.unknowns) for verdict in found] == [
        (Outcome.FAIL, ("Read",), ()),
        (Outcome.UNKNOWN, ("Perhaps",), (why,)),
    ]


def test_untold_statements_keep_a_policy_from_passing() -> None:
    why = Unknown(Cause.NOT_YET, "a statement")

    assert [verdict.outcome for verdict in run(grant("Own", "aa", Reach.OWNER))] == [Outcome.PASS]
    assert [verdict.unknowns for verdict in run(grant("Own", "aa", Reach.OWNER), untold=(why,))] == [(why,)]


def test_a_document_of_an_api_stands_where_its_resource_does() -> None:
    written = Location("a.yaml", 20, 11, "/Resources/Policy/Statement/0")

    assert statement_place(grant("Read", "aa"), POLICY) == Location("a.yaml", 7, 3, "/Resources/Policy/Statement/0")
    assert statement_place(grant("Read", "aa", place=written), POLICY) == written


def test_narrower_is_not_wider() -> None:
    narrow = Grant("Read", "aa", Reach.UNKNOWN, at_most=Reach.ACCOUNTS)

    assert narrow.gives(Reach.PUBLIC) is Truth.FALSE
    assert narrow.gives(Reach.ACCOUNTS) is Truth.UNKNOWN


def allowing(*written: str, negated: bool = False) -> Grant:
    before = "not " if negated else ""
    patterns = tuple(text(each) for each in written)
    return Grant("Some", "aa", Reach.PUBLIC, actions=tuple(before + each for each in written), patterns=patterns)


def test_what_not_action_leaves_is_allowed() -> None:
    rest = allowing("sns:Get*", "SNS:publish", negated=True)

    assert rest.allows("sns:Subscribe") is Truth.TRUE
    assert rest.allows("sns:Publish") is Truth.FALSE
    assert rest.allows("sns:Publish", "sns:Subscribe") is Truth.TRUE
    assert allowing("SNS:Pub*").allows("sns:Publish") is Truth.TRUE
    assert allowing("SNS:Pub*").allows("sns:Subscribe") is Truth.FALSE
