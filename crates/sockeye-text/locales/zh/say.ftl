# 失败的说法, 以及可以试什么.

error = 错误：{ $what }
error-at = 错误：{ $address }：{ $detail }
try = {"  "}提示：{ $hint }
not-utf8 = 内容不是有效的 UTF-8
peer-reset = 对端重置了连接 (RST)
cut-short = 对端在 { $rounds }之后离开
cut-short-of = 对端在第 { $rounds } 轮之后离开 (共 { $of })
half-said = 对端在 { $said } 条之后离开，共有 { $of }
unanswered = 已发的 { $said } 条中最后一条没有应答，共有 { $of }
ended-unsent = 会话结束时还有 { $bytes }没有发出
other-framing-hint = 对端用的是这种 --frame 吗？不加它，收到什么就显示什么
wait-longer-hint = --wait 10s 可以等得更久
no-answer-unasked-hint = 什么也没有发送：服务端会先说话吗？
no-answer-datagram-hint = UDP 丢包没有任何提示：服务端启动了吗？它会应答这条消息吗？
no-answer-backslashes-hint = 反斜杠按原样发出了：-e 会解释 --send 里的 \r \n \xNN
no-answer-framed-hint = 服务端用的是这种 --frame 吗？
no-answer-line-hint = 服务端需要分帧 (--frame) 吗？
no-answer-bare-hint = 服务端需要行结束符 (--eol lf、-C) 或者分帧 (--frame) 吗？
answers-damaged = 每个应答的校验和都不对 (--checksum { $checksum })
no-answer = 没有收到应答
no-whole-message = 收到 { $bytes }，但按 --frame { $framing } 没有一条完整的消息
answer-empty = 收到的内容是空的
came-instead = 收到的内容以 '{ $text }' 结尾
expect-unmet = 没有等到 --expect '{ $expected }'：{ $instead }
refused-unix-hint = 那里的服务端启动了吗？路径对吗？--retry 5 可以等它启动
refused-hint = 那里的服务端启动了吗？端口对吗？--retry 5 可以等它启动
unreachable-hint = 本机在那个网络里吗？用 `ip route` 查看路由
timeout-hint = 发往那里的数据可能被防火墙丢弃；--connect-timeout 30s 可以等得更久
name-not-resolved-hint = 检查拼写，或者直接写 IP 地址
nothing-listens-hint = 该端口上没有程序在监听；先启动服务端
address-not-available-hint = 它不是本机的地址；用 `ip addr` 查看本机地址
dialect-hint = 如果是另一种服务端，用 --dialect 指定向它请求的方式

# 会话.

faults = 故意注入故障：{ $specs }；加 --seed { $seed } 可以重现
opened = 已打开：{ $peer } (本端 { $local })
opened-ready = 可以发送到 { $peer } (本端 { $local })
opened-heard = 第一个数据报来自 { $peer } (本端 { $local })
sender = 来自 { $from } 的 { $bytes }
ended-in = 对端已关闭 (FIN)：它不再发送
ended-out = 已半关闭 (FIN 已发出)：仍可接收
closed-by-peer = 已关闭：对端先关闭 (FIN)
closed-datagrams = 已关闭：本端已结束
closed-by-us = 已关闭：本端先关闭
closed-peer-reset = 已关闭：对端重置 (RST)
closed-reset = 已关闭：本端重置 (RST)
closed-idle = 已关闭：空闲超过上限 (--idle-timeout)
closed-displaced = 已移除，给另一个对端让出位置 (--max-connections)
closed-refused = 已关闭：对端的数据不符合分帧、上限或规则
closed-too-slow = 已关闭：对端读得太慢
closed-stopped = 已关闭：sockeye 正在结束，由本端关闭
closed-failed = 已关闭：发送或接收失败

# 收发了多少; 后面的各项依次附加.

traffic = 收到 { $bytes_in } / { $came }，发出 { $bytes_out } / { $went }，历时 { $time }
traffic-bad-checksums = { $traffic }，{ $count } 个校验和错误
traffic-bad-lengths = { $traffic }，{ $count } 帧长度不可能
traffic-bad-tails = { $traffic }，{ $count } 帧缺少帧尾
traffic-bad-escapes = { $traffic }，{ $count } 帧转义错误
traffic-skipped = { $traffic }，跳过 { $bytes }
traffic-suppressed = { $traffic }，{ $count } 个应答被抑制
traffic-dropped = { $traffic }，丢弃 { $count } 条消息
traffic-unsent = { $traffic }，{ $count } 字节未发出
traffic-turned-away = { $traffic }，拒绝 { $count } 个
traffic-reset = { $traffic }，{ $count } 个被重置

# 消息上发生的事.

sticky-part = 一次读取只带来消息的一部分 (半包：{ $bytes }；保留 { $kept }，等其余部分)
sticky-one-and-part = 一次读取带来 1 条消息和下一条的一部分 (共 { $bytes }；{ $kept }留到下一条)
sticky-many = 一次读取带来 { $count } 条消息 (粘包：{ $bytes })：TCP 没有消息边界
sticky-many-and-part = 一次读取带来 { $count } 条消息和下一条的一部分 (共 { $bytes }；{ $kept }留到下一条)
checksum-short = 校验和错误：消息太短，容不下 { $bytes }的校验和
checksum-bad = 校验和错误：收到 { $found }，应为 { $expected }
fault-latency = 故障 latency ({ $way })：从第 { $offset } 字节起延迟 { $late }
fault-bandwidth = 故障 bandwidth ({ $way })：每秒通过 { $bytes }
fault-slice = 故障 slice ({ $way })：数据被切开，从第 { $offset } 字节起 { $bytes }单独一段
fault-glue = 故障 glue ({ $way })：{ $time } 之内到来的数据粘成一片
fault-cut = 故障 cut ({ $way })：{ $bytes }后结束 (FIN)，其余被吞掉
fault-reset = 故障 reset ({ $way })：{ $bytes }后会话被重置 (RST)
fault-stall = 故障 stall ({ $way })：{ $bytes }后什么也不再通过
fault-slow-close = 故障 slow-close ({ $way })：结束 (FIN) 晚 { $late } 到达
fault-refuse = 故障 refuse：会话一打开就被重置 (RST)
fault-slow-accept = 故障 slow-accept ({ $way })：打开后 { $time } 之内什么也不通过
fault-corrupt = 故障 corrupt ({ $way })：第 { $offset } 字节由 { $before } 变成 { $after }
fault-drop = 故障 drop ({ $way })：第 { $number } 个数据报丢失
fault-duplicate = 故障 duplicate ({ $way })：第 { $number } 个数据报到达两次
fault-reorder = 故障 reorder ({ $way })：第 { $number } 个数据报排到下一个之后
fault-truncate = 故障 truncate ({ $way })：从第 { $offset } 字节开始的数据报被截去 { $bytes }
fault-edit = 编辑的第 { $number } 条规则处理了第 { $offset } 字节处的消息 ({ $way })
fault-other = 故障 { $name } ({ $way })，从第 { $offset } 字节起：{ $amount }

# 故障的统计.

tally-drop = { $of }中丢弃 { $acts } 个 ({ $way })，种子 { $seed }
tally-duplicate = { $of }中重复 { $acts } 个 ({ $way })，种子 { $seed }
tally-reorder = { $of }中乱序 { $acts } 个 ({ $way })，种子 { $seed }
tally-truncate = { $of }中截断 { $acts } 个 ({ $way })，种子 { $seed }
tally-corrupt = { $of }中损坏 { $acts } 个 ({ $way })，种子 { $seed }
tally-other = { $name } 在 { $of }上作用 { $acts } 次 ({ $way })，种子 { $seed }

suppressed-rate = 给 { $peer } 的 { $answers }没有发送：超过了 --rate 的上限
suppressed-service-port = 给 { $peer } 的 { $answers }没有发送：请求来自服务端口 (小于 1024)
suppressed-own-address = 来自本端自己地址 ({ $peer }) 的 { $datagrams }没有接收
more = (还有 { $bytes })
past-framing = (未分帧)

# 内核对连接所知道的: 名称成一列.

info = 套接字
info-nothing = 系统没有提供这个套接字的任何信息
info-state = 状态
info-rtt = 往返时间 (RTT)
info-rtt-variation = RTT 抖动
info-rto = 重传超时 (RTO)
info-cwnd = 拥塞窗口 (cwnd)
info-mss = 最大报文段 (MSS)
info-retransmits = 重传
info-unacked = 未确认
info-send-queue = 发送队列中
info-unsent = 其中尚未发出
info-recv-queue = 等待读取
info-send-buffer = 发送缓冲区
info-recv-buffer = 接收缓冲区
info-congestion = 拥塞控制

# 任务及其日志.

of-job = 任务 { $job }：{ $text }
not-begun = 没有开始：它排在 { $other } 之后，而后者没有监听成功
log-stuck = 它不再接受写入；最后的内容不在其中
the-log = 日志
standard-output = 标准输出
the-runtime = 运行时
system-refuses = 系统拒绝了它需要的东西
log-missed = 此处缺少 { $events }，从第 { $first } 号起：日志写得不够快

# 监听.

listening = 正在监听 { $address }
listening-for = 正在监听 { $address }，转发到 { $target }
reach-this-machine = {"  "}只有本机可以访问
reach-unspecified = {"  "}只有本机可以访问；要对外开放：sockeye { $command } { $scheme }0.0.0.0:{ $port }{ $target }  (或 '{ $scheme }*:{ $port }')
reach-group = {"  "}收听发往组 { $group } 的数据报，不论来自哪个能到达这里的网络：sockeye connect udp://{ $group }:{ $port }
reach-everybody = {"  "}凡是能访问本机的人都可以连接 (--allow CIDR、--deny CIDR)
reach-listed = {"  "}只有 --allow 里的可以连接，其余一律拒绝
reach-from-there = {"  "}在另一台机器上：sockeye connect { $scheme }本机地址:{ $port }  或：nc { $udp }本机地址 { $port }
open-to-all = 警告：{ $address }：凡是能访问本机的人都可以连接 (--allow CIDR、--deny CIDR)
open-to-all-files = 警告：{ $address }：凡是能访问本机的人都可以读取所提供的文件 (--allow CIDR、--deny CIDR)

# 通知.

stranger = 来自 { $from } 的 { $bytes }没有接收：它不是对端
at-limit = 已达到 { $connections }的上限：后来的要等有连接结束
turned-away = 已拒绝 { $peer } (--allow、--deny)
turned-away-full = 已拒绝 { $peer }：已有 { $count } 个连接 (--max-connections、--full refuse)
accept-failed = 暂时无法接受连接：{ $detail }；正在重试
attempt-failed = 第 { $attempt } 次尝试失败：{ $failure }；正在重试
reconnecting = { $failure }；会一直重试，直到连上
no-such-conversation = 没有会话 #{ $conn }；用 /list 查看现有会话
unfinished = 有 { $bytes }没有成为完整的消息：{ $shown }
skipped = 有 { $bytes } 不属于任何消息，已跳过；从第 { $at } 字节处继续
port-unreachable = 没有程序在 { $peer } 监听 (ICMP 端口不可达)
unsent-nobody = { $bytes }没有发送：没有任何连接
unsent-ended = { $bytes }没有发送：这个会话的本端方向已经结束
cut-character = 字符 { $text } 被两次读取的边界切开：{ $bytes }中的 { $before } 字节是前一次带来的
gave-up-pipe = 对端已关闭 (FIN)，而标准输入 { $time } 内没有内容：不再读取它
gave-up-operator = 对端已关闭 (FIN)，而 { $time } 内没有任何输入：本端方向也结束
no-fin = UDP 没有 FIN：什么也没有发送，对端一无所知，双方都可以继续
no-reset = UDP 没有 RST：什么也没有发送，对端一无所知；只是本端结束了
reset-unread = 对端重置 (RST)：它已经关闭，没有读取本端发出的数据
no-rule = 没有规则匹配：不作应答 (equals 比较整条消息，其中的行结束符也算)
glued = 一次读取不等于一条消息：分几次发送的内容可能一起到达 (粘包)；用 --frame 指明消息在哪里结束
reads-as = 这像是 { $name } 编码：--charset { $charset }
nobody-connected = 没有任何连接
members = 已连接 { $count } 个

# 文件服务: 提供什么, 以及每个请求的结果.

offering = {"  "}提供目录 { $folder }
reach-unix-path = {"  "}只有当前用户的程序 (权限 0600) 和 root 的程序可以访问
reach-unix-abstract = {"  "}本机的所有程序都可以访问
fetch-here = {"  "}获取文件：
fetch-there = {"  "}在另一端这样下载：
offer-unspecified = {"  "}只有本机可以访问；要对外开放：--listen 0.0.0.0:{ $port }  (或 '*:{ $port }')
offer-everybody = {"  "}凡是能访问本机的人都可以读取 (--allow CIDR、--deny CIDR)
this-machine = 本机地址
under-way = 正在传输 { $count } 个文件  { $rate }/s
served = { $dialect } 方式：{ $asked }：{ $how }
served-why = { $dialect } 方式：{ $asked }：{ $how }：{ $why }
asked = { $ask ->
    [get] 获取
    [stat] 查看
    [list] 列出
    [hash] 计算哈希
   *[unclear] 请求
}
asked-of = { $ask ->
    [get] 获取
    [stat] 查看
    [list] 列出
    [hash] 计算哈希
   *[unclear] 请求
} '{ $name }'
asked-folder = { $ask ->
    [list] 列出
   *[stat] 查看
}目录本身
asked-nothing = { $ask ->
    [hash] 计算哈希
   *[get] 获取
} (没有文件名)
asked-from = { $asked } 从第 { $offset } 字节起
served-done = { $sent }，用时 { $time }
served-unchanged = 请求方已有相同的内容
served-absent = 没有可提供的这个文件
served-malformed = 已拒绝
served-unclear = 已拒绝：无法理解
served-cut = 已拒绝：没有收完整就结束了
served-too-long = 已拒绝：超过了请求的长度上限 (sockeye limits)
served-method = 不允许的方法 (405)
served-not-offered = 这里没有这项功能
served-moved = 它是目录；已重定向到末尾加 '/' 的同一名称
served-refused = 不是本服务端的名称；--allow-host NAME 可以加上
served-late = { $time } 后仍不完整
served-out-of-range = 所要的范围或版本已不存在
served-changed = 文件在发送过程中变了；{ $count } 字节作废
served-busy = 眼下太忙
served-stalled = 已放弃：请求方在 { $sent }之后不再读取
served-gone = 请求方在 { $sent }之后离开，历时 { $time }
served-unread = 文件在 { $sent }之后无法读取
served-stopped = 在 { $sent }之后停止

# 下载文件.

progress = { $name }  { $percent }% (共 { $whole })  { $rate }/s  还需 { $left }
progress-waiting = { $name }  { $percent }% (共 { $whole })  { $rate }/s  等待中
progress-endless = { $name }  已收 { $done }  { $rate }/s
fetch-resumed = { $name }：本地已有 { $count } 字节，接着下载
fetch-anew = { $name }：{ $why }；从头重新下载
anew-changed = 服务端的文件变了
anew-damaged = 未完成文件与当时收到的内容不符
anew-unknown = 没有关于未完成文件的记录
anew-foreign = 未完成文件属于另一个服务端或名称
anew-no-resume = 服务端不支持从中间继续
fetched-verified = { $to }：{ $bytes }，已校验 (BLAKE3 { $hash })
fetched-pinned = { $to }：{ $bytes }，与指定的哈希一致 (BLAKE3 { $hash })
fetched-unverified = { $to }：{ $bytes }，服务端没有给出哈希，未校验 (BLAKE3 { $hash })
bytes-already = { $count } 字节 (本地已有)
fetched-all = 已下载 { $count } 个文件，{ $size }，用时 { $time }
here-already = { $count } 个本地已有
failures = { $count } 个失败
fetch-kept = 已有 { $count } 字节保留在 { $partial }；再次执行同一命令即可继续

# 在提示符后输入的内容. 帮助里的命令成一列.

welcome = 输入即可对话；/help 查看命令
again-leaves = 再按一次 Ctrl-C 就离开；/quit 正常退出
empty-line = 空行什么也不发送：回车本身不发送 (--eol lf 或 crlf 会在每行末尾加行结束符)
unknown-command = 没有命令 /{ $word }；/help 查看命令，//{ $word } 发送该文本
unknown-command-but = 没有命令 /{ $word }；是不是 /{ $near }？//{ $word } 发送该文本
not-within = /{ $word } 不能放在文本的位置；/hex 01 03 可以，//{ $word } 是以一个斜杠开头的文本
write-form = 请写 { $form }
write-number = 请写 /{ $word } 3；/list 查看编号
write-every = 请写 /every 1s TEXT，或者 /every off
write-pause = 时间至少是 1ms，如 /every 1s TEXT
no-number = '{ $text }' 不是会话的编号；/list 查看编号
line-too-long = 标准输入：有一行超过了一条消息的上限 ({ $limit } 字节，--max-frame)；没有发送
line-not-sent = 标准输入：有一行没有发送：{ $why }
input-unreadable = 无法读取标准输入：{ $why }
every-started = 每隔 { $period } 发送；/every off 停止
every-stopped = 已停止定时发送
every-lost = 已停止定时发送：它所属的会话已结束
every-not-running = 没有正在定时发送的内容

# 退出码.

exit-success = 成功
exit-other = 其他失败
exit-usage = 命令行无法执行
exit-resolve = 名称没有解析出来
exit-connect = 无法连接：被拒绝、不可达，或者会连到自己
exit-local-write = 本地文件或标准输出无法写入
exit-local-read = 本地文件或标准输入无法读取
exit-timeout = 超时，或者没有收到应答
exit-range = 服务端不支持从上次下载停止处继续
exit-listen = 无法绑定：地址已被占用，或者不是本机的
exit-send = 发送失败
exit-receive = 接收失败：对端重置了连接或违反了分帧
exit-absent = 服务端没有该文件
exit-mismatch = 文件不是应有的内容：哈希不同
exit-unexpected = 收到了内容，但不是 --expect 所等的；粘包体检：有切法没有通过；探测：有目标不可用
exit-privilege = 需要特权，例如小于 1024 的端口
exit-interrupted = 被 SIGINT 停止，工作没有完成
exit-terminated = 被 SIGTERM 停止，工作没有完成 (监听把手头会话处理完则以 0 退出)

sum-of-what = 没有可计算的内容：请给出 TEXT、--hex HEX 或 --file FILE
sum-one-of = TEXT、--hex、--file 请只给一个
sum-all-or-name = --all 打印所有校验和；请去掉名称
sum-too-long = 最多计算 { $most } 字节
sum-found-at-end = 存放在帧的最后 { $size }
sum-found-before-tail = 存放在所有帧共有的帧尾 { $tail } 之前的 { $size }
sum-found-covers = 覆盖从第 { $from } 字节（从 0 数起）开始、不含最后 { $behind } 的部分
sum-found-fits = 符合 { $frames ->
    [one] 仅有的一帧
   *[other] 全部 { $frames } 个不同的帧
}；偶然如此的可能性至多为 2^{ $bits } 分之一
sum-cannot-tell-one = 无法判断：没有已知的校验和符合，或者只凭一帧太少；请多给几帧，要完整且已去转义
sum-cannot-tell = 无法判断：没有已知的校验和足够好地符合所有帧；请多给几帧，要完整、已去转义、同一种类
