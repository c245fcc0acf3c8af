"""`probe` as monitoring systems see it: Prometheus, blackbox_exporter, Zabbix. Each is the real program, and is skipped aloud
where it is not installed.
"""

import subprocess
import unittest

import monitors
from harness import Case
from monitors import AGENT, TRAPPER
from programs import needs


@needs("prometheus", monitors.HAS_PROMETHEUS)
@needs("prometheus-blackbox-exporter", monitors.HAS_BLACKBOX)
class Harness(Case):
    """What is known to be good says what it should: the harness is right."""

    def kept(self, process):
        """A process that is ended with the test."""
        self.addCleanup(process.discard)
        return process

    def test_prometheus_scrapes_the_blackbox_exporter(self):
        _, (host, port) = self.stand()
        blackbox = self.kept(monitors.Blackbox())
        prometheus = self.kept(monitors.Prometheus(
            "global: {scrape_interval: 1s}\nscrape_configs:\n"
            f"- job_name: tried\n  metrics_path: /probe\n  params: {{module: [tcp], target: ['{host}:{port}']}}\n"
            f"  static_configs: [{{targets: ['{blackbox.address}']}}]\n"
        ))  # fmt: skip
        prometheus.until("probe_success", lambda found: [value for _, value in found] == [1])

    @needs("zabbix", monitors.HAS_ZABBIX)
    def test_zabbix_polls_its_own_agent_and_takes_what_its_sender_sends(self):
        agent = self.kept(monitors.ZabbixAgent())
        server, (host, port) = self.stand()
        zabbix = self.kept(monitors.Zabbix("known", agent.port))
        key = f"net.tcp.port[{host},{port}]"
        zabbix.item("agent.ping", AGENT)
        zabbix.item(key, AGENT)
        zabbix.item("sent", TRAPPER)
        zabbix.item("no.such[key]", AGENT)
        trigger = zabbix.trigger("{1}=0", key, "last", "")
        zabbix.start()
        self.assertEqual(monitors.zabbix_get(agent.port, "agent.ping"), ("1", 0))
        self.assertEqual(zabbix.value("agent.ping"), "1")
        self.assertEqual(zabbix.value(key), "1")
        self.assertIn("Unsupported item key", zabbix.error("no.such[key]"))
        server.close()
        zabbix.value(key, lambda value: value == 0)
        zabbix.event(trigger, 1)
        sender = [monitors.program("zabbix_sender"), "-z", "127.0.0.1", "-p", str(zabbix.port), "-s", "known"]
        subprocess.run([*sender, "-k", "sent", "-o", "42"], check=True, capture_output=True, timeout=60)
        self.assertEqual(zabbix.value("sent"), "42")


if __name__ == "__main__":
    unittest.main()
