# 失败: 在做什么, 对象是谁, 为什么没有成功.

failed-resolve = 解析 { $address }：{ $detail }
failed-connect = 连接 { $address }：{ $detail }
failed-listen = 监听 { $address }：{ $detail }
failed-send = 发送到 { $address }：{ $detail }
failed-receive = 从 { $address } 接收：{ $detail }
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
spec-maybe = {""} (是不是 `{ $name }`？)
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
spec-place = 请写一个整数，负数表示从帧尾数起
spec-from-and-skip = `from` 和 `skip` 都表示从哪里开始；请保留一个
spec-covers-nothing = from={ $from } to={ $to } 没有覆盖任何字节；请让 `to` 大于 `from`
spec-covers-itself = to={ $to } 会覆盖校验和本身或其后的内容；请写 to={ $most } 或更小
spec-no-places = `from` 和 `to` 是帧内的位置，需要帧头、长度或帧尾，而 `{ $name }` 没有；请写 skip=N
spec-own-checksum = 它自带校验和 { $own }；请去掉 --checksum
spec-one-of = 请写其中之一：{ $known }
spec-offset-in-head = offset={ $offset } 落在 { $head } 字节的帧头之内；offset 从帧的开头数起，包括帧头
spec-pre = pre= 给了 { $count } 字节，但 { $head } 字节的帧头与偏移 { $offset } 处的长度之间有 { $wanted } 字节；请给出同样多，或修改 offset
spec-pre-and-strip = pre= 会写出长度之前的字节，消息里不能再有它们；请去掉 strip={ $strip }
spec-strip-varint = varint 的结尾不固定；请写 strip={ $offset } 或更小，或用 pre= 给出它前面的字节
spec-fill = fill 是帧头之前可以出现的一个字节，且不能是帧头的第一个字节；请给出 head= 并换一个字节
spec-hex-tail = escape=hex 需要一个不是十六进制数字的帧尾，例如 tail=0d0a
spec-escape-byte = `{ $found }` 不是一个字节；请写两位十六进制数字
spec-escape-form = 请写 escape=标记:代码=字节[:代码=字节…]，例如 escape=7d:02=7e:01=7d
spec-escape-code-twice = 代码 { $code } 表示了两个字节；请各用一个
spec-escape-byte-twice = 字节 { $byte } 有两个代码；请保留一个
spec-escape-mark = 标记 { $mark } 自己没有被转义，无法发送；请加上 代码={ $mark }
spec-escape-tail = 帧尾 { $tail } 也可能出现在转义后的字节里；请转义其中一个字节，且代码不在帧尾里
spec-escape-offset = 有转义时，长度必须在前 { $most } 字节之内结束；请减小 offset
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
frame-tail = 它以 { $found } 结尾，而不是帧尾 { $tail }
frame-escape = { $found } 不是转义
frame-no-digits = 帧头与帧尾之间应是成对的十六进制数字
frame-length-tail = 按长度应有 { $says } 字节，但帧尾在 { $have } 字节后结束
frame-function = 功能码 { $code } 的大小未知
frame-digits = 长度应是十进制数字，而不是 { $found }
frame-resp-line = 第 { $at } 字节处的行没有以 CR LF 结尾
frame-resp-size = 第 { $at } 字节处没有大小
frame-resp-end = 字符串在第 { $at } 字节处没有以 CR LF 结尾
frame-resp-long = 一个值超过了 { $limit } 字节的上限 (--max-frame)
wanted-length-place = 直到偏移 { $offset } 处长度为止的字节，长度会被填入；或者给出 pre= 或 strip=
wanted-covered = 太短，不够 { $checksum } 覆盖的范围
wanted-frame = 按其自身所述应是 { $size } 字节的一帧
length-is-text = 长度 { $value } 其实是文本 '{ $text }'：对端可能在发送文本，或者分帧错位了
length-behind-type = 长度 { $value } 以字母 '{ $letter }' 开头：长度前面是不是有一个类型字节，像 postgres 那样？那就是 { $spec }
length-turned-or-type = 长度 { $value } 换成另一种字节序是 { $turned }，可能要加 le；也可能长度前面有一个类型字节 ({ $type })，要加 offset={ $offset }
length-add-le = 长度 { $value } 换成另一种字节序是 { $turned }，可能要加 le
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
pattern-regex = 正则表达式 { $text } 有误：“{ $why }”
regex-large = 它需要超过 4 MiB 内存；把重复次数改小
pattern-hex = 十六进制模式：第 { $column } 列：{ $found } 不是十六进制数字；每个字节写两位，?? 表示任意字节，* 表示任意多个字节
pattern-odd = 十六进制模式：{ $detail }
template-unknown = 第 { $column } 列：未知的占位符 {"{"}{ $name }{"}"}{ $maybe }；要写这段文本本身请用 {"{{"}{ $name }{"}}"}
template-no-number = 第 { $column } 列：{"{"}{ $name }{"}"} 不带数字；只有 {"{random:N}"} 带
template-range = 第 { $column } 列：{"{"}{ $name }:…{"}"} 要写字节范围：{"{"}{ $name }:0..8{"}"} 是前八个字节，{"{"}{ $name }:4..{"}"} 是第五个起的全部，{"{"}{ $name }:-2..{"}"} 是最后两个
template-splice = 第 { $column } 列：{"{"}{ $name }{"}"} 不能写在十六进制字节之间；消息中的字节可以：{"{hex:2..4}"}
template-digits = 第 { $column } 列：{"{random:N}"} 是 1 到 1024 位数字
template-group = 第 { $column } 列：没有 ${ $group }，正则表达式有 { $groups } 个分组；要写这段文本本身请用 $${ $group }
template-expansion = 应答会超过 { $limit } 字节

# 规则文件.

rule-unknown-key = 未知的键 { $key }{ $maybe }；这里有：{ $known }
rule-kind = { $key } 的值应是{ $wanted }
rule-wants-bool = {""} true 或 false
rule-wants-brackets = 两层方括号：[[rule]]
rule-wants-duration = 时长，如 { $key } = "250ms" 或 { $key } = 1.5
rule-wants-interval = 大于零的时间
rule-wants-place = 整数：7 是第八个字节，-1 是最后一个
rule-wants-times = 从 1 起的整数
rule-wants-id = 某条规则的 id
rule-wants-then = {""} "close" 或 "reset"
rule-wants-text = 引号中的文本
rule-no-condition = 这条规则没有条件；给它一个：equals、prefix、contains、regex、hex，或者 every
rule-two-conditions = 这条规则已经有 { $first } 了；一条规则只有一个条件，请写成两条规则
rule-no-action = 这条规则什么也不做；给它 reply、reply_hex、name、silent = true，或者 then = "close" 或 "reset"
rule-silent-reply = 这条规则既有 silent 又有应答；两者保留一个
rule-place-of-nothing = at 是 hex 中字节的位置；请给这条规则加上 hex
rule-name-by-clock = 有 every 的规则没有可以取名的消息；请把 name 写到匹配注册消息的规则里
rule-two-rules = 已有另一条规则的 id 是 "{ $id }"；请给这条换一个
rule-no-such-rule = 没有 id 是 "{ $id }" 的规则{ $maybe }；请在应当先执行的规则里写 id = "{ $id }"
rule-circle = 这条规则在 "{ $id }" 之后，"{ $id }" 又在这条之后：两者都永远不会执行；请去掉其中一个 after
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
fault-no-key = { $fault } 没有键 '{ $key }'，只有 { $keys }
fault-no-value = { $fault } 后面不写值
fault-time-unit = { $value } 在 toxiproxy 中是毫秒，在这里是秒：请写明单位，例如 { $value }ms
fault-datagrams-only = { $fault } 只作用于数据报 (UDP)；字节流可以用 { $names }
fault-streams-only = { $fault } 只作用于字节流 (TCP、Unix)；数据报可以用 { $names }
bandwidth-zero = 这样什么也过不去：要这种效果，请用 stall=0
jitter-large = 抖动大于延迟，而数据不可能在发送之前到达
spread-none = '{ $text }' 不是分布；dist 是 uniform 或 normal
slice-missing = 没有写字节数
slice-none = '{ $text }' 不是字节数
slice-zero = 一片至少有 1 字节
slice-turned = { $min } 大于 { $max }
direction-missing = 没有写方向；dir 是 up (客户端到服务端) 或 down
direction-none = '{ $text }' 不是方向；dir 是 up (客户端到服务端) 或 down
chance-missing = 没有写概率；概率是 0 到 1
chance-none = '{ $text }' 不是概率；概率是 0 到 1

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

# 各种分帧方式.

about-frame-raw = 不分帧：每次读取原样显示
about-frame-line = 按行：在 LF 处切开，去掉它前面的一个 CR；发送 LF
about-frame-crlf = 以 CR LF 结尾的行，别的都不算行尾
about-frame-nul = 以零字节结尾的消息，如 C 字符串
about-frame-delim = 以这些字节结尾的消息，delim=0d0a；字节数不限
about-frame-fixed = 每条消息恰好 N 字节，包括校验和
about-frame-len = 每条消息前有长度字段：帧 = offset + len + 长度值 + adjust；strip 去掉开头的字节
about-frame-netty = Netty 的 LengthFieldBasedFrameDecoder 的五个数；maxFrame 计整个帧
about-frame-tpkt = RFC 1006 (S7、RDP、H.323)：版本 3，一个零，16 位长度 (含报头)；消息是载荷
about-frame-varint = 每条消息前是 protobuf 的 varint 长度 (parseDelimitedFrom)
about-frame-netstring = 十进制长度、冒号、消息、逗号：5:hello,
about-frame-slip = RFC 1055：包以 C0 结束；包内用 DB 转义
about-frame-cobs = COBS 字节填充，每帧以零字节结束
about-frame-head = 两个标记之间的消息；标记之外的字节被跳过并计数
about-frame-idle = MS 毫秒没有数据就算一块结束；只是猜测，因为 TCP 不保留停顿
about-frame-py-struct-i = Python 的 struct.pack('i', len)：len=4,le,signed
about-frame-py-struct-net = Python 的 struct.pack('!I', len)：len=4；其他格式同理：'py-struct-<H'、'py-struct->I'
about-frame-modbus-tcp = Modbus TCP：len=2,offset=4；消息是整个 ADU，发送时自动填写长度
about-frame-twisted = Twisted 的 Int32StringReceiver：len=4
about-frame-stx-etx = STX 与 ETX 之间：head=02,tail=03
about-frame-digits = 每条消息前有 N 位十进制长度，如银行主机的 ISO 8583；其余键同 len
about-frame-modbus-rtu = TCP 上的 Modbus RTU，按功能码切分；消息是地址到数据，不含 CRC
about-frame-modbus-ascii = Modbus ASCII；消息是十六进制数字所表示的字节，不含 LRC
about-frame-jt808 = JT/T 808 终端；消息是去转义后的消息头和消息体，不含校验码
about-frame-dlt645 = DL/T 645 电表；消息是地址、68、控制码、长度（发送时填入）和数据
about-frame-iec104 = IEC 60870-5-104；消息是四个控制域和 ASDU
about-frame-hj212 = HJ 212 环保数采仪；消息是数据段 QN=…&&
about-frame-nmea = NMEA 0183；消息是 $ 之后、* 之前的语句
about-frame-mqtt = MQTT；消息是整个报文，剩余长度在发送时填入
about-frame-redis = Redis（RESP 2 和 3）；消息是一个完整的值，不含最后的 CR LF
about-frame-postgres = PostgreSQL；消息是类型、长度（发送时填入）和内容；客户端的第一条没有类型
about-frame-dns-tcp = TCP 上的 DNS：len=2
about-frame-mllp = TCP 上的 HL7：head=0b,tail=1c0d；消息是两者之间的内容

# 各种自动应答.

about-reply-echo = 原样发回消息
about-reply-time = [2026-11-21T10:00:00.123+08:00] 加上消息
about-reply-ctime = [Sat Nov 21 10:00:00 2026] 加上消息，本地时间，按 C 的 ctime 的写法
about-reply-text = 固定的应答；会填入 {"{text}"} {"{hex}"} {"{len}"} {"{peer}"} {"{time}"} {"{counter}"} …
about-reply-rules = 按规则应答：equals、prefix、contains、regex 或 hex → 应答、延迟、关闭、重置
about-reply-chat = 每一行发给其他所有人；/nick NAME、/who
about-reply-discard = 什么也不答 (RFC 863)
about-reply-chargen = 无穷无尽的字符序列 (RFC 864)
about-reply-daytime = 当前时间，然后关闭 (RFC 867)

# 各种故障.

about-fault-latency = 一切都晚到，顺序不变；加 jitter 时字节流的每一段延迟不同 (dist=normal：抖动是标准差)
about-fault-bandwidth = 每秒只通过这么多字节，速度均匀
about-fault-glue = 首字节之后这段时间内到来的数据粘成一片再放行
about-fault-cut = 这个方向恰好在 N 字节后结束 (FIN)；其余数据被吞掉，另一个方向继续
about-fault-reset = 恰好 N 字节后重置会话 (RST)，或再过 D；N=0：打开时立即重置，或首字节之后 D
about-fault-stall = N 字节后什么也不再通过，发送方被流量控制减慢；加 close 时再过 D 结束会话
about-fault-slow-close = 一个方向的结束 (FIN) 晚 D 到达
about-fault-refuse = 会话一打开就被重置 (RST)
about-fault-slow-accept = 打开后 D 之内什么也不通过
about-fault-corrupt = 每个字节以概率 P 被翻转一个比特
about-fault-drop = 每个数据报以概率 P 丢失
about-fault-duplicate = 每个数据报以概率 P 到达两次
about-fault-reorder = 每个数据报以概率 P 排到下一个之后到达
about-fault-truncate = 每个数据报最多到达 N 字节
about-fault-slice = 字节流切成这么多字节的小片，逐片发送，片与片之间有停顿

# 各个占位符.

about-place-text = 收到的消息原样；{"{text:0..8}"} 是前八个字节，{"{text:-2..}"} 是最后两个
about-place-hex = 消息的十六进制；{"{hex:4..6}"} 是其中两个字节的
about-place-len = 消息的字节数
about-place-peer = 对端的地址
about-place-conn = 会话的编号
about-place-client = 客户端的编号 (--clients)；对服务端是会话的编号
about-place-time = RFC 3339，带毫秒和时区
about-place-ctime = 按 C 的 ctime：Sat Nov 21 10:00:00 2026
about-place-date = 2026-11-21，本地日期
about-place-unix = 1970 年以来的秒数
about-place-counter = 1、2、3…，每应答或发送一条消息加一
about-place-random = 随机的十进制数字，{"{random:4}"} 是四位
about-place-uuid = 随机的 UUID

# 规则文件的键.

about-rules-greeting = 会话一开始就发送的模板
about-rules-all = true：执行每一条匹配的规则；false (默认)：只执行第一条
about-rules-rule = 写作 [[rule]]：各条规则，按尝试的顺序
about-rule-equals = 消息就是这段文本
about-rule-prefix = 消息以这段文本开头
about-rule-contains = 消息中有这段文本
about-rule-regex = 消息匹配这个正则表达式；以 (?i) 开头则不分大小写
about-rule-hex = 消息是这些字节：01 03，?? 表示任意字节，* 表示任意多个任意字节
about-rule-at = 与 hex 同用：消息从这个位置起是这些字节，其余不论；0 是第一个字节，-1 是最后一个
about-rule-every = 代替条件：按时间发送，每隔这么久一次
about-rule-name = 模板：会话从此叫这个名字，如 {"{text:0..8}"}
about-rule-times = 在一个会话中只执行这么多次
about-rule-id = 其他规则在 after 中用的名字
about-rule-after = 在本会话中执行过这个 id 的规则之后才有效
about-rule-reply = 用来应答的模板
about-rule-reply-hex = 用来应答的字节；其中的 {"{hex:4..6}"} 是消息的第五、第六个字节
about-rule-silent = true：匹配，但什么也不答
about-rule-delay = 应答前等待这么久："250ms"，或者秒数
about-rule-then = 之后关闭 ("close") 或重置 ("reset") 连接

# 各种字符集.

about-charset-utf-8 = Unicode；默认
about-charset-gbk = 简体中文；gb2312 也按它读
about-charset-gb18030 = 中文，涵盖全部 Unicode
about-charset-big5 = 繁体中文，含香港字
about-charset-utf-16le = Unicode，每单元两字节，低字节在前
about-charset-utf-16be = Unicode，每单元两字节，高字节在前
about-charset-latin1 = ISO 8859-1：字节 N 就是 U+00NN，每个字节都是字符
about-charset-ascii = 七位；更大的字节不能解码
about-charset-windows-1252 = 西欧 (Windows)
about-charset-shift-jis = 日文
about-charset-euc-jp = 日文 (Unix)
about-charset-iso-2022-jp = 七位的日文 (邮件)
about-charset-euc-kr = 韩文
about-charset-koi8-r = 俄文 (Unix)
about-charset-koi8-u = 乌克兰文 (Unix)
about-charset-windows-1251 = 西里尔文 (Windows)
about-charset-ibm866 = 西里尔文 (DOS)
about-charset-x-mac-cyrillic = 西里尔文 (旧 Mac)
about-charset-windows-1250 = 中欧 (Windows)
about-charset-windows-1253 = 希腊文 (Windows)
about-charset-windows-1254 = 土耳其文 (Windows)
about-charset-windows-1255 = 希伯来文 (Windows)
about-charset-windows-1256 = 阿拉伯文 (Windows)
about-charset-windows-1257 = 波罗的海语言 (Windows)
about-charset-windows-1258 = 越南文 (Windows)
about-charset-windows-874 = 泰文
about-charset-macintosh = 西欧 (旧 Mac)
about-charset-iso-8859-2 = 中欧
about-charset-iso-8859-3 = 南欧
about-charset-iso-8859-4 = 北欧
about-charset-iso-8859-5 = 西里尔文
about-charset-iso-8859-6 = 阿拉伯文
about-charset-iso-8859-7 = 希腊文
about-charset-iso-8859-8 = 希伯来文，按显示顺序
about-charset-iso-8859-8-i = 希伯来文，按阅读顺序
about-charset-iso-8859-10 = 北欧语言
about-charset-iso-8859-13 = 波罗的海语言
about-charset-iso-8859-14 = 凯尔特语言
about-charset-iso-8859-15 = 西欧，含欧元符号
about-charset-iso-8859-16 = 东南欧

# 各种上限.

about-limit-max-frame = 最长的消息，在分配内存之前检查
about-limit-max-connections = 同时打开的会话数；也不超过描述符上限，后来的在积压队列中等待
about-limit-idle-timeout = 会话空闲多久后被关闭
about-limit-rate = 每秒应答一个对端的消息数
about-limit-connect-timeout = 连接的最长时间，一个名称的所有地址合计
about-limit-retry-delay = 两次尝试连接之间 (--retry)
about-limit-reconnect-longest = connect --reconnect 两次尝试之间的最长间隔
about-limit-clients-dialling = connect --clients 同时正在连接的客户端数；其余排队
about-limit-wait = connect 等待 (更多) 应答的时间
about-limit-wait-datagram = 同上，管道通过 UDP 发送时
about-limit-grace = 第一个停止信号之后收尾的最长时间
about-limit-outbox = 等待一个对端读取的应答；超过后不再从该对端读取
about-limit-flows-waiting = UDP 转发中所有客户端合计等待的数据报字节；超过则丢失
about-limit-new-flows = UDP 转发满员之后，每秒为新客户端让出的位置
about-limit-api-connections = relay 的 API 同时应答的请求数；更多的请求在系统的队列中等待
about-limit-api-body = 发给 relay 的 API 的请求体的最大长度，字节
about-limit-api-proxies = API 能建立的转发个数
about-limit-api-toxics = 一个转发的 toxic 个数
about-limit-monitor-connections = 同时应答的监控系统抓取和查询的个数；更多的在系统的队列中等待
about-limit-zabbix-packet = 接受的 Zabbix 数据包中数据的最大长度，字节
about-limit-zabbix-items = 一个 Zabbix 请求最多能查询的监控项个数
about-limit-zabbix-batch = 一次发给 Zabbix 服务器的值的个数
about-limit-zabbix-queue = 等待发给 Zabbix 服务器的值的个数；超出时丢弃最旧的
about-limit-zabbix-timeout = Zabbix 服务器建立连接和应答的最长时间
about-limit-leg = 转发会话的一个方向上等待的字节；超过后不再从那里读取
about-limit-outbox-messages = 同上，按消息数计，不论多短
about-limit-notsent = 内核为一个连接接收的未发送字节
about-limit-fault-reorder = reorder 扣留的数据报等待下一个的时间
about-limit-fault-hold = 故障在一个会话的一个方向上扣留的字节
about-limit-delay-hold = 一个会话中被延迟的应答
about-limit-read = 一次读取的字节
about-limit-datagram-peers = 同时记住的 UDP 对端数
about-limit-datagram-idle = UDP 对端空闲多久后被忘记
about-limit-mailbox = 等待一个聊天成员的消息；更慢的成员会被断开
about-limit-conversation-name = 会话名字的最大长度
about-limit-nick = 最长的聊天昵称
about-limit-linger = 关闭中的会话继续读取多久，以免关闭变成重置
about-limit-client-linger = 同上，用于 connect
about-limit-operator = 客户端不再发送 (FIN) 之后，操作者还可以应答多久
about-limit-pipe = 对端不再发送 (FIN) 之后，安静的管道还可以发送多久
about-limit-keepalive = TCP 对端空闲多久后被探测；失效的对端两分钟内发现
about-limit-backlog = 等待被接受的连接数
about-limit-serve-idle = 对 `serve` 的请求之间的空闲，以及传输的停滞
about-limit-serve-rate = `serve` 的每个连接每秒得到的文件字节
about-limit-serve-total-rate = `serve` 的所有连接每秒合计得到的文件字节
about-limit-request-time = 对 `serve` 的整个请求的最长时间
about-limit-name-pause = 结束一个裸文件名的停顿
about-limit-discard = 被拒绝的请求中读取并丢弃的字节，以免关闭变成重置
about-limit-notsent-first = 从 `serve` 下载开始时的 `notsent`
about-limit-notsent-share = 之后，以及转发大量数据时，是对端已接收量的这么多分之一
about-limit-notsent-most = 最多这么多，系统一般也只允许这么多
about-limit-scans = `serve` 同时计算哈希的文件数；以及同时读取的目录数
about-limit-scan-wait = 请求为此排队多久；之后被告知稍后再来
about-limit-hashes = `serve` 记住的文件哈希数
about-limit-listing = 目录的一页达到多长后 `serve` 就发送
about-limit-request = 对文件或目录的最长请求
about-limit-name = 最长的文件名
about-limit-component = 名称中两个 '/' 之间最长的一段
about-limit-data = 一帧中的文件字节
about-limit-page = 目录的一页的最大长度
about-limit-cursor = 目录两页之间最长的标记
about-limit-error-text = 服务端错误文本的最大长度
about-limit-get-timeout = get 没有进展时最长等待多久
about-limit-get-retries = get 重新建立断开的连接的次数
about-limit-tree = get 为一个名称查看的条目数，包括目录中的目录
about-limit-sidecar = 未完成文件旁边的记录的最大长度
about-limit-check-gap = check 在两段之间的间隔
about-limit-check-timeout = check 等待应答的时间
about-limit-check-quiet = 至少静默这么久，check 才认为应答已完整
about-limit-check-redial = check --listen 等待客户端再次连接的时间
about-limit-check-cuts = check 在一条消息中切开的位置数
about-limit-check-at-once = check 同时使用的连接数
about-limit-check-messages = check 的消息数
about-limit-check-message = check 一条消息的最大长度，含分帧
about-limit-check-answer = check 在一个连接上接收的应答
about-limit-check-pieces = check 逐字节发送一条消息时的段数；更长的消息中间作为一段
about-limit-check-further = 同类切法中有一个失败后，check 再试几个
about-limit-probe-count = probe 探测一个目标的次数；0 表示直到被停止
about-limit-probe-interval = probe 对一个目标的两次探测之间的间隔
about-limit-probe-timeout = probe 一次探测的最长时间，包括解析名称和应答
about-limit-probe-aftermath = probe 在连上之后等多久，看连接是否被重置
about-limit-probe-at-once = probe 同时进行的探测数；也受打开文件数的限制
about-limit-probe-lookups = probe 同时解析的名称数
about-limit-probe-targets = probe 一次运行的目标数
about-limit-probe-target-file = probe 目标文件的最大长度
about-limit-probe-answer = probe 接收的应答的字节数
about-limit-probe-shown = probe 显示的不符应答的字节数
about-limit-probe-looked = probe --look 试的其他端口数
about-limit-probe-hooks = probe --on-change 同时运行的程序数
about-limit-probe-hook = probe --on-change 的程序可以运行多久
about-limit-bench-duration = bench 测量多久
about-limit-bench-timeout = bench 的消息到点之后多久之内可以应答
about-limit-bench-size = bench 自己生成的最长的消息
about-limit-bench-connections = bench 对一个目标的连接数
about-limit-bench-outstanding = bench 的一个会话里可以尚未应答的消息数
about-limit-bench-given-up = bench 已放弃、迟到时仍认得的数据报数
about-limit-bench-batch = bench 的一个会话在上报之前保存的时间个数
about-limit-bench-tell = 它最长保存多久
about-limit-bench-burst = bench --bulk 在查看应答之前连续发送的数据报数
about-limit-bench-rest = bench 在最后一个应答之后还听多久
about-limit-bench-round = bench --compare 中一个目标每回合最长多久
about-limit-bench-rounds = bench --compare 的回合数

# 上限的写法.

bound-none = 无
bound-datagrams = 无 (UDP：{ $number }/s)
bound-messages = { $number } 条消息
bound-columns = { $number } 列
bound-entries = { $number } 个条目
bound-bytes = { $number } 字节

# 转发途中对消息的编辑.
about-edit = 途中的消息，按文件编辑
about-edit-dir = "up" 或 "down"：只管客户端到目标，或只管目标到客户端
about-edit-replace = 代替这条消息的模板
about-edit-replace-hex = 代替它的字节
about-edit-drop = true：什么也不转出
about-edit-inject = 紧随其后另转出一条消息，是模板
about-edit-inject-hex = 同上，是字节
about-edit-delay = 扣住它这么久，后面的一切也跟着推迟："250ms"，或者秒数
edit-wants-dir = "up" 或 "down"
edit-no-peer = 不含 {"{peer}"} 的模板：途中的消息有两个对端
edit-no-action = 这条规则什么也不做；请给出 replace、replace_hex、drop = true、inject、inject_hex、delay、then 之一
edit-contradiction = 这条规则已有 { $first }，{ $second } 却是另一种意思；只留其中一个
edit-by-file = 编辑由文件给出：--edit FILE
