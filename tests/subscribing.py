"""A change that adds a subscription to a topic, in the folders ``base`` and ``head``, with usage of the topic."""

from pathlib import Path

TOPIC = "Resources:\n  Orders: {Type: AWS::SNS::Topic}\n"
MORE = """\
  Hook:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Orders, Protocol: https, Endpoint: https://example.com/hook}
"""


def usage(messages: str) -> str:
    """A usage file that tells how many messages are published to the topic."""
    return f"""\
version: 1
usage:
  - for: {{resource: Orders}}
    sns.publish.messages: {messages}
    sns.publish.average_bytes: 900
    sns.data_transfer.out_gb: 0
"""


def write_change(messages: str) -> None:
    """Write both folders and ``usage.yaml`` into the working folder."""
    Path("usage.yaml").write_text(usage(messages), encoding="utf-8")
    for name, content in (("base", TOPIC), ("head", TOPIC + MORE)):
        Path(name).mkdir()
        Path(name, "template.yaml").write_text(content, encoding="utf-8")
