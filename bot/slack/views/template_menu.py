"""The menu of templates in the drafting form: grouped by scenario, so that forty are found as quickly as five.

It refuses to judge which words fit; it only puts those of the scenario at hand first.
"""

from collections.abc import Sequence

from slack_sdk.models.blocks import Option, OptionGroup, StaticSelectElement

from bot.ports import Template
from bot.slack.views.blocks import clip, option, plain
from bot.slack.views.checking import LABEL

CHOOSE = "draft_template"
# Slack, "Select menu element": at most 100 groups, and 100 options in each.
_MOST = 100


def template_menu(templates: Sequence[Template], chosen: Template) -> StaticSelectElement:
    """Draw the menu: the scenario that is being written first, the others in their order."""
    groups: dict[str, list[Option]] = {}
    for one in sorted(templates, key=lambda t: t.scenario != chosen.scenario):
        label = one.scenario.replace("-", " ").capitalize()
        groups.setdefault(label, []).append(option(one.title, one.name, one.when_to_use))
    return StaticSelectElement(
        action_id=CHOOSE,
        option_groups=[
            OptionGroup(label=plain(clip(label, LABEL)), options=group[:_MOST]) for label, group in groups.items()
        ][:_MOST],
        initial_option=next((o for group in groups.values() for o in group if o.value == chosen.name), None),
        placeholder=plain("Choose a template"),
    )
