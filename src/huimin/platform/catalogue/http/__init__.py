"""The guide's pages and the catalogue's API."""
