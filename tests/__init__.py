"""The tests. The servers they talk to are on loopback, whatever proxy the environment names."""

import os

os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
