"""The files that the journal keeps beside the database: keys, and the anchors of its chains."""
