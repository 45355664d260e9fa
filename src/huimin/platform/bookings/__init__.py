"""Bookings 预约: an hour of a window belongs to one person; the queue of those who have come.

For: offices with their hours, slots that are never sold twice, tickets of the waiting. Not for: what is done at the window (cases).
"""
