"""How much a policy may take to tell its audience: in proportion to its length."""

_AT_LEAST = 20_000
_OF_A_STATEMENT = 200


class TooMuchError(Exception):
    """It takes more work."""


class Work:
    """Comparisons that are left, of a condition or statement with one value."""

    def __init__(self, statements: int) -> None:
        self.left = _AT_LEAST + _OF_A_STATEMENT * statements

    def spend(self, comparisons: int) -> None:
        """Take some.

        Raises:
            TooMuchError: there are none left.
        """
        self.left -= comparisons
        if self.left < 0:
            raise TooMuchError
