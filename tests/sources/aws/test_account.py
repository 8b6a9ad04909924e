from moto_account import MotoAccount


def test_try(account: MotoAccount, collected):
    sns = account.client("sns")
    sns.create_topic(Name="a")
    account.overlay.refuse("cloudwatch", "DescribeAlarms", "AccessDenied", 403)
    inventory = collected()
    for row in inventory.coverage:
        print(row.operation, row.resource, row.complete)
    print(account.overlay.agents)
    assert 0
