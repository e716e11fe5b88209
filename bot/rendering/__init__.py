"""WORDS: which message templates there are, and the exact text that each outlet gets.

A story file is told once, as plain words; each outlet's layout then puts its markup around those same words.
This room refuses what would send a wrong message: an empty required field, an unknown zone, a text that is too
long, and, when the program starts, a template that could not be used at three in the morning.
"""
