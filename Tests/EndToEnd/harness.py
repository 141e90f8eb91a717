"""Runs a real agentd and talks to it over its socket: what the end-to-end tests share. Standard library only."""
import http.client
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time

BINARY = os.environ.get("AGENTD_BINARY", ".build/release/agentd")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TENANT = "ten_test"


class Daemon:
    """One data folder, and the daemon over it; `with` stops it and removes the folder."""

    def __init__(self, **configuration):
        self.folder = tempfile.mkdtemp(prefix="agentd-e2e-")
        self.data = os.path.join(self.folder, "data")
        self.config = os.path.join(self.folder, "agentd.json5")
        configuration.setdefault("prompts", os.path.join(ROOT, "prompts"))
        configuration.setdefault("limits", {"rate": "off"})
        with open(self.config, "w") as file:
            json.dump(configuration, file)
        self.process = None
        self.port = 0

    def command(self, *words, check=True, text=None):
        done = subprocess.run(
            [BINARY, *words, "--data", self.data, "--config", self.config],
            capture_output=True, text=True, input=text, timeout=60, cwd=self.folder,
        )
        if check and done.returncode != 0:
            raise AssertionError(f"agentd {' '.join(words)} gave {done.returncode}: {done.stderr or done.stdout}")
        return done

    def load(self, kind, rows, header):
        path = os.path.join(self.folder, f"{kind}.csv")
        with open(path, "w") as file:
            file.write(header + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows))
        return self.command("import", kind, path, "--tenant", TENANT)

    def start(self, *flags, port=0):
        path = os.path.join(self.folder, "log")
        with open(path, "a") as log:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--listen", f"127.0.0.1:{port}", "--data", self.data, "--config", self.config, *flags],
                stdout=subprocess.PIPE, stderr=log, text=True, cwd=self.folder,
            )
        line = self.process.stdout.readline()
        self.process.stdout.close()
        if not line.startswith("listening on "):
            with open(path) as log:
                raise AssertionError(f"no start: {line!r} {log.read()[-2000:]}")
        self.port = int(line.strip().rsplit(":", 1)[1])
        return self

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, timeout=20):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout)
        return self.process.returncode if self.process else None

    def token(self, role="admin", user="u1", tenant=TENANT, ttl=3600):
        words = ["token", "--tenant", tenant, "--user", user, "--role", role, "--ttl", str(ttl)]
        return self.command(*words).stdout.strip()

    def request(self, method, path, body=None, token=None, headers=None, timeout=30):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        all_headers = dict(headers or {})
        if token:
            all_headers["Authorization"] = f"Bearer {token}"
        data = None
        if body is not None:
            data = body if isinstance(body, (bytes, str)) else json.dumps(body)
            all_headers.setdefault("Content-Type", "application/json")
        connection.request(method, path, body=data, headers=all_headers)
        response = connection.getresponse()
        raw = response.read()
        connection.close()
        kind = response.headers.get("Content-Type", "")
        return response.status, (json.loads(raw) if "json" in kind and raw else raw), response.headers

    def conversation(self, token, **body):
        status, reply, _ = self.request("POST", "/api/v1/ai/conversations", body, token)
        assert status == 201, (status, reply)
        return reply["data"]["conversation_id"]

    def ask(self, token, conversation, message):
        status, reply, _ = self.request(
            "POST", f"/api/v1/ai/conversations/{conversation}/messages", {"message": message}, token,
            {"Accept": "application/json"},
        )
        assert status == 200, (status, reply)
        return reply["data"]

    def stream(self, token, path, body=None, last=None, method="POST"):
        return Stream(self, token, path, body, last, method)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Stream:
    """Server-sent events of one answer, as they come."""

    def __init__(self, daemon, token, path, body, last, method):
        self.connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=30)
        headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
        if last is not None:
            headers["Last-Event-ID"] = last
        if body is not None:
            headers["Content-Type"] = "application/json"
        self.connection.request(method, path, body=None if body is None else json.dumps(body), headers=headers)
        self.response = self.connection.getresponse()
        assert self.response.status == 200, (self.response.status, self.response.read())
        self.events = []

    def __iter__(self):
        event, identifier, data = None, None, []
        while True:
            try:
                line = self.response.readline()
            except (http.client.IncompleteRead, ConnectionError, TimeoutError):
                return
            if not line:
                return
            line = line.decode().rstrip("\n")
            if line.startswith("event: "):
                event = line[7:]
            elif line.startswith("id: "):
                identifier = line[4:]
            elif line.startswith("data: "):
                data.append(line[6:])
            elif line == "" and data:
                item = (identifier, event, json.loads("\n".join(data)))
                self.events.append(item)
                event, identifier, data = None, None, []
                yield item

    def close(self):
        self.response.close()
        self.connection.close()


def text(events):
    return "".join(data["text"] for _, event, data in events if event == "content_delta")


def until(condition, seconds=10):
    end = time.time() + seconds
    while time.time() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False
