"""Least privilege over every principal of account dumps: CPU seconds and how they grow.

Run with ``python bench/narrow.py``; nothing here is a test.
"""

from escalation import dump
from growth import Job, dumped, grow

JOBS = (Job("narrow --all", "account", dumped(dump), ("iam", "narrow", "--all", "--in", "{input}"), 10.0),)

if __name__ == "__main__":
    grow(*JOBS)
