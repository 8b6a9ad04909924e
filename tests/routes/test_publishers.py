"""What a person means by a name."""

import pytest
from routes.building import MailPath

from auditor.routes import publishers

INVENTORY = MailPath().inventory
IDENTITY, SET = INVENTORY.resources[0], INVENTORY.resources[1]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("example.com", IDENTITY),
        ("Example.COM", IDENTITY),
        ("EmailIdentity/example.com", IDENTITY),
        ("arn:aws:ses:eu-west-1:111122223333:identity/example.com", IDENTITY),
        ("main", SET),
    ],
)
def test_called(written: str, meant: object) -> None:
    assert publishers.called(INVENTORY, written) == (meant,)


def test_nobody() -> None:
    assert publishers.called(INVENTORY, "example.org") == ()
    assert publishers.close_names(INVENTORY, "exmaple.com") == ("example.com",)
    assert publishers.close_names(INVENTORY, "zzz") == ()


@pytest.mark.parametrize("written", ["bob@example.com", "bob@mail.example.com", "mail.example.com"])
def test_mail_of_an_address_is_sent_as_its_domain(written: str) -> None:
    assert publishers.sending_for(INVENTORY, written) == (IDENTITY,)


def test_no_domain_above() -> None:
    assert publishers.sending_for(INVENTORY, "bob@example.org") == ()
    assert publishers.sending_for(INVENTORY, "com") == ()
