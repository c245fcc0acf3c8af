# 转发要说的话: 事情发生在会话的哪一侧, 以及通过了什么.

relay-up = 客户端 → 目标
relay-down = 客户端 ← 目标
relay-up-passed = 客户端 ⇒ 目标
relay-down-passed = 客户端 ⇐ 目标
relay-reached = 已连到目标：{ $peer } (本端 { $local })，用时 { $time }
relay-ended-client = 客户端不再发送 (FIN)，已照样转达
relay-ended-target = 目标不再发送 (FIN)，已照样转达
relay-closed-client = 已关闭：客户端先关闭 (FIN)
relay-closed-target = 已关闭：目标先关闭 (FIN)
relay-reset-client = 已关闭：客户端重置 (RST)，已照样转达
relay-reset-target = 已关闭：目标重置 (RST)，已照样转达
relay-closed-fault = 已关闭：由故障造成
relay-closed-reset = 已关闭：由故障重置 (RST)
relay-slow-client = 已关闭：客户端读得太慢
relay-slow-target = 已关闭：目标读得太慢
relay-failed-client = 已关闭：与客户端的连接出错
relay-failed-target = 已关闭：没有连到目标，已重置客户端 (RST)
relay-idle = 已关闭：空闲超过上限，什么都没有通过
relay-passed = { $why }；发往目标 { $up }，发往客户端 { $down }，历时 { $time }
relay-lost = { $passed }；收到的 { $unsent }没有到达任何一端
relay-faults-none = 没有故障
relay-faults = 故障：{ $list }
relay-unframed = 从这里起原样显示，因为数据不符合 --frame ({ $detail })；转发不受影响
relay-says-nothing = 这里不发送任何东西：两端各说各的；/help 列出命令
relay-needs-ends = 缺少 LISTEN 和 TARGET：客户端从哪里进来，又被带到哪里；例如：sockeye relay 9000 127.0.0.1:8888
relay-needs-target = 缺少 TARGET：连到 { $address } 的客户端要被带到哪里
relay-control-not-unix = --control 要的是 Unix 套接字的地址 (unix:/path)，不是 { $address }
relay-needs-relay = { $flag } 针对命令行上的转发：请写上 LISTEN 和 TARGET；API 建立的转发，其故障由 toxic 给出
relay-api-not-tcp = --api 要的是用来监听的 TCP 地址 (8474、127.0.0.1:8474)，不是 { $address }
relay-api = 正在监听 { $address } (toxiproxy 的 API)
relay-api-open = {"  "}凡是能访问本机的人都可以在本机建立转发 (--allow CIDR、--deny CIDR)
relay-api-warning = 警告：{ $address }：凡是能访问本机的人都可以在本机建立转发 (--allow CIDR、--deny CIDR)
relay-edits-need-messages = --edit 针对消息，而流里不加 --frame 就没有消息；请说明如何切分：--frame line、--frame len=4 …
welcome-relay = /fault SPEC 破坏通过的数据；/help 列出命令
