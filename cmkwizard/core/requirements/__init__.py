"""What Adobe, Azure and the organisation require: a table, and the findings that the facts lead to."""
