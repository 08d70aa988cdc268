"""The resources of a stack that bear on roles, with the links between them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Final

from pulumi_polytomic.iam import Arn

from .model import Resource, known_text

COMPONENT: Final = "polytomic-databricks:index:DatabricksStagingAccess"
ROLE: Final = "aws:iam/role:Role"
NATIVE_ROLE: Final = "aws-native:iam:Role"
CREDENTIAL: Final = "databricks:index/storageCredential:StorageCredential"
CREDENTIALS: Final = frozenset(
    {
        CREDENTIAL,
        "databricks:index/credential:Credential",
        "databricks:index/metastoreDataAccess:MetastoreDataAccess",
    }
)
"""Types that make a storage credential."""
EXTERNAL_LOCATION: Final = "databricks:index/externalLocation:ExternalLocation"
ACCESS_CHECK: Final = "polytomic-databricks:index:StagingAccessCheck"
TRUST_POLICY: Final = "polytomic-databricks:index:RoleTrustPolicy"
"""Writes the trust policy, or statements of it, of a role that exists."""

HOLDERS: Final = {
    "aws:iam/rolePolicy:RolePolicy": ("role", "inline", "policy"),
    "aws-native:iam:RolePolicy": ("roleName", "inline", "policyDocument"),
    "aws-native:iam:Policy": ("roles", "inline", "policyDocument"),
    "aws-native:iam:ManagedPolicy": ("roles", "managed", "policyDocument"),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ("role", "attached", "policyArn"),
    "aws:iam/policyAttachment:PolicyAttachment": ("roles", "attached", "policyArn"),
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": (
        *("roleName", "attached", "policyArns"),
    ),
    "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive": ("roleName", "names", "policyNames"),
    TRUST_POLICY: ("roleName", "trust", "policy"),
}
"""Types that bear on a role: which property names the role or the roles, how, and which property
has the document, the ARN or ARNs of managed policies, or the names of inline policies."""
MANAGED: Final = {
    "aws:iam/policy:Policy": ("arn", "name", "policy"),
    "aws-native:iam:ManagedPolicy": ("policyArn", "managedPolicyName", "policyDocument"),
}
"""Types of managed policies: which properties are ARN, name and document."""
ROLES: Final = (ROLE, NATIVE_ROLE)
TYPES: Final = frozenset(
    {COMPONENT, *ROLES, *CREDENTIALS, EXTERNAL_LOCATION, ACCESS_CHECK, *MANAGED, *HOLDERS}
)
"""Types that the pack reads; whatever else a stack has costs next to nothing."""


class Stack:
    """Resources seen so far, found by what they name."""

    def __init__(self, *, preview: bool, whole: bool = False) -> None:
        self.preview = preview
        self.whole = whole
        self.resources: dict[str, Resource] = {}
        self.attached: dict[str, list[Resource]] = defaultdict(list)
        """What holds or attaches policies, and trust policies, by URN of the role."""
        self.unlinked: dict[str, tuple[Resource, Collection[str] | None]] = {}
        """The same where the role is not known yet (None), or is one of several of its name."""
        self._early: dict[str, list[Resource]] = defaultdict(list)
        """By name of a role that was not there yet."""
        self.proofs: list[Resource] = []
        """What may prove a storage credential once role and policies are there."""
        self.managed: dict[str, list[Resource]] = defaultdict(list)
        """Managed policies by name; under "" those whose name is not known yet."""
        self._credentials: dict[str, dict[str, Resource]] = defaultdict(dict)
        """By name of the role, or by its URN where a credential was made of its outputs."""
        self._roles: dict[str, dict[str, Resource]] = defaultdict(dict)
        """By name; two accounts may each have a role of one name."""

    def add(self, resource: Resource) -> None:
        """Take in a resource; one of the same URN is replaced."""
        if resource.urn in self.resources:
            for lists in (self.attached, self.managed, self._early):
                for linked in lists.values():
                    linked[:] = [each for each in linked if each.urn != resource.urn]
            self.unlinked.pop(resource.urn, None)
        self.resources[resource.urn] = resource
        if resource.type in ROLES:
            called = role_name(resource) or ""
            self._roles[called][resource.urn] = resource
            for each in self._early.get(called, ()):
                linked = self.attached[resource.urn]
                if each not in linked and resource in self._candidates(called, each):
                    linked.append(each)
        if resource.type in MANAGED:
            name = known_text(resource.properties.get(MANAGED[resource.type][1]))
            self.managed[name or ""].append(resource)
        if is_credential(resource):
            for key in self._names_of_roles(resource):
                self._credentials[key][resource.urn] = resource
        if resource.type in (EXTERNAL_LOCATION, ACCESS_CHECK):
            self.proofs.append(resource)

    def link(self, resource: Resource) -> list[str]:
        """Tie a policy, an attachment or a credential to its roles; gives their URNs."""
        if is_credential(resource):
            return [each.urn for each in self.roles_of_credential(resource)]
        key = HOLDERS.get(resource.type, ("",))[0]
        if resource.properties.get(key) is None:
            return []
        known = resource.known(key)
        found: list[str] = []
        for name in known if isinstance(known, list) else [known]:
            candidates = self._candidates(name, resource) if isinstance(name, str) else []
            one = self._tied(candidates, resource, key)
            if one is not None:
                found.append(one.urn)
            elif candidates or not isinstance(name, str):
                several = [each.urn for each in candidates] or None
                self.unlinked[resource.urn] = (resource, several)
            else:
                self._early[name.rpartition("/")[2]].append(resource)
        for urn in found:
            self.attached[urn].append(resource)
        return found

    def roles_of_credential(self, credential: Resource) -> list[Resource]:
        """Give the role of this stack that a storage credential names; several: one of them."""
        arn = role_arn_of(credential)
        if arn is None:
            made_of = credential.property_dependencies.get("awsIamRole", ())
            return [self.resources[urn] for urn in made_of if self._is_role(urn)]
        candidates = [each for each in self._named(arn.rpartition("/")[2]) if _fits(each, arn)]
        # An ARN is of one role alone: of that whose provider tells the account or the cloud.
        told = [each for each in candidates if each.account or each.partition]
        one = self._tied(told or candidates, credential, "awsIamRole")
        return [one] if one is not None else candidates

    def credentials_of(self, role: Resource) -> list[Resource]:
        """Give the storage credentials that name a role, or may."""
        names = (role_name(role) or "", role.urn)
        found = {urn: each for name in names for urn, each in self._credentials[name].items()}
        return [
            each
            for each in found.values()
            if any(named.urn == role.urn for named in self.roles_of_credential(each))
        ]

    def component_of(self, resource: Resource) -> Resource | None:
        """Give the component of ours that made a resource."""
        parent = self.resources.get(resource.parent or "")
        return parent if parent is not None and parent.type == COMPONENT else None

    def _candidates(self, name: str, resource: Resource) -> list[Resource]:
        """Give the roles of a name that are not of another account for certain.

        At registration one of another provider is none either: the right one may be to come.
        """
        return [
            each
            for each in self._named(name.rpartition("/")[2])
            if None in (each.account, resource.account) or each.account == resource.account
            if self.whole or each.provider == resource.provider
        ]

    def _named(self, name: str) -> list[Resource]:
        return list(self._roles[name].values()) if name in self._roles else []

    def _tied(
        self, candidates: list[Resource], resource: Resource, property_name: str
    ) -> Resource | None:
        """Choose the role that a resource is for by what it was made of, by parent, by provider."""
        made_of = resource.property_dependencies.get(property_name, ())
        if not candidates:
            # A role whose name is made by AWS is known by what was made of it.
            unnamed = [self.resources[urn] for urn in made_of if self._is_role(urn)]
            return unnamed[0] if len(unnamed) == 1 else None
        for tied in (
            [each for each in candidates if each.urn in made_of],
            [each for each in candidates if each.urn == resource.parent],
            [each for each in candidates if each.parent == resource.parent],
            [each for each in candidates if each.provider == resource.provider],
        ):
            if len(candidates) > 1 and len(tied) == 1:
                return tied[0]
        return candidates[0] if len(candidates) == 1 else None

    def _names_of_roles(self, credential: Resource) -> Iterable[str]:
        arn = role_arn_of(credential)
        if arn is not None:
            return [arn.rpartition("/")[2]]
        return credential.property_dependencies.get("awsIamRole", ())

    def _is_role(self, urn: str) -> bool:
        return urn in self.resources and self.resources[urn].type in ROLES


def is_credential(resource: Resource) -> bool:
    """Whether a resource is a storage credential; `Credential` can be for other services."""
    purpose = resource.known("purpose")
    return resource.type in CREDENTIALS and purpose in (None, "STORAGE")


def role_name(role: Resource) -> str | None:
    """Give a role's physical name; None where it is not known yet."""
    return known_text(role.properties.get("name" if role.type == ROLE else "roleName"))


def role_path(role: Resource) -> str:
    """Give a role's path."""
    return known_text(role.properties.get("path")) or "/"


def role_arn_of(credential: Resource) -> str | None:
    """Give the ARN of the role that a storage credential names; None where not known."""
    iam_role = credential.known("awsIamRole")
    return known_text(iam_role.get("roleArn")) if isinstance(iam_role, dict) else None


def _fits(role: Resource, text: str) -> bool:
    """Whether an ARN can be a role's: AWS tells its own only once it is made."""
    real = role.known("arn")
    if isinstance(real, str):
        return real == text
    arn = Arn.read(text)
    if arn is None or role.account not in (None, arn.account_id):
        return False
    if role.partition not in (None, arn.partition):
        return False
    return arn.resource == f"role{role_path(role)}{role_name(role)}"
