"""Starts the servers that stand beside the project (../shared/counterparts), for tests that talk to real ones."""
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from harness import ROOT

FOLDER = os.path.join(ROOT, "..", "shared", "counterparts")
ENVIRONMENT = os.environ.get("AGENTD_COUNTERPARTS", os.path.join(ROOT, ".build", "counterparts"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Counterpart:
    """A server in a process of its own; `with` ends it."""

    def __init__(self, command, port, ready=15, environment=None, path="/"):
        self.command, self.port, self.ready, self.path = command, port, ready, path
        self.environment = environment or dict(os.environ)
        self.process = None

    def start(self):
        self.output = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            self.command, stdout=self.output, stderr=subprocess.STDOUT, env=self.environment, start_new_session=True
        )
        deadline = time.monotonic() + self.ready
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                self.get(self.path)
                return self
            except OSError:
                time.sleep(0.05)
        self.output.seek(0)
        said = self.output.read()[-2000:].decode(errors="replace")
        self.stop()
        raise AssertionError(f"{self.command[0]} did not start: {said}")

    def stop(self):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, 9)
            self.process.wait()
        self.output.close()

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("GET", path)
        body = connection.getresponse().read()
        connection.close()
        try:
            return json.loads(body)
        except ValueError:
            return body

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


def mock_llm(port=None):
    """The scripted model server, which needs nothing but Python."""
    script = os.path.join(FOLDER, "mock_llm.py")
    if not os.path.exists(script):
        raise unittest.SkipTest("../shared/counterparts is not beside the project")
    port = port or free_port()
    return Counterpart([sys.executable, script, str(port)], port, path="/v1/models")


def installed(package, script):
    """Environment variables to run a counterpart with; skips with a reason where it is not installed."""
    if not os.path.exists(os.path.join(FOLDER, script)):
        raise unittest.SkipTest("../shared/counterparts is not beside the project")
    python = os.path.join(ENVIRONMENT, "bin", "python3")
    if not os.path.exists(python) or subprocess.run([python, "-c", f"import {package}"], capture_output=True).returncode:
        raise unittest.SkipTest(f"{package} is not installed in .build/counterparts (scripts/counterparts says why)")
    return dict(os.environ, PATH=os.path.join(ENVIRONMENT, "bin") + os.pathsep + os.environ["PATH"])


def litellm():
    environment = installed("litellm", "litellm_start.sh")
    port = free_port()
    return Counterpart(
        [os.path.join(FOLDER, "litellm_start.sh"), str(port)], port, 60, environment, "/health/liveliness"
    )


def litellm_before(folder, base, models):
    """litellm's proxy before another server of Chat Completions, with models of that server."""
    environment = installed("litellm", "litellm_start.sh")
    environment.update(
        LITELLM_LOCAL_MODEL_COST_MAP="True", LITELLM_MODE="PRODUCTION", DISABLE_ADMIN_UI="True",
        LITELLM_MASTER_KEY="sk-test-only",
    )
    config = os.path.join(folder, "litellm.yaml")
    with open(config, "w") as file:
        # JSON is YAML.
        json.dump({
            "model_list": [
                {"model_name": name, "litellm_params": {
                    "model": f"hosted_vllm/{name}", "api_key": "none", "api_base": base,
                }} for name in models
            ],
            "litellm_settings": {"num_retries": 0, "telemetry": False},
            "router_settings": {"num_retries": 0},
        }, file)
    port = free_port()
    command = ["timeout", "900", os.path.join(ENVIRONMENT, "bin", "litellm"), "--config", config, "--host", "127.0.0.1",
               "--port", str(port), "--telemetry", "False"]
    return Counterpart(command, port, 60, environment, "/health/liveliness")


def llama(folder):
    """llama.cpp's server with a model of random weights, which reads more at once than `llama_start.sh` lets it."""
    environment = installed("llama_cpp", "make_tiny_gguf.py")
    model = os.path.join(folder, "tiny-random.gguf")
    subprocess.run(
        ["python3", os.path.join(FOLDER, "make_tiny_gguf.py"), model], check=True, capture_output=True, env=environment
    )
    port = free_port()
    command = ["timeout", "900", "python3", "-m", "llama_cpp.server", "--model", model, "--model_alias", "tiny-random",
               "--host", "127.0.0.1", "--port", str(port), "--n_ctx", "4096", "--n_threads", "1", "--verbose", "false",
               "--chat_format", "chatml-function-calling"]
    return Counterpart(command, port, 60, environment, "/v1/models")
