"""Build entry point; what is not here is in pyproject.toml."""

from setuptools import find_packages, setup

# In a checkout the pack stands where `--policy-pack policypack` finds it; installed, it needs a
# name that nobody else has.
_PACK = "pulumi_polytomic_policypack"

setup(
    packages=[*find_packages(include=["pulumi_polytomic*"]), _PACK, f"{_PACK}.rules"],
    package_dir={_PACK: "policypack"},
    package_data={
        "pulumi_polytomic": ["py.typed", "pulumi-plugin.json"],
        _PACK: ["PulumiPolicy.yaml"],
    },
)
