"""The command line: `clarion <command>`, also `python -m bot <command>`.

Each command loads what it needs and no more, says what is wrong in a sentence, and exits with 0 or 1. Nothing is
decided here.
"""

import contextlib
import io
import sys
from collections.abc import Coroutine
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import incident, plan, start, update
from bot.cli.session import As, SecretStdin
from bot.cli.start import give_up, ready_settings, to_the_end
from bot.cli.update import NextBy, Text
from bot.config import Settings
from bot.domain.incident import Severity

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a pretty traceback prints local variables, secrets among them
)
app.add_typer(incident.app, name="incident")
app.add_typer(update.app, name="update")
app.add_typer(plan.app, name="plan")


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"clarion {version('clarion')}")
        raise typer.Exit


@app.callback()
def clarion(
    version: Annotated[
        bool, typer.Option("--version", help="print which Clarion this is", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """The Slack bot a company trusts in its worst hour. `clarion practice` needs no set-up at all."""


@app.command()
def run() -> None:
    """Run everything: Redis (unless REDIS_URL is set), web and worker."""
    from bot import processes
    from bot.storage.embedded import EmbeddedRedisFailed, NoServer

    settings = ready_settings()
    print(f"Clarion is starting; its data is in {settings.clarion_home}. Ctrl-C stops it.", flush=True)
    ports = {"web": settings.port, "worker": processes.worker_port(settings)}
    places = (f"http://localhost:{port}/readyz ({part})" for part, port in ports.items() if port)
    print(f"How it is: {', '.join(places)}.", flush=True)
    try:
        to_the_end(processes.run(settings))
    except (EmbeddedRedisFailed, NoServer, processes.PartFailed) as failed:
        give_up(str(failed))


@app.command()
def web() -> None:
    """Run the web process alone. Needs REDIS_URL: it shares its Redis with the worker."""
    settings = ready_settings()
    redis_url = _shared_redis(settings)
    from bot.web.serving import serve

    _part("web", serve(settings, redis_url))


@app.command()
def worker() -> None:
    """Run the worker alone. Needs REDIS_URL: it shares its Redis with the web process."""
    settings = ready_settings()
    redis_url = _shared_redis(settings)
    from bot.worker import run as serve

    _part("worker", serve(settings, redis_url))


@app.command()
def practice(
    scenario: Annotated[str, typer.Option(help="name of a shipped scenario, a file, or “all”; else no script")] = "",
    headless: Annotated[bool, typer.Option("--headless", help="play it, say how it went, and end")] = False,
    junit: Annotated[Path | None, typer.Option(help="headless: write the steps as a JUnit report")] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="port of the page, headless of the status page; 0: any")
    ] = 0,
    browse: Annotated[bool, typer.Option("--open", help="open the page in a browser")] = False,
    templates: Annotated[Path | None, typer.Option(help="folder of your own message templates to play with")] = None,
    settings: Annotated[
        Path | None, typer.Option(help="your .env to judge; no secret or address in it is used")
    ] = None,
    own_plan: Annotated[Path | None, typer.Option("--plan", help="your own communication plan to play with")] = None,
) -> None:
    """Serve a workspace to click in, on this machine alone. Reads no setting by itself, reaches nothing outside.

    Scenarios: approved-by-mistake, approver-silent, break-glass, is-it-an-incident, outlet-refuses, promise-missed,
    reply-lost, sev1-outage, slack-down, strangers, three-languages, worker-killed, wrong-draft, wrong-words.
    """
    if junit is not None and not headless and scenario != "all":
        give_up("--junit writes how a scenario went; it needs --headless.")
    from bot.practice import session

    practised = session.run(
        scenario or None,
        headless=headless,
        junit=junit,
        port=port,
        browse=browse,
        templates=templates,
        settings=settings,
        plan=own_plan,
    )
    raise typer.Exit(to_the_end(practised))


@app.command()
def check(
    own_plan: Annotated[Path | None, typer.Option("--plan", help="judge this plan, and nothing else")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="what can go wrong fails as well: for CI")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print it for a machine")] = False,
    rehearse: Annotated[
        str, typer.Option(help="play a scenario of practice against the plan: a name, a file, or “all”")
    ] = "",
) -> None:
    """Describe every setting, try what is set, and judge the plan; exit 1 if something does not work."""
    from bot import checkup

    if rehearse:
        _require_scenario(rehearse)
    wanted = checkup.Wanted(own_plan, strict, as_json, partial(_rehearsed, rehearse) if rehearse else None)
    settings = start.settings()
    raise typer.Exit(to_the_end(checkup.run(settings, wanted=wanted)))


def _require_scenario(name: str) -> None:
    """End the command if there is no such scenario: that would be no fault of the plan."""
    from bot.practice import session
    from bot.practice.scenario import reading
    from bot.practice.scenario.script import ScenarioMistake

    try:
        if name != session.ALL:
            reading.read(reading.find(name))
    except ScenarioMistake as mistake:
        give_up(f"--rehearse: {mistake}")


async def _rehearsed(scenario: str, plan: Path | None) -> dict[str, str]:
    """Play a scenario against a plan; what it says goes to the error output, beside the findings."""
    from bot.practice import session

    with contextlib.redirect_stdout(sys.stderr):
        status = await session.run(scenario, headless=True, plan=plan)
    return {} if status == 0 else {scenario: "What happened is told above."}


TwoSecrets = Annotated[
    bool, typer.Option("--secret-stdin", help="the first two lines of standard input are the secrets")
]


@app.command()
def publish(
    author: Annotated[str, typer.Option(help="who writes: name or user id in Slack")],
    approver: Annotated[str, typer.Option(help="who approves: somebody else")],
    which: Annotated[str, typer.Argument(metavar="[INCIDENT]", help="INC-12; without it, a new one with --new")] = "",
    emergency: Annotated[bool, typer.Option("--emergency", help="Redis is down, and customers must hear now")] = False,
    title: Annotated[str, typer.Option("--new", help="what is wrong, for an incident that nobody declared")] = "",
    severity: Annotated[Severity, typer.Option(help="of a new incident", case_sensitive=False)] = Severity.SEV1,
    number: Annotated[int | None, typer.Option("--update", help="one that was written before Redis went")] = None,
    file: Annotated[Path | None, typer.Option(help="YAML with headline, impact, meanwhile, estimate, next")] = None,
    headline: Text = None,
    impact: Text = None,
    meanwhile: Text = None,
    estimate: Text = None,
    next_by: NextBy = None,
    template: Text = None,
    keep: Annotated[str | None, typer.Option(help="why words stay that would stop the draft")] = None,
    patience: Annotated[float, typer.Option(help="seconds for which outlets are tried", min=0)] = 60.0,
    secret_stdin: TwoSecrets = False,
) -> None:
    """Publish without Redis: an author and somebody else who approves, each with their secret."""
    if not emergency:
        give_up("This is for the day on which Redis is down: add --emergency. Else: `clarion update draft`.")
    from bot.cli import emergency as alone

    texts = {"headline": headline, "impact": impact, "meanwhile": meanwhile, "estimate": estimate, "next": next_by}
    wanted = alone.Wanted(
        which=which,
        author=author,
        approver=approver,
        number=number,
        title=title,
        severity=severity,
        file=file,
        texts={**texts, "template": template, "keep": keep},
        secret_stdin=secret_stdin,
        patience=patience,
    )
    if sentence := to_the_end(alone.publish(ready_settings(), wanted)):
        give_up(sentence)


@app.command()
def recover(who: As, secret_stdin: SecretStdin = False) -> None:
    """Show what Redis lost, or never had; put it back, and publish again."""
    from bot.cli import recovering

    if sentence := to_the_end(recovering.recover(ready_settings(), who, secret_stdin)):
        give_up(sentence)


@app.command()
def manifest(
    url: Annotated[str, typer.Option(help="public https:// address of the web process; without it, Socket Mode")] = "",
) -> None:
    """Print the manifest to create the Slack app from."""
    from bot.slack.manifest import manifest_json

    try:
        print(manifest_json(url))
    except ValueError as mistake:
        give_up(f"--url: {mistake}.")


@app.command()
def release() -> None:
    """Check the settings and Redis before a release goes live (the Procfile's release phase)."""
    settings = ready_settings()
    _shared_redis(settings)
    from bot import checkup

    raise typer.Exit(to_the_end(checkup.release(settings)))


@app.command()
def aside() -> None:
    """Show the jobs that crashed three times and were put aside."""
    settings = ready_settings()
    from bot import checkup

    raise typer.Exit(to_the_end(checkup.show_aside(settings)))


def main() -> None:
    """Run the command line. What a terminal cannot show (🔔 in one that knows ASCII alone) is a question mark there."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app()


def _shared_redis(settings: Settings) -> str:
    if settings.redis_url is None:
        give_up(
            "REDIS_URL must be set: web and worker as separate processes share one Redis. "
            "`clarion run` starts everything, Redis included."
        )
    return settings.redis_url.get_secret_value()


def _part(part: str, work: Coroutine[Any, Any, Any]) -> None:
    """Run a process of the bot; what is wrong with its start is a sentence."""
    from bot.rendering.catalogue import BrokenTemplates
    from bot.slack.identity import NotIdentified

    try:
        to_the_end(work, part=part)
    except NotIdentified as refused:
        _give_up_part(f"Slack does not accept SLACK_BOT_TOKEN. {refused}")
    except (BrokenTemplates, ValueError) as mistake:
        _give_up_part(str(mistake))


def _give_up_part(sentence: str) -> None:
    """End a part with a sentence: on the terminal, or once for all parts, by `clarion run`."""
    from bot import processes

    if processes.give_reason(sentence):
        raise typer.Exit(1)
    give_up(sentence)


if __name__ == "__main__":
    main()
