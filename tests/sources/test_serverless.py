"""SAM functions: the role, policies, subscriptions and permissions that the transform makes."""

import pytest
from sources.templates import inventory, plain, resource

from auditor.model import relations
from auditor.model.awslambda import Function, Permission
from auditor.model.iam import InlinePolicy, Role
from auditor.model.known import Cause, Known, Unknown
from auditor.model.sns import Subscription, Topic
from auditor.model.text import text

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    PermissionsBoundary: arn:aws:iam::111122223333:policy/boundary
    Tags: {team: mail, env: dev}
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: worker
      Tags: {env: prod}
      VpcConfig: {SubnetIds: [s]}
      DeadLetterQueue: {Type: SQS, TargetArn: arn:aws:sqs:eu-west-1:111122223333:dead}
      Policies:
        - AmazonSESFullAccess
        - arn:aws:iam::111122223333:policy/own
        - AWSLambdaRole
        - SomethingElse
        - Statement: [{Effect: Allow, Action: "ses:SendEmail", Resource: "*"}]
        - SNSPublishMessagePolicy: {TopicName: !GetAtt Topic.TopicName}
        - SESCrudPolicy: {IdentityName: example.com}
        - UnheardOfPolicy: {}
      Events:
        Bounces:
          Type: SNS
          Properties: {Topic: !Ref Topic, FilterPolicy: {kind: [bounce]}}
        Queued:
          Type: SNS
          Properties: {Topic: !Ref Topic, SqsSubscription: {QueueArn: arn:aws:sqs:eu-west-1:111122223333:q}}
        Made:
          Type: SNS
          Properties: {Topic: !Ref Topic, SqsSubscription: true}
        Jobs: {Type: SQS, Properties: {Queue: q}}
  Given:
    Type: AWS::Serverless::Function
    Properties: {Role: !GetAtt Own.Arn, AutoPublishAlias: live}
  Own: {Type: AWS::IAM::Role, Properties: {RoleName: own}}
  Outside:
    Type: AWS::SNS::Topic
    Properties: {DisplayName: !Ref Given.Alias, KmsMasterKeyId: !GetAtt WorkerRole.Arn}
"""
FOUND = inventory(TEMPLATE)
MANAGED = "arn:{partition}:iam::aws:policy/"


def test_a_function_without_role_has_the_one_the_transform_makes() -> None:
    function, role = resource(FOUND, "Worker"), resource(FOUND, "WorkerRole")
    assert isinstance(function, Function)
    assert isinstance(role, Role)
    assert function.role == Known(role.arn)
    assert str(role.arn) == "arn:{partition}:iam::{account}:role/{WorkerRole.RoleName}"
    assert plain(role.trust) == {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        },
    }
    assert role.boundary == Known(text("arn:aws:iam::111122223333:policy/boundary"))


def test_its_managed_policies_are_those_written_and_those_the_transform_adds() -> None:
    role = resource(FOUND, "WorkerRole")
    assert isinstance(role, Role)
    assert isinstance(role.managed_policies, Known)
    assert [str(arn) for arn in role.managed_policies.value] == [
        f"{MANAGED}service-role/AWSLambdaBasicExecutionRole",
        f"{MANAGED}service-role/AWSLambdaVPCAccessExecutionRole",
        f"{MANAGED}service-role/AWSLambdaSQSQueueExecutionRole",
        f"{MANAGED}AmazonSESFullAccess",
        "arn:aws:iam::111122223333:policy/own",
        f"{MANAGED}service-role/AWSLambdaRole",
        f"{MANAGED}{{?}}SomethingElse",
    ]


def test_its_inline_policies_are_statements_and_policy_templates() -> None:
    role = resource(FOUND, "WorkerRole")
    assert isinstance(role, Role)
    policies = relations.inline_policies(FOUND, role).items
    documents = {policy.address: plain(policy.document) for policy in policies}
    assert documents == {
        "WorkerRole/WorkerRolePolicy0": {
            "Statement": [{"Effect": "Allow", "Action": "ses:SendEmail", "Resource": "*"}]
        },
        "WorkerRole/WorkerRolePolicy1": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": ["sns:Publish"],
                    "Resource": ["arn:{partition}:sns:{region}:{account}:{Topic.TopicName}"],
                }
            ],
        },
        "WorkerRole/WorkerRolePolicy2": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": [
                        "ses:GetIdentityVerificationAttributes",
                        "ses:SendEmail",
                        "ses:SendRawEmail",
                        "ses:VerifyEmailIdentity",
                    ],
                    "Resource": ["arn:{partition}:ses:{region}:{account}:identity/example.com"],
                }
            ],
        },
        "WorkerRole/WorkerRolePolicy3": Unknown(
            Cause.NOT_YET,
            "the SAM policy template UnheardOfPolicy is expanded in the deployment",
        ),
        "WorkerRole/DeadLetterQueuePolicy": {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Action": "sqs:SendMessage",
                "Resource": "arn:aws:sqs:eu-west-1:111122223333:dead",
            },
        },
    }
    first = resource(FOUND, "WorkerRole/WorkerRolePolicy0")
    assert isinstance(first, InlinePolicy)
    assert first.location.line == 21


def test_an_event_of_type_sns_is_a_subscription_and_a_permission() -> None:
    function, topic = resource(FOUND, "Worker"), resource(FOUND, "Topic")
    assert isinstance(function, Function)
    assert isinstance(topic, Topic)
    subscription = resource(FOUND, "Worker/Bounces")
    assert isinstance(subscription, Subscription)
    assert subscription.protocol == Known("lambda")
    assert subscription.endpoint == Known(function.arn)
    assert plain(subscription.filter_policy) == {"kind": ["bounce"]}
    assert subscription in relations.subscriptions(FOUND, topic).items
    [permission] = relations.permissions(FOUND, function).items
    assert isinstance(permission, Permission)
    assert plain(permission.document) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "lambda:InvokeFunction",
                "Resource": "arn:{partition}:lambda:{region}:{account}:function:worker",
                "Condition": {"ArnLike": {"AWS:SourceArn": "arn:{partition}:sns:{region}:{account}:{Topic.TopicName}"}},
            }
        ],
    }


@pytest.mark.parametrize(
    ("address", "endpoint"),
    [
        ("Worker/Queued", Known(text("arn:aws:sqs:eu-west-1:111122223333:q"))),
        ("Worker/Made", Unknown(Cause.NOT_YET, "the transform makes a queue for the event Made")),
    ],
)
def test_an_event_through_a_queue_is_a_subscription_of_the_queue(address: str, endpoint: object) -> None:
    subscription = resource(FOUND, address)
    assert isinstance(subscription, Subscription)
    assert subscription.protocol == Known("sqs")
    assert subscription.endpoint == endpoint


@pytest.mark.parametrize(("switch", "protocol"), [("false", "lambda"), ("true", "sqs"), ("!Ref P", None)])
def test_the_queue_of_an_event_can_be_switched(switch: str, protocol: str | None) -> None:
    found = inventory(
        f"""
        Parameters: {{P: {{Type: String}}}}
        Resources:
          F:
            Type: AWS::Serverless::Function
            Properties: {{Events: {{E: {{Type: SNS, Properties: {{Topic: t, SqsSubscription: {switch}}}}}}}}}
        """
    )
    subscription = resource(found, "F/E")
    assert isinstance(subscription, Subscription)
    untold = Unknown(Cause.NOT_HERE, "parameter P has no value")
    assert subscription.protocol == (untold if protocol is None else Known(protocol))


def test_a_function_with_a_role_has_no_other() -> None:
    function = resource(FOUND, "Given")
    assert isinstance(function, Function)
    assert function.role == Known(resource(FOUND, "Own").arn)
    assert "GivenRole" not in {item.address for item in FOUND.resources}


def test_globals_hold_unless_the_function_says_otherwise() -> None:
    tags = resource(FOUND, "Worker").tags
    assert tags == Known({"team": text("mail"), "env": text("prod")})


def test_what_the_transform_makes_can_be_referred_to() -> None:
    topic = resource(FOUND, "Outside")
    assert isinstance(topic, Topic)
    assert topic.display_name.map(str) == Known(
        "arn:{partition}:lambda:{region}:{account}:function:{Given.FunctionName}:live"
    )
    assert topic.kms_key == Known(resource(FOUND, "WorkerRole").arn)


def test_a_role_that_may_be_given_makes_the_implied_one_uncertain() -> None:
    found = inventory(
        """
        Transform: AWS::Serverless-2016-10-31
        Parameters: {Arn: {Type: String}}
        Conditions: {HasRole: !Not [!Equals [!Ref Arn, ""]]}
        Resources:
          F:
            Type: AWS::Serverless::Function
            Properties: {Role: !If [HasRole, !Ref Arn, !Ref AWS::NoValue], Policies: [{Statement: []}]}
        """
    )
    why = Unknown(Cause.NOT_HERE, "condition HasRole: parameter Arn has no value")
    function = resource(found, "F")
    assert isinstance(function, Function)
    assert function.role == why
    assert resource(found, "FRole").uncertain == why
    assert resource(found, "FRole/FRolePolicy0").uncertain == why


def test_a_connector_may_add_policies() -> None:
    found = inventory(
        """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          F: {Type: AWS::Serverless::Function}
          Other: {Type: AWS::Serverless::Function}
          C:
            Type: AWS::Serverless::Connector
            Properties: {Source: {Id: F}, Destination: {Id: Q}, Permissions: [Write]}
          Q: {Type: AWS::SQS::Queue}
        """
    )
    role, other = resource(found, "FRole"), resource(found, "OtherRole")
    assert isinstance(role, Role)
    assert isinstance(other, Role)
    assert isinstance(role.managed_policies, Known)
    assert isinstance(other.managed_policies, Known)
    assert role.managed_policies.value[-1].holes == (Unknown(Cause.NOT_YET, "a connector of C may add policies to it"),)
    assert len(other.managed_policies.value) == 1


def test_the_policy_for_tracing_writes_traces() -> None:
    function = "F: {Type: AWS::Serverless::Function, Properties: {Tracing: Active}}"
    role = resource(inventory(f"{{Transform: AWS::Serverless-2016-10-31, Resources: {{{function}}}}}"), "FRole")
    assert isinstance(role, Role)
    assert isinstance(role.managed_policies, Known)
    assert f"{MANAGED}AWSXRayDaemonWriteAccess" in map(str, role.managed_policies.value)
