"""Says a step in plain words, for whoever plays it by hand. Plain text; it is escaped where it is drawn."""

from dataclasses import dataclass

from bot.practice.scenario.script import TIME, Act, Step, Verb


@dataclass(frozen=True, slots=True)
class Told:
    """A step in words. `words` are pieces, every second one to be shown in bold; `fill` is what goes into a form."""

    who: str
    words: tuple[str, ...]
    fill: tuple[tuple[str, str], ...] = ()
    typed: str = ""
    by_hand: bool = True


def told(step: Step) -> Told:
    """Return an act in words."""
    act = step.act
    if act is None:
        return Told("", ("This should now be so:",))
    if act.who.istitle():
        return _befallen(act, step)
    return Told(act.who, _doing(act), act.values, _typed(act), act.verb is not Verb.RUNS)


def _befallen(act: Act, step: Step) -> Told:
    words = step.words[:1].upper() + step.words[1:]
    by_hand = act.who != TIME and act.text not in ("worker is killed", "web process is killed")
    if by_hand:
        return Told("", (f"{words}. Switch it under ", "Make it hurt", ", or let it be done for you."), by_hand=True)
    return Told("", (f"{words}. Let it be done for you.",), by_hand=False)


def _doing(act: Act) -> tuple[str, ...]:
    where = f" in {act.where}" if act.where else ""
    beside = (", beside ", act.beside) if act.beside else ()
    if act.verb is Verb.CLICKS:
        return ("press ", act.text, where, *beside)
    if act.verb is Verb.SUBMITS:
        return ("send the form in: press ", act.text or "its button", "")
    if act.verb is Verb.CLOSES:
        return ("close the form",)
    if act.verb is Verb.ADDS:
        return ("add ", act.text, " to the channel of the incident")
    if act.verb is Verb.TYPES:
        return (f"type this{where or ' in any channel'}:",)
    if act.verb is Verb.RUNS:
        return ("run this on a terminal. There is none in practice, so let it be done for you:",)
    return ("fill in the form, in these words or your own:",)


def _typed(act: Act) -> str:
    return act.text if act.verb in (Verb.TYPES, Verb.RUNS) else ""
