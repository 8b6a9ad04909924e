"""How much work a question may take: counted, not timed, so that an answer does not depend on the machine."""

MOST_WORK = 1_500_000
"""Units of work for one question; a unit is about a microsecond."""


class TooMuchError(Exception):
    """More work than the engine takes on; the answer is not known."""


class Work:
    """What is left of the work for one question."""

    __slots__ = ("left",)

    def __init__(self, units: int = MOST_WORK) -> None:
        self.left = units

    def part(self) -> "Work":
        """A quarter of what is left, to be spent apart: what is spent of it is to be taken away here as well."""
        return Work(self.left // 4)

    def spend(self, units: int) -> None:
        """Take units away.

        Raises:
            TooMuchError: there are none left.
        """
        self.left -= units
        if self.left < 0:
            raise TooMuchError("it takes more work than the engine takes on")
