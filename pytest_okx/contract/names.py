"""The names that people have for what a signer takes, and what each name means: one table.

Knows neither signers nor cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["NAMES", "same_name"]

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "timestamp": (
        *("t", "timestamp", "ts", "time", "now", "timestamp_iso", "iso_timestamp", "timestamp_str", "iso", "iso_time"),
        *("time_stamp", "time_str", "iso_ts", "ts_iso", "ok_access_timestamp"),
    ),
    "method": ("m", "method", "http_method", "verb", "request_method", "req_method", "meth"),
    "target": (
        *("p", "path", "request_path", "target", "url", "uri", "endpoint", "request_target", "path_url", "full_path"),
        *("request_uri", "resource", "route", "path_with_query", "url_path", "path_and_query", "req_path", "api_path"),
    ),
    "body": (
        *("b", "body", "data", "content", "payload", "raw_body", "body_str", "request_body", "json_body", "post_data"),
        *("body_text", "body_bytes", "json_str", "body_json", "body_string", "json_data", "post_body", "request_data"),
        *("payload_str", "req_body", "json"),
    ),
    "params": ("params", "parameters", "query_params", "request_params"),
    "secret": (
        *("s", "secret", "secret_key", "api_secret", "api_secret_key", "private_key", "signing_key"),
        *("secret_access_key", "secret_bytes", "client_secret", "sk", "key_secret", "okx_secret", "okx_secret_key"),
        *("okx_api_secret", "hmac_key", "apikey_secret"),
    ),
    "key": ("key",),
    "api_key": (
        *("api_key", "access_key", "key_id", "api_key_id", "ok_access_key", "ak", "public_key", "okx_api_key"),
        *("okx_key",),
    ),
    "passphrase": (
        *("passphrase", "password", "api_passphrase", "pass_phrase", "phrase", "api_password", "pp", "pass_word"),
        *("okx_passphrase", "ok_access_passphrase", "api_pass"),
    ),
    "credentials": ("credentials", "creds"),
    "quiet": ("debug", "verbose"),
    "off": ("use_server_time",),
    "message": ("message", "msg", "prehash", "pre_hash", "text", "string_to_sign", "to_sign"),
}
"""The meanings, and the names that have them: case and underscores do not count."""

_BY_NAME: Final = {name.replace("_", ""): role for role, names in NAMES.items() for name in names}


def same_name(name: str) -> str:
    """The role that a parameter, attribute or global of this name has, "" where it is not known."""
    return _BY_NAME.get(name.rpartition("__")[2].replace("_", "").lower(), "")
