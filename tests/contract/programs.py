"""Programs of other people that tests need: whether they are there, and how those start that refuse to be started simply."""

import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import unittest

from harness import Process

#: It is on nobody's path in Debian.
INITDB = shutil.which("initdb") or max(glob.glob("/usr/lib/postgresql/*/bin/initdb"), default=None)


def needs(what, there):
    """Skips aloud where a program is not installed; in CI that is a failure."""
    if there:
        return lambda case: case
    if os.environ.get("CI"):

        def missing(case):
            def setUp(self):
                self.fail(f"{what} is not installed")

            case.setUp = setUp
            case.setUpClass = classmethod(lambda cls: None)
            return case

        return missing
    return unittest.skip(f"{what} is not installed")


class PostgreSql:
    """A PostgreSQL of its own, on a Unix socket in `home`; its user is `sockeye`."""

    def __init__(self):
        self.home = tempfile.mkdtemp(prefix="sockeye-")
        user = {}
        if os.geteuid() == 0:
            # It refuses to be run by root.
            somebody = pwd.getpwnam("postgres")
            os.chown(self.home, somebody.pw_uid, somebody.pw_gid)
            # Whoever uses it may be somebody else again.
            os.chmod(self.home, 0o755)
            user = {"user": somebody.pw_uid, "group": somebody.pw_gid, "extra_groups": []}
        data = os.path.join(self.home, "data")
        subprocess.run(
            [INITDB, "-D", data, "-A", "trust", "-N", "-U", "sockeye", "--no-locale", "-E", "UTF8"],
            check=True, capture_output=True, cwd=self.home, **user,
        )  # fmt: skip
        program = os.path.join(os.path.dirname(os.path.realpath(INITDB)), "postgres")
        self.server = Process(
            [program, "-D", data, "-k", self.home, "-c", "listen_addresses=", "-c", "fsync=off"],
            stdin=subprocess.DEVNULL, cwd=self.home, **user,
        )  # fmt: skip
        self.server.stderr.wait(lambda said: b"ready to accept connections" in said)
        self.path = os.path.join(self.home, ".s.PGSQL.5432")

    def query(self, text, database="postgres"):
        """The rows of an answer, each a list of texts."""
        done = subprocess.run(
            ["psql", "-h", self.home, "-U", "sockeye", "-d", database, "-XAtq", "-v", "ON_ERROR_STOP=1"],
            input=text, capture_output=True, check=False, text=True,
        )  # fmt: skip
        if done.returncode != 0:
            raise AssertionError(f"psql: {done.stderr}")
        return [line.split("|") for line in done.stdout.splitlines()]

    def discard(self):
        """End it, with all that it holds."""
        if self.server.running():
            # "Fast": nobody who is connected is waited for.
            self.server.stop(signal.SIGINT)
        self.server.discard()
        shutil.rmtree(self.home, ignore_errors=True)
