"""HEARS AND ANSWERS: what people say to Clarion in Slack, one conversation a file.

A handler parses, calls one use case (which commits) and returns an `Answer`. It never reaches storage,
outlets, rendering or the gateway, makes no Slack call of its own and catches nothing: `dispatch` opens the
views and carries the answers, `refusals` is the one error room.
"""
