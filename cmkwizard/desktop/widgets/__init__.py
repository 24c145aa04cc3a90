"""The parts that pages are made of. Each names itself for assistive technology and takes its colours from the
palette."""
