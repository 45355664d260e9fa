"""Tests of the firms' portal."""
