# 失败: 在做什么, 对象是谁, 为什么没有成功.

failed-resolve = 解析 { $address }：{ $detail }
failed-connect = 连接 { $address }：{ $detail }
failed-listen = 监听 { $address }：{ $detail }
failed-send = 发送到 { $address }：{ $detail }
failed-receive = 接收自 { $address }：{ $detail }
failed-read = 读取 { $address }：{ $detail }
failed-write = 写入 { $address }：{ $detail }
failed-wait = 等待 { $address }：{ $detail }
failed-prepare = 准备 { $address }：{ $detail }
failed-get = 获取 { $address }：{ $detail }

# --frame 或 --checksum 的 SPEC 写错了.

spec-empty = { $what ->
    [checksum] 没有写校验和；可选：{ $known }
   *[other] 没有写分帧方式；可选：{ $known }
}
spec-unknown-name = { $what ->
    [checksum] 没有校验和 `{ $name }`{ $maybe }；有：{ $known }
   *[other] 没有分帧方式 `{ $name }`{ $maybe }；有：{ $known }
}
spec-unknown-key = `{ $spec }` 中的 `{ $key }` 不是 `{ $name }` 的键{ $maybe }；请写 `{ $form }`
spec-comma = `{ $spec }` 多了一个逗号；请写 `{ $form }`
spec-maybe = ，是不是 `{ $name }`？
spec-twice = `{ $key }` 在 `{ $spec }` 中写了两次；保留一个
spec-no-value = `{ $spec }` 没有给出 `{ $key }` 的值：{ $why }
spec-bad-value = `{ $spec }` 中 `{ $key }` 的值 `{ $value }`：{ $why }
spec-takes-no-value = 它不带值；请写 `{ $key }`
spec-number = 请写 { $key }=N，N 是 { $from } 到 { $to } 的整数
spec-skip = 请写 skip=N，N 是整数字节数
spec-form = 请写 `{ $form }`
spec-five = 请写 `{ $form }`，五个整数
spec-no-bytes = 至少写一个十六进制字节，如 { $key }=0d0a
spec-many-bytes = 有 { $count } 字节；最多 { $most }
spec-no-hex-digit = `{ $digit }` 不是十六进制数字；每个字节写两位，如 { $key }=0d0a
spec-odd-hex = 十六进制数字的个数是奇数；每个字节写两位，如 { $key }=0d0a
spec-be-and-le = `be` 和 `le` 相反；保留一个
spec-netty = maxFrame 至少是 1，offset 和 strip 至少是 0，后四个都不超过一百万
spec-width = 长度字段有 { $width } 字节；请写 1、2、3、4 或 8
spec-strip = strip={ $strip } 超过最小帧的 { $least } 字节；要去掉报头请写 strip={ $header }，或者更小
spec-adjust = adjust={ $adjust } 时，即使最大的长度值 { $value } 也在报头结束之前就结束；请把 adjust 调大
spec-max-frame = maxFrame 比最小的帧还小；请调大
known-checksums = { $names } 等

# 不成帧的字节, 以及无法成帧的消息.

frame-too-long = 消息有 { $announced } 字节，超过上限 { $limit } 字节 (--max-frame)
frame-too-long-hint = { $hint }；消息有 { $announced } 字节，超过上限 { $limit } 字节 (--max-frame)
frame-negative = 长度是 { $value }，小于零：分帧错位了，或者对端的算法不同
frame-too-small = 长度 { $announced } 使帧比它 { $least } 字节的报头还短：检查 adjust 和 includes-header
frame-malformed = { $framing } 帧格式错误：{ $what }
frame-truncated = 字节流在一帧中间结束：收到 { $have } 字节
frame-truncated-of = 字节流在一帧中间结束：{ $want } 字节中只收到 { $have } 字节
frame-holds-delimiter = 消息的字节 { $at } 处有 { $what }，帧会在那里结束；改用带长度的分帧，或者转义
frame-does-not-fit = 长度 { $value } 放不进长度字段：它只能是 0 到 { $most }；使用更宽的字段，或者少发一些
frame-wrong-size = { $have ->
    [0] 消息是空的；按这种分帧方式，消息{ $want }
   *[other] 消息有 { $have } 字节；按这种分帧方式，消息{ $want }
}
wanted-adjust = 至少有 { $least } 字节，这由 adjust 决定
wanted-header = 至少有 { $least } 字节：它以自己 { $own } 字节的报头开头，其中的长度会自动填写
wanted-exactly = 恰好有 { $size }
wanted-exactly-sealed = 恰好有 { $size }，包括校验和
wanted-not-empty = 不能为空：接收方会忽略空包
no-end-came = 上限之内没有收到 { $end }
end-line-feed = 换行符
end-zero = 零字节
end-delimiter = 分隔符 { $bytes }
end-tail = 结尾标记 { $bytes }
end-tail-marker = 结尾标记 { $bytes }
frame-garbage = 在开头标记之前来了超过 { $limit } 字节 (--max-frame)：对端是否用了别的分帧方式？
frame-slip-escape = 转义字节 db 后面是 { $found }，不是 dc 或 dd
frame-netstring-zero = 长度 0 后面应是冒号，而不是 { $found }
frame-netstring-start = 它应以数字开头，而不是 { $found }
frame-netstring-length = 长度应是数字加冒号，而不是 { $found }
frame-netstring-end = 它应以逗号结束，而不是 { $found }
frame-varint-long = 长度超过 64 位
frame-varint-padded = 长度的写法比需要的更长
frame-cobs-block = 一个 { $size } 字节的块超出了末尾，那里只剩 { $left } 字节
frame-tpkt-version = 它应以版本 { $version } 开头，而不是 { $found }
length-is-text = 长度 { $value } 其实是文本 '{ $text }'：对端可能在发送文本，或者分帧错位了
length-behind-type = 长度 { $value } 以字母 '{ $letter }' 开头：长度前面是不是有一个类型字节，像 postgres 那样？那就是 { $spec }
length-turned-or-type = 长度 { $value } 换成另一种字节序是 { $turned }：加上 le？或者长度前面有一个类型字节 ({ $type })：offset={ $offset }？
length-add-le = 长度 { $value } 换成另一种字节序是 { $turned }：加上 le？
length-drop-le = 长度 { $value } 换成另一种字节序是 { $turned }：去掉 le？
length-negative = 长度 { $value } 作为有符号数是负数：分帧可能错位了
not-sent = 没有发送：{ $detail }
cut-within-character = 前一条消息在一个字符中间被切断：它的长度是不是按字符数算的？长度要按字节数算，如 len(text.encode())

# 不是地址的文本.

address-empty = 地址为空：请写 HOST:PORT、PORT、udp://HOST:PORT 或 unix:/path
address-scheme = 地址 { $text }：未知的协议前缀 { $scheme }{ $maybe }；有 tcp://、udp:// 和 unix:
address-tls = 地址 { $text }：tls:// 尚不支持；不加密的连接请用 tcp://
address-slashes = 地址 { $text }：缺少斜杠：请写 { $write }
address-no-port = 地址 { $text } 没有端口：请写 { $write }
address-port = 地址 { $text }：{ $port } 不是端口；端口是 0 到 65535
address-full-width = 地址 { $text } 中有输入法打出的全角字符 { $wide }：请写 { $write }
address-swapped = 地址 { $text }：主机和端口的位置颠倒了：请写 { $write }
address-form = { $text } 这样写不是地址：请写 { $write }
address-brackets = 地址 { $text }：IPv6 地址要放在方括号里：请写 { $write }
address-colons = 地址 { $text } 有不止一个冒号，又不是 IPv6 地址：请写 HOST:PORT
address-unclosed = 地址 { $text }：方括号中的地址写作 [ADDRESS]:PORT
address-ipv6 = 地址 { $text }：{ $ip } 不是 IPv6 地址，只有 IPv6 地址放在方括号里
address-ipv4 = 地址 { $text }：{ $ip } 不是 IPv4 地址；请写四个 0 到 255 的数，如 127.0.0.1
address-zone = 地址 { $text }：{ $zone } 不是 zone；请写网卡，如 [fe80::1%eth0]:80
address-no-host = 地址 { $text } 的主机为空：在端口前写名称或地址，或者用 * 表示所有网卡
address-host = 地址 { $text }：{ $host } 不是主机名：{ $why }
address-tcp-options = 地址 { $text }：只有 udp:// 可以在 '?' 后面带选项
address-option = 地址 { $text }：未知的选项 { $option }{ $maybe }；有 iface=、join、broadcast 和 ttl=
address-option-value = 地址 { $text }：选项 { $option }：{ $why }
address-unix = 地址 { $text } 不是 Unix 套接字：{ $why }
unix-no-name = 没有名称：请写 unix:/path/to/socket 或 unix:@name
unix-long = 系统允许 107 字节：用更短的路径，或者相对路径
unix-nul = 名称不能含有 NUL
host-port-apart = 端口已单独给出，主机后面不要再写
host-long = 名称最多 253 字节
host-dash = 名称不能以 '-' 开头
host-user = 这里不能写用户名
host-odd = 其中有名称不允许的字符
option-iface = 请写网卡，如 iface=eth0
option-no-group = 该主机不是组播组；组播组是 224.0.0.0 到 239.255.255.255 和 [ff00::]/8
option-takes-no-value = 它不带值
option-ttl-zero = 0 只用于组播组
option-ttl = 请写 1 到 255 的数，如 ttl=16

# 字符集, 以及人们键入的字节.

charset-none = 没有写字符集
charset-unknown = 未知的字符集 { $label }
charset-maybe = 是不是 { $name }？
charset-common = 常用的有 utf-8、gbk、gb18030、big5、utf-16le、latin1 和 ascii
charset-lacks = { $charset } 中没有字符 { $char } (第 { $position } 个字符)；去掉它，或者使用 utf-8 或 gb18030
input-escape = 第 { $column } 列：未知的转义 \{ $found }；有 \r \n \t \0 \\ \xNN \u{"{"}…{"}"}，\\ 表示反斜杠
input-lone-backslash = 第 { $column } 列：文本以反斜杠结尾；反斜杠请写 \\
input-short-byte = 第 { $column } 列：\x 后面要两位十六进制数字，如 \x0a
input-unicode = 第 { $column } 列：\u 后面要字符的编号，如 \u{"{"}4f60{"}"}
input-charset = 第 { $column } 列：{ $charset } 中没有 { $char }；去掉它，或者使用 utf-8 或 gb18030
input-not-hex = 第 { $column } 列：{ $found } 不是十六进制数字
input-odd-digit = 第 { $column } 列：十六进制数字 { $found } 不成对；一个字节是两位，如 { $write }

# 时长, 大小, 概率.

duration-missing = 没有写时长；请写 250ms、3s、2m、1h、1m30s，或者只写秒数
duration-none = { $text } 不是时长；请写 250ms、3s、2m、1h、1m30s，或者只写秒数
duration-long = { $text } 太长；最长十年
duration-fine = { $text } 比一纳秒还细
size-missing = 没有写大小；请写 4096、64KiB (1024) 或 10MB (1000)
size-none = { $text } 不是大小；请写 4096、64KiB (1024) 或 10MB (1000)
size-bits = { $text }：大写字母后的小写 b 表示比特；字节请写 { $write }B
size-part-of-byte = { $text } 不是整数字节
size-large = { $text } 太大；最大 16 EiB

# 模式和模板.

pattern-empty = 模式为空，会匹配一切
pattern-long = 模式超过 64 KiB
pattern-regex = 正则表达式 { $text }：{ $why }
regex-large = 它需要超过 4 MiB 内存；把重复次数改小
pattern-hex = 十六进制模式：第 { $column } 列：{ $found } 不是十六进制数字；每个字节写两位，?? 表示任意字节，* 表示任意多个字节
pattern-odd = 十六进制模式：{ $detail }
template-unknown = 第 { $column } 列：未知的占位符 {"{"}{ $name }{"}"}{ $maybe }；要写这段文本本身请用 {"{{"}{ $name }{"}}"}
template-no-number = 第 { $column } 列：{"{"}{ $name }{"}"} 不带数字；只有 {"{random:N}"} 带
template-digits = 第 { $column } 列：{"{random:N}"} 是 1 到 1024 位数字
template-group = 第 { $column } 列：没有 ${ $group }，正则表达式有 { $groups } 个分组；要写这段文本本身请用 $${ $group }
template-expansion = 应答会超过 { $limit } 字节

# 规则文件.

rule-unknown-key = 未知的键 { $key }{ $maybe }；这里有：{ $known }
rule-kind = { $key } 的值应是{ $wanted }
rule-wants-bool = {""} true 或 false
rule-wants-brackets = 两层方括号：[[rule]]
rule-wants-duration = 时长，如 delay = "250ms" 或 delay = 1.5
rule-wants-then = {""} "close" 或 "reset"
rule-wants-text = 引号中的文本
rule-no-condition = 这条规则没有条件；给它一个：equals、prefix、contains、regex、hex
rule-two-conditions = 这条规则已经有 { $first } 了；一条规则只有一个条件，请写成两条规则
rule-no-action = 这条规则什么也不做；给它 reply、reply_hex、silent = true，或者 then = "close" 或 "reset"
rule-silent-reply = 这条规则既有 silent 又有应答；两者保留一个
rule-two-replies = 这条规则既有 reply 又有 reply_hex；要两者都发，请写两条规则并加 all = true
rules-nothing = 其中没有规则；请写 [[rule]]、一个条件和一个应答
rules-many = 规则超过 { $most } 条
rules-large = 文件大于 1 MiB

# --reply 的写法.

reply-takes-nothing = { $name } 后面不带内容
reply-text-missing = 在冒号后面写应答，如 text:thank you
reply-file-missing = 在冒号后面写规则文件，如 rules:device.toml
reply-none = 没有写自动应答的名称；有 { $names }
reply-near = 没有自动应答 '{ $name }'；是不是 { $near }？
reply-unknown = 没有自动应答 '{ $name }'；有 { $names }。固定的应答是 text:{ $name }

# --fault 的写法.

fault-form = { $problem }；请写 { $form }
fault-none = 没有写故障的名称；有 { $names }
fault-near = 没有故障 '{ $name }'；是不是 { $near }？
fault-unknown = 没有故障 '{ $name }'；有 { $names }
fault-comma = 多了一个逗号
fault-no-pair = '{ $part }' 不是 key=value
fault-twice = { $key } 写了两次
fault-no-key = { $fault } 没有键 '{ $key }'
slice-missing = 没有写字节数
slice-none = '{ $text }' 不是字节数
slice-zero = 一片至少有 1 字节
slice-turned = { $min } 大于 { $max }
direction-missing = 没有写方向；dir 是 up (客户端到服务端) 或 down
direction-none = '{ $text }' 不是方向；dir 是 up (客户端到服务端) 或 down
chance-missing = 没有写概率；chance 是 0 到 1
chance-none = '{ $text }' 不是概率；chance 是 0 到 1

# 谁可以连接, 以及文件可以怎样请求.

cidr-missing = 没有写地址；例如 10.0.0.0/8 或 ::1
cidr-none = '{ $base }' 不是 IP 地址；例如 10.0.0.0/8 或 ::1
cidr-prefix = '/{ $bits }' 不是前缀长度；{ $base } 的前缀长度是 0 到 { $most }
dialect-none = '{ $word }' 不是方言；有 sockeye、http 和 name
host-none = 它不是机器的名称；按地址中的写法，不带 * 和路径

# 文件名, 以及未完成文件旁边的记录.

name-empty = 它是空的
name-long = 它超过 { $most } 字节
name-long-part = 它的一段超过 { $most } 字节
name-absolute = 它以 '/' 开头；名称是相对于所提供的目录的
name-empty-part = 它有一段是空的：有两个连续的 '/'，或以 '/' 结尾
name-dots = 它有一段是 '.' 或 '..'
name-backslash = 它含有 '\'；目录之间请写 '/'
name-control = 它含有控制字节 0x{ $byte }
name-device = 它在 Windows 上是设备名；用 -o 选择另一个名称
name-unkept = Windows 不会原样保留这个名称；用 -o 选择另一个名称
sidecar-long = 它超过 { $most } 字节
sidecar-version = 它不以 '{ $first }' 开头
sidecar-damaged = 它已损坏
sidecar-line = 它缺少 '{ $line }' 行，或者该行不对
sidecar-name = 其中的名称不能用：{ $why }
sidecar-beyond = 它声称已有 { $verified } 字节，而总共 { $size } 字节

# 文件协议的对端发来的内容.

wire-magic = 它说的不是 sockeye 协议
wire-version = 它说的是 sockeye 协议的第 { $version } 版，我们说的是第 { $ours } 版
wire-long = 类型 0x{ $kind } 的帧声明有 { $length } 字节，超过 { $limit }
wire-unknown = 未知类型 0x{ $kind } 的帧
wire-malformed = 类型 0x{ $kind } 的帧格式错误

# HTTP 请求错在哪里.

http-no-request = 它不是请求
http-no-host = 它没有 Host 行
http-hosts = 它有多个 Host 行
http-bad-host = 它请求的主机不是主机名
http-header-name = 有一个头部字段的名称不合法
http-header-value = 有一个头部字段含有不允许的字符
http-new-line = 它的行没有按 HTTP 的方式结束
http-token = 它的首行含有不允许的字符
http-version = 它不是 HTTP/1.0 或 HTTP/1.1
http-path = 它的路径不以 '/' 开头
http-percent = 路径中有一个 '%' 后面没有两位数字；'%' 本身请写 %25
