"""The grade over several routes, where some are not decided."""

import pytest
from routes.building import MailPath

from auditor.routes import grade
from auditor.routes.route import Event, Grade, Route


def route(result: Grade, at_best: Grade | None = None) -> Route:
    publisher = MailPath().parts["identity"]
    return Route(publisher=publisher, event=Event.BOUNCE, way="", links=(), grade=result, at_best=at_best or result)


P, M, E, F, B, N, U = (
    Grade[name] for name in ["PROGRAMMATIC", "METRIC_ONLY", "EMAIL_ONLY", "FALLBACK_EMAIL", "BROKEN", "NONE", "UNKNOWN"]
)
MAYBE_PROGRAM, MAYBE_MAIL = (U, P), (U, E)


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        ([], N),
        ([N], N),
        ([P, B], P),
        ([P, MAYBE_PROGRAM], P),
        ([B, MAYBE_PROGRAM], U),
        ([B, MAYBE_MAIL], B),
        ([B, E], B),
        ([E, M], E),
        ([M, N], M),
        ([M, MAYBE_MAIL], U),
        ([E, MAYBE_PROGRAM], U),
        ([E, MAYBE_MAIL], U),
        ([F, N], F),
    ],
)
def test_grade(routes: list, expected: Grade) -> None:
    made = tuple(route(*item) if isinstance(item, tuple) else route(item) for item in routes)
    assert grade(made) is expected
    assert grade(made[::-1]) is expected
