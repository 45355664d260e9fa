"""Tests of the city portal."""
