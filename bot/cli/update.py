"""`clarion update ...`: draft, edit, submit, show, approve, reject, leave a language out, stop.

Author and approver each prove who they are. It refuses to ask for approval, or to approve, before every text has been
shown in full.
"""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.incident import Which
from bot.cli.session import As, Desk, SecretStdin, perform

app = typer.Typer(help="Updates for customers without Slack, under the same approval rule.", no_args_is_help=True)

Number = Annotated[int | None, typer.Argument(metavar="[UPDATE]", help="its number; else the one that waits", min=1)]
Text = Annotated[str | None, typer.Option(help="instead of being asked for it")]
NextBy = Annotated[str | None, typer.Option("--next", help="next update by: “in 45 min”, “16:30 CET”")]
Keep = Annotated[str | None, typer.Option(help="why words stay that would stop the draft; it goes on record")]
Fields = Annotated[list[str] | None, typer.Option("--field", help="a field of the template: name=text")]
File = Annotated[
    Path | None,
    typer.Option(help="YAML with headline, impact, meanwhile, estimate, next, zone, fields, languages, keep"),
]
Yes = Annotated[bool, typer.Option("--yes", help="ask for approval without asking me again")]
Patience = Annotated[float, typer.Option(help="seconds without news after which it is no longer followed", min=0)]


@app.command()
def draft(
    context: typer.Context,
    which: Which,
    who: As,
    template: Annotated[str, typer.Option(help="such as outage/identified; else what fits the stage")] = "",
    corrects: Annotated[int | None, typer.Option(help="number of the published update that this corrects")] = None,
    headline: Text = None,
    impact: Text = None,
    meanwhile: Text = None,
    estimate: Text = None,
    next_by: NextBy = None,
    zone: Text = None,
    fields: Fields = None,
    keep: Keep = None,
    file: File = None,
    out: Annotated[Path | None, typer.Option(help="keep it in this file and ask nobody; then `update submit`")] = None,
    yes: Yes = False,
    secret_stdin: SecretStdin = False,
) -> None:
    """Write an update, read every text of it, and ask for approval."""
    texts = {"headline": headline, "impact": impact, "meanwhile": meanwhile, "estimate": estimate, "next": next_by}

    async def work(desk: Desk) -> None:
        from bot.cli import drafting, writing

        said = writing.given({**texts, "zone": zone, "template": template or None, "keep": keep}, fields or [], file)
        await drafting.draft(desk, which, said, corrects=corrects, out=out, yes=yes)

    perform(context, who, secret_stdin, work)


@app.command()
def submit(
    context: typer.Context,
    which: Which,
    file: Annotated[Path, typer.Argument(help="what `update draft --out` kept")],
    who: As,
    corrects: Annotated[int | None, typer.Option(help="number of the published update that this corrects")] = None,
    yes: Yes = False,
    secret_stdin: SecretStdin = False,
) -> None:
    """Ask for approval of an update that was kept in a file, after showing every text of it."""

    async def work(desk: Desk) -> None:
        from bot.cli import drafting, writing

        await drafting.draft(desk, which, writing.read(file), corrects=corrects, out=None, yes=yes, ask=False)

    perform(context, who, secret_stdin, work)


@app.command()
def edit(
    context: typer.Context,
    which: Which,
    who: As,
    number: Number = None,
    headline: Text = None,
    impact: Text = None,
    meanwhile: Text = None,
    estimate: Text = None,
    next_by: NextBy = None,
    zone: Text = None,
    fields: Fields = None,
    keep: Keep = None,
    file: File = None,
    yes: Yes = False,
    secret_stdin: SecretStdin = False,
) -> None:
    """Put a new revision in place of an update that waits. Whoever does may not approve it."""
    texts = {"headline": headline, "impact": impact, "meanwhile": meanwhile, "estimate": estimate, "next": next_by}

    async def work(desk: Desk) -> None:
        from bot.cli import drafting, writing

        await drafting.edit(
            desk, which, number, writing.given({**texts, "zone": zone, "keep": keep}, fields or [], file), yes=yes
        )

    perform(context, who, secret_stdin, work)


@app.command()
def show(
    context: typer.Context, which: Which, who: As, number: Number = None, secret_stdin: SecretStdin = False
) -> None:
    """Show an update: every text in full, who wrote and approved it, and what became of it."""

    async def work(desk: Desk) -> None:
        from bot.cli import deciding

        await deciding.show(desk, which, number)

    perform(context, who, secret_stdin, work)


@app.command()
def approve(
    context: typer.Context,
    which: Which,
    who: As,
    number: Number = None,
    digest: Annotated[
        str, typer.Option(help="the first 8 characters of what you have read, instead of typing it")
    ] = "",
    patience: Patience = 20.0,
    secret_stdin: SecretStdin = False,
) -> None:
    """Read every text, approve exactly that, and follow how it is delivered."""

    async def work(desk: Desk) -> None:
        from bot.cli import deciding

        await deciding.approve(desk, which, number, digest, patience)

    perform(context, who, secret_stdin, work)


@app.command()
def reject(
    context: typer.Context,
    which: Which,
    who: As,
    reason: Annotated[str, typer.Option(help="what its author has to change")],
    number: Number = None,
    secret_stdin: SecretStdin = False,
) -> None:
    """Send an update back to its author with a reason."""

    async def work(desk: Desk) -> None:
        from bot.cli import deciding

        await deciding.reject(desk, which, number, reason)

    perform(context, who, secret_stdin, work)


@app.command("leave-out")
def leave_out(
    context: typer.Context,
    which: Which,
    who: As,
    reason: Annotated[str, typer.Option(help="why customers are not told in it any more")],
    secret_stdin: SecretStdin = False,
) -> None:
    """Leave a language out in which customers read of the incident, and in which nobody can be told any more."""

    async def work(desk: Desk) -> None:
        from bot.cli import deciding

        await deciding.leave_out(desk, which, reason)

    perform(context, who, secret_stdin, work)


@app.command()
def stop(
    context: typer.Context, which: Which, who: As, number: Number = None, secret_stdin: SecretStdin = False
) -> None:
    """Stop what has not left yet, and list what has."""

    async def work(desk: Desk) -> None:
        from bot.cli import deciding

        await deciding.stop(desk, which, number)

    perform(context, who, secret_stdin, work)
