"""Which addresses may be live on the page: web and mail. It refuses every other scheme, `javascript:` above all."""

from __future__ import annotations

import re

from markupsafe import Markup

_LIVE = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f\x7f<>\"']+", re.IGNORECASE)


def is_live(url: str) -> bool:
    """Say whether this address may be followed from the page."""
    return _LIVE.fullmatch(url) is not None


def is_picture(url: str) -> bool:
    """Say whether a picture may be fetched from this address."""
    return is_live(url) and not url.lower().startswith("mailto:")


def link(url: str, label: Markup | str) -> Markup:
    """Return a link, or where it may not be live its label and address as words."""
    if is_live(url):
        return Markup('<a class="bk-link" href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(
            url, label
        )
    return Markup("{}").format(label) if str(label) == url else Markup("{} ({})").format(label, url)
