"""What a person sets out to do, without a window: the same steps serve the window and the command line."""
