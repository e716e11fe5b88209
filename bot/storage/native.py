"""The same JSON as the codec's, written and read in compiled code wherever that is certainly the same.

It refuses to judge: what it cannot vouch for is None, and the codec does it the careful way. A document counts as
read only if writing it once more gives the bytes that are stored: so nothing was dropped, nor read as something else.
"""

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")

_WRITER = msgspec.json.Encoder()
# Each digit as "0": what a text looks like, at the speed of counting.
_SHAPE = bytes.maketrans(b"123456789", b"000000000")
_APART = bytes.maketrans(b":", b",")
_TIME = b'"0000-00-00T00:00:00'
_IN_UTC = (_TIME + b'Z"', _TIME + b'.000000Z"')
_LONG_NUMBER = b"0" * 19
_FAULTS = (msgspec.MsgspecError, ValueError, TypeError, OverflowError, AttributeError, RecursionError)


class Native(Generic[T]):
    """Reads and writes one kind of record of one schema; `names` are the fields in the document, in their order."""

    def __init__(self, cls: type[T], schema: int, names: tuple[str, ...]) -> None:
        self._names = names
        self._schema = schema
        self._start = b'{"schema":%d,' % schema
        self._reader = msgspec.json.Decoder(cls)

    def written(self, value: T) -> bytes | None:
        """Return the document, or None if the codec must look at it."""
        try:
            made = self._spelled(value)
        except _FAULTS:
            return None
        return None if _odd(made) else made

    def read(self, stored: bytes, outside: dict[str, int]) -> T | None:
        """Return the record with what lives `outside` the document, or None if the codec must look at it."""
        if not stored.startswith(self._start):
            return None
        beside = b"".join(b'"%b":%d,' % (name.encode(), number) for name, number in outside.items())
        try:
            found = self._reader.decode(b"{" + beside + stored[len(self._start) :])
            return found if _same(self._spelled(found), stored) else None
        except _FAULTS:
            return None

    def _spelled(self, value: T) -> bytes:
        return _WRITER.encode({"schema": self._schema, **{name: getattr(value, name) for name in self._names}})


def _same(again: bytes, stored: bytes) -> bool:
    """Say whether both say the same: the very bytes, or those with the members of a set in another order."""
    return again == stored or (len(again) == len(stored) and _pieces(again) == _pieces(stored))


def _pieces(document: bytes) -> list[bytes]:
    return sorted(document.translate(_APART, b"[]{}").split(b","))


def _odd(made: bytes) -> bool:
    """Say whether there may be a time without a zone or in another than UTC, or a number of more than 64 bits.

    The codec refuses or turns these. Text that only looks like one costs a little time.
    """
    shape = made.translate(_SHAPE)
    return _LONG_NUMBER in shape or shape.count(_TIME) != sum(map(shape.count, _IN_UTC))
