"""What ``Ref`` and ``Fn::GetAtt`` give for a declared resource: its name, ARN or URL as a text.

A name that the template does not tell in full is a symbol of the resource, so that a declared resource's ARN always
equals itself.
Source: the "Return values" of each type in
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

import re
from typing import TYPE_CHECKING, NamedTuple

from auditor.model import policy
from auditor.model.arn import Place
from auditor.model.known import Cause
from auditor.model.origin import Location
from auditor.model.policy import Leaf
from auditor.model.text import Part, Symbol, Text, text
from auditor.sources.cloudformation.resolved import gap, text_of
from auditor.sources.cloudformation.template import Declaration
from auditor.sources.cloudformation.tree import Map

if TYPE_CHECKING:
    from auditor.sources.cloudformation.resolve import Resolver


class Shape(NamedTuple):
    """How a type's name, ARN and attributes are made.

    Attributes:
        name: property that holds the name.
        arn: pattern of the ARN; ``{name}`` is the name, ``{path}`` the IAM path, ``{partition}``, ``{region}`` and
            ``{account}`` the place.
        ref: what ``Ref`` gives, a pattern that may also hold ``{arn}`` and ``{suffix}`` (the URL suffix).
        attributes: pattern of each attribute; the others are symbols.
        generated: name of the symbol for a name that is not told, the name property by default.
    """

    name: str | None
    arn: str | None = None
    ref: str = "{name}"
    attributes: dict[str, str] = {}  # noqa: RUF012 - a NamedTuple's default is never changed
    generated: str | None = None


_ARN = {"Arn": "{arn}"}
_HERE = "arn:{partition}:%s:{region}:{account}:%s"
_IAM = "arn:{partition}:iam::{account}:%s{path}{name}"
_QUEUE_URL = "https://sqs.{region}.{suffix}/{account}/{name}"

SHAPES: dict[str, Shape] = {
    "AWS::SNS::Topic": Shape(
        "TopicName", _HERE % ("sns", "{name}"), "{arn}", {"TopicArn": "{arn}", "TopicName": "{name}"}
    ),
    "AWS::SQS::Queue": Shape(
        "QueueName",
        _HERE % ("sqs", "{name}"),
        _QUEUE_URL,
        {"Arn": "{arn}", "QueueName": "{name}", "QueueUrl": _QUEUE_URL},
    ),
    "AWS::IAM::Role": Shape("RoleName", _IAM % "role", attributes=_ARN),
    "AWS::IAM::User": Shape("UserName", _IAM % "user", attributes=_ARN),
    "AWS::IAM::Group": Shape("GroupName", _IAM % "group", attributes=_ARN),
    "AWS::IAM::ManagedPolicy": Shape("ManagedPolicyName", _IAM % "policy", "{arn}", {"PolicyArn": "{arn}"}),
    "AWS::IAM::InstanceProfile": Shape("InstanceProfileName", _IAM % "instance-profile", attributes=_ARN),
    "AWS::KMS::Key": Shape(
        None, _HERE % ("kms", "key/{name}"), attributes={"Arn": "{arn}", "KeyId": "{name}"}, generated="KeyId"
    ),
    "AWS::KMS::ReplicaKey": Shape(
        None, _HERE % ("kms", "key/{name}"), attributes={"Arn": "{arn}", "KeyId": "{name}"}, generated="KeyId"
    ),
    "AWS::KMS::Alias": Shape("AliasName", _HERE % ("kms", "{name}")),
    "AWS::Lambda::Function": Shape("FunctionName", _HERE % ("lambda", "function:{name}"), attributes=_ARN),
    "AWS::Serverless::Function": Shape("FunctionName", _HERE % ("lambda", "function:{name}"), attributes=_ARN),
    "AWS::SES::EmailIdentity": Shape("EmailIdentity", _HERE % ("ses", "identity/{name}")),
    "AWS::SES::ConfigurationSet": Shape("Name", _HERE % ("ses", "configuration-set/{name}")),
    "AWS::SES::ReceiptRuleSet": Shape("RuleSetName", _HERE % ("ses", "receipt-rule-set/{name}")),
    "AWS::CloudWatch::Alarm": Shape("AlarmName", _HERE % ("cloudwatch", "alarm:{name}"), attributes=_ARN),
    "AWS::S3::Bucket": Shape("BucketName", "arn:{partition}:s3:::{name}", attributes=_ARN),
    "AWS::DynamoDB::Table": Shape("TableName", _HERE % ("dynamodb", "table/{name}"), attributes=_ARN),
    "AWS::Logs::LogGroup": Shape("LogGroupName", _HERE % ("logs", "log-group:{name}:*"), attributes=_ARN),
    "AWS::Kinesis::Stream": Shape("Name", _HERE % ("kinesis", "stream/{name}"), attributes=_ARN),
    "AWS::KinesisFirehose::DeliveryStream": Shape(
        "DeliveryStreamName", _HERE % ("firehose", "deliverystream/{name}"), attributes=_ARN
    ),
    "AWS::StepFunctions::StateMachine": Shape(
        "StateMachineName", _HERE % ("states", "stateMachine:{name}"), "{arn}", {"Arn": "{arn}", "Name": "{name}"}
    ),
    "AWS::Events::EventBus": Shape("Name", _HERE % ("events", "event-bus/{name}"), attributes=_ARN),
}
"""Resource type to how its references are made."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Referrer:
    """Names and ARNs of the declared resources of a template, made once each."""

    def __init__(self, resolver: "Resolver") -> None:
        self._resolver = resolver
        self._names: dict[str, Text] = {}
        self._busy: set[str] = set()

    def reference(self, logical_id: str, at: Location) -> policy.Node:
        """What ``Ref`` gives."""
        declared = self._resolver.declarations.get(logical_id)
        if declared is None:
            return gap(Cause.NOT_HERE, f"{logical_id} is not declared in this template", at)
        shape = SHAPES.get(declared.type)
        if shape is None:
            return Leaf(text(self._symbol(logical_id)), at)
        return Leaf(self._filled(shape.ref, declared, shape), at)

    def attribute(self, logical_id: str, attribute: str, at: Location) -> policy.Node:
        """What ``Fn::GetAtt`` gives."""
        declared = self._resolver.declarations.get(logical_id)
        if declared is None:
            return gap(Cause.NOT_HERE, f"{logical_id} is not declared in this template", at)
        shape = SHAPES.get(declared.type)
        if shape is not None and attribute in shape.attributes:
            return Leaf(self._filled(shape.attributes[attribute], declared, shape), at)
        return Leaf(text(self._symbol(f"{logical_id}.{attribute}")), at)

    def name(self, declared: Declaration) -> Text:
        """The physical name of a resource; a symbol where it is not told."""
        known = self._names.get(declared.logical_id)
        if known is not None:
            return known
        shape = SHAPES.get(declared.type, Shape(None))
        attribute = shape.generated or shape.name
        generated = text(self._symbol(f"{declared.logical_id}.{attribute}" if attribute else declared.logical_id))
        if declared.logical_id in self._busy:
            return generated
        self._busy.add(declared.logical_id)
        told = self._property(declared, shape.name) if shape.name is not None else None
        self._busy.discard(declared.logical_id)
        name = generated if told is None else self._fixed(told, f"{declared.logical_id}.{attribute}")
        self._names[declared.logical_id] = name
        return name

    def arn(self, declared: Declaration) -> Text | None:
        """The ARN of a resource, None for a type that has none here."""
        shape = SHAPES.get(declared.type)
        return None if shape is None or shape.arn is None else self._filled(shape.arn, declared, shape)

    def _filled(self, pattern: str, declared: Declaration, shape: Shape) -> Text:
        parts: list[Part | Text] = []
        for number, piece in enumerate(_PLACEHOLDER.split(pattern)):
            parts.append(self._placeholder(piece, declared, shape) if number % 2 else piece)
        return text(*parts)

    def _placeholder(self, name: str, declared: Declaration, shape: Shape) -> Text:
        place = self._resolver.place
        match name:
            case "partition":
                return place.partition
            case "region":
                return place.region
            case "account":
                return place.account
            case "suffix":
                return url_suffix(place, self._resolver.template.path)
            case "name":
                return self.name(declared)
            case "path":
                told = self._property(declared, "Path")
                return text("/") if told is None else self._fixed(told, f"{declared.logical_id}.Path")
            case _:
                return self._filled(shape.arn or "{name}", declared, shape)

    def _property(self, declared: Declaration, name: str) -> Text | None:
        properties = declared.properties
        node = properties.get(name) if isinstance(properties, Map) else None
        if node is None:
            return None
        pointer = f"/Resources/{declared.logical_id}/Properties/{name}"
        value = self._resolver.resolve(node, pointer)
        return None if value is None else text_of(value, self._resolver.at(node, pointer))

    def _fixed(self, told: Text, name: str) -> Text:
        """The text with its holes as symbols: whatever they are, they are it for this resource."""
        if told.is_exact:
            return told
        holes = 0
        parts: list[Part] = []
        for part in told.parts:
            if isinstance(part, str | Symbol):
                parts.append(part)
            else:
                holes += 1
                parts.append(self._symbol(name if holes == 1 else f"{name}.{holes}"))
        return text(*parts)

    def _symbol(self, name: str) -> Symbol:
        return Symbol(name, self._resolver.template.path)


def url_suffix(place: Place, scope: str) -> Text:
    """The domain of AWS's endpoints in a place's partition."""
    match place.partition.literal:
        case "aws" | "aws-us-gov":
            return text("amazonaws.com")
        case "aws-cn":
            return text("amazonaws.com.cn")
        case _:
            return text(Symbol("url_suffix", scope))
