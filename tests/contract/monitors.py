"""Monitoring systems as people run them: Prometheus, its blackbox_exporter, a Zabbix server and a Zabbix agent, each with
a folder, ports and data of its own.

They look at things in their own time. Whoever waits for what they have seen, waits for a line that they write when they see it.
"""

import contextlib
import gzip
import http.server
import json
import os
import queue
import random
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from harness import PATIENCE, Process
from programs import INITDB, PostgreSql

#: Where Debian's package keeps the tables of a Zabbix server.
ZABBIX_TABLES = Path("/usr/share/zabbix-server-pgsql/schema.sql.gz")


def program(name):
    """Where a program is, which may be among those of the administrator; `None` where it is not."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


HAS_PROMETHEUS = all(map(program, ("prometheus", "promtool")))
HAS_BLACKBOX = bool(program("prometheus-blackbox-exporter"))
HAS_ZABBIX = bool(
    all(map(program, ("zabbix_server", "zabbix_get", "zabbix_agentd", "zabbix_sender", "psql")))
    and INITDB
    and ZABBIX_TABLES.exists()
)


def get(url, headers=None):
    """What a server of HTTP answers: the status, the kind of what follows, and that as text."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=PATIENCE) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.headers["Content-Type"], refused.read().decode()


def samples(text):
    """The samples of a text of metrics: what stands before the value, to the value."""
    found = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, value = line.rsplit(" ", 1)
            found[name] = float(value)
    return found


class Beat(http.server.ThreadingHTTPServer):
    """A target of Prometheus' that hears of each scrape; whoever waits for Prometheus to have seen something looks after each."""

    daemon_threads = True

    def __init__(self):
        self.scrapes = queue.SimpleQueue()
        super().__init__(("127.0.0.1", 0), _BeatHandler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def address(self):
        """Where it listens."""
        return f"127.0.0.1:{self.server_address[1]}"

    def until(self, seen, timeout=PATIENCE):
        """The first true `seen()`, asked after each scrape."""
        deadline = time.monotonic() + timeout
        while not (answer := seen()):
            try:
                self.scrapes.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise TimeoutError(f"Prometheus has not seen it in {timeout} s") from None
        return answer

    def discard(self):
        """End it."""
        self.shutdown()
        self.server_close()


class _BeatHandler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"beat 1\n"
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.server.scrapes.put(self.path)

    def log_message(self, *_):
        """Say nothing."""


class Exporter(Process):
    """A program of Prometheus', which says where it listens."""

    def __init__(self, name, *arguments):
        super().__init__([program(name), *arguments, "--web.listen-address=127.0.0.1:0"], stdin=subprocess.DEVNULL)
        said = self.stderr.wait(re.compile(rb'"Listening on" address=(\S+)').search)
        self.address = said.group(1).decode()

    def get(self, path, headers=None):
        """What it answers."""
        return get(f"http://{self.address}{path}", headers)


class Blackbox(Exporter):
    """The blackbox_exporter, which tries what it is told to."""

    MODULES = """
modules:
  tcp: {prober: tcp, timeout: 2s, tcp: {preferred_ip_protocol: ip4}}
"""

    def __init__(self):
        self._home = tempfile.TemporaryDirectory(prefix="sockeye-")
        config = Path(self._home.name) / "blackbox.yml"
        config.write_text(self.MODULES, encoding="utf-8")
        super().__init__("prometheus-blackbox-exporter", f"--config.file={config}")

    def probe(self, target):
        """The samples of one attempt at `target`."""
        return samples(self.get("/probe?" + urllib.parse.urlencode({"module": "tcp", "target": target}))[2])

    def discard(self):
        """End it."""
        super().discard()
        self._home.cleanup()


class Prometheus(Exporter):
    """A Prometheus that scrapes what `configuration` says, and a beat of ours in each interval; see `Beat`."""

    def __init__(self, configuration):
        self._home = tempfile.TemporaryDirectory(prefix="sockeye-")
        self.beat = Beat()
        beat = f"\n- job_name: beat\n  scrape_interval: 1s\n  static_configs: [{{targets: ['{self.beat.address()}']}}]\n"
        # What documents say is made of blocks, in which one more is another element of the list.
        configuration = re.sub(r"(?m)^scrape_configs:\n", lambda head: head.group() + beat.lstrip("\n"), configuration)
        folder = Path(self._home.name)
        (folder / "prometheus.yml").write_text(configuration, encoding="utf-8")
        super().__init__(
            "prometheus", f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}"
        )
        self.stderr.wait(lambda said: b"Server is ready to receive web requests" in said)

    def query(self, text):
        """The result of a query: the labels of each series (a frozen set of pairs) to its value."""
        _, _, body = self.get("/api/v1/query?" + urllib.parse.urlencode({"query": text}))
        answer = json.loads(body)
        if answer["status"] != "success":
            raise AssertionError(f"{text}: {answer}")
        return [(series["metric"], float(series["value"][1])) for series in answer["data"]["result"]]

    def until(self, text, fits, timeout=PATIENCE):
        """The result of a query, once it fits."""

        def look():
            result = self.query(text)
            return [result] if fits(result) else None

        try:
            return self.beat.until(look, timeout)[0]
        except TimeoutError:
            raise TimeoutError(f"{text} is {self.query(text)} after {timeout} s") from None

    def discard(self):
        """End it."""
        super().discard()
        self.beat.discard()
        self._home.cleanup()


def free_port(low=20_000, high=32_000):
    """A port in a range that the system gives to nobody by itself (Zabbix takes no other)."""
    for port in random.SystemRandom().sample(range(low, high), 200):
        with contextlib.suppress(OSError), socket.socket() as tried:
            tried.bind(("127.0.0.1", port))
            return port
    raise OSError(f"no port from {low} to {high} is free")


#: Types of items: what a server asks an agent for, and what it is sent.
AGENT, TRAPPER = 0, 2
#: Types of values: with a fraction, a text, whole.
FLOAT, TEXT, WHOLE = 0, 1, 3

#: What Zabbix writes into its tables stands in the log of the database as well, where it can be waited for.
TOLD = """
CREATE FUNCTION told() RETURNS trigger AS $$ BEGIN
  RAISE LOG 'zabbix % % %', TG_TABLE_NAME, NEW.itemid, NEW.value; RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER told BEFORE INSERT ON history FOR EACH ROW EXECUTE FUNCTION told();
CREATE TRIGGER told BEFORE INSERT ON history_uint FOR EACH ROW EXECUTE FUNCTION told();
CREATE TRIGGER told BEFORE INSERT ON history_str FOR EACH ROW EXECUTE FUNCTION told();
CREATE FUNCTION unsupported() RETURNS trigger AS $$ BEGIN
  RAISE LOG 'zabbix error % %', NEW.itemid, NEW.error; RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER unsupported BEFORE UPDATE OF error ON item_rtdata FOR EACH ROW EXECUTE FUNCTION unsupported();
CREATE FUNCTION happened() RETURNS trigger AS $$ BEGIN
  RAISE LOG 'zabbix event % %', NEW.objectid, NEW.value; RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER happened BEFORE INSERT ON events FOR EACH ROW WHEN (NEW.source = 0) EXECUTE FUNCTION happened();
"""

#: What its tables have to hold before it starts at all.
FIRST = """
INSERT INTO hstgrp (groupid, name) VALUES (1, 'tested');
INSERT INTO role (roleid, name, type, readonly) VALUES (1, 'all', 3, 1);
INSERT INTO users (userid, username, roleid) VALUES (1, 'Admin', 1);
INSERT INTO config (configid, discovery_groupid) VALUES (1, 1);
"""

HOST = 100


class Zabbix:
    """A Zabbix server with a database of its own, one host, and items that are given at its start."""

    def __init__(self, host, agent_port=1):
        self._host, self._agent, self._items, self._triggers = host, agent_port, {}, 0
        self.port, self.server = free_port(), None
        self.database = PostgreSql()
        with gzip.open(ZABBIX_TABLES, "rt", encoding="utf-8") as tables:
            tables = tables.read()
        self.database.query("CREATE DATABASE zabbix")
        self._query(f"BEGIN;\n{tables}\n{TOLD}\n{FIRST}\nCOMMIT;")

    def _query(self, text):
        return self.database.query(text, "zabbix")

    def _add_host(self):
        self._query(
            f"INSERT INTO hosts (hostid, host, name) VALUES ({HOST}, '{self._host}', '{self._host}');"
            f"INSERT INTO hosts_groups (hostgroupid, hostid, groupid) VALUES (1, {HOST}, 1);"
            f"INSERT INTO interface (interfaceid, hostid, main, port) VALUES (1, {HOST}, 1, '{self._agent}');"
        )

    def keys(self):
        """The keys of its items."""
        return self._items.keys()

    def item(self, key, kind, value=WHOLE):
        """One more item, before the server starts; an agent is asked every second."""
        if not self._items:
            self._add_host()
        number = len(self._items) + 1
        self._items[key] = number
        delay, interface = ("1s", "1") if kind == AGENT else ("0", "NULL")
        self._query(
            "INSERT INTO items (itemid, type, hostid, name, key_, delay, value_type, interfaceid) VALUES"
            f" ({number}, {kind}, {HOST}, $name${key}$name$, $name${key}$name$, '{delay}', {value}, {interface});"
            f"INSERT INTO item_rtdata (itemid) VALUES ({number});"
        )

    def trigger(self, expression, item, function, parameter):
        """One more trigger, whose expression has one function of one item, `{1}`; gives its number."""
        self._triggers += 1
        number = self._triggers
        expression = expression.replace("{1}", f"{{{number}}}")
        self._query(
            f"INSERT INTO triggers (triggerid, expression, description) VALUES ({number}, '{expression}', 'tested');"
            "INSERT INTO functions (functionid, itemid, triggerid, name, parameter) VALUES"
            f" ({number}, {self._items[item]}, {number}, '{function}', '$,{parameter}');"
        )
        return number

    def start(self):
        """Let it begin."""
        home = self.database.home
        config = os.path.join(home, "zabbix.conf")
        Path(config).write_text(
            f"ListenIP=127.0.0.1\nListenPort={self.port}\nSocketDir={home}\nPidFile={home}/zabbix.pid\nAllowRoot=1\n"
            f"LogType=console\nDBHost={home}\nDBName=zabbix\nDBUser=sockeye\nCacheUpdateFrequency=1\n"
            "StartPollers=2\nStartPollersUnreachable=1\nStartTrappers=2\nStartPingers=0\nStartDiscoverers=0\n"
            "StartHTTPPollers=0\nStartPreprocessors=1\nStartDBSyncers=1\nStartLLDProcessors=1\nStartAlerters=1\n"
            "StartEscalators=1\nStartReportWriters=0\nStartTimers=1\nTimeout=5\nUnreachableDelay=1\nUnavailableDelay=1\n",
            encoding="utf-8",
        )
        self.server = Process([program("zabbix_server"), "-f", "-c", config], stdin=subprocess.DEVNULL)
        for part in (rb"trapper #2\]", rb"poller #2\]", rb"configuration syncer #1\]", rb"history syncer #1\]"):
            self._said(rb"started \[" + part)

    def _said(self, pattern):
        if self.server.stdout.wait(re.compile(pattern).search) is None:
            raise EOFError(f"the Zabbix server has ended: {self.server.stdout.bytes()[-3000:].decode()}")

    def value(self, key, fits=lambda _: True, timeout=PATIENCE):
        """The first value that it takes for an item from now on, and that fits."""
        return self._told(rf"zabbix history\w* {self._items[key]} (\S+)", lambda value: fits(float(value)), timeout)

    def text(self, key, timeout=PATIENCE):
        """The next value of an item that is a text."""
        return self._told(rf"zabbix history\w* {self._items[key]} (.*)", bool, timeout)

    def error(self, key, timeout=PATIENCE):
        """Why it does not get an item, once it says so."""
        return self._told(rf"zabbix error {self._items[key]} (.+)", bool, timeout)

    def event(self, trigger, value, timeout=PATIENCE):
        """Wait until a trigger says that there is a problem (1), or no more (0)."""
        return self._told(rf"zabbix event {trigger} (\d)", lambda said: int(said) == value, timeout)

    def mark(self):
        """Where what it writes from now on begins, for `_told`."""
        return len(self.database.server.stderr.bytes())

    def _told(self, pattern, fits, timeout, start=0):
        expression = re.compile(pattern)

        def look(log):
            found = (match.group(1) for match in expression.finditer(log.decode("utf-8", "replace")))
            return [value for value in found if fits(value)][:1]

        found = self.database.server.stderr.wait(look, getattr(self, "_start", start), timeout)
        if not found:
            raise EOFError("the database has ended")
        return found[0]

    @contextlib.contextmanager
    def from_now(self):
        """Inside, only what is written from now on counts."""
        self._start = self.mark()
        yield self
        del self._start

    def discard(self):
        """End it, with its database."""
        if self.server:
            if self.server.running():
                self.server.stop()
            self.server.discard()
        self.database.discard()


def zabbix_get(port, key, host="127.0.0.1"):
    """What an agent answers to Debian's `zabbix_get`, and its exit code."""
    done = subprocess.run(
        [program("zabbix_get"), "-s", host, "-p", str(port), "-k", key, "-t", "10"],
        capture_output=True, check=False, text=True, timeout=60,
    )  # fmt: skip
    return (done.stdout + done.stderr).strip(), done.returncode


class ZabbixAgent(Process):
    """Debian's agent."""

    def __init__(self):
        self._home = tempfile.TemporaryDirectory(prefix="sockeye-")
        self.port, home = free_port(), self._home.name
        config = Path(home) / "agent.conf"
        config.write_text(
            f"Server=127.0.0.1\nListenIP=127.0.0.1\nListenPort={self.port}\nLogType=console\nPidFile={home}/pid\n"
            f"AllowRoot=1\nStartAgents=1\nHostname=agent\n",
            encoding="utf-8",
        )
        super().__init__([program("zabbix_agentd"), "-f", "-c", str(config)], stdin=subprocess.DEVNULL)
        self.stdout.wait(re.compile(rb"started \[listener #1\]").search)

    def discard(self):
        """End it."""
        if self.running():
            self.stop()
        super().discard()
        self._home.cleanup()
