"""Customer updates in a Slack channel that support and customers read.

Everything is plain text, so that nothing in it can ping, link or dress up. It refuses to post twice by
itself: each post carries a mark by which it is found again after a lost reply.
"""

import unicodedata

from bot.domain.update import OutletKind, Recipient, Rendition
from bot.outlets.base import PublicOutlet, checking, only_three_failures
from bot.ports import (
    NO_TOKEN,
    Chat,
    ChatRefused,
    ChatUnavailable,
    ChatUnknown,
    Limits,
    Mark,
    Message,
    OutcomeUnknown,
    Receipt,
    Refused,
    Unavailable,
)

# Slack: a header block takes 150 characters, a section 3,000; `chat.update` refuses texts over 4,000, so a
# longer body could not be amended later.
_LONGEST_HEADLINE = 150
_LONGEST_SECTION = 3_000
_LONGEST_BODY = 3_500
_JOINER = "\u200d"

# Trouble with our own set-up, that somebody can mend while the update is still worth sending.
_OURS_TO_MEND = {
    **dict.fromkeys(NO_TOKEN, "Slack no longer accepts Clarion's token; an operator must install the app again"),
    "not_in_channel": "Clarion is not in the channel; invite it there with /invite",
    "missing_scope": "Clarion may not post there; an operator must install the app again",
}
_NOT_READ = {
    **_OURS_TO_MEND,
    "channel_not_found": "there is none with this id, or it is private and Clarion is not in it",
}


class SlackBroadcast(PublicOutlet):
    """Posts parts "headline" and "body" to one channel."""

    name = "slack"
    label = "Slack"
    layout = "slack"
    inside_layout = "internal"
    kind = OutletKind.SEARCHABLE
    limits = Limits(parts={"headline": _LONGEST_HEADLINE, "body": _LONGEST_BODY})

    def __init__(self, chat: Chat, channel: str, *, inside: bool = False) -> None:
        """Post to `channel`, an id such as C0123456789. `inside`: only our own people read it (R18)."""
        self._chat, self._channel = chat, channel
        if inside:
            self.layout = self.inside_layout
        self.destination = f"slack:{channel}"

    async def recipients(self) -> tuple[Recipient, ...]:
        """Return the channel."""
        return (Recipient(id="channel", address=self._channel),)

    async def deliver(self, rendition: Rendition, recipient: Recipient, key: str) -> Receipt:
        """Post once, marked with the key."""
        with only_three_failures():
            headline, body = self.require_fit(rendition, "headline", "body")
            if not headline.strip() or not body.strip():
                raise Refused("Slack takes no empty headline and no empty text")
            message = drawn(headline, body)
            try:
                ref = await self._chat.post(self._channel, message, mark=_mark(key), customer_facing=True)
            except ChatRefused as refused:
                if refused.code in _OURS_TO_MEND:
                    raise Unavailable(_OURS_TO_MEND[refused.code]) from None
                raise Refused(f"Slack said no: {refused.code}") from None
            except ChatUnavailable as fault:
                raise Unavailable("Slack took nothing this time", fault.retry_after) from None
            except ChatUnknown:
                raise OutcomeUnknown("Slack's reply to the post was lost") from None
            return Receipt(reference=ref.ts)

    async def find(self, rendition: Rendition, recipient: Recipient, key: str) -> bool:
        """Look once for the post with this key's mark."""
        return await self._look(_mark(key))

    async def check(self) -> str:
        """Read the channel's recent history; posts nothing."""
        with checking():
            try:
                await self._chat.find_post(self._channel, Mark(kind="clarion_check", key="check"))
            except ChatRefused as refused:
                why = _NOT_READ.get(refused.code, refused.code)
                raise Refused(f"Slack does not let Clarion read the channel {self._channel}: {why}") from None
            except ChatUnavailable as fault:
                raise Unavailable("Slack does not answer now", fault.retry_after) from None
            except ChatUnknown:
                raise Unavailable("Slack's reply was lost") from None
            return f"The Slack channel {self._channel} can be read; nothing was posted."

    async def _look(self, mark: Mark) -> bool:
        try:
            return await self._chat.find_post(self._channel, mark) is not None
        except ChatUnavailable as fault:
            raise Unavailable("Slack does not answer now", fault.retry_after) from None
        except ChatRefused as refused:
            raise Unavailable(f"Slack does not let Clarion look for the post: {refused.code}") from None
        except Exception as fault:
            raise Unavailable(f"the post could not be looked for ({type(fault).__name__})") from None


def drawn(headline: str, body: str) -> Message:
    """Return the message: a header, the body in sections, and the same as escaped fallback text."""
    header = {"type": "header", "text": _plain(headline)}
    sections = [{"type": "section", "text": _plain(chunk)} for chunk in chunks(body, _LONGEST_SECTION)]
    return Message(text=escaped(f"{headline}\n{body}"), blocks=(header, *sections))


def escaped(text: str) -> str:
    """Return `text` so that Slack shows it as it is (Slack: & < > are the only special characters)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def chunks(text: str, longest: int) -> list[str]:
    """Split `text` after a line end, else after a space; the pieces joined are `text`, and none is blank."""
    pieces: list[str] = []
    while len(text) > longest:
        cut = _cut(text, longest)
        pieces.append(text[:cut])
        text = text[cut:]
    return [*pieces, text]


def _cut(text: str, longest: int) -> int:
    most = min(longest, len(text.rstrip()) - 1)  # something to read is left for the next piece
    least = len(text) - len(text.lstrip()) + 1  # and some of it is in this one
    for end in ("\n", " "):
        cut = text.rfind(end, least, most) + 1
        if cut:
            return cut
    if most <= least:
        return longest  # nearly all blank
    cut = most
    while cut > least and _belongs_to_the_one_before(text, cut):
        cut -= 1
    return cut if cut > least else most


def _belongs_to_the_one_before(text: str, at: int) -> bool:
    return unicodedata.category(text[at]) in ("Mn", "Mc", "Me", "Sk") or _JOINER in (text[at], text[at - 1])


def _plain(text: str) -> dict[str, object]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _mark(key: str) -> Mark:
    return Mark(kind="clarion_delivery", key=key)
