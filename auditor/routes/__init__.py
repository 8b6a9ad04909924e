"""The mail path: every way a bounce or complaint can take, judged link by link."""
