"""Every check by its code: what it finds and what to do about it.

A code in capitals is the issue code of the same check of IAM Access Analyzer; the others have no counterpart there.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from auditor.iam.lint.finding import FindingType

_E, _S, _W, _N = FindingType.ERROR, FindingType.SECURITY_WARNING, FindingType.WARNING, FindingType.SUGGESTION


class Check(NamedTuple):
    """One check.

    Attributes:
        code: its name for good.
        type: how much a finding of it matters.
        finds: what it finds, in a clause.
        fix: what to do about it.
        family: the module of this package that has it.
    """

    code: str
    type: FindingType
    finds: str
    fix: str
    family: str

    @property
    def is_of_aws(self) -> bool:
        """Whether IAM Access Analyzer has it too."""
        return self.code.isupper()


_ROWS: Mapping[str, tuple[tuple[str, FindingType, str, str], ...]] = {
    "shape": (
        ("JSON_SYNTAX_ERROR", _E, "the document is not JSON, or holds a key twice", "Repair the syntax."),
        ("DATA_TYPE_MISMATCH", _E, "a value is not of the JSON type that its element takes", "Write the type named."),
        ("INVALID_POLICY_ELEMENT", _E, "an element that does not exist", "Remove it, or spell it as AWS does."),
        ("MISSING_STATEMENT", _E, "the document has no statement", "Add a Statement."),
        ("INVALID_VERSION", _E, "a version of the policy language that does not exist", "Write 2012-10-17."),
        (
            *("MISSING_VERSION", _W, "no Version, so that the language of 2008 applies"),
            'Add "Version": "2012-10-17".',
        ),
        ("MISSING_EFFECT", _E, "a statement without Effect", "Add Effect with Allow or Deny."),
        ("INVALID_EFFECT", _E, "an Effect that is neither Allow nor Deny", "Write Allow or Deny."),
        ("MISSING_ACTION", _E, "a statement without Action and NotAction", "Add an Action."),
        (
            *("MISSING_RESOURCE", _E, "a statement without Resource and NotResource where one is needed"),
            "Add a Resource.",
        ),
        (
            *("MISSING_PRINCIPAL", _E, "a statement of a resource's policy that names nobody"),
            "Add the Principal that the statement is about.",
        ),
        (
            *("UNSUPPORTED_ELEMENT_COMBINATION", _E, "an element beside its negation in one statement"),
            "Keep one of the two.",
        ),
        (
            *("INVALID_PRINCIPAL_FORMAT", _E, "a Principal that is neither * nor pairs of a kind and its values"),
            'Write {"AWS": …}, {"Service": …}, {"Federated": …} or {"CanonicalUser": …}.',
        ),
        (
            *("INVALID_PRINCIPAL_KEY", _E, "a kind of principal that does not exist"),
            "Use AWS, Service, Federated or CanonicalUser.",
        ),
        ("EMPTY_ARRAY_ACTION", _N, "an empty list of actions", "Name actions, or remove the statement."),
        ("EMPTY_ARRAY_RESOURCE", _N, "an empty list of resources", "Name resources, or remove the statement."),
        ("EMPTY_ARRAY_PRINCIPAL", _N, "an empty list of principals", "Name principals, or remove the statement."),
        ("EMPTY_OBJECT_PRINCIPAL", _N, "a Principal with nothing in it", "Name principals, or remove the statement."),
        ("EMPTY_OBJECT_CONDITION", _N, "a Condition or an operator with nothing in it", "Fill it or remove it."),
        (
            *("EMPTY_ARRAY_CONDITION", _N, "a condition without values"),
            "Add values, or remove the condition.",
        ),
        (
            *("EMPTY_ARRAY_CONDITION_FORALLVALUES", _N, "ForAllValues without values, true of an absent key only"),
            "Use Null with true to ask for the absence of a key.",
        ),
        (
            *("EMPTY_ARRAY_CONDITION_FORANYVALUE", _N, "ForAnyValue without values, which is never true"),
            "Add values, or remove the condition.",
        ),
        (
            *("EMPTY_ARRAY_CONDITION_IFEXISTS", _N, "IfExists without values, true of an absent key only"),
            "Use Null with true to ask for the absence of a key.",
        ),
    ),
    "scope": (
        (
            *("UNSUPPORTED_PRINCIPAL", _E, "a Principal in a policy that belongs to a principal"),
            "Remove it: who has the policy is whom it is about.",
        ),
        (
            *("SCP_SYNTAX_ERROR_PRINCIPAL", _E, "a Principal in a service control policy"),
            "Remove it; a condition on aws:PrincipalArn can take its place.",
        ),
        (
            *("RCP_SYNTAX_ERROR_PRINCIPAL", _E, "a resource control policy whose Principal is not *"),
            'Write "Principal": "*" and narrow by conditions.',
        ),
        (
            *("RCP_SYNTAX_ERROR_ALLOW", _E, "a resource control policy that allows"),
            "Write Deny: only RCPFullAWSAccess of AWS allows.",
        ),
        ("RCP_SYNTAX_ERROR_NOTACTION", _E, "NotAction in a resource control policy", "Use Action."),
        (
            *("RCP_SYNTAX_ERROR_ACTION", _E, "an action that resource control policies do not reach"),
            "Name actions of services that resource control policies reach.",
        ),
        (
            *("rcp-syntax-error-version", _E, "a resource control policy without Version 2012-10-17"),
            'Add "Version": "2012-10-17".',
        ),
        (
            *("ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL", _E, "NotPrincipal in a trust policy"),
            "Name those who may assume the role in Principal.",
        ),
        (
            *("ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE", _E, "Resource or NotResource in a trust policy"),
            "Remove it: the role that has the policy is the resource.",
        ),
        (
            *("ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL", _E, 'a trust policy with "Principal": "*"'),
            "Name those who may assume the role.",
        ),
        (
            *("UNSUPPORTED_ACTION_IN_POLICY", _E, "an action that policies of this resource cannot give"),
            "Move it to an identity policy, or name an action of the resource's service.",
        ),
        (
            *("UNSUPPORTED_RESOURCE_ARN_IN_POLICY", _E, "an ARN that cannot be the resource that has the policy"),
            "Name the resource that the policy is attached to.",
        ),
        (
            *("IRRELEVANT_CONDITION_KEY_IN_POLICY", _N, "a condition key about the very resource that has the policy"),
            "Use the key in identity policies.",
        ),
        (
            *("endpoint-principal-not-everybody", _W, "an endpoint policy whose Principal is not *"),
            'Write "Principal": "*" and narrow by aws:PrincipalArn; an account there means its root user only.',
        ),
    ),
    "size": (
        ("POLICY_SIZE_EXCEEDS_SCP_QUOTA", _E, "a service control policy over 10,240 characters", "Split it."),
        ("POLICY_SIZE_EXCEEDS_RCP_QUOTA", _E, "a resource control policy over 5,120 characters", "Split it."),
        (
            *("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", _W, "an identity policy over 6,144 characters"),
            "Split it, or shorten lists by wildcards.",
        ),
        (
            *("POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA", _W, "a resource's policy over what its service keeps"),
            "Shorten it; conditions on organizations or tags take less room than lists.",
        ),
        (
            *("POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA", _W, "a trust policy over 2,048 characters"),
            "Shorten it, or have the quota of the account raised.",
        ),
        ("session-policy-size", _E, "a session policy over 2,048 characters", "Shorten it."),
        ("endpoint-policy-size", _E, "an endpoint policy over 20,480 characters", "Shorten it."),
    ),
    "sids": (
        ("UNIQUE_SIDS_REQUIRED", _E, "a Sid that stands twice where it must not", "Give each statement its own."),
        ("UNIQUE_SIDS_RECOMMENDED", _W, "a Sid that stands twice", "Give each statement its own."),
        ("UNSUPPORTED_SID", _E, "a Sid with characters other than letters and digits", "Use A-Z, a-z and 0-9."),
        ("EMPTY_SID_VALUE", _N, "an empty Sid", "Give it a value, or remove it."),
    ),
    "actions": (
        (
            *("INVALID_ACTION", _E, "an action that is not in the action database"),
            "Correct the name; if AWS added it after the date of the database, refresh that.",
        ),
        (
            *("INVALID_SERVICE_IN_ACTION", _E, "an action of a service that is not in the action database"),
            "Correct the prefix; it takes no wildcards.",
        ),
        (
            *("action-never-matches", _E, "an action with blanks around it or without a colon"),
            "Write prefix:Name without blanks.",
        ),
    ),
    "resources": (
        ("INVALID_ARN_PREFIX", _E, "a resource that does not begin with arn:", "Write an ARN, or * for all."),
        ("MISSING_ARN_FIELD", _E, "an ARN with fields missing", "Write all six fields, empty ones too."),
        ("INVALID_PARTITION", _E, "a partition that does not exist", "Write aws, aws-cn, aws-us-gov or another."),
        ("INVALID_ARN_SERVICE_CASE", _E, "a service in capitals in an ARN", "Write it in lower case."),
        ("INVALID_SERVICE", _E, "a service that is not in the action database", "Correct the prefix."),
        ("WILDCARD_IN_SERVICE_NAME", _N, "a wildcard in the service of an ARN", "Name the service."),
        ("INVALID_ARN_REGION", _E, "something that is no Region of its partition in an ARN", "Name a Region or *."),
        ("INVALID_ARN_ACCOUNT", _E, "something that is no account in an ARN", "Write twelve digits or *."),
        ("ARN_REGION_NOT_ALLOWED", _E, "a Region in an ARN that has none", "Leave the field empty."),
        ("ARN_ACCOUNT_NOT_ALLOWED", _E, "an account in an ARN that has none", "Leave the field empty."),
        ("MISSING_ARN_REGION", _E, "an ARN without the Region that it needs", "Name the Region or *."),
        ("MISSING_ARN_ACCOUNT", _E, "an ARN without the account that it needs", "Name the account or *."),
        (
            *("INVALID_ARN_RESOURCE", _E, "an ARN that is of no resource type of its service"),
            "Write the resource part as the service does.",
        ),
        (
            *("action-without-resource", _W, "an action that can act on none of the statement's resources"),
            "Add a resource of a type that the action takes, or * if it takes none.",
        ),
        (
            *("resource-without-action", _W, "a resource that none of the statement's actions can act on"),
            "Remove it, or add the action that it is meant for.",
        ),
    ),
    "principals": (
        (
            *("UNSUPPORTED_WILDCARD_IN_PRINCIPAL", _E, "a wildcard in a principal"),
            "Name the principal; a condition on aws:PrincipalArn takes wildcards.",
        ),
        (
            *("INVALID_SERVICE_PRINCIPAL_FORMAT", _E, "a service principal that is not written as one"),
            "Write service-name.amazonaws.com.",
        ),
        (
            *("FEDERATED_PRINCIPAL_NOT_SUPPORTED", _E, "an identity provider in a policy that is no trust policy"),
            "Name a principal of another kind.",
        ),
        ("INVALID_ROLE_REFERENCE", _W, "a role named by its unique id", "Name its ARN; the role may be gone."),
        ("INVALID_USER_REFERENCE", _W, "a user named by its unique id", "Name its ARN; the user may be gone."),
        (
            *("invalid-aws-principal", _E, "an AWS principal that is no account, ARN of a principal, or unique id"),
            "Name an account, or the ARN of a user, role or session.",
        ),
        (
            *("ALLOW_WITH_NOT_PRINCIPAL", _S, "NotPrincipal with Allow, which lets in everybody else"),
            "Name those who are let in.",
        ),
        (
            *("allow-everybody", _S, "everybody let in without condition"),
            "Name principals, or add a condition that only yours meet.",
        ),
    ),
    "operators": (
        ("INVALID_CONDITION_OPERATOR", _E, "a condition operator that does not exist", "Use one that exists."),
        ("NULL_WITH_IF_EXISTS", _E, "IfExists on Null", "Remove the suffix."),
        ("NULL_WITH_QUALIFIER", _N, "ForAllValues or ForAnyValue on Null", "Remove the prefix."),
        (
            *("INVALID_CONDITION_DATA_TYPE", _E, "values of different JSON types for one key"),
            "Write them all in one type.",
        ),
        ("INVALID_CONDITION_MULTIPLE_BOOLEAN", _E, "several values for Bool or Null", "Write one value."),
        ("TYPE_MISMATCH_BOOLEAN", _W, "a value that is neither true nor false", "Write true or false."),
        ("TYPE_MISMATCH_DATE", _W, "a value that is no date", "Write it as 2026-12-24T06:00:00Z."),
        ("TYPE_MISMATCH_IP_RANGE", _E, "a value that is no address or range of addresses", "Write it in CIDR form."),
        ("TYPE_MISMATCH_NUMBER", _W, "a value that is no number", "Write a number."),
        ("TYPE_MISMATCH_STRING", _W, "a value that is not Base64", "Encode the value."),
        ("INVALID_DATE_VALUE", _W, "a date in seconds since 1970", "Write it as 2026-12-24T06:00:00Z."),
        (
            *("WILDCARD_WITHOUT_LIKE_OPERATOR", _W, "a wildcard where the operator takes it as a plain character"),
            "Use the operator with Like.",
        ),
        (
            *("REDUNDANT_CONDITION_VALUE_NUM", _N, "several bounds where one decides"),
            "Keep the greatest or least.",
        ),
        ("redundant-condition-value", _N, "a value that another value covers", "Remove it."),
        (
            *("REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION", _N, "a condition that is always true"),
            "Remove the condition.",
        ),
        ("invalid-arn-value", _W, "a value of an Arn operator that is no ARN", "Write an ARN."),
    ),
    "addresses": (
        (
            *("PRIVATE_IP_ADDRESS", _E, "only private addresses for aws:SourceIp, which never match"),
            "Name public addresses, or use aws:VpcSourceIp.",
        ),
        (
            *("PRIVATE_NOT_IP_ADDRESS", _E, "only private addresses excepted by aws:SourceIp, without effect"),
            "Name public addresses, or use aws:VpcSourceIp.",
        ),
        (
            *("PRIVATE_IP_ADDRESS_SUBSET", _N, "private addresses among those for aws:SourceIp"),
            "Use aws:VpcSourceIp for private addresses.",
        ),
        (
            *("PRIVATE_NOT_IP_ADDRESS_SUBSET", _N, "private addresses among those excepted by aws:SourceIp"),
            "Use aws:VpcSourceIp for private addresses.",
        ),
        ("IMPROVE_IP_RANGE", _N, "bits of an address beyond its prefix, which are ignored", "Write the range named."),
    ),
    "keys": (
        (
            *("INVALID_CONDITION_KEY_FORMAT", _E, "a condition key that is not prefix:name"),
            "Write the prefix of its service, or aws:, before it.",
        ),
        ("INVALID_GLOBAL_CONDITION_KEY", _E, "a global condition key that does not exist", "Correct the name."),
        (
            *("INVALID_SERVICE_CONDITION_KEY", _E, "a condition key that its service does not have"),
            "Correct the name.",
        ),
        ("DEPRECATED_GLOBAL_CONDITION_KEY", _W, "aws:ARN, an old key", "Use aws:PrincipalArn."),
        (
            *("UNSUPPORTED_GLOBAL_CONDITION_KEY", _E, "aws:ARN in a resource's policy"),
            "Use aws:PrincipalArn or aws:SourceArn.",
        ),
        ("DUPLICATE_KEYS_WITH_DIFFERENT_CASE", _E, "a key twice under one operator in different case", "Join them."),
        ("MISSING_TAG_KEY_IN_CONDITION", _E, "a tag condition that names no tag", "Add /tag-key to the key."),
        (
            *("MISSING_QUALIFIER", _E, "a key with several values without ForAllValues or ForAnyValue"),
            "Say whether all values or any have to match.",
        ),
        (
            *(
                "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
                _S,
                "ForAllValues on a key with one value, true when it is absent",
            ),
            "Remove the prefix.",
        ),
        (
            *("forallvalues-without-null", _S, "ForAllValues in an Allow without asking that the key is there"),
            'Add "Null": {key: "false"}: ForAllValues is true when the key is absent.',
        ),
        (
            *("TYPE_MISMATCH", _W, "an operator of another type than its key"),
            "Use an operator of the type of the key.",
        ),
        (
            *("arn-key-with-string-operator", _N, "a String operator on a key that holds an ARN"),
            "Use the Arn operator, which compares field by field.",
        ),
        ("INVALID_REGION", _E, "something that is no Region as value of a key about Regions", "Name a Region."),
        ("INVALID_VPC_FORMAT", _E, "a value of aws:SourceVpc that is no VPC id", "Write vpc- and 8 or 17 digits."),
        (
            *("INVALID_VPCE_FORMAT", _E, "a value of aws:SourceVpce that is no endpoint id"),
            "Write vpce- and 8 or 17 digits.",
        ),
        ("INVALID_KMS_KEY_VALUE", _E, "a value of a key about KMS keys that is no ARN of one", "Write the key's ARN."),
        (
            *("invalid-identifier-value", _W, "a value that is no account, organization or path of one"),
            "Write twelve digits, o-… or o-…/r-…/.",
        ),
        (
            *("wildcard-in-identifier", _S, "a wildcard in the account or organization that a condition pins"),
            "Write the identifier in full.",
        ),
        (
            *("MISSING_PAIRED_CONDITION_KEYS", _S, "a key that means little without another"),
            "Add the other key to the conditions.",
        ),
        (
            *("UNSUPPORTED_ACTION_FOR_CONDITION_KEY", _E, "an action whose requests never carry a condition key"),
            "Move the action to a statement without the condition.",
        ),
        (
            *("MISSING_ACTION_FOR_CONDITION_KEY", _E, "a condition key without the action that carries it"),
            "Add the action, or remove the condition.",
        ),
    ),
    "tags": (
        (
            *(
                "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
                _S,
                "a tag condition on denied actions without tags",
            ),
            "Deny those actions in a statement without the condition.",
        ),
        (
            *(
                "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
                _S,
                "a tag condition on Deny with NotAction",
            ),
            "List the actions that are denied.",
        ),
        (
            *(
                "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
                _N,
                "a tag condition on allowed actions without tags",
            ),
            "Allow those actions in a statement without the condition.",
        ),
        (
            *(
                "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
                _N,
                "a tag condition on Allow with NotAction",
            ),
            "List the actions that are allowed.",
        ),
    ),
    "variables": (
        ("MISSING_BRACE_IN_VARIABLE", _E, "a policy variable without closing brace", "Close it."),
        ("MISSING_QUOTE_IN_VARIABLE", _E, "a default value without its quotes", "Put it in single quotes."),
        ("UNSUPPORTED_SPACE_IN_VARIABLE", _E, "a blank in the name of a policy variable", "Remove it."),
        ("EMPTY_VARIABLE", _E, "a policy variable with nothing in it", "Name a key, or remove it."),
        (
            *("VARIABLE_UNSUPPORTED_IN_ELEMENT", _E, "a policy variable in an action or principal"),
            "Variables work in resources and conditions only.",
        ),
        (
            *(
                "VARIABLE_UNSUPPORTED_IN_VERSION",
                _E,
                "a policy variable in the language of 2008, where it is plain text",
            ),
            'Write "Version": "2012-10-17".',
        ),
        (
            *("INVALID_VARIABLE_FOR_OPERATOR", _E, "a policy variable in an operator that takes none"),
            "Variables work in String and Arn operators only.",
        ),
        ("unknown-variable", _W, "a policy variable of a key that does not exist", "Correct the name of the key."),
        (
            *("multivalued-variable", _W, "a policy variable of a key with several values, which matches nothing"),
            "Use a key with one value.",
        ),
    ),
    "roles": tuple(
        (f"{code}_WITH_{how}", level, f"{verb} {words}", fix)
        for code, level, verb, fix in (
            (
                *("PASS_ROLE", _S, "the right to pass any role, given by"),
                "Name the roles, or add a condition on iam:PassedToService.",
            ),
            (
                *("CREATE_SLR", _W, "the right to create any service-linked role, given by"),
                "Name the roles, or add a condition on iam:AWSServiceName.",
            ),
        )
        for how, words in (
            ("NOT_RESOURCE", "the action and NotResource"),
            ("STAR_IN_ACTION_AND_NOT_RESOURCE", "a wildcard and NotResource"),
            ("NOT_ACTION_AND_NOT_RESOURCE", "NotAction and NotResource"),
            ("STAR_IN_RESOURCE", "the action and a wildcard in Resource"),
            ("STAR_IN_ACTION_AND_RESOURCE", "wildcards in Action and Resource"),
            ("STAR_IN_RESOURCE_AND_NOT_ACTION", "NotAction and a wildcard in Resource"),
        )
    ),
    "breadth": (
        (
            *("allow-not-action", _S, "NotAction with Allow, which gives all that is not named"),
            "List the actions that are meant.",
        ),
        (
            *("allow-not-resource", _S, "NotResource with Allow, which gives all that is not named"),
            "List the resources that are meant.",
        ),
        (
            *("allow-everything", _S, "all actions on all resources"),
            "Grant what is used; administrators have the policy of AWS.",
        ),
    ),
    "redundancy": (
        ("REDUNDANT_ACTION", _N, "an action that another one of the list covers", "Remove it."),
        ("REDUNDANT_RESOURCE", _N, "a resource that another one of the list covers", "Remove it."),
        ("REDUNDANT_STATEMENT", _N, "a statement that says the same as another", "Remove one of them."),
    ),
    "services": (
        (
            *("RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL", _S, "a service let in for whomever it acts"),
            "Add a condition on aws:SourceAccount or aws:SourceArn.",
        ),
        (
            *("RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", _N, "a service held back by a weak key"),
            "Use aws:SourceAccount or aws:SourceArn.",
        ),
        (
            *("UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", _E, "a key that requests of a service do not carry"),
            "Remove it, or use aws:SourceOrgID, aws:SourceAccount or aws:SourceArn.",
        ),
        (
            *("source-arn-of-other-service", _E, "an aws:SourceArn that the service never sends"),
            "Name the ARN of the resource for which the service acts.",
        ),
        (
            *(
                "source-arn-without-account",
                _S,
                "an aws:SourceArn that does not tell an account, and no aws:SourceAccount",
            ),
            "Add a condition on aws:SourceAccount.",
        ),
    ),
    "trust": (
        (
            *(
                "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY",
                _E,
                "an identity provider that is not written as one",
            ),
            "Write its domain, or the ARN of the provider.",
        ),
        (
            *("MISMATCHED_ACTION_FOR_PRINCIPAL", _E, "a principal that cannot assume a role by this action"),
            "Use AssumeRoleWithSAML for SAML, AssumeRoleWithWebIdentity for other providers, else AssumeRole.",
        ),
        (
            *("MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY", _E, "Roles Anywhere without all three of its actions"),
            "Add sts:AssumeRole, sts:SetSourceIdentity and sts:TagSession.",
        ),
        (
            *(
                "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
                _S,
                "an OpenID Connect provider without a condition on its keys",
            ),
            "Add conditions on the provider's aud and sub.",
        ),
        (
            *("MISSING_GITHUB_REPO_CONDITION_KEY", _S, "GitHub let in without a condition on the repository"),
            "Add a condition on token.actions.githubusercontent.com:sub.",
        ),
        (
            *(
                "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED",
                _W,
                "a wildcard in the repository that GitHub may act for",
            ),
            "Name repository and branch.",
        ),
        (
            *("REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY", _N, "a session named beside its own role"),
            "Remove the session.",
        ),
        (
            *("CONFIRM_AUDIENCE_CLAIM_TYPE", _N, "a prefix on the audience of a token, which has one value"),
            "Remove the prefix, unless the provider sends several audiences.",
        ),
    ),
    "messaging": (
        (
            *("sns-key-without-subscribe", _W, "sns:Protocol or sns:Endpoint with actions other than sns:Subscribe"),
            "Use these keys with sns:Subscribe only: no other request carries them.",
        ),
        (
            *("ses-key-without-send", _W, "a key of Amazon SES about mail with actions that send none"),
            "Use it with actions that send only: no other request carries it.",
        ),
        (
            *("ses-from-address-without-at", _W, "a ses:FromAddress that no address matches"),
            "Write an address, or a pattern with @.",
        ),
        (
            *("source-owner-key", _N, "aws:SourceOwner, which only some services send to Amazon SNS"),
            "Use aws:SourceAccount.",
        ),
        (
            *("sns-topic-wildcard-action", _W, "a wildcard action in a topic policy, which Amazon SNS refuses"),
            "List the actions.",
        ),
    ),
}

CHECKS: Mapping[str, Check] = MappingProxyType(
    {row[0]: Check(*row, family=family) for family, rows in _ROWS.items() for row in rows}
)
"""Every check by its code."""

NOT_CHECKED: Mapping[str, str] = MappingProxyType(
    {
        "SCP_SYNTAX_ERROR_ACTION_WILDCARD": "outdated: since 19 September 2025 wildcards may stand anywhere",
        "SCP_SYNTAX_ERROR_ALLOW_CONDITION": "outdated: since 19 September 2025 Allow takes conditions",
        "SCP_SYNTAX_ERROR_ALLOW_NOTACTION": "outdated: since 19 September 2025 Allow takes NotAction",
        "SCP_SYNTAX_ERROR_ALLOW_RESOURCE": "outdated: since 19 September 2025 Allow takes resources",
        "SCP_SYNTAX_ERROR_NOTRESOURCE": "outdated: since 19 September 2025 NotResource is taken",
        "VARIABLE_USAGE_TOO_PERMISSIVE": "AWS does not publish for which keys of which policies it is an error",
        "WILDCARD_USAGE_TOO_PERMISSIVE": "AWS does not publish for which keys of which policies it is an error; "
        "wildcard-in-identifier covers accounts and organizations",
        "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION": "a negated operator is true of an absent key, so that "
        "whether a condition can be met depends on the request",
    }
)
"""Checks of IAM Access Analyzer that are not made, with the reason."""
