"""Social security: declarations and rules.

For: social and medical insurance, the housing provident fund, minimum allowance, disability. Not for: paying benefits out (`ledger`).
"""
