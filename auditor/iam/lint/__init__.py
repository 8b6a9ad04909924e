"""Policy lint: what is wrong with a policy document, as data."""
