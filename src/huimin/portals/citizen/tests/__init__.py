"""Tests of the citizens' portal."""
