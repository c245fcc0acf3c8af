# 运行期间把结果报告到哪里：Prometheus、Zabbix。

trapper-taken = { $server } 处的 Zabbix 正常接收发给它的值
trapper-partly = { $server } 处的 Zabbix 没有全部接收发给它的值：{ $detail }
trapper-refused = { $server } 处的 Zabbix 拒绝了：{ $detail }；被拒绝的值计数后丢弃
trapper-unreadable = { $server } 处应答的不是 Zabbix 服务器：{ $detail }；已发给它的值计数后丢弃
trapper-unreachable = 连接不上 { $server } 处的 Zabbix：{ $detail }；值先保留，稍后重试
trapper-unknown = { $values } 个值中有 { $refused } 个被拒绝：那里没有这个主机，或没有这些键值的 trapper 类型监控项，或不接收本机发来的值
trapper-no-receipt = 它的应答不是接收回执
trapper-no-answer = 它没有应答就关闭了连接
trapper-silent = { $time } 内没有应答
trapper-elsewhere = 该主机归 { $address } 处的 Zabbix proxy 管理：请把这个地址交给 --zabbix-server
allowed-no-port = “{ $text }”缺少端口：请写 HOST:PORT 或 CIDR:PORT，例如 10.0.0.0/8:502
allowed-no-host = “{ $text }”没有写主机：请写 HOST:PORT 或 CIDR:PORT，例如 db.example:5432
allowed-no-target = “{ $text }”不是可以允许的目标：{ $why }
allowed-nobody-asks = --allow-target 是给来查询的一方用的，而现在没有人能来查询：请同时给出 --metrics 或 --zabbix-agent
monitor-not-tcp = { $flag } 需要 TCP 地址，不能是 { $address }
flag-metrics = 在这里通过 HTTP 为 Prometheus 提供指标：/metrics，以及与 blackbox_exporter 相同的 /probe?target=…
flag-metrics-long = 在这里通过 HTTP 为 Prometheus 提供指标。/metrics 给出全部目标的情况，含义相同的指标沿用 blackbox_exporter 的名称；/probe?target=HOST:PORT 与 blackbox_exporter 一样，被查询时才探测一次，但目标必须写在本命令行里或由 --allow-target 允许。没有 --count 和 --duration 时，运行一直持续到被停止为止。Prometheus 的配置见 docs/MONITORING.md。
flag-zabbix-agent = 在这里作为 Zabbix agent 应答 Zabbix 服务器 (被动检查，通常是端口 10050)
flag-zabbix-agent-long = 在这里像 Zabbix agent 一样应答 Zabbix 服务器或 proxy (第 6 版和第 7 版的被动检查，通常是端口 10050)：net.tcp.port[HOST,PORT]、net.tcp.service[tcp,HOST,PORT]、net.tcp.service.perf[tcp,HOST,PORT]、net.udp.service[udp,HOST,PORT]、agent.ping 和 agent.version，限于本命令行和 --allow-target 的目标。没有 --count 和 --duration 时，运行一直持续到被停止为止。
flag-zabbix-server = 把每次结果发给这个 Zabbix 服务器或 proxy (trapper 类型的监控项，通常是端口 10051)
flag-zabbix-server-long = 把每次结果发给这个 Zabbix 服务器或 proxy (通常是端口 10051)，对应 “Zabbix trapper” 类型的监控项：net.tcp.port[HOST,PORT] 是 1 或 0，net.tcp.service.perf[tcp,HOST,PORT] 是秒数，不通时为 0；UDP 用 net.udp.service[udp,HOST,PORT] 和 net.udp.service.perf[udp,HOST,PORT]。服务器不接收时只提示一次，重试的间隔越来越长，探测从不因此停下；值会保留到上限为止。
flag-zabbix-host = 本机 (或目标所属的主机) 在 Zabbix 里的名称
flag-allow-target = 也允许别人通过 /probe 和 Zabbix agent 探测这个目标 (可重复)
flag-allow-target-long = 也允许别人通过 /probe 和 Zabbix agent 探测这个目标 (可重复)：一个主机和端口，或一个网段内所有地址的某个端口，例如 10.0.0.0/8:502。名称按写法允许；网段只允许数字形式的地址。其余的一律拒绝，既不连接，也不解析它的名称。
flag-probe-allow-host = 也可以用这个名称来访问指标 (可重复)
flag-probe-allow-host-long = 也可以用这个名称来访问指标 (可重复)。只有本机能访问时，只回应 localhost、*.localhost、127.0.0.0/8、[::1] 和 --metrics 的 HOST，其他名称一律回 403：否则，域名指向这里的网页 (DNS 重绑定) 就能读到它们。别人也能访问时回应所有名称，直到给出了名称为止：之后只回应这些名称和数字形式的地址。
heading-reporting = 上报结果
