"""AWS: moto, and before it what moto leaves out."""
