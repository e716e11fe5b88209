"""Single fields of a payload, checked: a field is what it should be, is missing where it may be, or is malformed.

Nothing here is trusted because Slack signed it; it refuses to quote what was in a field.
"""

import re
from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]

# Ids, names of commands and the like: visible ASCII; 255 is Slack's longest (ids of blocks and actions).
_ID = re.compile(r"[\x21-\x7e]{1,255}")
# A response_url is some 150 characters; nothing sensible is longer.
_URL = re.compile(r"https?://[\x21-\x7e]{1,2000}")


class Malformed(Exception):
    """Not a payload that Slack would send. The message names the field, and never quotes what was in it."""


def an_id(record: Json, name: str) -> str:
    """Return the id in a field that must be there. Raises Malformed."""
    found = optional_id(record, name)
    if not found:
        raise Malformed(name)
    return found


def optional_id(record: Json, name: str) -> str:
    """Return the id in a field, "" if there is none. Raises Malformed."""
    found = record.get(name)
    if found is None or found == "":
        return ""
    if not isinstance(found, str) or not _ID.fullmatch(found):
        raise Malformed(name)
    return found


def typed(record: Json, name: str) -> str:
    """Return what somebody typed, whatever it holds: cleaning it is the domain's. Raises Malformed."""
    found = record.get(name)
    if found is not None and not isinstance(found, str):
        raise Malformed(name)
    return found or ""


def answer_address(record: Json) -> str:
    """Return the response_url, "" if there is none. Raises Malformed."""
    found = typed(record, "response_url")
    if found and not _URL.fullmatch(found):
        raise Malformed("response_url")
    return found


def first_answer_address(body: Json) -> str:
    """Return the response_url of a form that asked for one, or "". Raises Malformed."""
    offered = body.get("response_urls")
    if not isinstance(offered, list) or not offered:
        return ""
    return answer_address(offered[0]) if isinstance(offered[0], dict) else ""


def a_record(record: Json, name: str) -> Json:
    """Return the object in a field, empty if there is none. Raises Malformed."""
    found = record.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Malformed(name)
    return found
