"""AWS SAM: functions, with the role, the subscriptions and the permissions that the transform makes of them.

The other SAM types stay unsupported.
Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
"""

from collections.abc import Iterator

import msgspec

from auditor.model import policy
from auditor.model.awslambda import Function, Permission
from auditor.model.iam import InlinePolicy, Role
from auditor.model.inventory import AnyResource
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.origin import How, Location, Origin
from auditor.model.policy import Document, Entry, Gap, Leaf, Mapping
from auditor.model.sns import Subscription
from auditor.model.text import Text, text
from auditor.sources.cloudformation import awslambda, iam, sns
from auditor.sources.cloudformation.declared import Declared, Mapper
from auditor.sources.cloudformation.properties import Properties, items_of
from auditor.sources.cloudformation.resolved import leaf, mapping, text_of
from auditor.sources.cloudformation.sam_policies import document_of
from auditor.sources.cloudformation.template import Declaration, Template
from auditor.sources.cloudformation.tree import Map, Member, Node, Scalar

_FUNCTION = "AWS::Serverless::Function"
_ROLE_PROPERTIES = {
    "RolePath": "Path",
    "PermissionsBoundary": "PermissionsBoundary",
    "AssumeRolePolicyDocument": "AssumeRolePolicyDocument",
}
"""Property of a function to the property of its role."""

_SERVICE_ROLE_POLICIES = frozenset(
    {
        "AWSLambdaBasicExecutionRole",
        "AWSLambdaDynamoDBExecutionRole",
        "AWSLambdaENIManagementAccess",
        "AWSLambdaKinesisExecutionRole",
        "AWSLambdaMSKExecutionRole",
        "AWSLambdaRole",
        "AWSLambdaSQSQueueExecutionRole",
        "AWSLambdaVPCAccessExecutionRole",
    }
)
"""AWS managed policies below the path service-role/."""

_EVENT_POLICIES = {
    "SQS": "AWSLambdaSQSQueueExecutionRole",
    "Kinesis": "AWSLambdaKinesisExecutionRole",
    "DynamoDB": "AWSLambdaDynamoDBExecutionRole",
    "MSK": "AWSLambdaMSKExecutionRole",
}
"""Event type to the managed policy that the transform attaches for it."""


def imply(template: Template) -> None:
    """Give functions what the Globals section says, and make what the transform adds known by name."""
    defaults = template.globals.get("Function")
    shared = defaults.node if defaults is not None and isinstance(defaults.node, Map) else None
    for name, declared in list(template.resources.items()):
        if declared.type != _FUNCTION:
            continue
        properties = _with_globals(declared.properties, shared)
        template.resources[name] = msgspec.structs.replace(declared, properties=properties)
        for made in (_implied_role(declared, properties), _implied_alias(declared, properties)):
            if made.logical_id not in template.resources:
                template.implied[made.logical_id] = made


def _with_globals(own: Node | None, shared: Map | None) -> Node | None:
    """The properties of a function; mappings on both sides are joined, else its own win."""
    if shared is None or not (own is None or isinstance(own, Map)):
        return own
    members = dict(shared.members)
    for name, member in (own.members if own is not None else {}).items():
        base = members.get(name)
        both = base is not None and isinstance(base.node, Map) and isinstance(member.node, Map)
        if base is not None and both and isinstance(base.node, Map) and isinstance(member.node, Map):
            joined = Map({**base.node.members, **member.node.members}, member.node.line, member.node.column)
            members[name] = Member(joined, member.line, member.column)
        else:
            members[name] = member
    place = own if own is not None else shared
    return Map(members, place.line, place.column)


def _implied_role(declared: Declaration, properties: Node | None) -> Declaration:
    members = {
        of_role: member
        for of_function, of_role in _ROLE_PROPERTIES.items()
        if isinstance(properties, Map) and (member := properties.members.get(of_function)) is not None
    }
    return Declaration(
        logical_id=f"{declared.logical_id}Role",
        type="AWS::IAM::Role",
        properties=Map(members, declared.line, declared.column),
        condition=declared.condition,
        line=declared.line,
        column=declared.column,
    )


def _implied_alias(declared: Declaration, properties: Node | None) -> Declaration:
    line, column = declared.line, declared.column
    reference = Map({"Ref": Member(Scalar(declared.logical_id, False, line, column), line, column)}, line, column)
    members = {"FunctionName": Member(reference, line, column)}
    alias = properties.members.get("AutoPublishAlias") if isinstance(properties, Map) else None
    if alias is not None:
        members["Name"] = alias
    return Declaration(
        logical_id=f"{declared.logical_id}.Alias",
        type="AWS::Lambda::Alias",
        properties=Map(members, line, column),
        condition=declared.condition,
        line=line,
        column=column,
    )


def _function(declared: Declared) -> Iterator[AnyResource]:
    own_role = declared.properties.presence("Role")
    implied = declared.resolver.template.implied.get(f"{declared.logical_id}Role")
    role: Value[Text] = declared.properties.required("Role")
    made: Declared | None = None
    if implied is not None and not (isinstance(own_role, Known) and own_role.value):
        uncertain = own_role if isinstance(own_role, Unknown) and declared.uncertain is None else declared.uncertain
        made = Declared(implied, declared.resolver, uncertain)
        if isinstance(own_role, Known):
            role = Known(made.arn or made.name, declared.default())
    yield Function(**declared.identity(), role=role, **awslambda.runtime(declared.properties))
    if made is not None:
        yield _role(declared, made)
        yield from _inline_policies(declared, made)
    yield from _events(declared)


def _role(declared: Declared, made: Declared) -> Role:
    properties = made.properties
    trust: Value[Document] = Known(_default_trust(made.location), made.default())
    if properties.node("AssumeRolePolicyDocument") is not None:
        trust = properties.document("AssumeRolePolicyDocument")
    return Role(
        **made.identity(regional=False),
        path=properties.text("Path", text("/")),
        managed_policies=Known(tuple(_managed_policies(declared)), Origin(How.WRITTEN, declared.location)),
        boundary=properties.text("PermissionsBoundary", None),
        trust=trust,
        last_used=made.not_yet("when the role was used is known only in the account"),
    )


def _default_trust(at: Location) -> Document:
    statement = mapping(
        at,
        Effect=leaf("Allow", at),
        Principal=mapping(at, Service=leaf("lambda.amazonaws.com", at)),
        Action=leaf("sts:AssumeRole", at),
    )
    return Document(tree=mapping(at, Version=leaf("2012-10-17", at), Statement=statement), at=at)


def _managed_policies(declared: Declared) -> Iterator[Text]:
    """The ARNs of the managed policies of the role that the transform makes."""
    properties = declared.properties
    yield _aws_managed(declared, "AWSLambdaBasicExecutionRole")
    if properties.node("VpcConfig") is not None:
        yield _aws_managed(declared, "AWSLambdaVPCAccessExecutionRole")
    if properties.node("Tracing") is not None:
        # In the partition aws it is AWSXrayWriteOnlyAccess, which allows the same.
        yield text("arn:", declared.place.partition, ":iam::aws:policy/AWSXRayDaemonWriteAccess")
    for kind in dict.fromkeys(event.word("Type", "") for _, event in _each_event(declared)):
        if isinstance(kind, Known) and kind.value in _EVENT_POLICIES:
            yield _aws_managed(declared, _EVENT_POLICIES[kind.value])
    for item in items_of(properties.node("Policies")):
        if isinstance(item, Leaf):
            named = text_of(item, item.at)
            literal = named.literal
            yield named if literal is None or literal.startswith("arn:") else _aws_managed(declared, literal)
    if declared.handed is not None:
        yield text(declared.handed)


def _aws_managed(declared: Declared, name: str) -> Text:
    """The ARN of an AWS managed policy of which the name is written, and the path only where it is known."""
    head = ("arn:", declared.place.partition, ":iam::aws:policy/")
    if name in _SERVICE_ROLE_POLICIES:
        return text(*head, "service-role/", name)
    if name.endswith(("FullAccess", "ReadOnlyAccess", "AdministratorAccess", "PowerUserAccess")):
        return text(*head, name)
    return text(*head, declared.not_yet(f"the path of the AWS managed policy {name}"), name)


def _inline_policies(declared: Declared, made: Declared) -> Iterator[InlinePolicy]:
    """Inline statements and policy templates, as policies of the implied role."""
    owner: Known[tuple[Text, ...]] = Known((made.name,), Origin(How.WRITTEN, declared.properties.place("Policies")))
    number = 0
    for item in items_of(declared.properties.node("Policies")):
        if isinstance(item, Leaf):
            continue
        uncertain = item.unknown if isinstance(item, Gap) and item.may_be_absent else None
        properties = _policy_properties(declared, item, f"{made.logical_id}Policy{number}")
        yield iam.embedded(made, properties, owner, "roles", number, uncertain)
        number += 1
    queue = declared.properties.nested("DeadLetterQueue")
    if declared.properties.node("DeadLetterQueue") is not None:
        properties = _policy_properties(declared, _dead_letter_document(queue), "DeadLetterQueuePolicy")
        yield iam.embedded(made, properties, owner, "roles", number)


def _policy_properties(declared: Declared, item: policy.Node, name: str) -> Properties:
    """An item of Policies as PolicyName and PolicyDocument."""
    at = item.at
    document: policy.Node = item
    if isinstance(item, Mapping) and item.get("Statement") is None and len(item.entries) == 1:
        template = item.entries[0].key.literal or str(item.entries[0].key)
        parameters = Properties(item.entries[0].node, item.entries[0].at)
        known = document_of(template, parameters, declared.place, at)
        if known is None:
            why = Unknown(Cause.NOT_YET, f"the SAM policy template {template} is expanded in the deployment")
            known = Gap(Unknown(why.cause, why.detail, Origin(How.WRITTEN, at)), at, may_be_absent=False)
        document = known
    return Properties(mapping(at, PolicyName=leaf(name, at), PolicyDocument=document), at)


def _dead_letter_document(queue: Properties) -> policy.Node:
    """What the transform lets a function do with its dead-letter target."""
    at = queue.at
    kind, target = queue.required_word("Type"), queue.required("TargetArn")
    if isinstance(kind, Unknown):
        return Gap(kind, at, may_be_absent=False)
    if isinstance(target, Unknown):
        return Gap(target, at, may_be_absent=False)
    action = "sns:Publish" if kind.value == "SNS" else "sqs:SendMessage"
    statement = mapping(at, Effect=leaf("Allow", at), Action=leaf(action, at), Resource=leaf(target.value, at))
    return mapping(at, Version=leaf("2012-10-17", at), Statement=statement)


def _each_event(declared: Declared) -> Iterator[tuple[str, Properties]]:
    node = declared.properties.node("Events")
    if isinstance(node, Mapping):
        for entry in node.entries:
            yield entry.key.literal or str(entry.key), Properties(entry.node, entry.at)


def _events(declared: Declared) -> Iterator[Subscription | Permission]:
    """The subscription and the permission that an event of type SNS stands for."""
    for name, event in _each_event(declared):
        kind = event.word("Type", "")
        if not isinstance(kind, Known) or kind.value != "SNS":
            continue
        properties = event.nested("Properties")
        topic = properties.required("Topic")
        if _is_off(properties.node("SqsSubscription")):
            yield _lambda_subscription(declared, name, properties, topic, event.at)
            yield _permission(declared, name, topic, event.at)
        else:
            yield _queue_subscription(declared, name, properties, topic, event.at)


def _is_off(node: policy.Node | None) -> bool:
    """Whether a switch that may also be a mapping is left out or false."""
    return node is None or (isinstance(node, Leaf) and text_of(node, node.at).literal == "false")


def _lambda_subscription(
    declared: Declared, name: str, properties: Properties, topic: Value[Text], at: Location
) -> Subscription:
    endpoint = declared.arn or declared.name
    whole = properties.with_entries(Protocol=leaf("lambda", at), Endpoint=leaf(endpoint, at))
    return sns.subscription(declared, whole, topic, declared.part(name, endpoint, at))


def _queue_subscription(
    declared: Declared, name: str, properties: Properties, topic: Value[Text], at: Location
) -> Subscription:
    """A subscription through a queue, which the transform makes unless one is named."""
    switch = properties.node("SqsSubscription")
    protocol: policy.Node = switch if isinstance(switch, Gap) else leaf("sqs", at)
    queue = switch.get("QueueArn") if isinstance(switch, Mapping) else switch if isinstance(switch, Gap) else None
    if queue is None:
        made = declared.not_yet(f"the transform makes a queue for the event {name}")
        queue = Gap(made, at, may_be_absent=False)
    whole = properties.with_entries(Protocol=protocol, Endpoint=queue)
    label = text(declared.resolver.symbol(f"{declared.logical_id}.{name}.Endpoint"))
    return sns.subscription(declared, whole, topic, declared.part(name, label, at))


def _permission(declared: Declared, name: str, topic: Value[Text], at: Location) -> Permission:
    entries: list[Entry] = [
        Entry(text("FunctionName"), leaf(declared.name, at), at),
        Entry(text("Principal"), leaf("sns.amazonaws.com", at), at),
        Entry(text("Action"), leaf("lambda:InvokeFunction", at), at),
        Entry(text("SourceArn"), Gap(topic, at) if isinstance(topic, Unknown) else leaf(topic.value, at), at),
    ]
    properties = Properties(Mapping(tuple(entries), at), at)
    label = f"{declared.logical_id}{name}Permission"
    identity = declared.part(f"{name}Permission", text(label), at)
    return awslambda.permission(declared, properties, identity)


MAPPERS: dict[str, Mapper] = {_FUNCTION: _function}
