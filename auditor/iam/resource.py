"""ARNs against the patterns of Resource, NotResource and the Arn* operators: segment by segment.

A wildcard inside one of the first five segments stays inside it; in the resource part it crosses colons and slashes.
A pattern with fewer than six segments that ends in ``*`` goes on over the rest. Other patterns with fewer than six are
completed with ``*`` in identity-based policies.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from collections.abc import Callable
from functools import lru_cache

from auditor.iam.automaton import Piece, Wild
from auditor.iam.variables import Template, Variable, compiled
from auditor.iam.wildcard import Glob
from auditor.model.known import Truth, Unknown, all_of
from auditor.model.text import Symbol, Text

SEGMENTS = 6


class ArnPattern:
    """A compiled ARN pattern.

    Attributes:
        flat: the whole as one pattern.
        segments: one pattern per segment, None when a hole could hold a colon that counts.
    """

    __slots__ = ("_matched", "_tests", "ends_early", "flat", "segments")

    def __init__(self, pieces: tuple[Piece, ...]) -> None:
        self.flat = Glob(pieces, fold=False)
        cut = None if self.flat.is_all else _cut(self.flat.pieces)
        own = None if cut is None else tuple(Glob(segment, fold=False) for segment in cut)
        self.segments = own
        self.ends_early = own is not None and len(own) < SEGMENTS and not _goes_on(own[-1])
        whole = own is not None and len(own) == SEGMENTS
        self._matched = Truth.UNKNOWN if own is not None and whole and _wild_type(own) else Truth.TRUE
        self._tests: tuple[Callable[[str], bool] | None, ...] | None = None
        if own is not None and whole and not self.flat.has_gaps:
            self._tests = tuple(None if segment.is_all else segment.test for segment in own)

    def matches(self, subject: Text) -> Truth:
        """Whether it matches an ARN, or the ``*`` of actions that have no resource."""
        if self.flat.is_all:
            return Truth.TRUE
        if self._tests is not None and len(subject.parts) == 1 and isinstance(subject.parts[0], str):
            pieces = subject.parts[0].split(":", SEGMENTS - 1)
            if len(pieces) == SEGMENTS:
                for test, piece in zip(self._tests, pieces, strict=True):
                    if test is not None and not test(piece):
                        return Truth.FALSE
                return self._matched
        if self.flat.pieces == subject.parts and subject.is_exact:
            return Truth.TRUE
        parts = _segments_of(subject)
        if self.segments is not None and parts is not None and len(parts) == SEGMENTS:
            return self._by_segment(self.segments, parts)
        flat = self.flat.matches(subject)
        # Segment by segment is narrower than flat: what is not matched flat is not matched at all.
        if flat is Truth.FALSE or self.flat.literal is not None:
            return flat
        return Truth.UNKNOWN

    def _by_segment(self, own: tuple[Glob, ...], parts: tuple[Text, ...]) -> Truth:
        if len(own) == SEGMENTS:
            return self._matched & all_of(mine.matches(theirs) for mine, theirs in zip(own, parts, strict=True))
        ahead = all_of(mine.matches(theirs) for mine, theirs in zip(own[:-1], parts, strict=False))
        if _goes_on(own[-1]):
            return ahead & own[-1].matches(_joined(parts[len(own) - 1 :]))
        return ahead & own[-1].matches(parts[len(own) - 1]) & Truth.UNKNOWN

    @property
    def is_doubtful(self) -> bool:
        """Whether a wildcard stands in its resource type, so that AWS does not say that it matches."""
        return self._matched is Truth.UNKNOWN

    @property
    def has_wildcards(self) -> bool:
        """Whether a wildcard stands in it."""
        return any(isinstance(piece, Wild) for piece in self.flat.pieces)

    def completed(self) -> "ArnPattern":
        """With ``*`` for the segments that are missing, as in identity-based policies."""
        own = self.segments
        if own is None or not self.ends_early:
            return self
        missing: tuple[Piece, ...] = (":", Wild.ANY) * (SEGMENTS - len(own))
        return arn_pattern_of((*self.flat.pieces, *missing))

    def covers(self, other: "ArnPattern") -> Truth:
        """Whether it matches every ARN that the other does."""
        if self.flat.is_all:
            return Truth.TRUE
        mine, theirs = _whole(self.segments), _whole(other.segments)
        if mine is None or theirs is None or other.flat.is_all:
            return Truth.FALSE if self.flat.covers(other.flat) is Truth.FALSE else Truth.UNKNOWN
        if len(mine) == len(theirs) == SEGMENTS:
            return all_of(one.covers(two) for one, two in zip(mine, theirs, strict=True))
        if len(mine) < len(theirs) and _goes_on(mine[-1]):
            ahead = all_of(one.covers(two) for one, two in zip(mine[:-1], theirs, strict=False))
            return ahead & mine[-1].covers(_joined_globs(theirs[len(mine) - 1 :]))
        return Truth.FALSE if self.flat.covers(other.flat) is Truth.FALSE else Truth.UNKNOWN

    def overlaps(self, other: "ArnPattern") -> Truth:
        """Whether some ARN is matched by both."""
        if self.flat.overlaps(other.flat) is Truth.FALSE:
            return Truth.FALSE
        mine, theirs = _whole(self.segments), _whole(other.segments)
        if mine is not None and theirs is not None and len(mine) == len(theirs) == SEGMENTS:
            return all_of(one.overlaps(two) for one, two in zip(mine, theirs, strict=True))
        return Truth.TRUE if self.flat.is_all or other.flat.is_all else Truth.UNKNOWN


def _goes_on(segment: Glob) -> bool:
    return bool(segment.pieces) and segment.pieces[-1] is Wild.ANY


def _whole(segments: tuple[Glob, ...] | None) -> tuple[Glob, ...] | None:
    """All six segments where a last star goes on over the others: ``arn:aws:s*`` is ``arn:aws:s*:*:*:*``."""
    if segments is None or len(segments) == SEGMENTS or not _goes_on(segments[-1]):
        return segments
    if any(isinstance(piece, Wild | Unknown) for piece in segments[-1].pieces[:-1]):
        return segments
    return (*segments, *(Glob((Wild.ANY,), fold=False) for _ in range(SEGMENTS - len(segments))))


_WITHOUT_TYPES = frozenset({"s3", "sns", "sqs"})
"""Services whose resource part begins with a name."""


def _wild_type(segments: tuple[Glob, ...]) -> bool:
    """Whether a wildcard stands in the resource type, before a slash or colon: AWS says that it must not."""
    service = segments[2].literal
    if service is None or service in _WITHOUT_TYPES:
        return False
    before: list[Piece] = []
    for piece in segments[5].pieces:
        if isinstance(piece, str) and ("/" in piece or ":" in piece):
            return any(isinstance(each, Wild) for each in before)
        before.append(piece)
    return False


@lru_cache(maxsize=16384)
def arn_pattern_of(pieces: tuple[Piece, ...]) -> ArnPattern:
    """The pattern that pieces make."""
    return ArnPattern(pieces)


@lru_cache(maxsize=65536)
def arn_pattern(written: Text, *, variables: bool) -> ArnPattern | Template:
    """The ARNs that a pattern stands for; a `Template` when it has variables."""
    made = compiled(written, variables=variables)
    return made if isinstance(made, Template) else arn_pattern_of(made.pieces)


@lru_cache(maxsize=65536)
def any_arn_pattern(written: Text, *, variables: bool) -> ArnPattern:
    """The ARNs that a pattern can stand for: a policy variable is one value, and no wildcard, for each request."""
    made = arn_pattern(written, variables=variables)
    if isinstance(made, ArnPattern):
        return made
    return ArnPattern(
        tuple(Symbol(f"${{{piece.key}}}") if isinstance(piece, Variable) else piece for piece in made.raw)
    )


def _cut(pieces: tuple[Piece, ...]) -> tuple[tuple[Piece, ...], ...] | None:
    """Pieces between the first five colons; None when a hole or symbol could hold one of them."""
    segments: list[list[Piece]] = [[]]
    for piece in pieces:
        opaque = isinstance(piece, Unknown) or (isinstance(piece, Symbol) and piece.may_hold_colon)
        if opaque and len(segments) < SEGMENTS:
            return None
        if not isinstance(piece, str):
            segments[-1].append(piece)
            continue
        first, *rest = piece.split(":", SEGMENTS - len(segments))
        segments[-1].append(first)
        segments.extend([part] for part in rest)
    return tuple(tuple(segment) for segment in segments)


@lru_cache(maxsize=16384)
def _segments_of(subject: Text) -> tuple[Text, ...] | None:
    return subject.split(":", SEGMENTS - 1)


def _joined(parts: tuple[Text, ...]) -> Text:
    whole = parts[0]
    for part in parts[1:]:
        whole = whole + ":" + part
    return whole


def _joined_globs(globs: tuple[Glob, ...]) -> Glob:
    pieces: list[Piece] = []
    for number, one in enumerate(globs):
        if number:
            pieces.append(":")
        pieces.extend(one.pieces)
    return Glob(tuple(pieces), fold=False)
