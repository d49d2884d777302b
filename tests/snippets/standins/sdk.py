"""Stands in for the vendor's Python SDK: same names, same arguments, same way of working.

Each service's package, generated from catalog.toml, subclasses ProviderClient below.
"""

import json
import time
from http.client import HTTPConnection
from urllib.parse import urlsplit


class Error(Exception):
    pass


class BaseModel:
    """An answer, its members as attributes."""

    def __init__(self, members):
        self._members = {name: _model(member) for name, member in members.items()}

    def __getattr__(self, name):
        members = self.__dict__.get("_members", {})
        if name not in members:
            raise AttributeError(name)
        return members[name]

    def __getitem__(self, name):
        return self._members.get(name)

    def to_dict(self):
        return {name: _plain(member) for name, member in self._members.items()}


def _model(value):
    if isinstance(value, dict):
        return BaseModel(value)
    if isinstance(value, list):
        return [_model(item) for item in value]
    return value


def _plain(value):
    if isinstance(value, BaseModel):
        return value.to_dict()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


class Resource:
    """What `client.text_to_image` is."""

    def __init__(self, base_url, path, api_key):
        self._base_url = base_url
        self._path = path
        self._api_key = api_key

    # The vendor's takes its options like this, too, and leaves out what is empty.
    def run(self, options=None, **params):
        if options is not None:
            raise TypeError(f"these programs give no options: {options}")
        body = {
            name: value
            for name, value in params.items()
            if value is not None and not (isinstance(value, str) and not value.strip())
        }
        task = self._send("POST", self._path, body)
        while task.get("status") in ("queued", "processing"):
            time.sleep(0.02)
            task = self._send("GET", f"{self._path}/{task['id']}")
        if task.get("status") == "failed":
            raise Error(f"task {task['id']} failed: {task['error']}")
        return BaseModel(task)

    def _send(self, method, path, body=None):
        headers = {"Authorization": f"Bearer {self._api_key}"}
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body, ensure_ascii=False).encode()
        base = urlsplit(self._base_url)
        connection = HTTPConnection(base.hostname, base.port)
        try:
            connection.request(method, base.path + path, content, headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        if response.status >= 300:
            raise Error(f"{response.status}: {text}")
        return json.loads(text)


class ProviderClient:
    DEFAULT_BASE_URL = None
    RESOURCES = {}

    def __init__(self, api_key=None, *, base_url=None):
        if not isinstance(api_key, str) or not api_key.strip():
            raise Error("api_key is missing")
        for name, path in self.RESOURCES.items():
            setattr(self, name, Resource(base_url or self.DEFAULT_BASE_URL, path, api_key))
