"""One policy for each check of the linter that it finds something in."""

from collections.abc import Mapping
from typing import Any

TOPIC = "arn:aws:sns:eu-west-1:111122223333:orders"
ROLE = "arn:aws:iam::111122223333:role/mailer"
SES = {"Service": "ses.amazonaws.com"}
GITHUB = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
GOOGLE = {"Federated": "accounts.google.com"}
WEB = "sts:AssumeRoleWithWebIdentity"
SAML = {"Federated": "arn:aws:iam::111122223333:saml-provider/corp"}
LONG = [f"arn:aws:sns:eu-west-1:111122223333:{'x' * 150}{number}" for number in range(170)]

Example = tuple[str, dict[str, Any], str]


def document(*statements: Mapping[str, Any], version: Any = "2012-10-17", **more: Any) -> dict[str, Any]:
    whole = {"Version": version, "Statement": list(statements), **more}
    return {name: value for name, value in whole.items() if value is not None}


def statement(**changes: Any) -> dict[str, Any]:
    """A good statement of an identity policy with elements changed, or taken away by None."""
    elements = {"Effect": "Allow", "Action": "sns:Publish", "Resource": TOPIC, **changes}
    return {name: value for name, value in elements.items() if value is not None}


def identity(**changes: Any) -> Example:
    return "identity", document(statement(**changes)), ""


def under(operator: str, key: str, value: Any, **changes: Any) -> Example:
    """An identity policy with one condition."""
    return identity(Condition={operator: {key: value}}, **changes)


def resource(resource_type: str = "AWS::SNS::Topic", **changes: Any) -> Example:
    return "resource", document(statement(**{"Principal": {"AWS": "111122223333"}, **changes})), resource_type


def trust(**changes: Any) -> Example:
    elements = {"Principal": {"AWS": ROLE}, "Action": "sts:AssumeRole", "Resource": None, **changes}
    return "trust", document(statement(**elements)), ""


def of(kind: str, **changes: Any) -> Example:
    return kind, document(statement(**changes)), ""


def rcp(**changes: Any) -> Example:
    return of("rcp", **{"Effect": "Deny", "Action": "sqs:*", "Resource": "*", "Principal": "*", **changes})


EXAMPLES: Mapping[str, Example] = {
    "DATA_TYPE_MISMATCH": identity(Action=7),
    "INVALID_POLICY_ELEMENT": identity(Remark="x"),
    "MISSING_STATEMENT": ("identity", {"Version": "2012-10-17"}, ""),
    "INVALID_VERSION": ("identity", document(statement(), version="2026-01-01"), ""),
    "MISSING_VERSION": ("identity", document(statement(), version=None), ""),
    "MISSING_EFFECT": identity(Effect=None),
    "INVALID_EFFECT": identity(Effect="allow"),
    "MISSING_ACTION": identity(Action=None),
    "MISSING_RESOURCE": identity(Resource=None),
    "MISSING_PRINCIPAL": resource(Principal=None),
    "UNSUPPORTED_ELEMENT_COMBINATION": identity(NotAction="sns:Subscribe"),
    "INVALID_PRINCIPAL_FORMAT": resource(Principal=ROLE),
    "INVALID_PRINCIPAL_KEY": resource(Principal={"Role": ROLE}),
    "EMPTY_ARRAY_ACTION": identity(Action=[]),
    "EMPTY_ARRAY_RESOURCE": identity(Resource=[]),
    "EMPTY_ARRAY_PRINCIPAL": resource(Principal={"AWS": []}),
    "EMPTY_OBJECT_PRINCIPAL": resource(Principal={}),
    "EMPTY_OBJECT_CONDITION": identity(Condition={}),
    "EMPTY_ARRAY_CONDITION": under("StringEquals", "aws:username", []),
    "EMPTY_ARRAY_CONDITION_FORALLVALUES": under("ForAllValues:StringEquals", "aws:CalledVia", []),
    "EMPTY_ARRAY_CONDITION_FORANYVALUE": under("ForAnyValue:StringEquals", "aws:CalledVia", []),
    "EMPTY_ARRAY_CONDITION_IFEXISTS": under("StringEqualsIfExists", "aws:username", []),
    "UNSUPPORTED_PRINCIPAL": identity(Principal="*"),
    "SCP_SYNTAX_ERROR_PRINCIPAL": of("scp", Principal="*"),
    "RCP_SYNTAX_ERROR_PRINCIPAL": rcp(Principal={"AWS": "111122223333"}),
    "RCP_SYNTAX_ERROR_ALLOW": rcp(Effect="Allow"),
    "RCP_SYNTAX_ERROR_NOTACTION": rcp(Action=None, NotAction="sqs:SendMessage"),
    "RCP_SYNTAX_ERROR_ACTION": rcp(Action="ses:SendEmail"),
    "rcp-syntax-error-version": ("rcp", document(statement(Effect="Deny", Principal="*"), version="2008-10-17"), ""),
    "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL": trust(Principal=None, NotPrincipal={"AWS": ROLE}),
    "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE": trust(Resource="*"),
    "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL": trust(Principal="*"),
    "UNSUPPORTED_ACTION_IN_POLICY": resource(Action="sns:CreateTopic"),
    "UNSUPPORTED_RESOURCE_ARN_IN_POLICY": resource(Resource="arn:aws:sqs:eu-west-1:111122223333:orders"),
    "IRRELEVANT_CONDITION_KEY_IN_POLICY": resource(Condition={"StringEquals": {"aws:ResourceAccount": "111122223333"}}),
    "endpoint-principal-not-everybody": of("endpoint", Principal={"AWS": "111122223333"}),
    "POLICY_SIZE_EXCEEDS_SCP_QUOTA": of("scp", Resource=LONG[:80]),
    "POLICY_SIZE_EXCEEDS_RCP_QUOTA": rcp(Resource=LONG[:40]),
    "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA": identity(Resource=LONG[:40]),
    "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA": resource(Resource=LONG),
    "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA": trust(Principal={"AWS": [f"{ROLE}{n}" for n in range(60)]}),
    "session-policy-size": of("session", Resource=LONG[:20]),
    "endpoint-policy-size": of("endpoint", Principal="*", Resource=LONG),
    "UNIQUE_SIDS_REQUIRED": ("identity", document(statement(Sid="One"), statement(Sid="One", Effect="Deny")), ""),
    "UNIQUE_SIDS_RECOMMENDED": ("scp", document(statement(Sid="One"), statement(Sid="One", Effect="Deny")), ""),
    "UNSUPPORTED_SID": identity(Sid="to publish"),
    "EMPTY_SID_VALUE": identity(Sid=""),
    "INVALID_ACTION": identity(Action="sns:Publsh"),
    "INVALID_SERVICE_IN_ACTION": identity(Action="snss:Publish"),
    "action-never-matches": identity(Action=" sns:Publish"),
    "INVALID_ARN_PREFIX": identity(Resource="orders"),
    "MISSING_ARN_FIELD": identity(Resource="arn:aws:sns:orders"),
    "INVALID_PARTITION": identity(Resource=TOPIC.replace("aws", "azure")),
    "INVALID_ARN_SERVICE_CASE": identity(Resource=TOPIC.replace("sns", "SNS")),
    "INVALID_SERVICE": under("StringEquals", "snss:Endpoint", "x"),
    "WILDCARD_IN_SERVICE_NAME": identity(Resource=TOPIC.replace("sns", "sn*")),
    "INVALID_ARN_REGION": identity(Resource=TOPIC.replace("eu-west-1", "ireland")),
    "INVALID_ARN_ACCOUNT": identity(Resource=TOPIC.replace("111122223333", "1111")),
    "ARN_REGION_NOT_ALLOWED": identity(Action="iam:GetRole", Resource=ROLE.replace("iam:", "iam:eu-west-1")),
    "ARN_ACCOUNT_NOT_ALLOWED": identity(Action="s3:ListBucket", Resource="arn:aws:s3::111122223333:mail"),
    "MISSING_ARN_REGION": identity(Resource=TOPIC.replace("eu-west-1", "")),
    "MISSING_ARN_ACCOUNT": identity(Resource=TOPIC.replace("111122223333", "")),
    "INVALID_ARN_RESOURCE": identity(
        Action="lambda:InvokeFunction", Resource="arn:aws:lambda:eu-west-1:111122223333:mailer"
    ),
    "action-without-resource": identity(Action=["sns:Publish", "sns:ListTopics"]),
    "resource-without-action": identity(Resource=[TOPIC, "arn:aws:sqs:eu-west-1:111122223333:orders"]),
    "UNSUPPORTED_WILDCARD_IN_PRINCIPAL": resource(Principal={"AWS": "arn:aws:iam::111122223333:role/*"}),
    "INVALID_SERVICE_PRINCIPAL_FORMAT": resource(Principal={"Service": "SES"}),
    "FEDERATED_PRINCIPAL_NOT_SUPPORTED": resource(Principal=GOOGLE),
    "INVALID_ROLE_REFERENCE": resource(Principal={"AWS": "AROAABCDEFGHIJKLMNOPQ"}),
    "INVALID_USER_REFERENCE": resource(Principal={"AWS": "AIDAABCDEFGHIJKLMNOPQ"}),
    "invalid-aws-principal": resource(Principal={"AWS": "mailer"}),
    "ALLOW_WITH_NOT_PRINCIPAL": resource(Principal=None, NotPrincipal={"AWS": "111122223333"}),
    "allow-everybody": resource(Principal="*"),
    "INVALID_CONDITION_OPERATOR": under("StringSimilar", "aws:username", "x"),
    "NULL_WITH_IF_EXISTS": under("NullIfExists", "aws:username", "true"),
    "NULL_WITH_QUALIFIER": under("ForAllValues:Null", "aws:TagKeys", "true"),
    "INVALID_CONDITION_DATA_TYPE": under("StringEquals", "aws:username", ["a", 1]),
    "INVALID_CONDITION_MULTIPLE_BOOLEAN": under("Bool", "aws:SecureTransport", ["true", "false"]),
    "TYPE_MISMATCH_BOOLEAN": under("Bool", "aws:SecureTransport", "yes"),
    "TYPE_MISMATCH_DATE": under("DateLessThan", "aws:CurrentTime", "soon"),
    "TYPE_MISMATCH_IP_RANGE": under("IpAddress", "aws:SourceIp", "office"),
    "TYPE_MISMATCH_NUMBER": under("NumericLessThan", "aws:MultiFactorAuthAge", "an hour"),
    "TYPE_MISMATCH_STRING": under("BinaryEquals", "kms:RecipientAttestation:PCR0", "?"),
    "INVALID_DATE_VALUE": under("DateLessThan", "aws:CurrentTime", "1798761600"),
    "WILDCARD_WITHOUT_LIKE_OPERATOR": under("StringEquals", "aws:username", "mail-*"),
    "REDUNDANT_CONDITION_VALUE_NUM": under("NumericLessThan", "aws:MultiFactorAuthAge", ["60", "3600"]),
    "redundant-condition-value": under("StringLike", "aws:username", ["mail-*", "mail-eu"]),
    "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION": under("StringLikeIfExists", "aws:username", "*"),
    "invalid-arn-value": under("ArnLike", "aws:SourceArn", "orders"),
    "PRIVATE_IP_ADDRESS": under("IpAddress", "aws:SourceIp", "10.0.0.0/8"),
    "PRIVATE_NOT_IP_ADDRESS": under("NotIpAddress", "aws:SourceIp", ["192.168.1.0/24"]),
    "PRIVATE_IP_ADDRESS_SUBSET": under("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "203.0.113.0/24"]),
    "PRIVATE_NOT_IP_ADDRESS_SUBSET": under("NotIpAddress", "aws:SourceIp", ["10.0.0.0/8", "203.0.113.0/24"]),
    "IMPROVE_IP_RANGE": under("IpAddress", "aws:SourceIp", "203.0.113.7/24"),
    "INVALID_CONDITION_KEY_FORMAT": under("StringEquals", "username", "x"),
    "INVALID_GLOBAL_CONDITION_KEY": under("StringEquals", "aws:UserNamed", "x"),
    "INVALID_SERVICE_CONDITION_KEY": under("StringEquals", "sns:Endpiont", "x"),
    "DEPRECATED_GLOBAL_CONDITION_KEY": under("StringEquals", "aws:ARN", ROLE),
    "UNSUPPORTED_GLOBAL_CONDITION_KEY": resource(Condition={"ArnEquals": {"aws:ARN": ROLE}}),
    "DUPLICATE_KEYS_WITH_DIFFERENT_CASE": identity(
        Condition={"StringEquals": {"aws:username": "a", "aws:UserName": "b"}}
    ),
    "MISSING_TAG_KEY_IN_CONDITION": under("StringEquals", "aws:ResourceTag/", "mail"),
    "MISSING_QUALIFIER": under("StringEquals", "aws:CalledVia", "athena.amazonaws.com"),
    "FORALLVALUES_WITH_SINGLE_VALUED_KEY": under("ForAllValues:StringEquals", "aws:username", "a"),
    "forallvalues-without-null": under("ForAllValues:StringEquals", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/*"),
    "TYPE_MISMATCH": under("StringEquals", "aws:SecureTransport", "true"),
    "arn-key-with-string-operator": under("StringEquals", "aws:PrincipalArn", ROLE),
    "INVALID_REGION": under("StringEquals", "aws:RequestedRegion", "ireland"),
    "INVALID_VPC_FORMAT": under("StringEquals", "aws:SourceVpc", "vpc-1"),
    "INVALID_VPCE_FORMAT": under("StringEquals", "aws:SourceVpce", "vpc-12345678"),
    "INVALID_KMS_KEY_VALUE": under(
        *("StringEquals", "s3:x-amz-server-side-encryption-aws-kms-key-id", "mail"),
        Action="s3:PutObject",
        Resource="arn:aws:s3:::mail/*",
    ),
    "invalid-identifier-value": under("StringEquals", "aws:PrincipalOrgID", "example"),
    "wildcard-in-identifier": under("StringLike", "aws:PrincipalOrgID", "o-*"),
    "MISSING_PAIRED_CONDITION_KEYS": under("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"),
    "UNSUPPORTED_ACTION_FOR_CONDITION_KEY": under("StringEquals", "sns:Protocol", "https"),
    "MISSING_ACTION_FOR_CONDITION_KEY": under("StringEquals", "iam:PassedToService", "ses.amazonaws.com"),
    "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE": under(
        *("StringEquals", "aws:ResourceTag/team", "mail"), Effect="Deny", Action="iam:GetGroup", Resource="*"
    ),
    "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE": under(
        *("StringEquals", "aws:ResourceTag/team", "mail"), Effect="Deny", Action=None, NotAction="sns:*", Resource="*"
    ),
    "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE": under(
        *("StringEquals", "aws:ResourceTag/team", "mail"), Action="iam:GetGroup", Resource="*"
    ),
    "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE": under(
        *("StringEquals", "aws:ResourceTag/team", "mail"), Action=None, NotAction="sns:*", Resource="*"
    ),
    "MISSING_BRACE_IN_VARIABLE": identity(Resource=TOPIC + "${aws:username"),
    "MISSING_QUOTE_IN_VARIABLE": identity(Resource=TOPIC + "${aws:username, nobody}"),
    "UNSUPPORTED_SPACE_IN_VARIABLE": identity(Resource=TOPIC + "${aws: username}"),
    "EMPTY_VARIABLE": identity(Resource=TOPIC + "${}"),
    "VARIABLE_UNSUPPORTED_IN_ELEMENT": identity(Action="sns:${aws:username}"),
    "VARIABLE_UNSUPPORTED_IN_VERSION": (
        *("identity", document(statement(Resource=TOPIC + "${aws:username}"), version="2008-10-17"), ""),
    ),
    "INVALID_VARIABLE_FOR_OPERATOR": under("NumericLessThan", "aws:MultiFactorAuthAge", "${aws:username}"),
    "unknown-variable": identity(Resource=TOPIC + "${aws:UserNamed}"),
    "multivalued-variable": identity(Resource=TOPIC + "${aws:TagKeys}"),
    "PASS_ROLE_WITH_NOT_RESOURCE": identity(Action="iam:PassRole", Resource=None, NotResource=ROLE),
    "PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE": identity(Action="iam:*", Resource=None, NotResource=ROLE),
    "PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE": identity(
        Action=None, NotAction="sns:*", Resource=None, NotResource=ROLE
    ),
    "PASS_ROLE_WITH_STAR_IN_RESOURCE": identity(Action="iam:PassRole", Resource="*"),
    "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE": identity(Action="iam:*", Resource="*"),
    "PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION": identity(Action=None, NotAction="sns:*", Resource="*"),
    "CREATE_SLR_WITH_NOT_RESOURCE": identity(Action="iam:CreateServiceLinkedRole", Resource=None, NotResource=ROLE),
    "CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE": identity(Action="iam:*", Resource=None, NotResource=ROLE),
    "CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE": identity(
        Action=None, NotAction="sns:*", Resource=None, NotResource=ROLE
    ),
    "CREATE_SLR_WITH_STAR_IN_RESOURCE": identity(Action="iam:CreateServiceLinkedRole", Resource="*"),
    "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE": identity(Action="iam:*", Resource="*"),
    "CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION": identity(Action=None, NotAction="sns:*", Resource="*"),
    "allow-not-action": identity(Action=None, NotAction="iam:*", Resource="*"),
    "allow-not-resource": identity(Resource=None, NotResource=TOPIC),
    "allow-everything": identity(Action="*", Resource="*"),
    "REDUNDANT_ACTION": identity(Action=["sns:Pub*", "sns:Publish"]),
    "REDUNDANT_RESOURCE": identity(Resource=[TOPIC, TOPIC + "*"]),
    "REDUNDANT_STATEMENT": ("identity", document(statement(Sid="One"), statement(Sid="Two")), ""),
    "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL": resource(Principal=SES),
    "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL": resource(
        Principal=SES, Condition={"StringEquals": {"aws:Referer": "111122223333"}}
    ),
    "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL": resource(
        Principal=SES, Condition={"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    ),
    "source-arn-of-other-service": resource(Principal=SES, Condition={"ArnLike": {"aws:SourceArn": TOPIC}}),
    "source-arn-without-account": resource(
        Principal={"Service": "s3.amazonaws.com"}, Condition={"ArnLike": {"aws:SourceArn": "arn:aws:s3:::mail"}}
    ),
    "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY": trust(Principal={"Federated": "google"}, Action=WEB),
    "MISMATCHED_ACTION_FOR_PRINCIPAL": trust(Principal=SAML, Action=WEB),
    "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY": trust(Principal={"Service": "rolesanywhere.amazonaws.com"}),
    "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL": trust(Principal=GOOGLE, Action=WEB),
    "MISSING_GITHUB_REPO_CONDITION_KEY": trust(Principal={"Federated": GITHUB}, Action=WEB),
    "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED": trust(
        Principal={"Federated": GITHUB},
        Action=WEB,
        Condition={"StringLike": {"token.actions.githubusercontent.com:sub": "repo:example/*"}},
    ),
    "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY": trust(
        Principal={"AWS": [ROLE, "arn:aws:sts::111122223333:assumed-role/mailer/now"]}
    ),
    "CONFIRM_AUDIENCE_CLAIM_TYPE": trust(
        Principal=GOOGLE, Action=WEB, Condition={"ForAnyValue:StringEquals": {"accounts.google.com:aud": "x"}}
    ),
    "sns-key-without-subscribe": under("StringEquals", "sns:Protocol", "https", Action="sns:*"),
    "ses-key-without-send": under("StringEquals", "ses:FromAddress", "a@example.com", Action="ses:*", Resource="*"),
    "ses-from-address-without-at": under(
        "StringEquals", "ses:FromAddress", "example.com", Action="ses:SendEmail", Resource="*"
    ),
    "source-owner-key": resource(Condition={"StringEquals": {"aws:SourceOwner": "111122223333"}}),
    "sns-topic-wildcard-action": resource(Action="sns:*"),
}
"""Code to kind of policy, document and resource type."""
