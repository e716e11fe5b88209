"""DECIDES: the rules of incidents and customer updates as pure functions over frozen dataclasses.

This room refuses I/O, clocks, randomness and frameworks: time and ids are handed in, what must be said
or done leaves as a `Change` (timeline entries and jobs), and what may not happen is a `Refusal`.
"""
