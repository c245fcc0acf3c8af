# bench 说的话: 每秒的情况, 总计, 延迟, 以及对其他机器施压的条件.

bench-second = { $time }{ $rate } 次应答/秒   p50 { $p50 } p99 { $p99 } 最大 { $max } { $open } 个连接
bench-second-silent = { $time }{ $rate } 次应答/秒   { $open } 个连接
bench-second-bytes = { $time }上行 { $up }   下行 { $down }   { $open } 个连接
bench-warm-up = (预热)
bench-missing = 缺 { $count } 个应答
bench-errors = { $count } 条随连接丢失
bench-wrong-answers = { $count } 个应答不对
bench-extra = { $count } 个多余的应答
bench-late = { $count } 个迟到
bench-reordered = { $count } 个乱序
bench-unsent = { $count } 条到点而没能发出
bench-target = { $addr }：测量了 { $time }
bench-sums = {"  "}每秒 { $rate } 次应答：发出 { $sent } = 应答 { $answered } + 缺失 { $missing } + 随连接丢失 { $errors }
bench-connects = {"  "}每秒 { $rate } 个连接：尝试 { $sent } = 成功 { $answered } + 超时 { $missing } + 失败 { $errors }
bench-datagrams = {"  "}每秒 { $rate } 个数据报：发出 { $sent } = 送达 { $answered } + 丢失 { $missing }
bench-bytes = {"  "}上行 { $up }，下行 { $down }
bench-latency = {"  "}延迟：最小 { $min }，p50 { $p50 }，p90 { $p90 }，p99 { $p99 }，p99.9 { $p999 }，最大 { $max }
bench-connect-latency = {"  "}建立连接：最小 { $min }，p50 { $p50 }，p90 { $p90 }，p99 { $p99 }，p99.9 { $p999 }，最大 { $max }
bench-jitter = {"  "}抖动 { $time }
bench-connections = {"  "}连接：打开 { $opened } 个，丢失 { $lost } 个
bench-lost-by = {"  "}丢失 { $count } 条消息：{ $why }
bench-failed-by = {"  "}{ $count } 次连接失败：{ $why }
bench-exhausted-here = {"  "}有 { $count } 次连接在本机就放弃了：本机的端口或描述符用完了
bench-delayed = {"  "}bench 自己跟不上：{ $count } 条消息比预定时间晚了 1 毫秒以上才发出，最多晚 { $time }；本机的 CPU 忙不过来
bench-end-closed = 对端关闭了连接
bench-end-reset = 对端重置了连接
bench-end-framing = 分帧被破坏
bench-end-slow = 对端不读数据
bench-end-failed = 系统报告了错误
bench-kind-refused = 被拒绝，那里没有监听
bench-kind-timeout = 未及时应答
bench-kind-unreachable = 不可达
bench-ratios = 第二个目标与第一个相比，轮流进行 { $rounds } 轮：
bench-ratio = {"  "}{ $about } × { $value } (离散度 { $spread })
bench-ratio-rate = 应答/秒
bench-system = 本机：描述符 { $descriptors } 个，端口 { $ports }，拥塞控制 { $congestion }；种子 { $seed }
bench-unknown = 未知
bench-curve = 各百分位的延迟
bench-exhausted = 本机的端口或描述符用完了，有 { $count } 个连接没能建立 (要求 { $asked } 个)
bench-exhausted-hint = 这不是目标的过错：请调高 'ulimit -n'，减少 --connections，或者降低 --connect-rate
bench-no-answer = { $count } 条消息都没有应答
bench-wrong = { $answered } 个应答中有 { $wrong } 个与要求不符
bench-may-load = { $addr } 不是本机。要对它施加负载吗？(y/N) {""}
bench-declined = 什么也没有发送：没有同意施加负载
bench-nobody-agrees = 它不是本机，而且没有人能同意对它施加负载
bench-nobody-agrees-hint = 如果负责它的人已经同意，请加上 --yes
