"""The officials' portal: one desk for clerks, data officers and administrators.

For: the menu of work that identity offers. Not for: any page; those belong to the apps that answer for the work.
"""
