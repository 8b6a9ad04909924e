"""Lint of many policies, and of one with many statements: CPU seconds and how they grow.

Run with ``python bench/lint.py``; nothing here is a test.
"""

import json
import random

from escalation import document, statement
from growth import Job, dumped, grow


def cases(policies: int) -> str:
    """A batch of policies of one to five statements, no two alike."""
    chance = random.Random(policies)  # noqa: S311 - the same policies every time
    return "".join(f"{json.dumps({'id': number, 'policy': document(chance, 10_000)})}\n" for number in range(policies))


def one(statements: int) -> dict[str, object]:
    """One policy of as many statements."""
    chance = random.Random(statements)  # noqa: S311 - the same policy every time
    return {"Version": "2012-10-17", "Statement": [statement(chance, 10_000) for _ in range(statements)]}


def lists(values: int) -> dict[str, object]:
    """One statement with as many actions and resources, every one of which could be held against every other."""
    names = ("s3:GetObject", "s3:PutObject", "sqs:SendMessage", "sns:Publish", "ses:SendEmail")
    made = {
        "Effect": "Allow",
        "Action": [names[number % len(names)] for number in range(values)],
        "Resource": [f"arn:aws:s3:::bucket-{number}/key" for number in range(values)],
    }
    return {"Version": "2012-10-17", "Statement": [made]}


JOBS = (
    Job("lint --cases, policies", "cases", cases, ("iam", "lint", "--cases", "{input}"), 10.0),
    Job("lint, statements of one", "one", dumped(one), ("iam", "lint", "--format", "json", "{input}"), 4.0),
    Job("lint, values of one statement", "lists", dumped(lists), ("iam", "lint", "--format", "json", "{input}"), 4.0),
)

if __name__ == "__main__":
    grow(*JOBS)
