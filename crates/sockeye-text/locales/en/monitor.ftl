# Where results are reported while a run goes on: Prometheus, Zabbix.

trapper-taken = Zabbix at { $server } takes what it is sent
trapper-partly = Zabbix at { $server } does not take everything that it is sent: { $detail }
trapper-refused = Zabbix at { $server } says no: { $detail }; what it refuses is counted and dropped
trapper-unreadable = what answers at { $server } is no Zabbix server: { $detail }; what it was sent is counted and dropped
trapper-unreachable = Zabbix at { $server } cannot be reached: { $detail }; values wait, and it is tried again
trapper-unknown = { $refused } of { $values } values refused: it has no such host, no item of type trapper with these keys, or takes none from this machine
trapper-no-receipt = its answer is no receipt
trapper-no-answer = it closed the connection without an answer
trapper-silent = no answer within { $time }
trapper-elsewhere = the host belongs to a Zabbix proxy at { $address }: give that to --zabbix-server
allowed-no-port = '{ $text }' lacks the port: write HOST:PORT or CIDR:PORT, as in 10.0.0.0/8:502
allowed-no-host = '{ $text }' names no host: write HOST:PORT or CIDR:PORT, as in db.example:5432
allowed-no-target = '{ $text }': { $why }
allowed-nobody-asks = --allow-target is for those who ask, and nobody can: give --metrics or --zabbix-agent too
monitor-not-tcp = { $flag } takes an address of TCP, not { $address }
flag-metrics = Serve metrics for Prometheus here, over HTTP: /metrics, and /probe?target=… as blackbox_exporter
flag-metrics-long = Serve metrics for Prometheus here, over HTTP. /metrics tells of all targets, under blackbox_exporter's names where they mean the same; /probe?target=HOST:PORT tries one when it is asked, as blackbox_exporter does, if it is a target of this command line or of --allow-target. Without --count or --duration the run then lasts until it is stopped. docs/MONITORING.md has the configuration of Prometheus.
flag-zabbix-agent = Answer a Zabbix server here, as its agent (passive checks; usually 10050)
flag-zabbix-agent-long = Answer a Zabbix server or proxy here as its agent does (passive checks of version 6 and 7; usually port 10050): net.tcp.port[HOST,PORT], net.tcp.service[tcp,HOST,PORT], net.tcp.service.perf[tcp,HOST,PORT], net.udp.service[udp,HOST,PORT], agent.ping and agent.version, for the targets of this command line and of --allow-target. Without --count or --duration the run then lasts until it is stopped.
flag-zabbix-server = Send each result to this Zabbix server or proxy (items of type trapper; usually port 10051)
flag-zabbix-server-long = Send each result to this Zabbix server or proxy (usually port 10051), for items of type "Zabbix trapper": net.tcp.port[HOST,PORT] is 1 or 0, net.tcp.service.perf[tcp,HOST,PORT] is seconds, 0 when down; over UDP net.udp.service[udp,HOST,PORT] and net.udp.service.perf[udp,HOST,PORT]. A server that does not take them is told of once, tried again ever more slowly, and never stops the probes; values wait for it, up to a limit.
flag-zabbix-host = What this machine, or whatever the targets belong to, is called in Zabbix
flag-allow-target = Others may have this tried too, by /probe and as Zabbix's agent (repeatable)
flag-allow-target-long = Others may have this tried too, by /probe and as Zabbix's agent (repeatable): a host and a port, or a port of every address of a network, as in 10.0.0.0/8:502. A name is allowed as it is written; a network allows addresses in digits. Everything else is refused and never contacted, nor is its name looked up.
flag-probe-allow-host = The metrics may be called by this name too (repeatable)
flag-probe-allow-host-long = The metrics may be called by this name too (repeatable). Where only this machine can reach them they answer to localhost, *.localhost, 127.0.0.0/8, [::1] and the HOST of --metrics, and refuse every other name with 403: a web page whose own name leads here (DNS rebinding) could read them otherwise. Where others can reach them they answer to every name, until some are given: then to those and to addresses in digits.
heading-reporting = Reporting
