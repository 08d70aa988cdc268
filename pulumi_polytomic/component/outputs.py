"""What a component gives to the program."""

from typing import Any, get_origin

import pulumi


def outputs_of(owner: type) -> list[str]:
    """Gives the names of the annotated outputs of a class; its resources are none."""
    annotations: dict[str, Any] = owner.__annotations__
    return [name for name, each in annotations.items() if get_origin(each) is pulumi.Output]
