"""REMEMBERS OUTSIDE REDIS: what this machine has seen, delivered and published in an emergency, in fsynced files.

Everything lies in `journal` in CLARION_HOME. It is a second memory for the day on which Redis is gone or holds older
data. It refuses to be read in place of Redis while Redis answers, and to hold a secret itself.
"""
