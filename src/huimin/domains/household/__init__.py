"""Household: declarations and rules.

For: marriages, real estate and the accounts for water, power and gas. Not for: paying bills (`ledger`).
"""
