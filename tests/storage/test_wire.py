"""Commands as bytes: what redis-py would send, to the byte."""

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio.connection import Connection

from bot.domain.incident import Severity
from bot.storage.wire import Arg, packed

ARGS = st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.binary(max_size=9_000), st.integers())


@given(st.lists(st.lists(ARGS, min_size=1, max_size=8), max_size=4))
def test_the_bytes_are_those_of_redis_py(commands: list[list[Arg]]) -> None:
    theirs = cast(Any, Connection()).pack_commands([("X", *command) for command in commands])
    assert packed([("X", *command) for command in commands]) == b"".join(theirs)


def test_a_word_of_an_enum_is_its_value() -> None:
    assert packed([("GET", Severity.SEV1)]) == b"*2\r\n$3\r\nGET\r\n$4\r\nSEV1\r\n"


@pytest.mark.parametrize("wrong", [None, True, 1.5, ["x"], object()])
def test_anything_else_is_refused(wrong: object) -> None:
    with pytest.raises(TypeError, match="Redis takes no"):
        packed([("GET", cast(Arg, wrong))])
