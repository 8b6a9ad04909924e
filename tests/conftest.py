"""Settings of all tests."""

from hypothesis import settings

# The same examples in every run: a gate that fails by chance is trusted by nobody.
settings.register_profile("gate", derandomize=True, deadline=None)
settings.load_profile("gate")
