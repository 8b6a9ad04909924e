"""All partitions are alike: nothing in the routes names one."""

from pathlib import Path

import pytest
from routes.building import MailPath, allow, document

import auditor.routes
from auditor.routes.route import Grade, State


@pytest.mark.parametrize(("partition", "region"), [("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")])
def test_other_partitions(partition: str, region: str) -> None:
    path = MailPath(partition, region)
    assert path.grade() is Grade.PROGRAMMATIC
    assert path.routes()[0].links[-1].state is State.OK
    source = {"aws:SourceArn": "arn:aws:ses:eu-west-1:111122223333:configuration-set/main"}
    statement = allow("ses.amazonaws.com", "sns:Publish", StringEquals=source)
    path.change("topic_policy", document=document(statement))
    assert path.link("topic-policy").state is State.BROKEN
    assert f"arn:{partition}:ses:{region}:" in path.link("topic-policy").fix.text


def test_no_module_names_a_partition() -> None:
    (folder,) = auditor.routes.__path__
    modules = sorted(Path(folder).glob("*.py"))
    assert [path.name for path in modules if "arn:aws" in path.read_text()] == []
    assert "topic.py" in [path.name for path in modules]
