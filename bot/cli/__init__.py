"""THE WAY WITHOUT SLACK: `clarion incident ...` and `clarion update ...` for people whose secret has been verified.

The same use cases, permissions and record as in Slack; this room only asks, shows and types. It refuses whoever has
no secret, to take a secret from the command's words, and to approve what has not been shown in full.
"""
