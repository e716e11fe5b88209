"""Where the command `clarion` begins: quietly, also for whoever presses Ctrl-C while it is still loading.

Loading takes a third of a second and more. Nothing has been done by then, so Ctrl-C may end it as it ends a shell's
own commands: without a word. It refuses to know any command itself: that is `bot.__main__`.
"""

import signal


def main() -> None:
    """Load the command line and run it."""
    heard = signal.getsignal(signal.SIGINT)
    if heard is signal.default_int_handler:  # else whoever started it wants it to hear nothing
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from bot.__main__ import main as run

    signal.signal(signal.SIGINT, heard)
    run()
