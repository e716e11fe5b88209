"""The targets, measured: `make bench`, or `python -m tests.benchmarks [name ...] [--quick] [--json FILE]`.

Everything runs on this machine alone, as in production: Redis, Slack's stand-in, web, worker and whoever makes the
load are processes of their own. Figures are ratios against a floor of the same run; absolutes are for the record.
"""
