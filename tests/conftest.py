"""Settings of all tests."""

import gc

from examples import PROFILE, examples
from hypothesis import settings

# The same examples in every run: a gate that fails by chance is trusted by nobody.
settings.register_profile("gate", max_examples=examples(50), derandomize=True, deadline=None)
settings.register_profile("long", max_examples=examples(50), deadline=None)
settings.load_profile(PROFILE)

_THRESHOLDS = gc.get_threshold()


def pytest_runtest_teardown() -> None:
    """Collect garbage as before.

    Some commands stop the collector, or keep it from what they have read, for the rest of their process: here that
    process is not at its end.
    """
    gc.enable()
    gc.set_threshold(*_THRESHOLDS)
    gc.unfreeze()
