# probe 说的话: 目标怎么样, 为什么, 可以试什么.

probe-state-open = 开放
probe-state-refused = 被拒绝
probe-state-timeout = 超时
probe-state-unreachable = 不可达
probe-state-prohibited = 被禁止
probe-state-unresolved = 无法解析
probe-state-reset = 被重置
probe-state-local = 未能探测
probe-state-answered = 有应答
probe-state-closed = 关闭
probe-state-silent = 无应答
probe-state-unexpected = 应答不符
probe-answered-in = { $time } 应答
probe-connected-in = { $time } 连上
probe-resolved-in = { $time } 解析
probe-after = 用时 { $time }
probe-then-reset = 随即被重置
probe-down-since = { $target } 自 { $since } 起不可用 ({ $state })，此前可用 { $lasted }
probe-up-since = { $target } 自 { $since } 起恢复可用，此前不可用 { $lasted }
probe-otherwise = { $target } 状态改变：{ $state }，此前为{ $was }
probe-why = {"  "}原因：{ $why }
probe-total = { $target }：探测 { $sent } 次，可用 { $up } 次，不可用 { $down } 次 ({ $loss }%)
probe-total-local = { $line }，本机未能探测 { $count } 次
probe-total-times = { $line }，最短 { $min } p50 { $p50 } p99 { $p99 } 最长 { $max }
probe-total-jitter = { $line } 抖动 { $jitter }
probe-total-outage = { $line }，最长中断 { $time }
probe-total-down = { $line }，自 { $since } 起不可用
probe-column-state = 状态
probe-column-last = 最近
probe-column-loss = 丢失
probe-column-since = 起始
probe-column-target = 目标
probe-more = 另有 { $count } 个目标：可用 { $up } 个，不可用 { $down } 个
probe-down = { $tried ->
    [one] 目标不可用
   *[other] { $tried } 个目标中有 { $down } 个不可用，这是第一个
}
probe-none-resolved = { $count ->
    [one] 该名称没有地址
   *[other] { $count } 个名称都没有地址
}
probe-not-tried = { $tried ->
    [one] 本机未能探测它
   *[other] { $tried } 个目标中有 { $count } 个本机未能探测
}
probe-resolver = { $words } (询问的服务器：{ $servers })
probe-in-turn = 目标太多，受打开文件数所限，同时只能探测 { $count } 个：它们轮流进行，间隔可能变长
probe-too-many-targets = 最多 { $most } 个目标
probe-no-targets = 没有目标：文件里一个也没有
probe-long-file = { $file }：超过 { $size }
probe-file-no-text = { $file }：不是 UTF-8 文本
gap-suspended = 有 { $time } 没有探测：机器处于休眠
gap-stopped = 有 { $time } 没有探测：进程被暂停，或者没有得到运行时间
clock-set-back = 时钟被拨回 { $time }；探测间隔不受影响
clock-set-forward = 时钟被拨快 { $time }；探测间隔不受影响
hook-failed = --on-change 为 { $target } 运行的程序：{ $detail }
hook-code = 以退出码 { $code } 结束
hook-killed = 被信号终止
hook-late = { $time } 后仍在运行，已被终止
probe-no-interval = 两次探测之间没有间隔，目标会被淹没
hook-open-quote = 引号 ({ $quote }) 没有闭合
hook-open-backslash = 最后的反斜杠后面没有内容
hook-no-program = 没有指定程序

# 原因.

cause-nobody-listens-here = 本机没有程序监听该端口
cause-nobody-listens-here-but = 本机没有程序监听该端口；正在监听的有：{ $listeners }
cause-listens-elsewhere = 本机有程序监听该端口，但不在这个地址上：{ $listeners }
cause-nobody-listens = 主机在线，并以重置 (RST) 答复：没有程序监听该端口
cause-firewall-rejects = { $from } 以 ICMP 答复：{ $kind }。没有监听者的主机会发送重置 (RST)，所以这是防火墙在拒绝
cause-no-unix-socket = 没有这个套接字
cause-unix-abandoned = 套接字还在，但没有程序监听它：服务端被强行终止后会留下它
cause-unix-forbidden = 当前用户无权打开这个套接字
cause-self-connected = 没有程序监听：系统恰好把这个端口分给了我们，套接字连上了自己
cause-no-reply = 没有任何答复，连拒绝也没有：途中被丢弃，或者主机不在线 (从 { $source } 发出)
cause-port-dropped = 该端口没有答复，但同一主机的其他端口有答复 ({ $looked })：这个端口被过滤
cause-host-silent = 主机没有答复，而它的邻居有答复 ({ $looked })：主机不在线，或者整个被过滤
cause-network-silent = 主机和它的邻居都没有答复：去那里的路断了，或者全部被过滤 (从 { $source } 发出)
cause-backlog-full = 监听的程序不接受连接：等待队列已满 ({ $listeners })
cause-backlog-full-unnamed = 监听的程序不接受连接：等待队列已满
cause-no-neighbour = 该地址在本机所在的网络中 ({ $source })，但没有主机应答它 (ARP、邻居发现)：没有这台主机，或者它没有开机
cause-no-way = { $from } 以 ICMP 答复：{ $kind }
cause-no-way-unsaid = 途中有设备答复无路可达：{ $detail }
cause-forbidden = { $from } 以 ICMP 答复：{ $kind }
cause-forbidden-unsaid = 途中有设备答复不允许：{ $detail }
cause-thrown-out = 连接被接受后随即被重置：代理背后没有服务端、服务端已满，或者它不接受我们
cause-hung-up = 发送之后连接被重置
cause-ended-silently = 连接被正常关闭，没有应答
cause-program-silent = 端口开放，但程序没有应答：建立连接的是系统，不需要程序参与
cause-program-silent-here = 端口开放，但程序没有应答：建立连接的是系统，不需要程序参与 ({ $listeners })
cause-speaks-tls = 该端口使用 TLS，而我们没有用
cause-other-answer = 应答是别的内容：'{ $got }'
cause-not-framed = 收到的内容不符合 --frame：'{ $got }'
cause-checksum-bad = 收到的内容校验和错误：'{ $got }'
cause-no-such-name = 该名称没有地址：{ $detail }
cause-resolver-failed = 解析服务器没有答复：{ $detail }
cause-no-route = 本机没有去那里的路由
cause-no-ports = 本机没有可用的端口来发起连接
cause-too-many-files = 本进程不能再打开更多文件 (套接字也是文件)
cause-not-permitted = 本机自己禁止：本机的防火墙或路由
cause-no-such-source = 本端不能使用 --source 指定的地址：{ $detail }
cause-own-failure = 本机未能探测：{ $detail }
cause-port-unreachable = { $from } 以 ICMP 答复：没有程序使用该端口
cause-port-unreachable-unsaid = 没有程序使用该端口
cause-datagram-silent = 没有应答：UDP 无法区分开放的端口、被过滤的端口，以及不应答这种内容的服务

# 可以试什么.

try-start-server = 启动服务端，或者改正端口
try-listen-everywhere = 让服务端监听 0.0.0.0 和 [::]，或者探测它监听的地址
try-server-and-port = 服务端在那里运行吗？端口对吗？是否只监听 127.0.0.1？
try-ask-firewall = 询问该防火墙或路由器的管理者；从别的网络也许可以
try-unix-server = 服务端在运行吗？路径对吗？
try-unix-rights = 查看套接字及其上级目录的属主和权限
try-port-outside = 启动服务端；net.ipv4.ip_local_port_range 之外的端口不会连上自己
try-look = --look 会试主机的其他端口和一个邻居；加大 --timeout 可以区分慢与无应答
try-port-firewall = 在主机上和途中查找丢弃该端口的规则
try-host = 主机开机了吗？从它旁边的机器 ping 它，并查看它的防火墙
try-way = `ip route get 地址` 和 `traceroute` 显示路径，以及它断在哪里
try-accept = 查看程序为什么不接受连接：被暂停、死锁，还是太慢 (`ss -ltn` 显示等待队列)
try-neighbour = 核对地址和掩码；`ip neigh` 显示谁应答过
try-thrown-out = 查看服务端或代理的日志：它拒绝什么，背后的服务是否可用？
try-server-log = 查看服务端的日志：它看得懂 --send 的内容吗？
try-program = 程序是否被暂停、死锁或过载？它是否在等换行 (--eol lf) 或某种分帧 (--frame)？
try-tls = 用 TLS 与它通信 (`openssl s_client -connect HOST:PORT`)，或者找到它的明文端口
try-expect = 与 --expect 比较；应答分几部分时加上 --frame
try-framing = --frame 是该服务端的分帧吗？--checksum 是它的校验和吗？`sockeye guess` 可以找出来
try-resolver = 解析服务器能到达吗？它写在 /etc/resolv.conf 中；直接写 IP 地址则不需要它
try-descriptors = 提高上限 (`ulimit -n`)，或者减少同时探测的目标
try-own-firewall = 查看本机自己的规则：`nft list ruleset`、`ip route`
try-source = `ip addr` 显示本机的地址
try-own = 上面是系统的原话
try-datagram = 用 --send 发送该服务会应答的内容 (例如 DNS 查询)；加大 --timeout 可以区分慢与无应答

# ICMP 消息说的是什么.

icmp-net-unreachable = 网络不可达
icmp-host-unreachable = 主机不可达
icmp-protocol-unreachable = 协议不可达
icmp-port-unreachable = 端口不可达
icmp-net-prohibited = 网络被管理员禁止
icmp-host-prohibited = 主机被管理员禁止
icmp-admin-prohibited = 通信被管理员禁止
icmp-no-route = 没有到目标的路由
icmp-address-unreachable = 地址不可达
icmp-policy-failed = 源地址不符合出入策略
icmp-reject-route = 到目标的路由被设为拒绝
icmp-time-exceeded = 途中超时
icmp-other = 出了别的问题
