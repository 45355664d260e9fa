"""The outside world of cases: the till and the couriers."""
