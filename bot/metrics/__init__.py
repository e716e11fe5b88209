"""COUNTS: what this process did, as Prometheus metrics. The list, and how to read it, is `README.md`.

It refuses labels that could grow without end, and anything that a person wrote: no title, no name, no address.
"""
