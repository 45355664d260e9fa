"""The frame and the pieces every page is made of: tokens, menu, forms, tables, charts, error pages, reading preferences.

For: one look, one behaviour, one set of words for all portals; a page extends `ui/page.html`, registers its menu entry
(`menu`), and draws with the signature pieces (`{% load pieces %}`, their inputs in `pieces` and `charts`).
Not for: deciding anything. What may be seen is identity's scope; what is due is process's clock; ui only shows it.
"""
