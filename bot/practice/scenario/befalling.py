"""Reads what happens without anybody doing it: Slack goes down, time passes, something breaks, it is well again.

What can break is `bot.practice.switches`, in its own words. It refuses what is not there, with what could have been
meant.
"""

import re
from difflib import get_close_matches

from bot.practice.scenario.paper import Spot
from bot.practice.scenario.script import SLACK, TIME, TROUBLE, Act, Verb
from bot.practice.switches import SUBJECTS, SWITCHES

VERBS = (Verb.GOES_DOWN, Verb.RETURNS, Verb.PASSES, Verb.HAPPENS, Verb.IS_WELL)

_PASSES = re.compile(r"(\S+) (seconds?|minutes?|hours?) pass(?:es)?")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
_LONGEST = 24 * 3600
_WELL = f" {Verb.IS_WELL}"


def read(key: Spot, value: Spot) -> Act | None:
    """Return what happens, or None if somebody does something. Raises ScenarioMistake."""
    words = key.text.removeprefix("the ")
    act = _time(key) or _slack(words) or _trouble(key, words)
    if act is not None and (value.kind != "text" or value.text):
        raise value.wrong("nothing belongs behind this.")
    return act


def _time(key: Spot) -> Act | None:
    found = _PASSES.fullmatch(key.text)
    if not found:
        return None
    seconds = int(found[1]) * _SECONDS[found[2].removesuffix("s")] if re.fullmatch(r"\d{1,5}", found[1]) else 0
    if not 0 < seconds <= _LONGEST:
        raise key.wrong(f"“{found[1]} {found[2]}” is not a time here. Write “15 minutes pass:”; at most 24 hours.")
    return Act(TIME, Verb.PASSES, text=str(seconds))


def _slack(words: str) -> Act | None:
    return next((Act(SLACK, verb) for verb in (Verb.GOES_DOWN, Verb.RETURNS) if words == f"{SLACK} {verb}"), None)


def _trouble(key: Spot, words: str) -> Act | None:
    subject = next((one for one in SUBJECTS if words == one or words.startswith(f"{one} ")), None)
    if subject is None:
        return None
    if words == subject + _WELL:
        return Act(TROUBLE, Verb.IS_WELL, text=subject)
    if words not in SWITCHES:
        verbs = [one.verb for one in SWITCHES.values() if one.subject == subject] + [str(Verb.IS_WELL)]
        verbs += [str(Verb.RETURNS)] if subject == SLACK else []
        said = words.removeprefix(subject).strip()
        close = get_close_matches(said, verbs, n=1, cutoff=0.6)
        mend = f"Did you mean “{close[0]}”?" if close else f"There is: {', '.join(verbs)}."
        raise key.wrong(f"“{said}” is not something that can happen to “{subject}” here. {mend}")
    return Act(TROUBLE, Verb.HAPPENS, text=words)
