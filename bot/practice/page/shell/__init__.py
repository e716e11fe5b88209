"""The shell of the practice page: the chat itself, who one acts as, and where the panes stand.

It refuses to know Clarion: the app is known by its manifest, as Slack knows it.
"""
