"""Tests of the house as a whole; an app's own tests stand beside it."""
