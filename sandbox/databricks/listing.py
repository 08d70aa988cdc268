"""Lists of securables, in pages."""

from sandbox.databricks import fields
from sandbox.databricks.errors import invalid
from sandbox.databricks.state import State
from sandbox.http import Call, Json, PageError, page

MAXIMUM_PAGE = 1000


def list_securables(state: State, kind: str, key: str, call: Call) -> Json:
    """``{key: […], next_page_token}`` by name; the token only where there is more.

    Without ``include_unbound``, isolated ones of other workspaces are left out.
    """
    unbound = fields.query_flag(call.query, "include_unbound")
    with state.lock:
        items = [
            dict(item)
            for item in state.securables[kind].values()
            if unbound or state.is_bound(kind, item)
        ]
    return paged(items, key, "name", call, "max_results")


def paged(
    items: list[Json], key: str, sort_key: str, call: Call, size_key: str, minimum: int = 1
) -> Json:
    """One page of items under a key; absent where there are none, as in the real service."""
    size = fields.page_size(call.query, size_key, minimum, MAXIMUM_PAGE)
    try:
        chosen, token = page(
            items, sort_key, len(items) if size is None else size, call.query.get("page_token")
        )
    except PageError as error:
        raise invalid(str(error)) from None
    answer: Json = {key: chosen} if chosen else {}
    return answer | ({"next_page_token": token} if token else {})
