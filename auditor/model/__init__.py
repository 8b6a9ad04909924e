"""What can exist: values that may be unknown, policy documents as trees, and the resources of an inventory."""
