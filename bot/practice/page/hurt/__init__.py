"""The pane *Make it hurt*: switches for everything that goes wrong, and what happens then."""

from bot.practice.page.hurt.pane import HurtPane

__all__ = ["HurtPane"]
