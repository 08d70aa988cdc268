"""Everything that the databricks plugin serves."""

from typing import Final

from sandbox.providers.databricks import credentials, functions, grants, locations
from sandbox.providers.databricks.configuration import CONFIG, connect, warm_up
from sandbox.providers.launcher import sdk_version
from sandbox.providers.resource import Package, table

PACKAGE: Final = Package(
    name="databricks",
    version=sdk_version("databricks"),
    config=CONFIG,
    connect=connect,
    resources=table(credentials.STORAGE_CREDENTIAL, locations.EXTERNAL_LOCATION, grants.GRANTS),
    functions={function.token: function for function in functions.FUNCTIONS},
    warm_up=warm_up,
)
