"""SAYS HOW IT IS: whether this process is alive and ready, with plain reasons, and the door to its metrics.

Web and worker both use it. It refuses to mend anything, and to tell an outsider more than numbers and lanes.
"""
