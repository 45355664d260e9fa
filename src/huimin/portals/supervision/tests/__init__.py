"""Tests of the board of supervision."""
