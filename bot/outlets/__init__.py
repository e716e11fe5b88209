"""Ways out: one small file for each place where customers hear.

Each adapter implements `ports.Outlet`, keeps its vendor's oddities inside, and knows nothing of the others.
This room refuses to render, to retry and to decide: it delivers stored bytes once and says which of four
things happened. How to add an outlet, and the hard cases already settled: README.md beside this file.
"""
