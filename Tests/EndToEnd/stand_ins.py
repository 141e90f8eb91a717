"""Small servers that tests stand up themselves: a model that does what it is told, and services with an OpenAPI document."""
import http.server
import json
import threading


class Server:
    """A threaded server on a free loopback port; `with` ends it. `seen` holds every request as (method, path, headers, body)."""

    def __init__(self, port=0):
        outer = self
        self.seen = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length) if length else b""
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.seen.append((self.command, self.path, headers, body))
                try:
                    outer.handle(self, body)
                except (BrokenPipeError, ConnectionError):
                    self.close_connection = True

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answer

            def reply(self, status, body, kind="application/json", **headers):
                raw = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(raw)))
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(raw)

        class Threaded(http.server.ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True

        self.server = Threaded(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def handle(self, request, body):
        raise NotImplementedError

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class ObedientModel(Server):
    """A chat-completions model: the message `call NAME JSON` makes it call that tool, and it says what came of it."""

    def settings(self):
        return [{
            "name": "obedient", "dialect": "chat-completions", "base_url": self.address + "/v1", "api_key": "sk-test",
            "model": "obedient",
        }]

    def offered(self):
        """The names of the tools that the last request offered."""
        body = json.loads([body for _, _, _, body in self.seen if body][-1])
        return [tool["function"]["name"] for tool in body.get("tools", [])]

    def handle(self, request, body):
        asked = json.loads(body)
        last = asked["messages"][-1]
        if last["role"] == "tool":
            delta, reason = {"content": "The tool said: " + str(last["content"])[:2000]}, "stop"
        else:
            words = last["content"] if isinstance(last["content"], str) else last["content"][0]["text"]
            order = words[words.find("call "):].split(None, 2) if "call " in words else []
            if len(order) < 2:
                delta, reason = {"content": "As you like."}, "stop"
            else:
                call = {"name": order[1], "arguments": order[2] if len(order) > 2 else "{}"}
                delta = {"tool_calls": [{"index": 0, "id": f"call_{len(self.seen)}", "type": "function", "function": call}]}
                reason = "tool_calls"
        base = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "obedient"}
        chunks = [
            {**base, "choices": [{"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": None}]},
            {**base, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]},
        ]
        text = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
        request.reply(200, text.encode(), "text/event-stream")
