"""LISTENS: what comes in over HTTP or a Socket Mode connection, and the public status site.

The way of a request: `gate` (size, signature, age) -> `shape` (is it a payload at all) -> `once` (seen before) ->
`ear` (Bolt) -> `handlers.dispatch`. It refuses to decide anything: it knows no incident and no update.
"""
