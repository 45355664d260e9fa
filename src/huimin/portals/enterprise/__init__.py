"""The firms' portal: what a firm has to do, its cases, licences and data, and who may act for it.

For: whoever acts for a firm now. Not for: any decision; what is shown belongs to the apps below, and what is done here is done by them.
"""
