"""Keys: one hash tag a workspace, one spelling each."""

from bot.storage.keys import Keys


def test_every_key_carries_the_layout_and_the_hash_tag() -> None:
    keys = Keys("T1")
    plain = list(vars(keys).values())
    made = [keys.incident("i"), keys.timeline("i"), keys.blob("b"), keys.lane("l"), keys.attempts("u", "o")]
    assert all(key.startswith("clarion:1:{p0}:T1") for key in plain + made)
    assert len(set(plain + made)) == len(plain + made)


def test_the_partition_of_a_workspace_is_stable_and_within_bounds() -> None:
    assert Keys("T1", 16).open == Keys("T1", 16).open
    tags = {Keys(f"T{n}", 4).open.split("{")[1].split("}")[0] for n in range(100)}
    assert tags == {"p0", "p1", "p2", "p3"}
