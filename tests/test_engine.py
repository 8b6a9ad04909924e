"""What the engine makes of the verdicts of rules."""

from datetime import date

from sources.templates import inventory

from auditor.catalogue import shipped
from auditor.engine import run
from auditor.finding import Confidence

CONDITIONAL = """
Parameters: {New: {Type: String}}
Conditions: {IsNew: !Equals [!Ref New, "yes"]}
Resources:
  Sure: {Type: AWS::SES::ConfigurationSet}
  Perhaps: {Type: AWS::SES::ConfigurationSet, Condition: IsNew}
"""


def test_a_failure_of_what_may_not_exist_says_so() -> None:
    rule = shipped().get("ses-configuration-set-tls-optional")
    sure, perhaps = sorted(
        (result.verdict for result in run([rule], inventory(CONDITIONAL), today=date(2026, 1, 1)).results),
        key=lambda verdict: len(verdict.evidence),
    )
    assert (sure.confidence, len(sure.evidence)) == (Confidence.HIGH, 1)
    assert perhaps.confidence is Confidence.MEDIUM
    assert perhaps.evidence[-1].text == "whether it exists is not told: condition IsNew: parameter New has no value"
    assert (perhaps.evidence[-1].location.line, perhaps.evidence[-1].location.pointer) == (
        3,
        "/Conditions/IsNew/Fn::Equals/0",
    )
