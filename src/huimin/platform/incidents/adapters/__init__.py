"""The outside world of incidents: the endpoints of neighbouring cities."""
