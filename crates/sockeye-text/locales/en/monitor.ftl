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
