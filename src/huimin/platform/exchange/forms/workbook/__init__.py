"""Workbooks (Office Open XML, ISO/IEC 29500), read and written as the XML they are.

For: the exact text of numbers, merged cells and sheets larger than memory, which the spreadsheet libraries give up in one way
or another. Not for: formulas, styles, anything but rows of values.
"""
