"""Data transfer out to the internet, whose tiers count the traffic of all services of an account in a Region.

Source: https://aws.amazon.com/ec2/pricing/on-demand/#Data_Transfer
"""

from pricing.meters.meter import Meter, Quantity, as_told

QUANTITIES: tuple[Quantity, ...] = ()

METERS = (
    Meter(
        id="data_transfer.out_internet.gb",
        unit="GB",
        dimension="data_transfer.out_internet",
        source="https://aws.amazon.com/ec2/pricing/on-demand/#Data_Transfer",
        measure=as_told(
            "data_transfer.out_internet.gb",
            "Traffic to the internet that no other quantity has, in GB of 10^9 bytes: tell the account's other traffic "
            "here, so that the tiers are filled as on the bill.",
        ),
    ),
)
