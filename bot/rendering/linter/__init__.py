"""The linter of drafts: what a careful reader would say of the words of an update, in four languages.

`judge` is the whole of it. How it judges, and what it cannot: bot/decisions/0021-how-drafts-are-judged.md.
"""

from bot.rendering.linter.judge import judge

__all__ = ["judge"]
