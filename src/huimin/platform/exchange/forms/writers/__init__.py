"""One writer for each form of text or database. The rows of a batch are put together column by column, not one by one."""
