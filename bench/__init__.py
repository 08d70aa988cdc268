"""What ``DatabricksStagingAccess`` costs beside the same resources written by hand."""
