"""Effects: every call by which Clarion changes something outside the process that makes it, listed by its port.

Between any two of them a process may die. `EFFECTS` and `READS` together name every asynchronous method of every port,
and a test holds them to that: a new method belongs to one of the two before it can be merged. The crash suite makes
its points from `EFFECTS`: before and after each. It does nothing by itself.
"""

from collections.abc import Mapping

Methods = Mapping[str, tuple[str, ...]]

# What leaves a trace outside the process. "answer.acknowledge" is no port's: it is the reply to a person's request.
EFFECTS: Methods = {
    "answer": ("acknowledge",),
    "incidents": ("create", "amend"),
    "jobs": ("take", "promote", "add"),
    "held": ("still_mine", "done", "again", "put_aside", "count"),
    "attempts": ("begin", "record", "retract"),
    "people": ("put", "looked"),
    "secrets": ("put", "remove", "swap", "right", "note"),
    "standstills": ("begin", "lift"),
    "subscriptions": ("amend", "turn"),
    "chat": (
        "create_channel",
        "invite",
        "join_channel",
        "set_topic",
        "rename_channel",
        "add_bookmark",
        "pin",
        "post",
        "whisper",
        "amend",
        "direct",
        "open_view",
        "push_view",
        "update_view",
        "show_home",
        "respond",
    ),
    "outlets": ("deliver",),
}
# What only looks. `held.release` and `outlets.aclose` let go of what ends with the process anyway, and
# `outlets.check` reaches nobody.
READS: Methods = {
    "incidents": ("load", "find", "in_channel", "open", "timeline", "blob", "committed"),
    "jobs": ("lanes", "aside"),
    "held": ("release",),
    "attempts": ("read",),
    "people": ("get", "named", "onlookers"),
    "secrets": ("get", "everybody", "tries", "uses"),
    "standstills": ("now",),
    "subscriptions": ("get", "everybody"),
    "chat": ("find_own_channel", "find_post", "read", "person", "everybody", "members", "group", "permalink"),
    "outlets": ("recipients", "find", "check", "aclose"),
}


def names() -> tuple[str, ...]:
    """Return every effect as "port.method", in the order of the ports."""
    return tuple(f"{port}.{method}" for port, methods in EFFECTS.items() for method in methods)
