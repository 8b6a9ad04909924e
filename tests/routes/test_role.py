"""The role through which SES writes to a delivery stream."""

from routes.building import ACCOUNT, OTHER_ACCOUNT, MailPath, gap, known

from auditor.model.iam import InlinePolicy, Role
from auditor.model.known import Cause, Unknown
from auditor.routes.route import Grade, State

NOT_READ = Unknown(Cause.DENIED, "denied")
WRITE = {
    "Sid": "Write",
    "Effect": "Allow",
    "Action": "firehose:PutRecordBatch",
    "Resource": "arn:aws:firehose:eu-west-1:111122223333:deliverystream/*",
}


def trust(account: str = ACCOUNT, service: str = "ses.amazonaws.com") -> dict:
    return {
        "Sid": "Trust",
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {
                "aws:SourceAccount": account,
                "aws:SourceArn": f"arn:aws:ses:eu-west-1:{account}:configuration-set/main",
            }
        },
    }


def test_works() -> None:
    path = MailPath().to_firehose(trust(), WRITE)
    assert path.link("role").state is State.OK
    assert path.link("endpoint").assumptions == (
        "the delivery stream exists and accepts records; streams are not read",
    )
    assert path.grade() is Grade.PROGRAMMATIC


def test_does_not_trust_ses() -> None:
    for statement in (trust(OTHER_ACCOUNT), trust(service="sns.amazonaws.com")):
        path = MailPath().to_firehose(statement, WRITE)
        link = path.link("role")
        assert link.state is State.BROKEN
        assert link.message.startswith("does not allow SES sts:AssumeRole for configuration set main")
        assert path.grade() is Grade.BROKEN


def test_may_not_write() -> None:
    link = MailPath().to_firehose(trust()).link("role")
    assert link.state is State.BROKEN
    assert link.message.startswith("the role may not firehose:PutRecordBatch on arn:aws:firehose:")


def test_policies_were_not_read() -> None:
    path = MailPath().to_firehose(trust()).leave_unread(InlinePolicy)
    assert path.link("role").state is State.UNKNOWN


def test_trust_is_not_told() -> None:
    path = MailPath().to_firehose(trust(), WRITE).change("role", trust=NOT_READ)
    assert path.link("role").unknowns == (NOT_READ,)


def test_does_not_exist() -> None:
    path = MailPath().to_firehose(trust(), WRITE).remove("role")
    assert path.link("role").message == "no such role exists"


def test_roles_were_not_read() -> None:
    path = MailPath().to_firehose(trust(), WRITE).remove("role").leave_unread(Role, InlinePolicy)
    assert gap(path.link("role")).cause is Cause.ELSEWHERE


def test_none_is_set() -> None:
    path = MailPath().to_firehose(trust(), WRITE).change("destination", firehose_role=known(None))
    assert path.link("role").state is State.BROKEN


def test_is_not_told() -> None:
    path = MailPath().to_firehose(trust(), WRITE).change("destination", firehose_role=NOT_READ)
    assert path.link("role").unknowns == (NOT_READ,)
    assert path.grade() is Grade.UNKNOWN
