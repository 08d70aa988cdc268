"""No key comes out in an error, whatever stands around it or in it."""

import os
import socket
from collections.abc import Callable
from typing import Any
from unittest import mock

import boto3
import httpx
import pytest
import requests
from botocore.config import Config

from pulumi_polytomic.connection.lifecycle import DatabricksConnection
from pulumi_polytomic.connection.polytomic_api import connect, explained
from pulumi_polytomic.custom_resource.plugin_side import ProviderError
from pulumi_polytomic.custom_resource.settings import (
    Settings,
    faults,
    settings_from,
    strip_environment,
)
from pulumi_polytomic.diagnosis import clients, vendors
from pulumi_polytomic.diagnosis.aws_role import read_role
from pulumi_polytomic.diagnosis.model import UnseenError
from pulumi_polytomic.errors import cause

CANARY = "canary-4f1d"
BEHIND = ["\n", " ", "\t", "\r\n"]
INSIDE = [f"{CANARY}\n{CANARY}", f"{CANARY}\0", f"{CANARY}\r\nX: y", f"{CANARY} {CANARY}", "é"]
AWAY = "127.0.0.1:9"
ROLE = "arn:aws:iam::123456789012:role/staging"


@pytest.mark.parametrize("behind", BEHIND, ids=repr)
def test_white_space_around_a_key_is_taken_off(behind: str) -> None:
    found = settings_from({"polytomicApiKey": CANARY + behind, "databricksToken": behind + CANARY})
    assert (found.polytomic_api_key, found.databricks) == (CANARY, {"token": CANARY})
    keys = {"awsAccessKey": f"AKIA{behind}", "awsSecretKey": CANARY + behind}
    session = settings_from(keys).aws.session
    assert session == {"aws_access_key_id": "AKIA", "aws_secret_access_key": CANARY}
    names = ("POLYTOMIC_API_KEY", "DATABRICKS_TOKEN", "AWS_SESSION_TOKEN")
    with mock.patch.dict(os.environ, {**dict.fromkeys(names, CANARY + behind), "OTHER": behind}):
        strip_environment()
        assert {os.environ[name] for name in names} == {CANARY}
        assert os.environ["OTHER"] == behind
        assert settings_from({}).polytomic_api_key == CANARY


@pytest.mark.parametrize("value", INSIDE, ids=repr)
@pytest.mark.parametrize("name", ["polytomicApiKey", "databricksToken", "awsAssumeRoleExternalId"])
def test_what_no_key_holds_is_refused_by_name(name: str, value: str) -> None:
    found = faults({name: value, "awsAssumeRoleArn": ROLE})
    assert [fault.argument for fault in found] == [name]
    assert CANARY not in str(found)


@pytest.mark.parametrize("value", INSIDE, ids=repr)
def test_a_key_of_the_environment_is_refused_before_it_is_sent(value: str) -> None:
    with pytest.raises(ProviderError, match="POLYTOMIC_API_KEY") as error:
        connect(settings_from({})._replace(polytomic_api_key=value))
    assert CANARY not in str(error.value)


SIGN_IN = {
    "accessToken": {},
    "servicePrincipalSecret": {"servicePrincipalId": "app"},
    "servicePrincipalId": {"servicePrincipalSecret": "s"},
}


def connection(**sign_in: str) -> dict[str, Any]:
    return {
        "serverHostname": "dbc-1.cloud.databricks.com",
        "httpPath": "/sql/1.0/warehouses/1",
        "roleArn": ROLE,
        "bucketName": "my-staging-bucket",
        "bucketRegion": "us-east-1",
        **sign_in,
    }


@pytest.mark.parametrize("name", SIGN_IN)
def test_the_secrets_of_a_connection(name: str) -> None:
    resource = DatabricksConnection()
    for behind in BEHIND:
        inputs = connection(**{name: CANARY + behind}, **SIGN_IN[name])
        assert resource.check("c", inputs) == []
        assert inputs[name] == CANARY
    for value in INSIDE if name != "servicePrincipalId" else ():
        found = resource.check("c", connection(**{name: value}, **SIGN_IN[name]))
        assert [fault.argument for fault in found] == [name]
        assert CANARY not in str(found)
    for value in ("", " \n"):
        found = resource.check("c", connection(**{name: value}, **SIGN_IN[name]))
        assert [fault.problem for fault in found] == ["is missing"]


def _httpx() -> None:
    # As the SDK sends a key that was not read before: its error shows the header.
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        httpx.get(url, headers={"Authorization": f"Bearer {CANARY}\n"})


def _requests() -> None:
    requests.get("http://127.0.0.1:9", headers={"Authorization": f"Bearer {CANARY}\n"})


def _away() -> None:
    httpx.get(f"http://{AWAY}/?token={CANARY}")


def _requests_away() -> None:
    requests.get(f"http://{AWAY}/?token={CANARY}")


def _unknown() -> None:
    with mock.patch.object(socket, "getaddrinfo", side_effect=socket.gaierror(-2, CANARY)):
        requests.get(f"http://{CANARY}.invalid")


def _profile() -> None:
    boto3.Session(profile_name="none-of-this-name")


@pytest.mark.parametrize(
    ("failing", "said"),
    [
        (_httpx, "LocalProtocolError"),
        (_requests, "InvalidHeader"),
        (_away, "ConnectError, Connection refused"),
        (_requests_away, "ConnectionError, Connection refused"),
        (_unknown, "ConnectionError, unknown host"),
        (_profile, "The config profile (none-of-this-name) could not be found"),
    ],
)
def test_of_a_librarys_error_only_what_is_safe_is_told(
    failing: Callable[[], None], said: str
) -> None:
    with pytest.raises(Exception) as error:
        failing()
    assert cause(error.value) == said


def test_an_error_of_the_polytomic_client_shows_neither_header_nor_password(
    settings: Settings,
) -> None:
    away = settings._replace(polytomic_url=f"http://user:{CANARY}@{AWAY}/x")
    refused = pytest.raises(ProviderError, match=rf"Polytomic at {AWAY} could")
    with refused as error, explained(away, "make it"):
        _httpx()
    assert CANARY not in str(error.value)


@pytest.mark.parametrize("token", [f"{CANARY}\nX", f"{CANARY}\0"], ids=repr)
def test_an_error_of_the_aws_and_databricks_clients_shows_no_token(token: str) -> None:
    client = boto3.Session("AKIA", CANARY, token, "us-east-1").client(
        "iam", endpoint_url=f"http://{AWAY}", config=Config(retries={"total_max_attempts": 1})
    )
    with pytest.raises(UnseenError, match="AWS could not be asked") as error:
        read_role(client, ROLE)
    assert CANARY not in str(error.value)
    with pytest.raises(UnseenError, match="Databricks") as refused, _quickly():
        vendors.read_credential(
            clients.databricks({"host": f"http://{AWAY}", "token": token}), "staging"
        )
    assert CANARY not in str(refused.value)


def _quickly() -> Any:
    return mock.patch.object(clients, "_RETRY_S", 1)
