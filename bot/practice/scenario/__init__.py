"""PLAYS: a scenario file read into steps, and the steps performed and judged.

`reading` turns YAML into a `Script` and refuses what it does not understand, with file, step and line; `acting` does
what the people do; `judging` waits for what must then be true; `play` runs one after the other; `junit` writes it
down for machines. It refuses to wait without an end, and to go on after a step that did not happen.
"""
