"""The command centre (指挥中心): the live board, alarms, hot spots and themes, joint rooms, who is on duty, evaluation.

For: whoever commands incidents of a district or of the city, and who supervises them. Not for: the steps of an incident, which are
work items on the desk.
"""
