"""Pure decisions of the catalogue: what agrees, what is asked, what is needed, what it costs, what a table decides, what is found."""
