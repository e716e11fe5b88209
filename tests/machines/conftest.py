"""How long the machines walk: some seconds in `make test`, minutes with `make machines`."""

from hypothesis import HealthCheck, Phase, settings

from tests.storage.conftest import redis_server, server

__all__ = ["limits", "redis_server", "server"]

_LONG = "machines"
settings.register_profile(_LONG, max_examples=400, stateful_step_count=80)


def limits(examples: int, steps: int) -> settings:
    """Return the settings of a machine: so many walks of so many steps, or the long ones if the profile says so."""
    long = settings.get_current_profile_name() == _LONG
    return settings(
        max_examples=400 if long else examples,
        stateful_step_count=80 if long else steps,
        deadline=None,
        # Making a walk that fails shorter takes minutes on a real Redis: that is what `make machines` is for.
        phases=[Phase.explicit, Phase.reuse, Phase.generate, *([Phase.shrink] if long else [])],
        suppress_health_check=list(HealthCheck),
    )
