"""Mail that is sent by a server: taken, refused, put off, cut off, and over a kill. Standard library only."""
import email
import email.policy
import json
import os
import socketserver
import threading
import unittest

from harness import TENANT, Daemon, until


class Sink:
    """A mail server that does with each recipient what its name says, and keeps what it took."""

    def __init__(self):
        self.taken = []
        self.tries = {}
        sink = self

        class Session(socketserver.StreamRequestHandler):
            def say(self, text):
                self.wfile.write(text.encode() + b"\r\n")

            def handle(self):
                self.say("220 sink.example")
                sender, recipients = None, []
                while line := self.rfile.readline():
                    words = line.decode().strip()
                    verb = words[:4].upper()
                    if verb == "EHLO":
                        self.say("250-sink.example\r\n250 SIZE 1000000")
                    elif verb == "MAIL":
                        sender, recipients = words.split(":", 1)[1].split(" ")[0], []
                        self.say("250 ok")
                    elif verb == "RCPT":
                        address = words.split(":", 1)[1].strip("<> ")
                        count = sink.tries[address] = sink.tries.get(address, 0) + 1
                        if address.startswith("reject"):
                            self.say("550 5.1.1 no such user")
                        elif address.startswith("later") and count == 1:
                            self.say("451 4.7.1 come back")
                        else:
                            recipients.append(address)
                            self.say("250 ok")
                    elif verb == "DATA":
                        self.say("354 go on")
                        lines = []
                        while (line := self.rfile.readline()) not in (b".\r\n", b""):
                            lines.append(line[1:] if line.startswith(b".") else line)
                            if recipients[0].startswith("cut"):
                                return
                        sink.taken.append((sender, recipients, b"".join(lines)))
                        self.say("250 queued")
                    elif verb == "QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("502 no")

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Session)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Mail(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sink = Sink()
        cls.daemon = Daemon(tenants={TENANT: {"as_of": "2024-01-15", "mail": {
            "address": "desk@corp.example", "name": "The Desk",
            "smtp": {"url": f"smtp://127.0.0.1:{cls.sink.port}"},
        }}})
        folder = os.path.join(cls.daemon.folder, "mail")
        os.makedirs(folder)
        for name in ["ann", "bob", "reject", "later", "cut"]:
            with open(os.path.join(folder, f"{name}.eml"), "w", newline="") as file:
                file.write(
                    f"From: {name} <{name}@acme.example>\r\nTo: desk@corp.example\r\nSubject: From {name}\r\n"
                    f"Message-ID: <{name}@acme.example>\r\nDate: Mon, 1 Jan 2024 10:00:00 +0000\r\n\r\nHello there.\r\n"
                )
        cls.daemon.load("customers", [["cus_1", "ACME", "Acme Tools", "ann@acme.example"]], "id,code,name,email")
        cls.daemon.command("import", "emails", folder, "--tenant", TENANT)
        cls.daemon.start()
        cls.admin = cls.daemon.token("admin")

    @classmethod
    def tearDownClass(cls):
        cls.daemon.__exit__()
        cls.sink.close()

    def ask(self, method, path, body=None):
        status, reply, _ = self.daemon.request(method, "/cnc/v1" + path, body, self.admin)
        self.assertEqual(status, 200, reply)
        return reply["data"]

    def answer(self, name, **body):
        received = {mail["subject"]: mail["id"] for mail in self.ask("GET", "/emails?direction=inbound")}
        return self.ask("POST", f"/emails/{received[f'From {name}']}/reply", body)

    def taken(self, address):
        return [mail for mail in self.sink.taken if mail[1] == [address]]

    def test_a_mail_arrives_as_it_was_written(self):
        sent = self.answer("ann", content="Grüße\n.\n..dots")
        self.assertEqual((sent["status"], sent["note"]), ("sent", None))
        [(sender, _, source)] = self.taken("ann@acme.example")
        self.assertEqual(sender, "<desk@corp.example>")
        mail = email.message_from_bytes(source, policy=email.policy.default)
        self.assertEqual(mail["From"], "The Desk <desk@corp.example>")
        self.assertEqual((mail["To"], mail["Subject"]), ("ann <ann@acme.example>", "Re: From ann"))
        self.assertEqual(mail["In-Reply-To"], "<ann@acme.example>")
        self.assertIsNone(mail["Auto-Submitted"])
        self.assertEqual(mail.get_content().strip().splitlines()[2:5], ["Grüße", ".", "..dots"])

    def test_an_automatic_answer_has_no_sender_to_answer(self):
        self.assertEqual(self.answer("bob", auto_generate=True)["status"], "sent")
        [(sender, _, source)] = self.taken("bob@acme.example")
        self.assertEqual(sender, "<>")
        self.assertEqual(email.message_from_bytes(source)["Auto-Submitted"], "auto-replied")

    def test_a_refused_mail_has_failed(self):
        sent = self.answer("reject", content="x")
        self.assertEqual(sent["status"], "failed")
        self.assertIn("550", sent["note"])
        self.assertIn("no such user", sent["note"])

    def test_a_mail_put_off_is_sent_later_and_once(self):
        sent = self.answer("later", content="x")
        self.assertEqual(sent["status"], "queued")
        self.assertIn("451", sent["note"])
        self.assertTrue(until(lambda: self.taken("later@acme.example"), 30))
        self.assertTrue(until(lambda: self.ask("GET", f"/emails/{sent['email_id']}")["status"] == "sent", 10))
        self.assertEqual(len(self.taken("later@acme.example")), 1)

    def test_a_mail_whose_outcome_is_not_known_is_not_sent_again(self):
        sent = self.answer("cut", content="x")
        self.assertEqual(sent["status"], "sending")
        self.assertIn("has not answered", sent["note"])
        self.daemon.kill()
        self.daemon.start()
        self.assertEqual(self.ask("GET", f"/emails/{sent['email_id']}")["status"], "sending")
        self.assertEqual(self.sink.tries["cut@acme.example"], 1)


class ConfiguredLater(unittest.TestCase):
    def test_what_waited_is_sent_once_after_a_server_is_configured(self):
        sink = Sink()
        self.addCleanup(sink.close)
        daemon = Daemon(tenants={TENANT: {"as_of": "2024-01-15"}})
        self.addCleanup(daemon.__exit__)
        folder = os.path.join(daemon.folder, "mail")
        os.makedirs(folder)
        with open(os.path.join(folder, "a.eml"), "w", newline="") as file:
            file.write(
                "From: Ann <ann@acme.example>\r\nTo: desk@corp.example\r\nSubject: A\r\nMessage-ID: <a@acme.example>\r\n"
                "Date: Mon, 1 Jan 2024 10:00:00 +0000\r\n\r\nHello there.\r\n"
            )
        daemon.load("customers", [["cus_1", "ACME", "Acme Tools", "ann@acme.example"]], "id,code,name,email")
        daemon.command("import", "emails", folder, "--tenant", TENANT)
        daemon.start()

        def ask(method, path, body=None):
            status, reply, _ = daemon.request(method, "/cnc/v1" + path, body, daemon.token("admin"))
            self.assertEqual(status, 200, reply)
            return reply["data"]

        received = ask("GET", "/emails?direction=inbound")[0]["id"]
        sent = ask("POST", f"/emails/{received}/reply", {"content": "We are on it."})
        self.assertEqual(sent["status"], "queued")
        self.assertIn("mail.smtp", sent["note"])
        daemon.stop()
        with open(daemon.config) as file:
            configuration = json.load(file)
        configuration["tenants"][TENANT]["mail"] = {
            "address": "desk@corp.example", "name": "The Desk", "smtp": {"url": f"smtp://127.0.0.1:{sink.port}"},
        }
        with open(daemon.config, "w") as file:
            json.dump(configuration, file)
        daemon.start()
        self.assertTrue(until(lambda: ask("GET", f"/emails/{sent['email_id']}")["status"] == "sent", 30))
        daemon.stop()
        daemon.start()
        self.assertEqual(ask("GET", f"/emails/{sent['email_id']}")["status"], "sent")
        [(sender, recipients, source)] = sink.taken
        self.assertEqual((sender, recipients), ("<desk@corp.example>", ["ann@acme.example"]))
        mail = email.message_from_bytes(source, policy=email.policy.default)
        self.assertEqual((mail["From"], mail["Subject"]), ("The Desk <desk@corp.example>", "Re: A"))
        self.assertIn("We are on it.", mail.get_content())


if __name__ == "__main__":
    unittest.main()
