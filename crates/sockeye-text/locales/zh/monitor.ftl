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
allowed-no-target = “{ $text }”：{ $why }
