"""The programs that are compared. Each makes the same cloud resources, names apart."""
