"""Commands as bytes (RESP2), packed with a third of the work of redis-py's own packer, which was a tenth of an answer.

It knows one shape, the array of bulk strings, and refuses every argument that is not bytes, str or int.
"""

from collections.abc import Iterable, Sequence

Arg = str | bytes | int


def packed(commands: Iterable[Sequence[Arg]]) -> bytes:
    """Return the commands as one run of bytes. Raises TypeError for an argument of another type."""
    parts: list[bytes] = []
    for command in commands:
        parts.append(b"*%d\r\n" % len(command))
        for arg in command:
            value = _bytes(arg)
            parts.append(b"$%d\r\n%b\r\n" % (len(value), value))
    return b"".join(parts)


def _bytes(arg: Arg) -> bytes:
    if isinstance(arg, str):
        return arg.encode()
    if isinstance(arg, bytes):
        return arg
    if type(arg) is int:  # True would be written as 1
        return b"%d" % arg
    raise TypeError(f"Redis takes no {type(arg).__name__}")
