"""DOES: one verb per function. Load, let the domain decide, commit; whatever else must be said is a job.

It refuses to know Slack's payloads, Redis or templates: everything comes through `ports.Services`.
"""
