"""Slack's mrkdwn as HTML.

Source: Slack docs, "Formatting text for app surfaces". Only what is between angle brackets can become live, and of
that only web and mail addresses; everything else is escaped words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from markupsafe import Markup

from bot.practice.page.drawing.dates import moment
from bot.practice.page.drawing.emoji import NAMES, emoji
from bot.practice.page.drawing.links import link
from bot.practice.page.drawing.look import Look

# Finished pieces are put aside under a number between these two, which no text of a person keeps.
_OPEN, _SHUT = "\ue000", "\ue001"
_ASIDE = re.compile(f"{_OPEN}(\\d+){_SHUT}")
_FENCE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_ATOM = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<angle>[^<>\n]+)>"
    r"|(?P<url>https?://[^\s<>|`]*[^\s<>|`.,;:!?)\]}'\"*_~])"
    r"|:(?P<emoji>[a-z0-9_+\-]{1,60}):"
)
_STYLED = re.compile(r"(?<![\w*~])([*_~])(?=\S)((?:(?!\1)[^\n])+?)(?<=\S)\1(?![\w*~])")
_FRAMES = {"*": Markup("<strong>{}</strong>"), "_": Markup("<em>{}</em>"), "~": Markup("<s>{}</s>")}
_QUOTE = re.compile(r"(?:&gt;|>) ?(.*)")
_BROADCASTS = ("here", "channel", "everyone")


def mrkdwn(text: str, look: Look) -> Markup:
    """Return the text as HTML, for a `<div>`. Nothing in it is live but web and mail links."""
    clean = text.replace("\r\n", "\n").replace(_OPEN, "\ufffd").replace(_SHUT, "\ufffd")
    pieces = _FENCE.split(clean)
    drawn = [
        Markup("<pre>{}</pre>").format(_words(_bare(piece))) if number % 2 else _paragraphs(piece, look)
        for number, piece in enumerate(pieces)
    ]
    return Markup("").join(drawn)


def mention(user_id: str, look: Look) -> Markup:
    """Return a person's name, highlighted for the one it means."""
    own = " bk-mention-self" if user_id == look.reader else ""
    return Markup('<span class="bk-mention{}" data-user="{}">@{}</span>').format(own, user_id, look.user_name(user_id))


def channel(channel_id: str, look: Look) -> Markup:
    """Return a channel's name; `data-channel` lets the page open it."""
    name = look.channel_name(channel_id).removeprefix("#")
    return Markup('<span class="bk-mention" data-channel="{}">#{}</span>').format(channel_id, name)


def group(group_id: str, look: Look) -> Markup:
    """Return the name of a user group."""
    return Markup('<span class="bk-mention">@{}</span>').format(look.usergroup_name(group_id).removeprefix("@"))


def broadcast(scope: str) -> Markup:
    """Return `@here`, `@channel` or `@everyone`, which mean the reader too."""
    return Markup('<span class="bk-mention bk-mention-self">@{}</span>').format(scope)


def _words(text: str) -> str:
    """Slack docs: `&`, `<` and `>` come as entities, and nothing else does."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _bare(text: str) -> str:
    """Text inside code: links and mentions as the words that they show."""
    return re.sub(r"<([^<>\n]+)>", lambda found: found[1].rpartition("|")[2], text)


def _paragraphs(text: str, look: Look) -> Markup:
    drawn: list[Markup] = []
    plain: list[str] = []
    quoted: list[str] = []

    def finish(lines: list[str], frame: Markup) -> None:
        if lines:
            drawn.append(frame.format(_inline("\n".join(lines), look)))
            lines.clear()

    rest = text.strip("\n").split("\n")
    while rest:
        line = rest.pop(0)
        quote = _QUOTE.fullmatch(line)
        if quote is None:
            finish(quoted, Markup("<blockquote>{}</blockquote>"))
            plain.append(line)
            continue
        finish(plain, Markup("<p>{}</p>"))
        everything = re.match(r"(?:&gt;|>){3} ?", line)
        quoted.extend([line[everything.end() :], *rest] if everything else [quote[1]])
        rest = [] if everything else rest
    finish(plain, Markup("<p>{}</p>"))
    finish(quoted, Markup("<blockquote>{}</blockquote>"))
    return Markup("").join(part for part in drawn if part != "<p></p>")


@dataclass
class _Aside:
    """What is finished and must not be read again."""

    pieces: list[Markup] = field(default_factory=list)

    def put(self, piece: Markup) -> str:
        self.pieces.append(piece)
        return f"{_OPEN}{len(self.pieces) - 1}{_SHUT}"


def _inline(text: str, look: Look) -> Markup:
    aside = _Aside()

    def atom(found: re.Match[str]) -> str:
        kind = str(found.lastgroup)
        if kind == "emoji" and found[kind] not in NAMES:
            return found[0]
        return aside.put(_ATOMS[kind](found[kind], look))

    return _styled(_ATOM.sub(atom, text), aside)


def _styled(text: str, aside: _Aside) -> Markup:
    drawn: list[Markup] = []
    at = 0
    for found in _STYLED.finditer(text):
        drawn.append(_plain(text[at : found.start()], aside))
        drawn.append(_FRAMES[found[1]].format(_styled(found[2], aside)))
        at = found.end()
    drawn.append(_plain(text[at:], aside))
    return Markup("").join(drawn)


def _plain(text: str, aside: _Aside) -> Markup:
    parts = _ASIDE.split(text)
    drawn = [
        aside.pieces[int(part)] if number % 2 else Markup("<br>").join(_words(line) for line in part.split("\n"))
        for number, part in enumerate(parts)
    ]
    return Markup("").join(drawn)


def _code(text: str, look: Look) -> Markup:
    return Markup("<code>{}</code>").format(_words(_bare(text)))


def _url(text: str, look: Look) -> Markup:
    return link(_words(text), _words(text))


def _angle(inside: str, look: Look) -> Markup:
    what, _, label = inside.partition("|")
    if re.fullmatch(r"@[UW][A-Z0-9]+", what):
        return mention(what[1:], look)
    if re.fullmatch(r"#[CDG][A-Z0-9]+", what):
        return channel(what[1:], look)
    if what.startswith("!"):
        return _special(what[1:], _words(label), look)
    url = _words(what)
    return link(url, _words(label) or url)


def _special(what: str, label: str, look: Look) -> Markup:
    name, *parts = what.split("^")
    if name in _BROADCASTS and not parts:
        return broadcast(name)
    if name == "subteam" and parts:
        return group(parts[0], look)
    if name == "date" and len(parts) >= 2:
        return moment(parts[0], _words(parts[1]), _words("^".join(parts[2:])), label, look.zone)
    return Markup("{}").format(label or f"<!{_words(what)}>")


_ATOMS: dict[str, Callable[[str, Look], Markup]] = {
    "code": _code,
    "angle": _angle,
    "url": _url,
    "emoji": lambda name, _: emoji(name),
}
