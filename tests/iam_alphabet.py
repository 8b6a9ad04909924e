"""Random policies that are told in full, over a small alphabet of what policies say, and its requests."""

from random import Random
from typing import Any, TypeAlias

from auditor import iam
from auditor.iam.request import ContextValue
from auditor.model.text import text

Data: TypeAlias = dict[str, Any]
"""A policy document."""

ACTIONS = ("sns:Publish", "sns:Subscribe", "sns:Pub*", "sns:*", "*", "sqs:*", "SNS:publish", "*:Publish", "sns:?ublish")
RESOURCES = (
    "*",
    "**",
    "arn:*",
    "arn:aws:sns",
    "arn:aws:sns:eu-west-1",
    "arn:aws:sns:*",
    "arn:aws:s*west*",
    "arn:aws:sns:*:orders",
    "arn:aws:sns:*:*:orders",
    "arn:aws:sns:eu-west-1:111111111111:orders",
    "arn:aws:sns:*:111111111111:o*",
    "arn:aws:sns:eu-*-1:1*:o?ders",
    "arn:aws:s3:::home/${aws:username}/*",
    "arn:aws:s3:::home/${aws:username, 'bob'}/*",
    "arn:aws:s3:::home/${*}/x",
    "arn:aws:s3:::home/bob/*",
    "arn:aws:iam::111111111111:r*/x",
)
PRINCIPALS: tuple[str | dict[str, Any], ...] = (
    "*",
    {"AWS": "*"},
    {"AWS": "111111111111"},
    {"AWS": "arn:aws:iam::222222222222:root"},
    {"AWS": "arn:aws:iam::111111111111:user/ann"},
    {"AWS": "arn:aws:iam::111111111111:role/team/admin"},
    {"AWS": "arn:aws:iam::111111111111:role/other"},
    {"AWS": "arn:aws:sts::111111111111:assumed-role/admin/s"},
    {"AWS": ["arn:aws:sts::111111111111:assumed-role/admin/s", "arn:aws:iam::111111111111:role/team/admin"]},
    {"AWS": ["arn:aws:iam::111111111111:user/ann", "arn:aws:iam::111111111111:root"]},
    {"AWS": "arn:aws:sts::111111111111:federated-user/ann"},
    {"Service": "ses.amazonaws.com"},
    {"Service": ["ses.amazonaws.com", "sns.amazonaws.com"]},
    {"Federated": "cognito-identity.amazonaws.com"},
)
STRINGS = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase")
NUMBERS = ("NumericLessThan", "NumericGreaterThan", "NumericEquals", "NumericNotEquals", "NumericLessThanEquals")
DATES = ("DateLessThan", "DateGreaterThan", "DateEquals", "DateNotEquals", "DateGreaterThanEquals")
ADDRESSES = ("IpAddress", "NotIpAddress")
BOOLEANS = ("Bool", "Bool", "StringEquals")
OF_ARNS = ("ArnLike", "ArnEquals", "ArnNotLike", "StringEquals", "StringLike", "StringNotLike")
SOME_ADDRESSES = ("10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "0.0.0.0/0", "2001:db8::/32")
SOME_DATES = ("2030-01-01T00:00:00Z", "2029-01-01", "1893456000", "2024")
SOME_NUMBERS = ("5", "10", "7.5", "-1")
SOME_ARNS = ("arn:aws:sns:eu-west-1:111111111111:orders", "arn:aws:sns:*:*:*", "arn:aws:sns:*", "*", "arn:aws:s3:::b")
SOME_PRINCIPALS = (
    "arn:aws:iam::111111111111:role/team/admin",
    "arn:aws:iam::111111111111:role/*",
    "arn:aws:iam::111111111111:user/ann",
    "arn:aws:sts::111111111111:assumed-role/admin/*",
    "arn:aws:iam::*:user/*",
    "*",
)
KEYS: dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = {
    "aws:username": ((STRINGS, ("bob", "al*", "*", "${aws:PrincipalTag/t}", "${*}")),),
    "aws:PrincipalTag/t": ((STRINGS, ("bob", "b*", "${aws:username}")),),
    "aws:TagKeys": ((STRINGS, ("a", "b", "a*", "*", "?")),),
    "aws:SourceIp": ((ADDRESSES, SOME_ADDRESSES),),
    "aws:CurrentTime": ((DATES, SOME_DATES),),
    "s3:max-keys": ((NUMBERS, SOME_NUMBERS),),
    "aws:SecureTransport": ((BOOLEANS, ("true", "false")),),
    "aws:SourceArn": ((OF_ARNS, SOME_ARNS),),
    "aws:PrincipalArn": ((OF_ARNS, SOME_PRINCIPALS),),
    "aws:PrincipalAccount": ((STRINGS[:3], ("111111111111", "222222222222", "1*")),),
    "aws:PrincipalIsAWSService": ((BOOLEANS, ("true", "false")),),
    "aws:PrincipalServiceName": ((STRINGS[:3], ("ses.amazonaws.com", "s*")),),
    "x:y": (
        (STRINGS, ("a", "b", "a*", "7", "true", "10.1.2.3")),
        (OF_ARNS, SOME_ARNS),
        (NUMBERS, SOME_NUMBERS),
        (ADDRESSES, SOME_ADDRESSES),
        (BOOLEANS, ("true", "false")),
        (DATES, SOME_DATES),
    ),
}

ASKED_ACTIONS = ("sns:Publish", "sns:Subscribe", "sqs:SendMessage", "s3:GetObject", "iam:GetUser", "sns:publishx")
ASKED_RESOURCES = (
    "arn:aws:sns:eu-west-1:111111111111:orders",
    "arn:aws:sns:eu-west-1:222222222222:orders",
    "arn:aws:sns:us-west-2:111111111111:x:y",
    "arn:aws:sqs:eu-west-1:111111111111:q",
    "arn:aws:s3:::home/bob/a",
    "arn:aws:s3:::home/al/a",
    "arn:aws:s3:::home/*/x",
    "arn:aws:s3:::home/${aws:username}/a",
    "*",
)
ASKING = (
    "anonymous",
    "service:ses.amazonaws.com",
    "service:x.amazonaws.com",
    "federated:cognito-identity.amazonaws.com",
    "arn:aws:iam::111111111111:user/ann",
    "arn:aws:iam::222222222222:user/ann",
    "arn:aws:iam::111111111111:root",
    "arn:aws:iam::222222222222:root",
    "arn:aws:sts::111111111111:federated-user/ann",
    "arn:aws:sts::111111111111:assumed-role/admin/s",
    "arn:aws:sts::111111111111:assumed-role/admin/t",
    "arn:aws:sts::111111111111:assumed-role/other/s",
)
ROLES = {"admin": "arn:aws:iam::111111111111:role/team/admin", "other": "arn:aws:iam::111111111111:role/other"}
CONTEXT: dict[str, tuple[tuple[str, ...], ...]] = {
    "aws:username": ((), ("bob",), ("al",), ("*",)),
    "aws:principaltag/t": ((), ("bob",), ("bx",), ("al",)),
    "aws:tagkeys": ((), ("a",), ("b",), ("a", "b"), ("a", "c"), ("b", "c"), ("ab", "c"), ("a", "b", "cc")),
    "aws:sourceip": ((), ("10.1.2.3",), ("10.1.9.9",), ("10.2.0.1",), ("9.9.9.9",), ("2001:db8::1",)),
    "aws:currenttime": ((), *((f"{year}-06-01T00:00:00Z",) for year in (2028, 2029, 2031)), ("2030-01-01T00:00:00Z",)),
    "s3:max-keys": ((), ("5",), ("10",), ("7",), ("7.5",), ("8",), ("-1",), ("-2",), ("11",)),
    "aws:securetransport": ((), ("true",), ("false",)),
    "aws:sourcearn": ((), ("arn:aws:sns:eu-west-1:111111111111:orders",), ("arn:aws:s3:::b",), ("arn:aws:sqs:a:b:c",)),
    "x:y": ((), ("a",), ("b",), ("ab",), ("7",), ("5",), ("true",), ("10.1.2.3",), ("arn:aws:s3:::b",), ("a", "b")),
}


def condition(random: Random) -> tuple[str, str, object]:
    """Operator, key and values."""
    key = random.choice(list(KEYS))
    if random.random() < 0.12:
        return "Null", key, random.choice(("true", "false", ["true", "false"]))
    operators, values = random.choice(KEYS[key])
    quantifier = random.choice(("", "", "", "", "ForAllValues:", "ForAnyValue:"))
    suffix = random.choice(("", "", "", "IfExists"))
    return quantifier + random.choice(operators) + suffix, key, random.choices(values, k=random.choice((1, 1, 2)))


def statement(random: Random, *, named: bool) -> Data:
    """A statement; `named` with principals."""
    made: Data = {"Effect": "Deny" if random.random() < 0.3 else "Allow"}
    made[random.choice(("Action",) * 5 + ("NotAction",))] = random.choices(ACTIONS, k=random.choice((1, 1, 2)))
    made[random.choice(("Resource",) * 5 + ("NotResource",))] = random.choices(RESOURCES, k=random.choice((1, 1, 2)))
    if named:
        made[random.choice(("Principal",) * 5 + ("NotPrincipal",))] = random.choice(PRINCIPALS)
    if random.random() < 0.6:
        conditions: dict[str, dict[str, object]] = {}
        for _ in range(random.choice((1, 1, 2, 3))):
            operator, key, values = condition(random)
            conditions.setdefault(operator, {})[key] = values
        made["Condition"] = conditions
    return made


def policy(random: Random, *, named: bool) -> Data:
    """A policy of a few statements."""
    some = [statement(random, named=named) for _ in range(random.choice((1, 1, 2, 3)))]
    return {"Version": random.choice(("2012-10-17",) * 5 + ("2008-10-17",)), "Statement": some}


def changed(random: Random, before: Data, *, named: bool) -> Data:
    """A policy like another one."""
    some = [dict(each) for each in before["Statement"]]
    other = statement(random, named=named)
    one = random.choice(some)
    for element in random.sample(list(one), k=random.choice((0, 1, 1, 2))):
        one.pop(element)
        negated = element.removeprefix("Not") if element.startswith("Not") else f"Not{element}"
        found = next((name for name in (element, negated) if name in other), None)
        if found is not None:
            one[found] = other[found]
        elif element != "Condition":
            return {"Version": before["Version"], "Statement": [*some[1:], other]}
    return {"Version": before["Version"], "Statement": [*some, *([other] if random.random() < 0.2 else [])]}


def caller(shown: str) -> tuple[iam.Caller, dict[str, ContextValue]]:
    """Who asks, and the condition keys that follow from it, by the principal of a witness."""
    kind, _, name = shown.partition(":")
    context: dict[str, ContextValue] = {"aws:principalisawsservice": (text("true" if kind == "service" else "false"),)}
    if kind == "service":
        context["aws:principalservicename"] = (text(name),)
        return iam.Caller(iam.Kind.SERVICE, service=name), context
    if kind == "federated":
        return iam.Caller(iam.Kind.FEDERATED, text(name)), context
    if kind in {"canonical", "id"}:
        return iam.Caller(iam.Kind.CANONICAL_USER, text(name)), context
    if kind != "arn":
        return iam.ANONYMOUS, context | {"aws:principalaccount": (text("anonymous"),)}
    who = iam.caller(text(shown))
    role = ROLES.get(shown.split("/")[1]) if ":assumed-role/" in shown else None
    assert who.account is not None
    context["aws:principalaccount"] = (who.account,)
    context["aws:principalarn"] = (text(role or shown),)
    return who, context


def request(action: str, resource: str, shown: str, context: dict[str, tuple[str, ...]]) -> iam.Request:
    """A request of a caller; keys without values are absent."""
    who, whole = caller(shown)
    whole |= {key: tuple(map(text, values)) for key, values in context.items() if values}
    return iam.Request(
        caller=who,
        action=action,
        resource=text(resource),
        resource_account=text("111111111111"),
        context=whole,
        closed=True,
    )


def any_request(random: Random, *, named: bool) -> iam.Request:
    """Some request of the alphabet."""
    asking = ASKING if named else tuple(each for each in ASKING if each.startswith("arn:"))
    context = {key: random.choice(values) for key, values in CONTEXT.items()}
    return request(random.choice(ASKED_ACTIONS), random.choice(ASKED_RESOURCES), random.choice(asking), context)
