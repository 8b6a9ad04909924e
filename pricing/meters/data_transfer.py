"""Data transfer: out to the internet, whose tiers count the traffic of all services of an account, and between Regions.

Traffic between Regions is charged by the GB in the Region that it leaves, at a price for each pair of Regions; within a
Region AWS services are reached without a charge. Sources: https://aws.amazon.com/ec2/pricing/on-demand/#Data_Transfer
and https://aws.amazon.com/blogs/architecture/overview-of-data-transfer-costs-for-common-architectures/
"""

from collections.abc import Iterator

from pricing.catalog.regions import CHINA, REGIONS
from pricing.meters.meter import Meter, Quantity, as_told

QUANTITIES: tuple[Quantity, ...] = ()

DESTINATIONS = tuple(region for region in REGIONS if region not in CHINA)
"""Regions that traffic can go to: those of other partitions than China's."""
_SOURCE = "https://aws.amazon.com/ec2/pricing/on-demand/#Data_Transfer"
_WORDS = {
    "ses": "Mail and events that Amazon SES sends to AWS services",
    "sns": "Messages that topics deliver to SQS queues and Lambda functions",
    "data_transfer": "Traffic that no other quantity has",
}


def to_region(region: str, service: str = "sns") -> str:
    """The quantity of a service's traffic to a Region."""
    return f"{service}.to.{region}.gb" if service == "data_transfer" else f"{service}.data_transfer.to.{region}.gb"


def _between() -> Iterator[Meter]:
    for service, words in _WORDS.items():
        for region in DESTINATIONS:
            name = to_region(region, service)
            yield Meter(
                id=name,
                unit="GB",
                dimension=f"data_transfer.to.{region}",
                measure=as_told(
                    name,
                    f"{words} in {region} from another Region, in GB of 10^9 bytes; charged in the Region that it "
                    "leaves.",
                ),
                source=_SOURCE,
                extra_of_plan=service == "ses",
            )


METERS = (
    Meter(
        id="data_transfer.out_internet.gb",
        unit="GB",
        dimension="data_transfer.out_internet",
        source=_SOURCE,
        measure=as_told(
            "data_transfer.out_internet.gb",
            "Traffic to the internet that no other quantity has, in GB of 10^9 bytes: tell the account's other traffic "
            "here, so that the tiers are filled as on the bill.",
        ),
    ),
    *_between(),
)
