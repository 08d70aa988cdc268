"""What the tests of the Databricks and Polytomic stand-ins share: all servers in this process."""

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING, Any

import boto3
import requests
from databricks.sdk import WorkspaceClient
from polytomic import Polytomic
from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox.aws import gateway
from sandbox.databricks import app as databricks
from sandbox.faults import Fault, FaultBook
from sandbox.faulty_service import with_faults
from sandbox.identities import ADMINISTRATOR, DEFAULT_REGION, POLYTOMIC, UNITY_CATALOG
from sandbox.polytomic import app as polytomic
from sandbox.settings import Settings
from sandbox.tokens import DATABRICKS_TOKEN, POLYTOMIC_API_KEY

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Document = dict[str, Any]
BUCKET = "staging-bucket"
ROLE_ARN = "arn:aws:iam::123456789012:role/staging"
UC_ARN = UNITY_CATALOG["aws"].arn


@dataclass
class World:
    """The three stand-ins, served in threads, and their official clients."""

    settings: Settings
    book: FaultBook
    apps: list[Any]
    aws_url: str
    databricks_url: str
    polytomic_url: str

    @cached_property
    def iam(self) -> Any:
        return self._aws("iam")

    @cached_property
    def s3(self) -> Any:
        return self._aws("s3")

    @cached_property
    def workspace(self) -> WorkspaceClient:
        return WorkspaceClient(host=self.databricks_url, token=DATABRICKS_TOKEN)

    @cached_property
    def polytomic(self) -> Polytomic:
        return Polytomic(base_url=self.polytomic_url, token=POLYTOMIC_API_KEY)

    def databricks_call(
        self, method: str, path: str, token: str | None = DATABRICKS_TOKEN, **arguments: Any
    ) -> requests.Response:
        return _call(method, self.databricks_url + path, token, arguments)

    def polytomic_call(
        self, method: str, path: str, token: str | None = POLYTOMIC_API_KEY, **arguments: Any
    ) -> requests.Response:
        return _call(method, self.polytomic_url + path, token, arguments)

    def make_role(self, trust: Document, *policies: Document) -> None:
        """The role ``staging``, made or changed, with inline policies."""
        try:
            self.iam.create_role(RoleName="staging", AssumeRolePolicyDocument=json.dumps(trust))
        except self.iam.exceptions.EntityAlreadyExistsException:
            self.iam.update_assume_role_policy(RoleName="staging", PolicyDocument=json.dumps(trust))
        for number, policy in enumerate(policies):
            self.iam.put_role_policy(
                RoleName="staging", PolicyName=f"p{number}", PolicyDocument=json.dumps(policy)
            )

    def make_bucket(self) -> None:
        self.s3.create_bucket(Bucket=BUCKET)

    def fault(self, **values: Any) -> None:
        self.book.add(Fault.from_json(values))

    def reset(self) -> None:
        for app in self.apps:
            app.reset()
        self.settings.reset()
        self.book.clear_faults()
        self.book.clear_calls()

    def _aws(self, service: str) -> Any:
        return boto3.Session().client(  # type: ignore[call-overload]
            service,
            region_name=DEFAULT_REGION,
            endpoint_url=self.aws_url,
            aws_access_key_id=ADMINISTRATOR.access_key_id,
            aws_secret_access_key=ADMINISTRATOR.secret_access_key,
        )


@contextmanager
def serve_world() -> Iterator[World]:
    settings, book = Settings(), FaultBook()
    with ExitStack() as servers:

        def served(name: str, module: ModuleType, app: "WSGIApplication") -> str:
            faulty = with_faults(app, name, book, module.name_operation, module.error_body)
            return servers.enter_context(_serve(faulty))

        aws_app = gateway.create_app(settings)
        aws_url = served("aws", gateway, aws_app)
        databricks_app = databricks.create_app(aws_url, settings)
        polytomic_app = polytomic.create_app(aws_url, settings)
        yield World(
            settings,
            book,
            [aws_app, databricks_app, polytomic_app],
            aws_url,
            served("databricks", databricks, databricks_app),
            served("polytomic", polytomic, polytomic_app),
        )


def trust(*statements: Document) -> Document:
    return {"Version": "2012-10-17", "Statement": [*statements]}


def trusting(principal: str, external_id: str | None) -> Document:
    """One statement of a trust policy; ``None`` asks for no external ID."""
    statement: Document = {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": "sts:AssumeRole",
    }
    if external_id is not None:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": external_id}}
    return statement


def trusting_itself(external_id: str | None) -> Document:
    statement = trusting("arn:aws:iam::123456789012:root", external_id)
    conditions = statement.setdefault("Condition", {})
    conditions["ArnEquals"] = {"aws:PrincipalArn": ROLE_ARN}
    return statement


def trusting_polytomic(external_id: str) -> Document:
    return trusting(POLYTOMIC.arn, external_id)


def allow(*actions: str, resource: str | list[str]) -> Document:
    """A policy of one statement."""
    statement = {"Effect": "Allow", "Action": [*actions], "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


S3_ACCESS = allow(
    "s3:GetObject",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:ListBucket",
    "s3:GetBucketLocation",
    resource=[f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
)
SELF_ASSUME = allow("sts:AssumeRole", resource=ROLE_ARN)


class _QuietHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextmanager
def _serve(app: "WSGIApplication") -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_QuietHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _call(method: str, url: str, token: str | None, arguments: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    headers |= arguments.pop("headers", {})
    return requests.request(method, url, headers=headers, timeout=30, **arguments)
