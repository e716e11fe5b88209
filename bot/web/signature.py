"""Is this request Slack's, and fresh? HMAC-SHA256 over the raw body (Slack docs, "Verifying requests from Slack").

It refuses by default: a missing, malformed, wrong or old signature is simply not Slack's, and nobody is told which.
"""

import hashlib
import hmac
import re

# Slack docs: older than five minutes could be a replay. 300 s is taken and 301 s is not (run).
LONGEST_AGE = 300
_TIMESTAMP = re.compile(rb"[0-9]{1,12}")
_SIGNATURE = re.compile(rb"v0=[0-9a-f]{64}")


class Seal:
    """Judges signatures under one signing secret, which it never shows."""

    def __init__(self, secret: str) -> None:
        if not secret:
            raise ValueError("SLACK_SIGNING_SECRET is empty, so no request could be told from a forged one")
        self._keyed = hmac.new(secret.encode(), digestmod=hashlib.sha256)

    def holds(self, timestamp: bytes, signature: bytes, body: bytes, now: float) -> bool:
        """Say whether `body` was signed under the secret, at most five minutes from `now`."""
        if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
            return False
        if abs(now - int(timestamp)) > LONGEST_AGE:
            return False
        mac = self._keyed.copy()
        mac.update(b"v0:" + timestamp + b":")
        mac.update(body)
        return hmac.compare_digest(b"v0=" + mac.hexdigest().encode(), signature)
