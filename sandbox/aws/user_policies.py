"""The identity policies of an IAM user that was made in the sandbox. Changes count at once."""

from moto.iam.models import Group, IAMBackend, User

from sandbox.aws.roles import default_document


def user_policies(backend: IAMBackend, name: str) -> list[str]:
    """The user's own, its groups', inline and attached; as JSON text."""
    holders: list[User | Group] = [backend.get_user(name), *backend.get_groups_for_user(name)]
    texts: list[str] = []
    for holder in holders:
        texts.extend(holder.policies.values())
        texts.extend(map(default_document, holder.managed_policies.values()))
    return texts
