"""Incidents 事件: what somebody reports in the streets, from the report to a verified close.

For: classes and their limits, who is responsible, reports, dispatch, disposal, checks, closing. Not for: the map, its cells and who
walks them (grid), steps and clocks (process), applications of people (cases).
"""
