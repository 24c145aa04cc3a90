"""How to put a finding right by hand."""
