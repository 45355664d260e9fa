"""Tests of the ui app."""
