"""Reading a storage credential of Unity Catalog from the stack's resources."""

from .model import Credential, Resource, is_unknown, known_text
from .stack import ACCESS_CHECK, EXTERNAL_LOCATION, Stack, role_arn_of


def read_credential(resource: Resource, stack: Stack) -> Credential:
    """Gather what the rules ask of a storage credential."""
    iam_role = resource.properties.get("awsIamRole")
    answers = iam_role if isinstance(iam_role, dict) else {}
    named_later = is_unknown(iam_role) or is_unknown(answers.get("roleArn"))
    mode = resource.properties.get("isolationMode")
    roles = stack.roles_of_credential(resource)
    role_urn = roles[0].urn if len(roles) == 1 else None
    return Credential(
        urn=resource.urn,
        name=resource.name,
        role_arn=role_arn_of(resource),
        external_id=known_text(answers.get("externalId")),
        principal=known_text(answers.get("unityCatalogIamArn")),
        skips_validation=resource.known("skipValidation") is True,
        validated_later=_is_validated(resource, stack),
        force_destroy=resource.known("forceDestroy") is True,
        protect=resource.protect,
        isolation_mode=mode if isinstance(mode, str) and mode else None,
        role_urn=role_urn,
        names_unknown_role=len(roles) > 1 or (named_later and not roles),
    )


def _is_validated(credential: Resource, stack: Stack) -> bool:
    """Whether an external location on it, or an access check, proves it in the same `up`."""
    for each in stack.proofs:
        if each.type == ACCESS_CHECK and each.parent == credential.parent is not None:
            return True
        if each.type == EXTERNAL_LOCATION and each.known("skipValidation") is not True:
            name = each.known("credentialName")
            if name is not None and name == credential.known("name"):
                return True
            if credential.urn in each.property_dependencies.get("credentialName", ()):
                return True
    return False
