"""Passwords, PINs and codes for doors: known by the word for them, and by what stands after it.

"The password for the tablets is ...", "le code de la porte est ...", "hasłem ...": the word and the value may stand
apart, so a sentence is read on from the word. It refuses to take a plain word for a password, unless it stands alone
after a colon; and to take a coupon, a time, a version, an address or a number of characters for one.
"""

import re
from collections.abc import Iterator

# A word for a secret: those of `bot.plan.secrets`, and of the other languages.
_WORD = re.compile(
    r"(?<![^\W_])(?:(?P<pin>pin(?:code)?s?)"
    r"|(?P<code>(?:access|recovery|backup|unlock|master|emergency|override)[ -]codes?"
    r"|codes? (?:d['’]accès|d['’]urgence|de secours|de récupération|de déverrouillage|secrets?|confidentiels?)"
    r"|codic[ei] (?:d['’]accesso|di accesso|di riserva|di recupero|di sblocco|di emergenza|segret[oi])"
    r"|kod\w{0,3} (?:dost[eę]pu|odzyskiwania|ratunkow\w{1,3}|zapasow\w{1,3}|awaryjn\w{1,3}))"
    r"|(?P<pass>pass ?(?:words?|phrases?|codes?|wd)|pwd|mdp|mots? de passe|parol[ae] d['’]ordine"
    r"|has(?:ło|lo|ła|la|łem|lem|łami|le|eł)|haśle|(?:api|access)[ _-]?keys?"
    r"|(?:clés?|cle|chiav[ei]|klucz(?:a|em|e)?) api)"
    r"|(?P<door>codes?|codic[ei]|kod(?:u|em|y)?)"
    r"|(?P<other>secret|token|jeton|clé|cle|chiave|segreto|klucz(?:a|em)?|tajn\w{1,6}))(?!\w)",
    re.IGNORECASE,
)
# What a code opens, in the same sentence. Without one of these it may be a coupon, an area or an error.
_OPENS = re.compile(
    r"\b(?:doors?|gates?|entrance|safe|alarm|lock|lockers?|vault|garage|wi-?fi|building|warehouse|key ?box"
    r"|portes?|portail|grille|alarme|coffre|boîte|casier|immeuble|entrepôt|réserve"
    r"|porta|porte|cancello|allarme|cassaforte|armadietto|edificio|magazzino|cassetta|serratura"
    r"|drzwi|bram\w{1,3}|furtk\w{1,2}|sejf\w{0,3}|alarm\w{0,3}|szaf\w{1,4}|budynk\w{1,3}|magazyn\w{0,3}|domofon\w{0,3}"
    r"|zamk\w{1,3}|skrytk\w{1,2})\b",
    re.IGNORECASE,
)
# As settings are written: DB_PASSWORD=..., export API_KEY=...
_SETTING = re.compile(
    r"\b[A-Za-z0-9_]{0,40}(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|_KEY|_PASS|_PWD)\w{0,20}[ \t]?=[ \t]?"
    r"(?P<value>[^\s\"']{4,200})"
)
# As far as a sentence is read on from the word, in characters.
_WINDOW = 120
_END = re.compile(r"[.!?;](?=\s|$)|\n\s*\n")
_MARK = r"[\"'“”«»„‘’`\u00a0\u202f ]{0,3}"
_VALUE = rf"{_MARK}(?P<value>[^\s\"'“”«»„‘’`]{{4,200}})"
_NEXT = re.compile(rf"\s{{1,3}}{_VALUE}")
_LINK = re.compile(
    r"(?:(?P<colon>[\s\u00a0\u202f]{0,3}[:=]\s{0,3})|\s{1,3}(?:is|are|remains|stays|est|sont|reste|restent|è|sono|resta|rimane|to|"
    r"brzmi|jest|pozostaje)(?:\s{1,2}(?:still|now|again|toujours|encore|désormais|ancora|sempre|adesso|ora|nadal|wciąż|"
    rf"teraz))?\s{{1,3}}(?:[:=]\s{{0,3}})?){_VALUE}",
    re.IGNORECASE,
)
# "root / toor1234": an account that everybody knows, and what opens it.
_PAIR = re.compile(
    r"\b(?:root|admin|administrat\w{1,5}|amministratore|guest|user|invit[eé]|ospite|utente|go[sś][cć]|sa|postgres)"
    r" ?/ ?(?P<value>[^\s\"'“”«»„‘’`]{6,80})",
    re.IGNORECASE,
)
# "The login for the tills is kasse / Winter-2026!": the word, then a name, then what opens it.
_ACCOUNT = re.compile(
    r"\b(?:log-?ins?|log-?on|credentials|accounts?|identifiants?|comptes?|accesso|credenziali|utenza"
    r"|logowani\w{1,2}|kont[oa]|dane dostępu)\b[^.!?\n]{0,60}?\s[\w.@-]{2,60}"
    r"(?: ?/ ?| : )(?P<value>[^\s\"'“”«»„‘’`/]{8,80})",
    re.IGNORECASE,
)
# "Sign in as guest with Harbour-2291x"
_ENTERING = re.compile(
    r"\b(?:(?:sign|log)(?:ging|ged)?[ -]?(?:in|on)"
    r"|connect\w{1,4}(?:-vous)?|identifi\w{1,4}-vous|acced\w{1,4}|entra\w{0,3}"
    rf"|(?:za)?log(?:ow|uj)\w{{0,4}})\b[^.!?\n]{{0,60}}?\s(?:with|using|avec|con|z|ze|używając|and|et|e|i)"
    rf"\s{{1,3}}{_VALUE}",
    re.IGNORECASE,
)
# "the temporary password for tills Otter.Lane.55": a few words may stand between, if what follows can be nothing else.
_DESCRIBED = re.compile(rf"(?:\s{{1,3}}[^\W\d_]{{1,20}}){{1,5}}\s{{1,3}}{_VALUE}")
# "... with Otter.Lane.55 as its password": the value stands first.
_BEFORE = re.compile(
    r"(?<!\S)(?P<value>[^\s\"'“”«»„‘’`]{6,80})[\"'“”«»„‘’`]? (?:as|comme|come|jako) (?:(?:its|the|your|a|une?|la|il) )?"
    r"(?:pass(?:word|phrase|code)|mot de passe|parola d['’]ordine|hasło|haslo|pin|code|codice|kod)\b",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"v?\d{1,4}(?:\.\d{1,4}){1,3}\w?"  # a version
    r"|\d{1,2}[:.h]\d{2}\w{0,2}"  # a time
    r"|\d{1,6}(?:am|pm|h|min|mins|s|sec|ms|[kmg]b|px|km|kg|st|nd|rd|th|e|er|ème|x|eur|usd|pln|zł)"
    r"|\d{1,3}[-–]?[^\W\d_]{4,20}"  # 8-digit
    r"|(?:windows|office|microsoft|outlook|ios|macos|android|iphone|galaxy|o?auth|sha|iso|erc|wpa)\W?\d{1,5}"
    r"|[a-z][\w+.-]{1,12}://\S{1,200}|www\.\S{1,200}|[^\s@]{1,64}@[^\s@]{1,100}\.[a-z]{2,24}",
    re.IGNORECASE,
)
_ENGLISH_TO = re.compile(r"\b(?:your|the|this|a|their|my|new) \w{1,12} to \S?$", re.IGNORECASE)
_ALONE = re.compile(r"[^\W\d_]{4,40}[,;]?(?:\.?\s*$|\.?\s*\n)")
_TOLD_NEAR = 3  # words between the word for it and a colon: "new password for guests: ..."


def passwords(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a password, a PIN or a code for a door stands. No two are the same place."""
    given: set[int] = set()
    for match in _SETTING.finditer(text):
        given.add(match.start("value"))
        yield match.span()
    for match in _WORD.finditer(text):
        for start, value in _after(match, text):
            if start not in given:
                given.add(start)
                yield start, start + len(value)
    for match in (m for one in (_PAIR, _ACCOUNT, _BEFORE, _ENTERING) for m in one.finditer(text)):
        value = _bare(match["value"])
        if (
            match.start("value") not in given
            and (_strong(value) if match.re is _ENTERING else _mixed(value))
            and not _HARMLESS.fullmatch(value)
        ):
            yield match.start("value"), match.start("value") + len(value)


def _after(word: re.Match[str], text: str) -> Iterator[tuple[int, str]]:
    """Yield what a sentence says after a word for a secret that looks like one, and where."""
    rest = text[word.end() : word.end() + _WINDOW]
    end = _END.search(rest)
    stop = end.start() if end else len(rest)
    if word["door"] and not _opens(text, word, stop):
        return
    beside = None if word["other"] else _NEXT.match(text, word.end())
    if beside:
        value = _bare(beside["value"])
        digits = value.isdigit() and not word["pass"]
        if digits or (_mixed(value) and _secret(word, value)):
            yield beside.start("value"), value
    yield from _described(word, text, word.end() + stop)
    for link in _LINK.finditer(text, word.end(), min(word.end() + stop + 200, len(text))):
        if link.start() > word.end() + stop:
            return
        between = len(text[word.end() : link.start()].split())
        value = _bare(link["value"])
        if _ENGLISH_TO.search(text[: link.start("value")][-80:]):
            continue  # "Text your PIN to 44711": a number to write to
        if link["colon"] and not between and not word["other"] and _ALONE.match(text, link.start("value")):
            yield link.start("value"), value  # "Password: letmein" and nothing after it
            continue
        far = bool(link["colon"]) and between > _TOLD_NEAR
        if _named(word, value, between) if value.isdigit() else _secret(word, value) and (not far or _strong(value)):
            yield link.start("value"), value


def _described(word: re.Match[str], text: str, stop: int) -> Iterator[tuple[int, str]]:
    """Yield what stands a few words behind the word for a password, and can be nothing else."""
    found = _DESCRIBED.match(text, word.end()) if word["pass"] else None
    value = _bare(found["value"]) if found else ""
    if found and found.start("value") < stop and _strong(value) and _mixed(value) and not _HARMLESS.fullmatch(value):
        yield found.start("value"), value


def _opens(text: str, word: re.Match[str], stop: int) -> bool:
    """Say whether a door, a safe or the like stands in the sentence around a word."""
    before = re.split(r"[.!?;\n]\s", text[max(0, word.start() - _WINDOW) : word.start()])[-1]
    return bool(_OPENS.search(before) or _OPENS.search(text, word.end(), word.end() + stop))


def _bare(value: str) -> str:
    return value.rstrip(".,;:)")


def _named(word: re.Match[str], value: str, between: int) -> bool:
    """Say whether digits alone are a secret here: after the word for a PIN or a code, or right after another."""
    return len(value) >= 4 and (bool(word["pin"] or word["code"] or word["door"]) or not between)


def _secret(word: re.Match[str], value: str) -> bool:
    """A word is none: it needs a digit or a sign among its letters."""
    if _HARMLESS.fullmatch(value):
        return not (word["pass"] or word["other"]) and bool(re.fullmatch(r"\d{3,8}[A-Z]", value))
    if word["code"] or word["pin"] or word["door"]:
        return _mixed(value) or bool(re.fullmatch(r"[\d*#]{4,12}", value) and sum(map(str.isdigit, value)) >= 4)
    plain = value.rstrip("!?")
    signs = any(c.isdigit() or c in "!#$%&*+=?@^_~" for c in plain)
    return len(value) >= 6 and any(c.isalpha() for c in value) and signs


def _mixed(value: str) -> bool:
    return any(c.isalpha() for c in value) and any(c.isdigit() for c in value)


def _strong(value: str) -> bool:
    """Say whether a word is one that nobody writes for another reason: both cases and digits, or signs."""
    plain = value.rstrip("!?")
    kinds = (str.islower, str.isupper, str.isdigit)
    return len(value) >= 8 and all(any(map(kind, plain)) for kind in kinds)
