"""Thin entries: health, help, reading preferences, the style page, and the pages about what went wrong."""
