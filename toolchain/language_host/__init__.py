"""A Python language host for a CLI built from source: see toolchain/README.md."""
