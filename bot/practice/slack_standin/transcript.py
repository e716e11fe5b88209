"""Writes the whole workspace down as text, in the order things happened: for failing tests and for reading along."""

from __future__ import annotations

from bot.practice.slack_standin.records import Message
from bot.practice.slack_standin.screen import visible_text
from bot.practice.slack_standin.workspace import Workspace


def write_transcript(workspace: Workspace) -> str:
    everything = [m for posts in workspace.posts.values() for m in posts] + workspace.ephemeral_posts
    lines = [_line(workspace, message) for message in sorted(everything, key=lambda m: float(m.ts))]
    for user_id, stack in workspace.view_stacks.items():
        for view in stack:
            lines.append(f"[modal in front of @{_name(workspace, user_id)}] {view.title}")
            lines.extend(f"    {line}" for line in visible_text(view.blocks).splitlines())
    return "\n".join(lines)


def _line(workspace: Workspace, message: Message) -> str:
    channel = workspace.channels[message.channel]
    others = [_name(workspace, m) for m in channel.members if m != workspace.bot.id]
    place = f"DM with @{', @'.join(others)}" if channel.is_im else f"#{channel.name}"
    marks = "".join(
        mark
        for mark, wanted in (
            (" (thread)", message.thread_ts not in (None, message.ts)),
            (" (edited)", message.edited is not None),
            (f" (only @{_name(workspace, message.ephemeral_for or '')})", message.ephemeral_for is not None),
        )
        if wanted
    )
    body = [message.text, *(f"    {line}" for line in visible_text(message.blocks).splitlines())]
    return f"[{place}] @{_name(workspace, message.user)}{marks}: " + "\n".join(part for part in body if part)


def _name(workspace: Workspace, user_id: str) -> str:
    return workspace.users[user_id].name if user_id in workspace.users else user_id
