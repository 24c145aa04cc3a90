"""What the program costs, each as a ratio to a baseline of the same run. Nothing here passes or fails on a number."""
