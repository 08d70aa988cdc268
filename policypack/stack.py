"""The resources of a stack that bear on roles, with the links between them."""

from collections.abc import Iterable
from typing import Any, Final

from pulumi_polytomic.iam import Arn, ArnError, Verdict

from .model import Resource

COMPONENT: Final = "polytomic-databricks:index:DatabricksStagingAccess"
ROLE: Final = "aws:iam/role:Role"
NATIVE_ROLE: Final = "aws-native:iam:Role"
CREDENTIAL: Final = "databricks:index/storageCredential:StorageCredential"
EXTERNAL_LOCATION: Final = "databricks:index/externalLocation:ExternalLocation"
ACCESS_CHECK: Final = "polytomic-databricks:index:StagingAccessCheck"
TRUST_POLICY: Final = "polytomic-databricks:index:RoleTrustPolicy"
"""Writes the trust policy, or statements of it, of a role that exists."""

INLINE: Final = {
    "aws:iam/rolePolicy:RolePolicy": ("role", "policy"),
    "aws-native:iam:RolePolicy": ("roleName", "policyDocument"),
}
"""Types that hold one inline policy of a role: which property names the role, which the policy."""
MANAGED: Final = {
    "aws:iam/policy:Policy": ("arn", "policy"),
    "aws-native:iam:ManagedPolicy": ("policyArn", "policyDocument"),
}
"""Types of managed policies: which property is the ARN, which the document."""
ATTACHMENTS: Final = {
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "role",
    "aws:iam/policyAttachment:PolicyAttachment": "roles",
    "aws-native:iam:ManagedPolicy": "roles",
}
"""Types that attach a managed policy: which property names the role or the roles."""
ROLES: Final = (ROLE, NATIVE_ROLE)
TYPES: Final = frozenset(
    {
        COMPONENT,
        *ROLES,
        CREDENTIAL,
        EXTERNAL_LOCATION,
        ACCESS_CHECK,
        TRUST_POLICY,
        *INLINE,
        *MANAGED,
    }
    | set(ATTACHMENTS)
)
"""Types that the pack reads; whatever else a stack has costs next to nothing."""


class Stack:
    """Resources seen so far, found by what they name."""

    def __init__(self, *, preview: bool, whole: bool = False) -> None:
        self.preview = preview
        self.whole = whole
        self.resources: dict[str, Resource] = {}
        self.attached: dict[str, list[Resource]] = {}
        """Inline policies, attachments and trust policies by URN of the role."""
        self.unlinked: list[Resource] = []
        """Inline policies and attachments of roles that are not known yet."""
        self.credentials: dict[str, Resource] = {}
        """By URN."""
        self.proofs: list[Resource] = []
        """What may prove a storage credential once role and policies are there."""
        self.answers: dict[str, dict[Any, Verdict]] = {}
        """What the judge has said, by role and trust policy."""
        self._credentials_by_role: dict[str, dict[str, Resource]] = {}
        """By name of the role, or by its URN where a credential was made of its outputs."""
        self._roles_by_name: dict[str, str] = {}

    def add(self, resource: Resource) -> None:
        """Take in a resource; one of the same URN is replaced."""
        seen_before = resource.urn in self.resources
        self.resources[resource.urn] = resource
        if resource.type in ROLES:
            name = role_name(resource)
            if name is not None:
                self._roles_by_name[name] = resource.urn
        if resource.type == CREDENTIAL:
            self.credentials[resource.urn] = resource
            for key in self._names_of_roles(resource):
                self._credentials_by_role.setdefault(key, {})[resource.urn] = resource
        if resource.type in (EXTERNAL_LOCATION, ACCESS_CHECK):
            self.proofs.append(resource)
        if seen_before:
            for linked in self.attached.values():
                linked[:] = [each for each in linked if each.urn != resource.urn]
            self.unlinked = [each for each in self.unlinked if each.urn != resource.urn]

    def link(self, resource: Resource) -> list[str]:
        """Tie a policy, an attachment or a credential to its roles; gives their URNs."""
        if resource.type == CREDENTIAL:
            urn = self.role_of_credential(resource)
            return [urn] if urn else []
        properties = [INLINE[resource.type][0]] if resource.type in INLINE else []
        properties += [ATTACHMENTS[resource.type]] if resource.type in ATTACHMENTS else []
        properties += ["roleName"] if resource.type == TRUST_POLICY else []
        linked = [urn for each in properties for urn in self._roles_named(resource, each)]
        for urn in linked:
            self.attached.setdefault(urn, []).append(resource)
        if not linked and any(_open(resource, each) for each in properties):
            self.unlinked.append(resource)
        return linked

    def role_of_credential(self, credential: Resource) -> str | None:
        """Give the URN of the role that a storage credential names, where the stack has it."""
        arn = role_arn_of(credential)
        if arn is not None:
            try:
                return self._by_arn(Arn.parse(arn))
            except ArnError:
                return None
        made_of = credential.property_dependencies.get("awsIamRole", ())
        return next((urn for urn in made_of if self._is_role(urn)), None)

    def credentials_of(self, role: Resource) -> list[Resource]:
        """Give the storage credentials that name a role."""
        found = {
            **self._credentials_by_role.get(role_name(role) or "", {}),
            **self._credentials_by_role.get(role.urn, {}),
        }
        return [each for each in found.values() if self.role_of_credential(each) == role.urn]

    def component_of(self, resource: Resource) -> Resource | None:
        """Give the component of ours that made a resource."""
        parent = self.resources.get(resource.parent or "")
        return parent if parent is not None and parent.type == COMPONENT else None

    def _names_of_roles(self, credential: Resource) -> Iterable[str]:
        arn = role_arn_of(credential)
        if arn is not None:
            return [arn.rpartition("/")[2]]
        return credential.property_dependencies.get("awsIamRole", ())

    def _roles_named(self, resource: Resource, property_name: str) -> Iterable[str]:
        value = resource.known(property_name)
        names = value if isinstance(value, list) else [value]
        found = [
            self._roles_by_name[name.rpartition("/")[2]]
            for name in names
            if isinstance(name, str) and name.rpartition("/")[2] in self._roles_by_name
        ]
        if found:
            return found
        made_of = resource.property_dependencies.get(property_name, ())
        return [urn for urn in made_of if self._is_role(urn)]

    def _is_role(self, urn: str) -> bool:
        return urn in self.resources and self.resources[urn].type in ROLES

    def _by_arn(self, arn: Arn) -> str | None:
        """Find a role by ARN: AWS tells its own only once it is made, so path and name decide."""
        urn = self._roles_by_name.get(arn.resource.rpartition("/")[2])
        if urn is None:
            return None
        role = self.resources[urn]
        real = role.known("arn")
        if isinstance(real, str):
            return urn if real == str(arn) else None
        return urn if arn.resource == f"role{role_path(role)}{role_name(role)}" else None


def role_name(role: Resource) -> str | None:
    """Give a role's physical name; None where it is not known yet."""
    name = role.known("name" if role.type == ROLE else "roleName")
    return name if isinstance(name, str) else None


def role_path(role: Resource) -> str:
    """Give a role's path."""
    path = role.known("path")
    return path if isinstance(path, str) and path else "/"


def role_arn_of(credential: Resource) -> str | None:
    """Give the ARN of the role that a storage credential names; None where not known."""
    iam_role = credential.known("awsIamRole")
    arn = iam_role.get("roleArn") if isinstance(iam_role, dict) else None
    known = Resource("", "", "", {"arn": arn}).known("arn")
    return known if isinstance(known, str) else None


def _open(resource: Resource, property_name: str) -> bool:
    value = resource.properties.get(property_name)
    return value is not None and resource.known(property_name) is None
