"""Tests of the words: what customers would read."""
