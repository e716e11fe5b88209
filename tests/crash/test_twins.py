"""What histories have in common is played once, and each goes as it would alone."""

from dataclasses import replace

from tests.crash.direct import Direct
from tests.crash.histories import play, play_all
from tests.crash.points import Name
from tests.redis_server import RedisServer

# The first death in common; second ones that come soon, that come late, and that never come after it.
_FIRST = "12/after:attempts.begin"
_TOGETHER = [
    Name.read(f"{_FIRST}+{second}")
    for second in ("before:attempts.record", "after:chat.amend", "after:chat.create_channel")
]
# More of them than there are n-th times at which the first death may strike.
_NEVER = [
    Name.read(f"{_FIRST}+{moment}:{effect}")
    for effect in ("chat.push_view", "standstills.begin", "standstills.lift")
    for moment in ("before", "after")
]


def test_histories_that_are_played_together_go_as_each_would_alone(redis: RedisServer) -> None:
    together = {told.name: told for told in play_all(redis, _TOGETHER)}
    assert set(together) == set(_TOGETHER)
    for name, told in together.items():
        assert told == play(redis, name)
    assert [len(together[name].met) for name in _TOGETHER] == [2, 2, 1]


def test_a_death_that_never_comes_leaves_the_same_history_which_is_not_played_again(redis: RedisServer) -> None:
    told = [*play_all(redis, _NEVER)]
    assert {one.name for one in told} == set(_NEVER)
    assert {one.met for one in told} == {_NEVER[0].points[:1]}
    played = [one for one in told if not one.same]
    assert {one.trace for one in told} == {one.trace for one in played}
    assert len(played) < len(told)
    again = next(one for one in told if one.same)
    assert replace(again, same=False) == play(redis, again.name)


def test_a_twin_finds_in_redis_exactly_what_the_other_left(redis: RedisServer) -> None:
    line = Direct(redis.socket)
    line.ask_all(
        ("FLUSHALL",),
        ("HSET", "hash", "a", "1"),
        ("ZADD", "sorted", 3, "b"),
        ("SET", "passing", "c", "EX", 60),
        ("XGROUP", "CREATE", "stream", "group", "0", "MKSTREAM"),
        ("XADD", "stream", "*", "job", "x"),
        ("XADD", "stream", "*", "job", "y"),
        ("XREADGROUP", "GROUP", "group", "me", "COUNT", 1, "STREAMS", "stream", ">"),
    )
    keys = sorted(line.ask("KEYS", "*"))
    before = line.ask_all(*(("DUMP", key) for key in keys), ("TTL", "passing"))
    line.elsewhere()
    assert sorted(line.ask("KEYS", "*")) == keys
    assert line.ask_all(*(("DUMP", key) for key in keys), ("TTL", "passing")) == before
    line.ask("SET", "passing", "changed")
    line.ask("SELECT", line.database - 1)
    assert line.ask("GET", "passing") == b"c"
    line.close()
