"""Entries of identity: pages, the entrance of allauth, the middleware."""
