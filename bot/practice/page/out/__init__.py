"""The pane *What went out*: everything that reached customers' ends, byte for byte, against what was approved."""

from bot.practice.page.out.pane import OutPane

__all__ = ["OutPane"]
