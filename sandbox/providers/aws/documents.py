"""Policy documents as AWS returns them."""

import json
from typing import Any
from urllib.parse import unquote


def document_text(document: Any) -> str:
    """JSON text: boto3 has already parsed what AWS sent URL-encoded."""
    if isinstance(document, str):
        document = json.loads(unquote(document))
    return json.dumps(document, separators=(",", ":"))
