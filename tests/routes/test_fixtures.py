"""Whole paths in templates: the broken link is the one that the template marks, and at that line.

A comment ``# expect: <link> <state>`` stands on the line that decides; without one every link holds.
"""

import re
from pathlib import Path

import pytest

from auditor.model.inventory import Inventory
from auditor.model.ses import EmailIdentity
from auditor.routes import grade, trace
from auditor.routes.route import Event, Grade, State
from auditor.sources.detect import load

FOLDER = Path(__file__).parents[2] / "fixtures" / "routes"
P, B, M, E, U = (Grade[name] for name in ("PROGRAMMATIC", "BROKEN", "METRIC_ONLY", "EMAIL_ONLY", "UNKNOWN"))
# Grades of bounce and complaint.
GRADES = {
    "complaint_forgotten": (P, E),
    "counts_only": (M, M),
    "default_set_elsewhere": (U, U),
    "default_set_missing": (E, E),
    "destination_disabled": (B, B),
    "filter_on_attributes": (B, B),
    "healthy": (P, P),
    "key_aws_managed": (B, B),
    "key_without_ses": (B, B),
    "queue_without_policy": (B, B),
    "subscription_email": (U, U),
    "subscription_missing": (B, B),
    "topic_fifo": (B, B),
    "topic_policy_for_identity": (B, B),
    "topic_policy_organization": (B, B),
}


def read(name: str) -> Inventory:
    loaded = load([FOLDER / f"{name}.yaml"], root=FOLDER)
    assert loaded.errors == ()
    return loaded.inventory


def expected(name: str) -> set[tuple[str, str, int]]:
    lines = (FOLDER / f"{name}.yaml").read_text().splitlines()
    found = ((number, re.search(r"# expect: (\S+) (\S+)$", line)) for number, line in enumerate(lines, 1))
    return {(mark[1], mark[2], number) for number, mark in found if mark}


def test_every_template_has_its_grades() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.yaml")) == sorted(GRADES)


@pytest.mark.parametrize("name", GRADES)
def test_grades(name: str) -> None:
    inventory = read(name)
    (identity,) = inventory.of(EmailIdentity)
    assert tuple(grade(trace(identity, event, inventory)) for event in Event) == GRADES[name]


@pytest.mark.parametrize("name", GRADES)
def test_the_marked_link_is_the_one(name: str) -> None:
    inventory = read(name)
    (identity,) = inventory.of(EmailIdentity)
    links = [link for route in trace(identity, Event.BOUNCE, inventory) for link in route.links]
    marks = expected(name)
    judged = {(link.name, link.state.value, item.location.line) for link in links for item in link.evidence}
    assert {mark for mark in marks if mark[1] != "UNKNOWN"} <= judged
    states = {(link.name, link.state.value) for link in links}
    marked = {(link, state) for link, state, _ in marks}
    assert marked <= states
    assert {pair for pair in states if pair[1] == "BROKEN"} == {pair for pair in marked if pair[1] == "BROKEN"}


def test_a_healthy_path_holds_in_every_link() -> None:
    inventory = read("healthy")
    (identity,) = inventory.of(EmailIdentity)
    (route, *_) = trace(identity, Event.COMPLAINT, inventory)
    assert {link.state for link in route.links} == {State.OK}
    assert [link.name for link in route.links][-4:] == [
        "redrive-queue",
        "redrive-queue-policy",
        "redrive-queue-key",
        "redrive-queue-alarm",
    ]
