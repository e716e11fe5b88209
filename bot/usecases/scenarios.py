"""Which words fit now: those of the scenario that customers already read, else of the plan's first.

It refuses to guess what happened: whoever drafts changes the scenario in the form, and it stays from then on.
"""

from bot.domain.facts import Stage
from bot.domain.incident import Incident
from bot.ports import Services


def scenario_of(services: Services, incident: Incident) -> str:
    """Return the scenario of the incident's last update, such as "outage"; of none, the plan's first."""
    if incident.updates:
        return incident.updates[-1].template.partition("/")[0]
    return services.plan.scenarios[0].name


def fitting(services: Services, incident: Incident, stage: Stage) -> str:
    """Return the name of the template for a stage: of the incident's scenario if it has one, else the first."""
    names = [t.name for t in services.words.templates() if t.stage is stage]
    scenario = scenario_of(services, incident)
    own = [name for name in names if name.startswith(f"{scenario}/")]
    return next(iter((*own, *names)), f"{scenario}/{stage.value}")


def correcting(services: Services, incident: Incident) -> str:
    """Return the name of the template that corrects what customers read last."""
    standing = incident.standing
    scenario = standing.template.partition("/")[0] if standing else scenario_of(services, incident)
    return f"{scenario}/correction"
