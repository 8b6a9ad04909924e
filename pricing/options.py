"""Metering rules on which sources disagree: each is an option, and an estimate prints the choice it was made with."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

import msgspec

Choices: TypeAlias = Mapping[str, str]
"""Option id to the value chosen; complete."""


class OptionError(ValueError):
    """An option or a value of it does not exist."""


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """A question that AWS's published rules leave open.

    Attributes:
        id: as written on the command line.
        question: in words.
        choices: value to its meaning; the first one is the default.
    """

    id: str
    question: str
    choices: dict[str, str]

    @property
    def default(self) -> str:
        """The value when nothing is said: the one that never makes an estimate smaller, where there is one."""
        return next(iter(self.choices))


OPTIONS: Mapping[str, Option] = MappingProxyType(
    {
        option.id: option
        for option in (
            Option(
                id="ses.attachments.gb_bytes",
                question="How many bytes is a GB of attachments?",
                choices={
                    "1000000000": "10^9, as third-party models have it",
                    "1073741824": "2^30, which fits the only real bill published (2019)",
                },
            ),
            Option(
                id="ses.attachments.encoding",
                question="Are attachments billed as they are or as they are sent (base64, 4/3 of the size)?",
                choices={
                    "as-told": "the size in the usage file is what is billed",
                    "base64": "the usage file has raw sizes and 4/3 of them is billed, which fits the 2019 bill",
                },
            ),
            Option(
                id="ses.inbound.chunk_rounding",
                question="Does a 256 KB chunk that is not full count?",
                choices={"up": "it counts", "down": "only full chunks count"},
            ),
            Option(
                id="ses.plan.extras",
                question="Does an SES plan include attachments, data transfer, inbound mail and the mailbox simulator?",
                choices={"charged": "no: they cost the à la carte price", "included": "yes: they cost nothing"},
            ),
            Option(
                id="ses.plan.proration",
                question="What does an SES plan cost that holds for a part of the month?",
                choices={
                    "whole": "the whole month, and both plans where one follows the other",
                    "part": "that part of the month, as usage types in hours suggest",
                },
            ),
            Option(
                id="ses.dedicated_ip.proration",
                question="What does a dedicated IP cost that is leased for a part of the month?",
                choices={"whole": "the whole month", "part": "that part of the month"},
            ),
            Option(
                id="ses.dedicated_ip.managed_scope",
                question="Is the subscription to dedicated IPs (managed) charged in every Region?",
                choices={"region": "yes: per account and Region", "account": "no: once for the account"},
            ),
            Option(
                id="sns.http.retries",
                question="Are repeated delivery attempts to HTTP endpoints billed?",
                choices={
                    "billed": "yes: the usage type counts attempts (DeliveryAttempts-HTTP)",
                    "free": "no: one delivery is billed, however often it is tried",
                },
            ),
            Option(
                id="sns.fifo.batches",
                question="What is a publish request to a FIFO topic when messages are published in batches?",
                choices={
                    "message": "each message of the batch",
                    "batch": "the batch, as for standard topics, but never per 64 KB",
                },
            ),
            Option(
                id="sns.fifo.least_bytes",
                question="Does the payload of a FIFO message count as at least 1 KB?",
                choices={
                    "1000": "yes, as a third party says",
                    "0": "no, as in AWS's calculator",
                },
            ),
            Option(
                id="sns.kms.aws_managed_key",
                question="Are requests to the AWS managed key alias/aws/sns billed to the account?",
                choices={"charged": "yes, like those to other keys; the key itself is free", "free": "no"},
            ),
            Option(
                id="sns.free_range",
                question="Does the free range of SNS prices (requests, HTTP, e-mail) hold once or in each Region?",
                choices={
                    "account": "once for the account, as AWS says of its Free Tier in general",
                    "region": "in each Region, as each Region's price has its own range",
                },
            ),
        )
    }
)


def choose(chosen: Mapping[str, str]) -> Choices:
    """All options with the values chosen, the others with their defaults.

    Raises:
        OptionError: for an option or value that does not exist.
    """
    for name, value in chosen.items():
        if name not in OPTIONS:
            raise OptionError(f"no option {name!r}; there are {', '.join(OPTIONS)}")
        if value not in OPTIONS[name].choices:
            raise OptionError(f"option {name} is one of {', '.join(OPTIONS[name].choices)}, not {value!r}")
    return {name: chosen.get(name, option.default) for name, option in OPTIONS.items()}
