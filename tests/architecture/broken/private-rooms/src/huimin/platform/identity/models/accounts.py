"""A private room that is a package."""
