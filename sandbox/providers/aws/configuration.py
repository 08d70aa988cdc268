"""The aws provider's configuration, and the clients that follow from it."""

import os
import threading
from collections.abc import Iterable
from typing import Any, Final

from sandbox.providers.aws.failures import doing
from sandbox.providers.errors import ProviderError
from sandbox.providers.loopback import require_loopback
from sandbox.providers.resource import Property, State

_ASSUME_ROLE: Final = {
    "roleArn": Property(),
    "sessionName": Property(),
    "externalId": Property(),
    "duration": Property(),
    "policy": Property(),
    "policyArns": Property("list"),
    "sourceIdentity": Property(),
    "tags": Property("map"),
    "transitiveTagKeys": Property("list"),
}
_NO_SUCH_SERVICE: Final = "the sandbox's AWS has nothing that it would steer"

CONFIG: Final = {
    "accessKey": Property(secret=True),
    "allowedAccountIds": Property("list", conflicts_with=("forbiddenAccountIds",)),
    "assumeRoles": Property("list", fields=_ASSUME_ROLE),
    "assumeRoleWithWebIdentity": Property("object", refused="give keys or a profile"),
    "customCaBundle": Property(refused=_NO_SUCH_SERVICE),
    "defaultTags": Property("object", fields={"tags": Property("map")}),
    "ec2MetadataServiceEndpoint": Property(refused=_NO_SUCH_SERVICE),
    "ec2MetadataServiceEndpointMode": Property(refused=_NO_SUCH_SERVICE),
    "endpoints": Property(
        "list", fields={name: Property() for name in ("iam", "kms", "s3", "sts")}
    ),
    "forbiddenAccountIds": Property("list", conflicts_with=("allowedAccountIds",)),
    "httpProxy": Property(refused=_NO_SUCH_SERVICE),
    "httpsProxy": Property(refused=_NO_SUCH_SERVICE),
    "ignoreTags": Property("object", refused="tags are compared as they are"),
    "insecure": Property("boolean"),
    "maxRetries": Property("integer"),
    "noProxy": Property(),
    "profile": Property(),
    "region": Property(),
    "retryMode": Property(),
    "s3UsEast1RegionalEndpoint": Property(),
    "s3UsePathStyle": Property("boolean"),
    "secretKey": Property(secret=True),
    "sharedConfigFiles": Property("list"),
    "sharedCredentialsFiles": Property("list"),
    "skipCredentialsValidation": Property("boolean"),
    "skipMetadataApiCheck": Property("boolean"),
    "skipRegionValidation": Property("boolean"),
    "skipRequestingAccountId": Property("boolean"),
    "stsRegion": Property(),
    "tagPolicyCompliance": Property(refused=_NO_SUCH_SERVICE),
    "token": Property(secret=True),
    "tokenBucketRateLimiterCapacity": Property("integer"),
    "useDualstackEndpoint": Property("boolean", refused=_NO_SUCH_SERVICE),
    "useFipsEndpoint": Property("boolean", refused=_NO_SUCH_SERVICE),
    "userAgents": Property("list"),
}

_MAX_ATTEMPTS: Final = 25
_POOL: Final = 64


class Cloud:
    """Clients of one configured provider, made once per service and region."""

    def __init__(self, session: Any, config: State, region: str) -> None:
        self.region = region
        self._session = session
        self._config = config
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    def client(self, service: str, region: str | None = None) -> Any:
        """A boto3 client, which threads may share. Raises ProviderError off this machine."""
        key = (service, region or self.region)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._new_client(*key)
            return self._clients[key]

    @property
    def iam(self) -> Any:
        """The client of IAM."""
        return self.client("iam")

    def caller(self) -> State:
        """``Account``, ``Arn`` and ``UserId`` of who calls."""
        with doing("retrieving caller identity from STS"):
            return dict(self.client("sts").get_caller_identity())

    def _new_client(self, service: str, region: str) -> Any:
        from botocore.config import Config

        attempts = os.environ.get("AWS_MAX_ATTEMPTS") or _MAX_ATTEMPTS
        client = self._session.client(
            service,
            region_name=region,
            endpoint_url=_endpoint(self._config, service),
            verify=not self._config.get("insecure", False),
            config=Config(
                retries={
                    "mode": self._config.get("retryMode") or "standard",
                    "total_max_attempts": int(self._config.get("maxRetries") or attempts),
                },
                max_pool_connections=_POOL,
                s3={"addressing_style": "path"},
            ),
        )
        require_loopback("aws", client.meta.endpoint_url, f"the endpoint of {service}")
        return client


def warm_up() -> None:
    """Import boto3 while the engine is still busy elsewhere."""
    import boto3  # noqa: F401


def check_config(config: State) -> Iterable[tuple[str, str]]:
    """A provider without a region is refused before anything is done."""
    if not _region(config):
        yield (
            "region",
            "Missing region information\nMake sure you have set your AWS region, "
            "e.g. `pulumi config set aws:region us-west-2`.",
        )


def connect(config: State) -> Cloud:
    """Clients for this configuration, once its credentials and account have been proved."""
    # A proxy of the user's could carry a call for this machine somewhere else.
    os.environ["NO_PROXY"] = "*"
    region = _region(config)
    with doing("configuring the aws provider"):
        cloud = Cloud(_session(config), config, region)
    for role in config.get("assumeRoles") or []:
        cloud = _assumed(cloud, config, role)
    allowed = config.get("allowedAccountIds") or []
    forbidden = config.get("forbiddenAccountIds") or []
    cloud.client("sts")
    if allowed or forbidden or not config.get("skipCredentialsValidation"):
        account = cloud.caller()["Account"]
        if (allowed and account not in allowed) or account in forbidden:
            raise ProviderError(f"AWS account ID not allowed: {account}")
    return cloud


def _session(config: State) -> Any:
    import boto3

    for key, variable in (
        ("sharedConfigFiles", "AWS_CONFIG_FILE"),
        ("sharedCredentialsFiles", "AWS_SHARED_CREDENTIALS_FILE"),
    ):
        if files := config.get(key):
            os.environ[variable] = files[0]
    session = boto3.Session(
        aws_access_key_id=config.get("accessKey"),
        aws_secret_access_key=config.get("secretKey"),
        aws_session_token=config.get("token"),
        profile_name=config.get("profile"),
    )
    if session.get_credentials() is None:
        raise ProviderError(
            "No valid credential sources found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
            "or accessKey and secretKey of the provider: the sandbox's env file has them."
        )
    return session


def _assumed(cloud: Cloud, config: State, role: State) -> Cloud:
    import boto3

    arguments = {
        "RoleArn": role.get("roleArn"),
        "RoleSessionName": role.get("sessionName") or "pulumi",
        "ExternalId": role.get("externalId"),
        "Policy": role.get("policy"),
        "SourceIdentity": role.get("sourceIdentity"),
    }
    with doing(f"assuming IAM Role ({role.get('roleArn')})"):
        answer = cloud.client("sts").assume_role(
            **{key: value for key, value in arguments.items() if value}
        )
    credentials = answer["Credentials"]
    session = boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )
    return Cloud(session, config, cloud.region)


def _region(config: State) -> str:
    given = config.get("region") or os.environ.get("AWS_REGION")
    if given or os.environ.get("AWS_DEFAULT_REGION"):
        return str(given or os.environ["AWS_DEFAULT_REGION"])
    import botocore.session

    return (
        botocore.session.Session(profile=config.get("profile")).get_config_variable("region") or ""
    )


def _endpoint(config: State, service: str) -> str | None:
    for endpoints in config.get("endpoints") or []:
        if endpoints.get(service):
            return str(endpoints[service])
    return None
