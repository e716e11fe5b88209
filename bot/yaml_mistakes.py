"""What is wrong with a file that is not YAML: the line, and a sentence for people who have never heard of tokens.

One place for every file that people write: scenarios, plans, heads of templates, updates. It refuses to guess where
it does not know: then it says where to look. Nothing of the file is quoted but a single mark.
"""

import re
from collections.abc import Callable

import yaml
from yaml import Mark, MarkedYAMLError, YAMLError

_LOOK = "this cannot be read. Look at the quotes, the colons and the spaces in front of this line and the one above."
_TAB = "there is a tab. Use spaces to move a line to the right."
_QUOTE = "a quotation mark is opened here and not closed."
_RUNS_ON = "the quotation mark in this line has no partner where its words end. Close it there."
_COLON = "there is a second colon. Put the words after the first one in “double quotes”."
_UNDER = "this line does not stand under the one it belongs to. Give both the same spaces in front."
_NEXT_LINE = "behind “>” or “|” the text begins in the next line, further to the right."
_BEHIND = "words stand behind a closing quotation mark. Put all of it into one pair; within '…' write its mark twice."
_FIRST = "a text cannot begin with “{}” here. Put it in “double quotes”."
_BRACKET = "“{}” is opened here and not closed, or a comma is missing behind one of its parts."
_TOO_MANY = "there is one “{}” too many."
_SLASH = "a backslash stands in “double quotes”. Write it twice, or use 'single quotes'."
_LOST_COLON = "a colon, and a space behind it, are missing in this line or in the one above."
_MISSING = "something is missing here, or a bracket that was opened above is not closed."
_SECOND = "“---” begins a second text here, and there is to be one. Leave that line out."
_MARK = "it holds a character that no text has, number {} of the file. Take it out."

_TWO_COLONS = re.compile(r":\s.*:(\s|$)")
_QUOTED_TEXT = re.compile(r"""(^|[:\-,{\[]\s*)["'].*["'].""")


def explained(error: YAMLError, text: str) -> tuple[int, str]:
    """Return the line of `text`, the first being 1, and what to do there."""
    if not isinstance(error, MarkedYAMLError):
        position = getattr(error, "position", None)
        if not isinstance(position, int):
            return 1, _LOOK
        return text.count("\n", 0, position) + 1, _MARK.format(position + 1)
    if opened := _open_quote(error, text):
        return opened, _RUNS_ON
    mark = error.problem_mark or error.context_mark
    problem, context = str(error.problem or ""), str(error.context or "")
    explain = next((one for sign, one in _KNOWN.items() if sign in problem), _plainly(_LOOK))
    line, sentence = explain(mark, error.context_mark, text, context)
    return min(line, text.count("\n") + 1), sentence  # libyaml counts an end that no line has


def _open_quote(error: MarkedYAMLError, text: str) -> int:
    """Return the line of a quotation mark whose words run on into the line that cannot be read; 0 if there is none."""
    last, found = 0, error.problem_mark
    if found is None:
        return 0
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if token.start_mark.line > found.line:
                break
            if isinstance(token, yaml.ScalarToken) and token.style in ("'", '"'):
                first, end = token.start_mark.line, token.end_mark.line
                last = first + 1 if first < end and end >= found.line - 1 else last
    except YAMLError:
        pass  # what is wrong is known already
    return last


_Explain = Callable[[Mark | None, Mark | None, str, str], tuple[int, str]]


def _plainly(sentence: str) -> _Explain:
    return lambda mark, _begun, _text, _context: (_line(mark), sentence)


def _character(mark: Mark | None, _begun: Mark | None, text: str, _context: str) -> tuple[int, str]:
    found = text[mark.index : mark.index + 1] if mark else ""
    return _line(mark), _TAB if found == "\t" else _FIRST.format(found)


def _colons(mark: Mark | None, _begun: Mark | None, text: str, _context: str) -> tuple[int, str]:
    return _line(mark), _COLON if _TWO_COLONS.search(_words(mark, text)) else _UNDER


def _end_of_text(mark: Mark | None, begun: Mark | None, _text: str, context: str) -> tuple[int, str]:
    return (_line(begun), _QUOTE) if "quoted" in context else (_line(mark), _LOOK)


def _bracket(mark: Mark | None, begun: Mark | None, text: str, _context: str) -> tuple[int, str]:
    opened = text[begun.index : begun.index + 1] if begun else "["
    return _line(begun or mark), _BRACKET.format(opened)


def _end_of_block(mark: Mark | None, _begun: Mark | None, text: str, _context: str) -> tuple[int, str]:
    found = text[mark.index : mark.index + 1] if mark else ""
    if found in ("}", "]", ","):
        return _line(mark), _TOO_MANY.format(found)
    return _line(mark), _BEHIND if _QUOTED_TEXT.search(_words(mark, text)) else _UNDER


def _words(mark: Mark | None, text: str) -> str:
    lines = text.splitlines()
    return lines[mark.line].strip() if mark and mark.line < len(lines) else ""


def _line(mark: Mark | None) -> int:
    return mark.line + 1 if mark else 1


# By what PyYAML's scanner, parser and composer say; libyaml, which reads templates, says much the same.
_KNOWN: dict[str, _Explain] = {
    "cannot start any token": _character,
    "mapping values are not allowed": _colons,
    "unexpected end of stream": _end_of_text,
    "unexpected document": _end_of_text,
    "expected ',' or": _bracket,
    "expected <block end>": _end_of_block,
    "expected key": _end_of_block,
    "expected '-' indicator": _end_of_block,
    "undefined alias": _character,
    "alphabetic or numeric character": _plainly(_FIRST.format("*")),
    "unknown escape character": _plainly(_SLASH),
    "expected escape sequence": _plainly(_SLASH),
    "could not find expected ':'": _plainly(_LOST_COLON),
    "found another document": _plainly(_SECOND),
    "document start": _plainly(_UNDER),
    "a comment or a line break": _plainly(_NEXT_LINE),
    "expected comment or line break": _plainly(_NEXT_LINE),
    "node content": _plainly(_MISSING),
    "indentation": _plainly(_UNDER),
}
