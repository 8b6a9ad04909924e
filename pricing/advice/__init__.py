"""Cheaper ways to buy the same usage, each with what it saves and what it takes for granted.

An alternative is the same usage told otherwise and estimated again. It is advice only when everything that it touches
is known on both sides: what is not told neither costs nor saves anything.
"""
