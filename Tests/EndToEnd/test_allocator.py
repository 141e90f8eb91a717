"""The allocator that the doctor names is the one that the process runs on."""
import os
import unittest

from harness import Daemon


class Allocator(unittest.TestCase):
    def test_the_doctor_names_what_the_process_has_loaded(self):
        with Daemon() as daemon:
            daemon.start()
            with open(f"/proc/{daemon.process.pid}/maps") as maps:
                has_tcmalloc = any("libtcmalloc" in os.path.basename(line.split()[-1]) for line in maps)
            said = daemon.command("doctor", check=False).stdout
        line = next(line for line in said.splitlines() if "memory" in line)
        self.assertEqual("tcmalloc" in line, has_tcmalloc, line)


if __name__ == "__main__":
    unittest.main()
