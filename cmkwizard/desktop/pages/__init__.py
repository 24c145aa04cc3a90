"""The pages of the window: thin widgets over the models, one file each."""
