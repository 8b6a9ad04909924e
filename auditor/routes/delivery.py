"""Whether a policy lets SNS deliver into it, also from another Region.

Into or out of a Region that accounts opt in to, SNS acts as the service principal of that Region.
Source: https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html
"""

import msgspec

from auditor.finding import Fix
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.text import Text
from auditor.routes.grant import Attached, Sender, Target, judge
from auditor.routes.link import Subject
from auditor.routes.route import Link, State

# Regions that are on for every account; AWS opened all others to those that opt in.
_ALWAYS_ON = frozenset(
    {
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
        *("eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1"),
        *("ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1", "ap-southeast-2"),
    }
)


def link(
    subject: Subject, sender: Sender, target: Target, region: Text, attached: Attached, fix: Fix | None = None
) -> Link:
    """The link of a policy on a queue or function that must let SNS in.

    Args:
        subject: of the link.
        sender: SNS, acting for a topic.
        target: what it does to the queue or function.
        region: of the queue or function.
        attached: the policies on it.
        fix: instead of the general one.
    """
    plain = judge(subject, sender, target, attached, fix)
    opted = next((place for place in (sender.region, region) if not _is_always_on(place)), None)
    if opted is None or sender.region.equals(region) is not Truth.FALSE:
        return plain
    regional = judge(
        subject, msgspec.structs.replace(sender, principal=f"sns.{opted}.amazonaws.com"), target, attached, fix
    )
    if plain.state is regional.state:
        return plain
    if State.UNKNOWN in {plain.state, regional.state}:
        return plain if plain.state is State.UNKNOWN else regional
    why = Unknown(Cause.UNDECIDED, f"whether SNS acts as {sender.principal} or as sns.{opted}.amazonaws.com")
    return subject.unknown("it lets one of two principals in that SNS may act as between these Regions", why)


def _is_always_on(region: Text) -> bool:
    name = region.literal
    return name is None or name in _ALWAYS_ON or name.startswith(("cn-", "us-gov-", "us-iso"))
