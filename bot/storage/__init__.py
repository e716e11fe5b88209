"""REMEMBERS: incidents, jobs, attempts and people, in Redis, each change in one atomic script.

It refuses to decide anything (that is `bot.domain`), to repeat a script blindly, to take new work when Redis is
nearly full, to read what a newer Clarion wrote, and to say "saved" or "not saved" when neither is certain.
Keys and scripts: `README.md`.
"""
