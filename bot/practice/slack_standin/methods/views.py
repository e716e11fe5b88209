"""Web API: modals and the Home tab. Source: Slack docs, views.* methods.

It refuses a trigger that is spent or older than 3 seconds, a fourth view on the stack, and an update with an old hash.
"""

from __future__ import annotations

from copy import deepcopy

from bot.practice.slack_standin.arguments import Arguments
from bot.practice.slack_standin.blocks import check_view
from bot.practice.slack_standin.form_values import starting_values
from bot.practice.slack_standin.methods.access import known_user
from bot.practice.slack_standin.methods.chat import with_ids
from bot.practice.slack_standin.records import Json, OpenView
from bot.practice.slack_standin.refusal import SlackRefusal, invalid
from bot.practice.slack_standin.stage import Stage
from bot.practice.slack_standin.workspace import TEAM_ID

STACK = 3


def new_hash(stage: Stage) -> str:
    return f"{int(stage.now())}.{stage.workspace.token_like('hash')[:8]}"


def judged(stage: Stage, view: object, kind: str = "modal") -> Json:
    content = deepcopy(check_view(view))
    if content["type"] != kind:
        raise invalid("invalid_arguments", [f"[ERROR] must be {kind} [json-pointer:/view/type]"])
    with_ids(stage, content["blocks"])
    external_id = content.get("external_id")
    shown = [v for stack in stage.workspace.view_stacks.values() for v in stack]
    if external_id and any(v.content.get("external_id") == external_id for v in shown):
        raise SlackRefusal("duplicate_external_id")
    return content


def show(stage: Stage, user: str, content: Json, *, on_top_of: OpenView | None) -> OpenView:
    view_id = stage.workspace.mint("V")
    view = OpenView(
        id=view_id,
        user=user,
        hash=new_hash(stage),
        content=content,
        root_view_id=on_top_of.root_view_id if on_top_of else view_id,
        previous_view_id=on_top_of.id if on_top_of else None,
        values=starting_values(content["blocks"]),
    )
    stage.workspace.all_views[view_id] = view
    if on_top_of is None:
        stage.workspace.view_stacks[user] = []
    stage.workspace.view_stacks.setdefault(user, []).append(view)
    return view


def replace_content(stage: Stage, view: OpenView, content: Json) -> None:
    """What was typed stays where block_id and action_id stay (Slack docs, "Updating views")."""
    view.content, view.hash, view.client_errors = content, new_hash(stage), {}
    fresh = starting_values(content["blocks"])
    for block_id, actions in fresh.items():
        for action_id, value in actions.items():
            typed = view.values.get(block_id, {}).get(action_id)
            if typed is not None and typed["type"] == value["type"]:
                actions[action_id] = typed
    view.values = fresh


def view_as_slack(stage: Stage, view: OpenView) -> Json:
    defaults: Json = {
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "close": None,
        "submit": None,
    }
    return {
        "id": view.id,
        "team_id": TEAM_ID,
        **defaults,
        **deepcopy(view.content),
        "state": {"values": deepcopy(view.values)},
        "hash": view.hash,
        "previous_view_id": view.previous_view_id,
        "root_view_id": view.root_view_id,
        "app_id": stage.app_id,
        "app_installed_team_id": TEAM_ID,
        "bot_id": stage.workspace.bot_id,
    }


def open_view(stage: Stage, args: Arguments) -> Json:
    trigger = stage.grants.look_at(args.required("trigger_id"))
    content = judged(stage, args.structure("view", "invalid_arguments"))
    trigger.used = True
    return {"view": view_as_slack(stage, show(stage, trigger.user, content, on_top_of=None))}


def push(stage: Stage, args: Arguments) -> Json:
    trigger = stage.grants.look_at(args.required("trigger_id"))
    content = judged(stage, args.structure("view", "invalid_arguments"))
    stack = stage.workspace.views(trigger.user)
    # Slack docs, views.push: the trigger must come from an interaction inside a modal.
    if trigger.view_id is None or not stack:
        raise SlackRefusal("invalid_trigger_id")
    if len(stack) >= STACK:
        raise SlackRefusal("push_limit_reached")
    trigger.used = True
    return {"view": view_as_slack(stage, show(stage, trigger.user, content, on_top_of=stack[-1]))}


def update(stage: Stage, args: Arguments) -> Json:
    view_id, external_id = args.text("view_id"), args.text("external_id")
    if not view_id and not external_id:
        raise invalid("invalid_arguments", ["[ERROR] either view_id or external_id is required"])
    shown = [v for stack in stage.workspace.view_stacks.values() for v in stack]
    found = [v for v in shown if view_id == v.id or (external_id and v.content.get("external_id") == external_id)]
    if not found:
        raise SlackRefusal("not_found")
    view = found[0]
    if args.has("hash") and args.text("hash") != view.hash:
        raise SlackRefusal("hash_conflict")
    given = args.structure("view", "invalid_arguments")
    if isinstance(given, dict) and given.get("external_id") == view.content.get("external_id"):
        view.content.pop("external_id", None)
    replace_content(stage, view, judged(stage, given))
    return {"view": view_as_slack(stage, view)}


def publish(stage: Stage, args: Arguments) -> Json:
    user = known_user(stage, args.required("user_id"))
    content = judged(stage, args.structure("view", "invalid_arguments"), "home")
    stage.workspace.homes[user.id] = content
    view_id = stage.workspace.mint("V")
    values = starting_values(content["blocks"])
    home = OpenView(view_id, user.id, new_hash(stage), content, root_view_id=view_id, values=values)
    stage.workspace.all_views[view_id] = stage.workspace.home_views[user.id] = home
    return {"view": view_as_slack(stage, home)}
