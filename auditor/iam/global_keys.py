"""Condition keys that are not of one service: the global ones, and those of one service that others' requests carry.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (types and whether a
key has several values), https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html (aws:SourceOwner).
"""

from typing import Final

ONE: Final = False
MANY: Final = True

TAG: Final = "${TagKey}"
"""Stands in the name of a key for the part that the writer of a policy chooses."""

GLOBAL_KEYS: Final[tuple[tuple[str, str, bool], ...]] = (
    # Of the principal.
    ("aws:AssumedRoot", "Bool", ONE),
    ("aws:PrincipalAccount", "String", ONE),
    ("aws:PrincipalArn", "ARN", ONE),
    ("aws:PrincipalIsAWSService", "Bool", ONE),
    ("aws:PrincipalOrgID", "String", ONE),
    ("aws:PrincipalOrgPaths", "String", MANY),
    ("aws:PrincipalServiceName", "String", ONE),
    ("aws:PrincipalServiceNamesList", "String", MANY),
    (f"aws:PrincipalTag/{TAG}", "String", ONE),
    ("aws:PrincipalType", "String", ONE),
    ("aws:userid", "String", ONE),
    ("aws:username", "String", ONE),
    # Of its session.
    ("aws:ChatbotSourceArn", "ARN", ONE),
    ("aws:Ec2InstanceSourcePrivateIPv4", "IPAddress", ONE),
    ("aws:Ec2InstanceSourceVpc", "String", ONE),
    ("aws:FederatedProvider", "String", ONE),
    ("aws:MultiFactorAuthAge", "Numeric", ONE),
    ("aws:MultiFactorAuthPresent", "Bool", ONE),
    ("aws:SourceIdentity", "String", ONE),
    ("aws:TokenIssueTime", "Date", ONE),
    ("ec2:RoleDelivery", "Numeric", ONE),
    ("ec2:SourceInstanceArn", "ARN", ONE),
    ("glue:CredentialIssuingService", "String", ONE),
    ("glue:RoleAssumedBy", "String", ONE),
    ("identitystore:UserId", "String", ONE),
    ("lambda:SourceFunctionArn", "ARN", ONE),
    ("ssm:SourceInstanceArn", "ARN", ONE),
    # Of the network.
    ("aws:SourceIp", "IPAddress", ONE),
    ("aws:SourceVpc", "String", ONE),
    ("aws:SourceVpcArn", "ARN", ONE),
    ("aws:SourceVpce", "String", ONE),
    ("aws:VpceAccount", "String", ONE),
    ("aws:VpceOrgID", "String", ONE),
    ("aws:VpceOrgPaths", "String", MANY),
    ("aws:VpcSourceIp", "IPAddress", ONE),
    # Of the resource.
    ("aws:ResourceAccount", "String", ONE),
    ("aws:ResourceOrgID", "String", ONE),
    ("aws:ResourceOrgPaths", "String", MANY),
    (f"aws:ResourceTag/{TAG}", "String", ONE),
    # Of the request.
    ("aws:CalledVia", "String", MANY),
    ("aws:CalledViaAWSMCP", "String", ONE),
    ("aws:CalledViaFirst", "String", ONE),
    ("aws:CalledViaLast", "String", ONE),
    ("aws:CurrentTime", "Date", ONE),
    ("aws:EpochTime", "Date", ONE),
    ("aws:IsMcpServiceAction", "Bool", ONE),
    ("aws:referer", "String", ONE),
    ("aws:RequestedRegion", "String", ONE),
    (f"aws:RequestTag/{TAG}", "String", ONE),
    ("aws:SecureTransport", "Bool", ONE),
    ("aws:SourceAccount", "String", ONE),
    ("aws:SourceArn", "ARN", ONE),
    ("aws:SourceOrgID", "String", ONE),
    ("aws:SourceOrgPaths", "String", MANY),
    ("aws:SourceOwner", "String", ONE),
    ("aws:TagKeys", "String", MANY),
    ("aws:UserAgent", "String", ONE),
    ("aws:ViaAWSMCPService", "Bool", ONE),
    ("aws:ViaAWSService", "Bool", ONE),
)
"""Name, type, and whether a request can carry several values."""

PROVIDER_KEYS: Final[tuple[tuple[str, str, bool], ...]] = (
    ("amr", "String", MANY),
    ("aud", "String", ONE),
    ("email", "String", ONE),
    ("oaud", "String", ONE),
    ("sub", "String", ONE),
)
"""Keys that any OpenID Connect provider has behind its host name, as in ``token.actions.githubusercontent.com:sub``.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
"""
