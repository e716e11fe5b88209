"""CHECKS: what is set, what works with it, and what does not yet; for the person who sets Clarion up.

This room reaches no customer and changes nothing. It refuses to show a secret, and to let one trial that hangs
hold up the others.
"""

from bot.checkup.command import Wanted, release, run, show_aside

__all__ = ["Wanted", "release", "run", "show_aside"]
