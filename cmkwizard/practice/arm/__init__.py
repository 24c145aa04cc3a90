"""Azure Resource Manager of the practice cloud."""
