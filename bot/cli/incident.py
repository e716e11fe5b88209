"""`clarion incident ...`: declare, list, show, change the stage, resolve, make private or public.

Each asks for the caller's secret first.
"""

from enum import StrEnum
from typing import Annotated

import typer

from bot.cli.session import As, Desk, SecretStdin, perform
from bot.domain.facts import Stage
from bot.domain.incident import EndKind, Role, Severity
from bot.domain.refusals import Refusal

app = typer.Typer(help="Incidents without Slack: the same rules and the same record.", no_args_is_help=True)

Which = Annotated[str, typer.Argument(metavar="INCIDENT", help="INC-12, or 12")]
Named = Annotated[str, typer.Option(help="name or user id in Slack")]


class How(StrEnum):
    """How an incident of which nothing was published ends; one that was published ends with its restored notice."""

    QUIET = "quiet"
    FALSE_ALARM = "false-alarm"


_KINDS = {How.QUIET: EndKind.QUIET, How.FALSE_ALARM: EndKind.FALSE_ALARM}


@app.command()
def declare(
    context: typer.Context,
    title: Annotated[str, typer.Argument(help="what is wrong, in quotes")],
    who: As,
    severity: Annotated[Severity, typer.Option(help="SEV1 is the worst", case_sensitive=False)],
    impact: Annotated[str, typer.Option(help="what customers see")] = "",
    commander: Named = "",
    communications: Named = "",
    support: Named = "",
    private: Annotated[bool, typer.Option("--private", help="only the people in its channel know of it")] = False,
    secret_stdin: SecretStdin = False,
) -> None:
    """Declare an incident. Its channel is opened as soon as Slack works."""
    holders = {Role.COMMANDER: commander, Role.COMMUNICATIONS: communications, Role.SUPPORT: support}

    async def work(desk: Desk) -> None:
        from bot.cli import page
        from bot.domain.lifecycle import Declaration, recent
        from bot.usecases import incidents, secrets

        by = await desk.verified("declare an incident")
        named = {role: name for role, name in holders.items() if name}
        roles = {role: (await secrets.named(desk.services, name, f"--{role}")).user_id for role, name in named.items()}
        said = Declaration(title=title, severity=severity, impact=impact, roles=roles, private=private)
        before = recent(await desk.services.incidents.open(), desk.services.clock.now())
        found = await incidents.declare(desk.services, said, by, desk.operation())
        desk.say(f"{found.name} is declared. Its channel, with the story so far, follows as soon as Slack works.")
        if private:
            desk.say(
                "It is private: nothing about it is published, and only who has a role or is in its channel sees it."
            )
            return
        desk.say(f"Write to customers: clarion update draft {found.name} --as {who}")
        if others := [page.row(one) for one in before if one.id != found.id]:
            same = f"clarion incident resolve {found.name} --how false-alarm --as {who}"
            desk.say("\n".join(("Also declared in the last hour:", *others, f"Is it the same? Then end yours: {same}")))

    perform(context, who, secret_stdin, work)


@app.command(name="list")
def list_open(context: typer.Context, who: As, secret_stdin: SecretStdin = False) -> None:
    """List the open incidents."""

    async def work(desk: Desk) -> None:
        from bot.cli import page

        await desk.verified("list the open incidents")
        found = await desk.services.incidents.open()
        desk.say("\n".join(map(page.row, found)) or "No incident is open.")

    perform(context, who, secret_stdin, work)


@app.command()
def show(context: typer.Context, which: Which, who: As, secret_stdin: SecretStdin = False) -> None:
    """Show an incident: roles, updates, and what happened."""

    async def work(desk: Desk) -> None:
        from bot.cli import page

        found = await desk.incident(which)
        await desk.verified(f"show {found.name}", found)
        desk.say(await page.incident(desk.services, found, await desk.services.incidents.timeline(found.id)))

    perform(context, who, secret_stdin, work)


@app.command()
def stage(
    context: typer.Context,
    which: Which,
    wanted: Annotated[
        Stage, typer.Argument(metavar="STAGE", case_sensitive=False, help="investigating, identified or monitoring")
    ],
    who: As,
    secret_stdin: SecretStdin = False,
) -> None:
    """Change the stage. Customers learn of it only through an update."""

    async def work(desk: Desk) -> None:
        from bot.usecases import incidents

        if wanted is Stage.RESOLVED:
            raise Refusal("use_resolve", f"A stage does not end it. That is `clarion incident resolve {which}`.")
        found = await desk.incident(which)
        by = await desk.verified(f"change the stage of {found.name}", found)
        changed = await incidents.set_stage(desk.services, found.id, wanted, by, desk.operation())
        told = "It is private: customers are told nothing."
        if not changed.private:
            told = f"Customers do not know: clarion update draft {changed.name}"
        desk.say(f"{changed.name} is at {changed.stage}. {told}")

    perform(context, who, secret_stdin, work)


@app.command()
def resolve(
    context: typer.Context,
    which: Which,
    who: As,
    how: Annotated[How, typer.Option(help="of an incident that customers were never told of")] = How.QUIET,
    waive: Annotated[str, typer.Option(help="reason why customers are not told that it is over")] = "",
    secret_stdin: SecretStdin = False,
) -> None:
    """End an incident. If customers were told that it began, publish the restored notice instead, or waive it."""

    async def work(desk: Desk) -> None:
        from bot.domain.facts import Stage
        from bot.usecases import incidents, scenarios

        found = await desk.incident(which)
        by = await desk.verified(f"resolve {found.name}", found)
        if found.told_customers and not waive:
            words = scenarios.fitting(desk.services, found, Stage.RESOLVED)
            restored = f"clarion update draft {found.name} --template {words} --as {who}"
            desk.say(f"Customers were told that it began, so they are told that it is over: {restored}")
            desk.say(f"That ends {found.name} once it is delivered. Or say why they are not told: --waive.")
            raise typer.Exit(1)
        kind = EndKind.WAIVED if waive else _KINDS[how]
        ended = await incidents.end(desk.services, found.id, kind, by, desk.operation(), waive)
        desk.say(f"{ended.name} is over.")
        if ended.left_current:
            words = scenarios.fitting(desk.services, ended, Stage.RESOLVED)
            closing = f"clarion update draft {ended.name} --template {words} --as {who}"
            desk.say(f"The status page still shows it as current. To tell customers that it is over: {closing}")

    perform(context, who, secret_stdin, work)


@app.command()
def private(context: typer.Context, which: Which, who: As, secret_stdin: SecretStdin = False) -> None:
    """Make an incident private: nothing more of it is published, and only who works on it knows of it."""

    async def work(desk: Desk) -> None:
        from bot.usecases import visibility

        found = await desk.incident(which)
        by = await desk.verified(f"make {found.name} private", found)
        done = await visibility.make_private(desk.services, found.id, by, desk.operation())
        desk.say(f"{done.name} is private. What waited for approval is withdrawn, and what has not left stays here.")

    perform(context, who, secret_stdin, work)


@app.command()
def public(context: typer.Context, which: Which, who: As, secret_stdin: SecretStdin = False) -> None:
    """Make a private incident public. It is announced; updates need a new draft and a new approval."""

    async def work(desk: Desk) -> None:
        from bot.usecases import visibility

        found = await desk.incident(which)
        by = await desk.verified(f"make {found.name} public", found)
        done = await visibility.make_public(desk.services, found.id, by, desk.operation())
        desk.say(f"{done.name} is public. Its channel stays private, because Slack lets no bot change that.")

    perform(context, who, secret_stdin, work)
