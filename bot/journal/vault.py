"""Who is who, and the hashes of their secrets, as they were when Redis was last there: one file, for this user alone.

Clarion makes the secrets (100 random bits each, under scrypt), so their hashes are worth nothing to a thief. The file
is the price of an emergency publication: it works on a machine that ran Clarion before. It refuses to hold a secret.
"""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import structlog

from bot.domain.people import Person
from bot.domain.secret import Enrolment, Tries, Use
from bot.journal.lines import Lines, replace_whole
from bot.ports import People, Secrets
from bot.storage.codec import PERSON, Codec, Unreadable

_ENROLMENT = Codec(Enrolment, schema=1)
_TRIES = Codec(Tries, schema=1)
_USE = Codec(Use, schema=1)
VAULT = "people.json"

log = structlog.get_logger("clarion.journal")


@dataclass(slots=True)
class Vault:
    """The file's contents. Only people with a secret are in it: nobody else can act without Slack."""

    people: dict[str, Person] = field(default_factory=dict)
    secrets: dict[str, Enrolment] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path) -> "Vault":
        """Read the file; without one, nobody is known. Raises OSError, Unreadable."""
        try:
            kept = orjson.loads(file.read_bytes())
            people = [PERSON.decode(orjson.dumps(one)) for one in kept["people"]]
            secrets = [_ENROLMENT.decode(orjson.dumps(one)) for one in kept["secrets"]]
        except FileNotFoundError:
            return cls()
        except (ValueError, TypeError, KeyError):
            raise Unreadable(f"{file.name} is damaged") from None
        return cls({one.user_id: one for one in people}, {one.user_id: one for one in secrets})

    def write(self, file: Path) -> None:
        """Put it in the place of the file, on the disk. Raises OSError."""
        people = [orjson.Fragment(PERSON.encode(one)) for one in self.people.values()]
        secrets = [orjson.Fragment(_ENROLMENT.encode(one)) for one in self.secrets.values()]
        replace_whole(file, orjson.dumps({"people": people, "secrets": secrets}))


async def copied(people: People, secrets: Secrets, file: Path) -> None:
    """Bring the file up to what Redis knows now; it is written only if it changed. Raises StorageDown, OSError.

    Not if somebody made or revoked a secret meanwhile: what Redis said may be from before that, and it is done again.
    """
    before = _bytes(file)
    fresh = Vault(secrets={one.user_id: one for one in await secrets.everybody()})
    for user_id in fresh.secrets:
        person = await people.get(user_id)
        if person is not None:
            fresh.people[user_id] = person
    with Lines(file).alone():
        if _bytes(file) != before:
            return
        with contextlib.suppress(Unreadable):  # such a file is written anew
            if Vault.read(file) == fresh:
                return
        fresh.write(file)


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


class RecordedSecrets:
    """Implements `ports.Secrets`: Redis's, with the copy brought up to date before anybody is told of a change."""

    def __init__(self, secrets: Secrets, people: People, file: Path) -> None:
        self._secrets = secrets
        self._people = people
        self._file = file

    async def get(self, user_id: str) -> Enrolment | None:
        """As `ports.Secrets.get`."""
        return await self._secrets.get(user_id)

    async def everybody(self) -> tuple[Enrolment, ...]:
        """As `ports.Secrets.everybody`."""
        return await self._secrets.everybody()

    async def put(self, kept: Enrolment) -> None:
        """As `ports.Secrets.put`."""
        await self._secrets.put(kept)
        person = await self._people.get(kept.user_id)

        def known(vault: Vault) -> None:
            vault.secrets[kept.user_id] = kept
            if person is not None:
                vault.people[kept.user_id] = person

        self._change(known)

    async def remove(self, user_id: str) -> bool:
        """As `ports.Secrets.remove`."""
        there = await self._secrets.remove(user_id)
        self._change(lambda vault: vault.secrets.pop(user_id, None))
        return there

    async def tries(self, user_id: str) -> Tries:
        """As `ports.Secrets.tries`."""
        return await self._secrets.tries(user_id)

    async def swap(self, user_id: str, before: Tries, after: Tries) -> bool:
        """As `ports.Secrets.swap`."""
        return await self._secrets.swap(user_id, before, after)

    async def right(self, user_id: str) -> None:
        """As `ports.Secrets.right`."""
        await self._secrets.right(user_id)

    async def note(self, user_id: str, use: Use) -> None:
        """As `ports.Secrets.note`."""
        await self._secrets.note(user_id, use)

    async def uses(self, user_id: str, since: datetime | None = None) -> tuple[Use, ...]:
        """As `ports.Secrets.uses`."""
        return await self._secrets.uses(user_id, since)

    def _change(self, how: Callable[[Vault], object]) -> None:
        """Change the copy alone: what Redis holds otherwise may be older, and is compared in its own time."""
        try:
            with Lines(self._file).alone():
                vault = Vault.read(self._file)
                how(vault)
                vault.write(self._file)
        except (OSError, Unreadable) as fault:  # the worker brings it up to date again and again
            log.warning("copy_of_secrets_not_kept", error=type(fault).__name__)


class LocalSecrets:
    """Implements `ports.Secrets` without Redis: hashes from the vault, tries and uses in a file of lines."""

    def __init__(self, vault: Vault, lines: Lines) -> None:
        self._vault = vault
        self._lines = lines

    async def get(self, user_id: str) -> Enrolment | None:
        """As `ports.Secrets.get`."""
        return self._vault.secrets.get(user_id)

    async def everybody(self) -> tuple[Enrolment, ...]:
        """As `ports.Secrets.everybody`."""
        return tuple(self._vault.secrets.values())

    async def put(self, kept: Enrolment) -> None:
        """A secret is made in Slack alone."""
        raise NotImplementedError

    async def remove(self, user_id: str) -> bool:
        """A secret is revoked in Slack alone."""
        raise NotImplementedError

    async def tries(self, user_id: str) -> Tries:
        """As `ports.Secrets.tries`."""
        found = Tries()
        for line in self._mine(user_id, "tries"):
            found = _TRIES.decode(orjson.dumps(line["is"]))
        return found

    async def swap(self, user_id: str, before: Tries, after: Tries) -> bool:
        """Count a try; it is on the disk before the secret is looked at."""
        with self._lines.alone():
            if await self.tries(user_id) != before:
                return False
            self._add(user_id, "tries", _TRIES.encode(after))
        return True

    async def right(self, user_id: str) -> None:
        """As `ports.Secrets.right`."""
        self._add(user_id, "tries", _TRIES.encode(Tries()))

    async def note(self, user_id: str, use: Use) -> None:
        """As `ports.Secrets.note`."""
        self._add(user_id, "use", _USE.encode(use))

    async def uses(self, user_id: str, since: datetime | None = None) -> tuple[Use, ...]:
        """As `ports.Secrets.uses`."""
        found = [use_of(line) for line in self._mine(user_id, "use")]
        return tuple(use for use in found if since is None or use.at >= since)

    def _mine(self, user_id: str, kind: str) -> list[dict[str, Any]]:
        return [line for line in self._lines.read() if line["k"] == kind and line["u"] == user_id]

    def _add(self, user_id: str, kind: str, what: bytes) -> None:
        self._lines.add({"k": kind, "u": user_id, "is": orjson.Fragment(what)})


def use_of(line: dict[str, Any]) -> Use:
    """Read what was done with a secret from its line."""
    return _USE.decode(orjson.dumps(line["is"]))


class LocalPeople:
    """Implements `ports.People` without Redis: those in the vault."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def get(self, user_id: str) -> Person | None:
        """As `ports.People.get`."""
        return self._vault.people.get(user_id)

    async def named(self, name: str) -> tuple[Person, ...]:
        """As `ports.People.named`."""
        return tuple(one for one in self._vault.people.values() if one.name.casefold() == name.casefold())

    async def put(self, people: Sequence[Person]) -> None:
        """Take in a profile that Slack gave just now; it is not kept."""
        self._vault.people.update({one.user_id: one for one in people if one.user_id in self._vault.people})

    async def looked(self, user_id: str, at: datetime) -> None:
        """Nobody has a home tab here."""

    async def onlookers(self, since: datetime) -> tuple[str, ...]:
        """Nobody has a home tab here."""
        return ()
