"""The exchange's pages and its API."""
