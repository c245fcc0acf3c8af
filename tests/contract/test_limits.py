"""Limits: what `sockeye limits` says is what `--help` says, and what holds."""

import json
import re
import subprocess
import unittest

from harness import Case, binary


def said(*arguments):
    return subprocess.run([binary(), *arguments], capture_output=True, text=True, check=True).stdout


class Defaults(Case):
    #: Which flag of which command has the default of which limit.
    FLAGS = (
        ("connect", "--connect-timeout", "connect-timeout"),
        ("connect", "--retry-delay", "retry-delay"),
        ("connect", "--max-frame", "max-frame"),
        ("connect", "--wait", "wait"),
        ("connect", "--wait", "wait-datagram"),
        ("listen", "--grace", "grace"),
        ("listen", "--max-connections", "max-connections"),
        ("listen", "--rate", "rate"),
        ("serve", "--idle-timeout", "serve-idle"),
        ("serve", "--grace", "grace"),
        ("get", "--timeout", "get-timeout"),
        ("get", "--retries", "get-retries"),
        ("get", "--connect-timeout", "connect-timeout"),
    )

    def test_help_and_limits_say_the_same(self):
        rows = {row["name"]: row for row in map(json.loads, said("limits", "--json").splitlines())}
        for command, flag, name in self.FLAGS:
            help_ = " ".join(said(command, "-h").split())
            entry = re.search(rf" {flag} <\w+> (.*?)(?= --[a-z]| Options:|$)", help_).group(1)
            with self.subTest(command=command, flag=flag):
                self.assertEqual(rows[name]["flag"], flag)
                self.assertRegex(entry, rf"\[.*{re.escape(rows[name]['default'])}")

    def test_both_rates_of_serve_are_listed_apart(self):
        rows = {row["name"]: row for row in map(json.loads, said("limits", "--json").splitlines())}
        for name, flag, word in (("serve-rate", "--rate", "each"), ("serve-total-rate", "--total-rate", "together")):
            self.assertEqual(rows[name]["flag"], flag)
            self.assertIn(word, rows[name]["about"])


if __name__ == "__main__":
    unittest.main()
