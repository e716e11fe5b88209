"""What is wrong with a file of templates, in words for whoever wrote it: where, what is missing, and what to do.

It refuses to hand on what Jinja, YAML or the operating system says of a file without saying what it means.
"""

import re
import traceback
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

import jinja2
from jinja2.exceptions import SecurityError

from bot.domain.text import unseen

# What a file can do wrong while it is told.
FAULTS = (jinja2.TemplateError, ArithmeticError, LookupError, OSError, RecursionError, TypeError, ValueError)
_UNKNOWN = re.compile(r"No (filter|test) named '(\w+)'")
_NO_TAG = re.compile(r"Encountered unknown tag '(\w+)'")
_NOTHING = re.compile(r"'(\w+)' is undefined")
_NO_PART = re.compile(r"has no attribute '(\w+)'")
_UNSAFE = re.compile(r"attribute '(\w+)'")
_MEND = "Look for a brace, a quotation mark or an “end…” that is missing or too much."


def said(error: BaseException, known: Iterable[str] = ()) -> str:
    """Return what is wrong and what to do. `known`: names of the files that can be included."""
    if isinstance(error, jinja2.TemplateNotFound):
        return _not_found(error, known)
    if isinstance(error, jinja2.TemplateSyntaxError):
        return _not_written(error.message or "")
    if isinstance(error, RecursionError):
        return "the file includes itself, directly or by way of another one, without end. Take one of the includes out."
    if isinstance(error, UnicodeDecodeError | OSError):
        return unreadable(error)
    words = str(error)
    if isinstance(error, SecurityError) and (found := _UNSAFE.search(words)):
        return f"“{found[1]}” may not be asked for in a template. Take it out."
    if isinstance(error, jinja2.UndefinedError) and (found := _NOTHING.search(words)):
        return f"“{found[1]}” is not known here. Mend its spelling, or take it out."
    if isinstance(error, jinja2.UndefinedError) and (found := _NO_PART.search(words)):
        return f"“.{found[1]}” is not known there. Mend its spelling, or take it out."
    return f"this cannot be worked out ({' '.join(words.split())}). Mend it, or take it out."


def hidden(text: str) -> str:
    """Return where a character stands that nobody sees, and what to do; "" if there is none."""
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if found := unseen(line):
            return f"line {number}: there is a character that nobody sees (U+{ord(found):04X}). Write the words again."
    return ""


def unreadable(error: UnicodeDecodeError | OSError) -> str:
    """Return why a file cannot be read at all, and what to do."""
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        return f"line {line}: this is not UTF-8. Save the file as UTF-8 in your editor."
    return f"the file cannot be read ({error.strerror or error}). Let the user that runs Clarion read it."


def place(error: BaseException | None, default: Path | str) -> str:
    """Return "file, line 3: " of what went wrong: a piece that is included is named itself. `default`: a file."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return f"{error.filename or default}, line {error.lineno}: "
    found = f"{default}: "
    for frame, line in traceback.walk_tb(error.__traceback__ if error else None):
        told = frame.f_globals.get("__jinja_template__")  # Jinja's own mark on the code that it makes of a file
        if isinstance(told, jinja2.Template):
            file = told.filename if told.filename and told.filename.endswith(".j2") else default
            found = f"{file}, line {told.get_corresponding_lineno(line)}: "
        elif "__jinja_exception__" in frame.f_globals:  # a frame that Jinja has put in the place of that code
            found = f"{frame.f_code.co_filename}, line {line}: "
    return found


def _not_found(error: jinja2.TemplateNotFound, known: Iterable[str]) -> str:
    name = str(error.name or error)
    near = get_close_matches(name, sorted(set(known)), n=1)
    hint = f" Did you mean “{near[0]}”?" if near else ""
    return f"there is no file “{name}” to be included.{hint} Mend the name, or add the file to your folder."


def _not_written(words: str) -> str:
    if found := _UNKNOWN.search(words):
        sort = "filter (a word behind “|”)" if found[1] == "filter" else "test (a word behind “is”)"
        return f"“{found[2]}” is no {sort} that templates have here. Mend its spelling, or take it out."
    if words == "too many loops":
        return "loops stand more than two deep, or call themselves. Take one of them out."
    if found := _NO_TAG.search(words):
        return f"“{found[1]}” is no word that begins a “{{% … %}}”, or its end stands alone. {_MEND}"
    return f"this cannot be read as a template ({words.rstrip('.')}). {_MEND}"
