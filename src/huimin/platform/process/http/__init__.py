"""Pages: the inbox, the item page, handing over."""
