"""What a company's own CI puts to the test: its templates, and its settings as they stand in a file.

Templates are used as they are. A file of settings is read and judged whole; of what it says, practice takes the folder
of templates, the plan and the sender's name on letters, and nothing else: no token, no address of an outlet, no
recipient. It refuses a mistake with file, line and how to mend it, and never quotes a value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dotenv.parser import parse_stream

from bot.config import Mistake, Settings, SettingsMistake
from bot.domain.languages import spoken
from bot.outlets.address_list import read_addresses
from bot.plan import load as load_plan
from bot.ports import Refused
from bot.rendering.catalogue import folders
from bot.rendering.tongues import Tongues


class CompanyMistake(Exception):
    """What a company handed in cannot be used. The message says where, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Company:
    """What practice takes from a company: fields of `Settings` that carry no secret and reach nothing."""

    fields: Mapping[str, str]


NOBODY = Company({})


def judged(
    templates: Path | None = None,
    settings: Path | None = None,
    plan: Path | None = None,
    languages: Sequence[str] = (),
) -> Company:
    """Return what is taken. `templates` and `plan` go before those of `settings`, `languages` beside the plan's.

    Raises CompanyMistake, BrokenTemplates, BrokenPlan.
    """
    told = _settings(settings) if settings is not None else None
    folder = templates or (told.templates_dir if told else None)
    taken = {"templates_dir": str(folder.absolute())} if folder else {}
    if told is not None and told.mail_from:
        taken["mail_from"] = told.mail_from
    plan = plan or (told.clarion_plan if told else None)
    told_in = tuple(dict.fromkeys((*spoken(load_plan(plan).plan), *languages)))
    if plan is not None:
        taken["clarion_plan"] = str(plan.absolute())
    Tongues(folders(folder), told_in)
    return Company(taken)


def _settings(file: Path) -> Settings:
    lines = _lines(file)
    try:
        told = Settings.load(file, {})
    except SettingsMistake as wrong:
        raise CompanyMistake("\n".join(_placed(file, lines, one) for one in wrong.mistakes)) from None
    if told.mail_recipients is not None:
        try:
            read_addresses(told.mail_recipients)
        except Refused as wrong:
            mistake = Mistake(
                "MAIL_RECIPIENTS", f"{str(wrong)[:1].upper()}{str(wrong)[1:]}. Mend the list: one address a line."
            )
            raise CompanyMistake(_placed(file, lines, mistake)) from None
    named = (("TEMPLATES_DIR", told.templates_dir, Path.is_dir), ("CLARION_PLAN", told.clarion_plan, Path.is_file))
    for variable, path, is_there in named:
        if path is not None and not is_there(path):
            words = f"There is no {path}. Mend the path: one that does not begin with / starts where you are now."
            raise CompanyMistake(_placed(file, lines, Mistake(variable, words)))
    return told


def _lines(file: Path) -> dict[str, int]:
    """Return where each variable stands. Raises CompanyMistake for a file, or a line, that cannot be read."""
    found: dict[str, int] = {}
    try:
        with file.open(encoding="utf-8") as stream:
            for one in parse_stream(stream):
                # Blank lines and comments before it belong to its text.
                text = one.original.string
                ahead = text.split(one.key)[0] if one.key else text[: len(text) - len(text.lstrip())]
                line = one.original.line + ahead.count("\n")
                if one.error:
                    raise CompanyMistake(f"{file}, line {line}: write NAME=value here, or # and a comment.")
                if one.key is not None:
                    found[one.key] = line
    except (OSError, UnicodeDecodeError):
        raise CompanyMistake(f"{file} cannot be read. It should be UTF-8 text, a setting a line.") from None
    return found


def _placed(file: Path, lines: Mapping[str, int], mistake: Mistake) -> str:
    named = [lines[name] for name in mistake.variable.split(" and ") if name in lines]
    # A setting that is missing has no line; those that ask for it have.
    where = f"{file}, line {min(named)}" if named else str(file)
    return f"{where}: {mistake.variable}: {mistake.sentence}"
