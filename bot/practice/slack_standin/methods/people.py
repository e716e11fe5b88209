"""Web API: who is here, and who the app is. Source: Slack docs, auth.*, team.*, users.*, usergroups.* methods."""

from __future__ import annotations

from bot.practice.slack_standin.arguments import Arguments
from bot.practice.slack_standin.methods.access import cursor_page, known_user
from bot.practice.slack_standin.records import Json
from bot.practice.slack_standin.refusal import SlackRefusal
from bot.practice.slack_standin.stage import Stage
from bot.practice.slack_standin.workspace import TEAM_DOMAIN, TEAM_ID, TEAM_NAME


def api_test(_stage: Stage, args: Arguments) -> Json:
    if args.has("error"):
        raise SlackRefusal(args.text("error"), args=args.values)
    return {"args": args.values}


def auth_test(stage: Stage, _args: Arguments) -> Json:
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": TEAM_NAME,
        "user": stage.workspace.bot.name,
        "team_id": TEAM_ID,
        "user_id": stage.workspace.bot.id,
        "bot_id": stage.workspace.bot_id,
        "is_enterprise_install": False,
    }


def open_connection(stage: Stage, _args: Arguments) -> Json:
    if stage.socket_url is None:
        raise SlackRefusal("internal_error")
    return {"url": stage.socket_url()}


def team_info(_stage: Stage, _args: Arguments) -> Json:
    team = {"id": TEAM_ID, "name": TEAM_NAME, "domain": TEAM_DOMAIN, "email_domain": "practice.example", "icon": {}}
    return {"team": team}


def _without(user: Json, args: Arguments, *more: str) -> Json:
    # Slack docs, users.info and users.list: the locale comes only with include_locale.
    left_out = {*more, *(() if args.flag("include_locale") else ("locale",))}
    return {name: value for name, value in user.items() if name not in left_out}


def user_info(stage: Stage, args: Arguments) -> Json:
    return {"user": _without(known_user(stage, args.required("user")).as_slack(), args)}


def user_list(stage: Stage, args: Arguments) -> Json:
    # npm @slack/web-api, UsersListResponse: who is a stranger is told by users.info alone.
    everyone = [_without(user.as_slack(), args, "is_stranger") for user in stage.workspace.users.values()]
    page, cursor = cursor_page(everyone, args, default=len(everyone))
    return {"members": page, "cache_ts": int(stage.now()), "response_metadata": {"next_cursor": cursor}}


def by_email(stage: Stage, args: Arguments) -> Json:
    wanted = args.required("email").lower()
    for user in stage.workspace.users.values():
        if user.email.lower() == wanted and not user.deleted:
            return {"user": _without(user.as_slack(), args, "is_stranger")}
    raise SlackRefusal("users_not_found")


def groups(stage: Stage, args: Arguments) -> Json:
    listed: list[Json] = []
    for group_id, (handle, members) in stage.workspace.usergroups.items():
        entry: Json = {"id": group_id, "team_id": TEAM_ID, "handle": handle, "name": handle, "user_count": len(members)}
        listed.append(entry | ({"users": list(members)} if args.flag("include_users") else {}))
    return {"usergroups": listed}


def group_members(stage: Stage, args: Arguments) -> Json:
    group = stage.workspace.usergroups.get(args.required("usergroup"))
    if group is None:
        raise SlackRefusal("no_such_subteam")
    return {"users": list(group[1])}
