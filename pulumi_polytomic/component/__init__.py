"""What components share: the checks of their arguments, plain or Output, and account look-up."""
