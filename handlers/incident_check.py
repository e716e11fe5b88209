"""Is it an incident? The plan's questions, one after another, in one modal that ends as the form that declares.

Nothing is kept anywhere until somebody declares: the modal carries the answers. It refuses to declare by itself.
"""

from collections.abc import Mapping

from bot.domain import triage
from bot.domain.lifecycle import LONGEST_TITLE
from bot.ports import Services, View
from bot.slack.views import incident as declaring
from bot.slack.views import triage as views
from bot.slack.views.forms import carried
from bot.slack.views.quoting import carried_quote
from handlers.answer import Answer, Open, Replace
from handlers.grammar import Command
from handlers.incident_declare import recent
from handlers.said import Said


async def check(services: Services, said: Said, command: Command) -> Answer:
    """Open the first question, with what was said kept for the form."""
    people = {f"role_{role}": who for role, who in declaring.roles_for(command.users).items()}
    private = "yes" if command.private else ""
    kept = {"title": command.title[:LONGEST_TITLE], "private": private, "channel": said.channel, **people}
    return Open(views.screen(views.asked(services.plan.criteria, ()), kept, ended=False))


async def replied(services: Services, said: Said) -> Answer:
    """Show the next question, or what the answers came to, in place of this one; also back, and from the start."""
    criteria = services.plan.criteria
    replies, anew = views.replied(said.name, said.value, criteria)
    shown, found = views.asked(criteria, replies, anew=anew), triage.verdict(criteria, replies)
    if _alone(said) and (found is None or found.severity is None):
        return Replace(views.screen(shown, views.keep(said.view), ended=found is not None))
    return Replace(await _form(services, said, shown))


async def declare_anyway(services: Services, said: Said) -> Answer:
    """Show the form although the plan calls it no incident: whoever sees it knows better."""
    criteria = services.plan.criteria
    replies, anew = views.replied(said.name, said.value, criteria)
    return Replace(await _form(services, said, views.asked(criteria, replies, anew=anew)))


def _alone(said: Said) -> bool:
    """Say whether the questions stand alone, with no form below them."""
    return not said.view or bool(carried(said.view).get("alone"))


async def _form(services: Services, said: Said, shown: views.Asked) -> View:
    kept: Mapping[str, str] = views.keep(said.view)
    return declaring.declare_form(
        await recent(services),
        said_in=kept.get("channel", ""),
        quoted=carried_quote(said.view),
        private=bool(kept.get("private")),
        means=services.plan.means(),
        asked=shown,
        kept={name: words for name, words in kept.items() if words},
    )


ACTIONS = {"triage_reply": replied, "triage_declare": declare_anyway}
