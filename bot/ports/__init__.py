"""Ports: what use cases need from the world, as Protocols, and the frozen `Services` record that carries them.

Adapters in `storage`, `slack`, `rendering` and `outlets` implement these; `wiring` puts them together once.
Nothing here does anything.
"""

from bot.domain.update import MessageRef
from bot.ports.chat import (
    NO_TOKEN,
    Chat,
    ChatRefused,
    ChatUnavailable,
    ChatUnknown,
    FoundChannel,
    Mark,
    Message,
    Posted,
    View,
)
from bot.ports.clock import Clock, Ids
from bot.ports.outlets import Limits, OutcomeUnknown, Outlet, Receipt, Refused, Speaks, Unavailable
from bot.ports.screens import Desk, Screens
from bot.ports.services import Places, Services
from bot.ports.standstill import Cause, Halted, Standstill, Standstills, Watermark
from bot.ports.storage import (
    Attempt,
    Attempts,
    Begun,
    Committed,
    Decide,
    Held,
    Incidents,
    Jobs,
    NotKnownYet,
    People,
    Secrets,
    StorageDown,
    StorageFull,
    Subscriptions,
    Unsure,
)
from bot.ports.words import FieldSpec, Template, Words

__all__ = [
    "NO_TOKEN",
    "Attempt",
    "Attempts",
    "Begun",
    "Cause",
    "Chat",
    "ChatRefused",
    "ChatUnavailable",
    "ChatUnknown",
    "Clock",
    "Committed",
    "Decide",
    "Desk",
    "FieldSpec",
    "FoundChannel",
    "Halted",
    "Held",
    "Ids",
    "Incidents",
    "Jobs",
    "Limits",
    "Mark",
    "Message",
    "MessageRef",
    "NotKnownYet",
    "OutcomeUnknown",
    "Outlet",
    "People",
    "Places",
    "Posted",
    "Receipt",
    "Refused",
    "Screens",
    "Secrets",
    "Services",
    "Speaks",
    "Standstill",
    "Standstills",
    "StorageDown",
    "StorageFull",
    "Subscriptions",
    "Template",
    "Unavailable",
    "Unsure",
    "View",
    "Watermark",
    "Words",
]
