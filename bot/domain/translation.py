"""A translation: what people wrote of an update in one more language, and of which words it is one.

A record alone. It refuses to hold what nobody translated: such a text is the base language's, copied, with a mark.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How a text in another language stands to the base language's."""

    COPIED = "copied"  # not translated yet: the base language's words stand there
    OLDER = "older"  # the base language's words changed after it was translated
    DONE = "done"


class Untranslated(StrEnum):
    """What an update meets that is not translated into every language of its audience."""

    BLOCK = "block"  # it is not approved
    WARN = "warn"  # what is missing goes in the base language, and the approver reads so


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """An update in another language.

    Attributes:
        locale: such as "fr".
        texts: (name, text, fingerprint of the base text that it translates), in the order of the base texts. The
            name is headline, impact, meanwhile, or that of a field of the template.
    """

    locale: str
    texts: tuple[tuple[str, str, str], ...] = ()

    def given(self, name: str) -> tuple[str, str] | None:
        """Return a text and what it was translated from, or None."""
        return next(((text, of) for found, text, of in self.texts if found == name), None)


def fingerprint(text: str) -> str:
    """Return what tells one base text from another: 16 hex digits; white space makes no other text of it."""
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest()[:16]
