# 命令行无法执行.

more-help = 更多信息见 'sockeye { $command } --help'。
of-flag = 选项 { $flag } '{ $text }'：{ $why }
cannot-read = 无法读取 { $path }：{ $why }
file-too-large = 文件超过了一条消息的上限 ({ $limit } 字节)；--max-frame 可以放宽
empty-message = 至少是 1 字节
every-without-send = --every 没有可定时发送的内容；请加上 --send TEXT、--send-hex HEX 或 --send-file FILE
every-zero = --every 0s 会不停地发送；最小是 1ms
gap-without-messages = --gap 是两条消息之间的间隔，而这里没有两条；请再加一个 --send
await-without-messages = --await 让下一条消息等待应答，而这里没有下一条；请再加一个 --send，或者加 --every
datagrams-are-read-whole = --read-size：数据报要么整个读出，要么余下的丢失，所以它只用于 TCP 和 Unix 套接字
chat-is-for-listen = --reply chat 让服务端的各个客户端互相听到，所以只用于 listen
eol-and-frame = --eol (-C) 用于不分帧 (raw)，而 --frame { $frame } 自有消息的结尾；去掉其中一个
escapes-without-send = -e 用来解释 --send TEXT 里的转义，而这里没有 --send
byte-in-template = \x80 到 \xff 不能与 {"{"}counter{"}"} 这样的占位符放在一起；请用 --send-hex 单独发送这些字节
not-for = { $address } 不能用在这里：{ $what }
stdio-is-no-peer = 标准输入输出不是对端；请写 HOST:PORT、udp://HOST:PORT 或 unix:/path
once-over-datagrams = --once：UDP 套接字没有连接，也就没有会结束的第一个连接；去掉它，或者监听 TCP
target-port-zero = 没有程序会监听端口 0；请写服务端的端口
target-any = * 表示所有网卡，只能监听，不能连接；请写主机
source-kind = --source 与目标必须是同一类 (都是 TCP 或都是 UDP)
files-take-streams = 文件只经由 TCP 或 Unix 套接字提供；请写 PORT、HOST:PORT、'*:PORT' 或 unix:/path
datagrams-have-edges = 数据报要么完整到达，要么不到，没有什么可切；请写 HOST:PORT 或 unix:/path
check-needs-speech = 体检要有可说的内容：--send TEXT、--send-hex 或 --send-file
too-many-messages = 体检最多 { $most } 条消息
expect-each = { $messages } 条消息却有 { $given } 个 --expect；请按顺序每条消息给一个，或者一个都不给
check-changes = 体检时每次说的必须相同：占位符中只有 {"{counter}"} 可用
bench-too-many = --connections 最多 { $most } 个
bench-bulk-says-nothing = --bulk 发送它自己的字节：请去掉 --send、--send-hex 和 --send-file
bench-bulk-is-raw = --bulk 只计字节：请去掉 --frame 和 --checksum
bench-nobody-begins = 没有人会不问自答地发数据报：--bulk=down 用于流，请用 --bulk=up 或 --bulk=both
bench-nothing-to-connect = UDP 没有连接：请去掉 --connect-rate，或改用 --rate
bench-too-long = --size 最多 { $most } 字节
bench-too-short = 数据报带有编号，才能看出丢失：--size 至少 { $least } 字节
bench-nothing-said = 空消息没有可以应答的字节
bench-changed-by-framing = --frame 会把长度写进消息，模板的回显因此永远不会相同：请用 --expect any，或写明应当收到什么
bench-other-medium = 它必须与第一个目标同类：都是数据报，或者都是流
long-to-cut = 体检的一条消息最多 { $most } 字节，含分帧：它要发送成千上万次
nothing-to-cut = 没有分帧的空消息什么也不会发送；请给它一些文本，或者给出 --frame
name-dialect-over-unix = --dialect name 用重置表示文件在发送过程中变了，而 Unix 套接字没有重置；sockeye 和 http 另有办法表示
rate-zero = 每秒 0 字节就永远发不出去
patience-zero = 0s 会立即关闭每个连接

# 下载文件.

no-digest = 请写 64 位十六进制的哈希
no-dialect = '{ $text }' 不是可用的 --dialect；有 sockeye、http 和 name
name-missing = 缺少文件名 NAME：那里是空的
bad-name = '{ $name }' 不是文件名：{ $why }
nothing-to-get = 请指明要下载什么：一个或多个 NAME，-r 下载全部，--list 查看有什么
pins-are-for-one = --sha256 和 --blake3 是针对单个文件的；请只下载那一个
output-is-for-one = -o FILE 用于单个文件；多个文件用 --dir DIR
output-is-folder = -o { $path }：这是目录；请写上文件名，或者用 --dir
json-and-data = --json 与文件不能都写到标准输出；去掉其中一个
no-query = { $address }：文件名里不能有 '?' 或 '#'；请写成 %3F 和 %23
pattern-and-recursive = -r 只接受目录名，不接受模式；去掉其中一个
no-listing = --list 和 -r 要用 sockeye 方式请求，而 { $dialect } 方式不能列目录

# 笔误, 以及别的程序的叫法.

wide-dash-long = '{ $arg }' 以 '{ $dash }' 开头，它不是连字符；请写 --{ $flag }
one-hyphen-long = '{ $arg }' 只有一个连字符，长选项要两个；请写 --{ $flag }
wide-dash-short = '{ $arg }' 以 '{ $dash }' 开头，它不是连字符；请写 -{ $flag }
netcat-listen = 用 sockeye listen PORT 启动服务端，不用 -l
netcat-port = 端口写在地址里：sockeye connect HOST:PORT、sockeye listen PORT
netcat-udp = UDP 写在地址里：udp://HOST:PORT
netcat-unix = Unix 套接字写在地址里：unix:/path
netcat-host = 地址直接写：HOST:PORT；不写协议就是 TCP
netcat-scan = 查看端口是否有应答：sockeye connect HOST:PORT < /dev/null
netcat-keep = sockeye listen 本来就能先后和同时接受多个客户端
netcat-time = 连接用 --connect-timeout 5s，等应答用 --wait 5s
netcat-verbose = 发生的事本来就会显示；--json 把全部交给程序
netcat-numeric = IP 地址从不解析
no-flag-here = 这里没有选项 '{ $flag }'：{ $instead }
no-command-but = 没有命令 '{ $word }'；{ $instead }
to-listen = 启动服务端：sockeye listen PORT
to-listen-or-serve = 启动服务端：sockeye listen PORT (提供目录下载：sockeye serve DIR)
to-connect = 连接服务端：sockeye connect HOST:PORT
to-serve = 提供目录下载：sockeye serve DIR
to-get = 下载文件：sockeye get HOST:PORT NAME
to-version = 查看版本：sockeye --version
loose-word = '{ $word }' 单独出现在地址之后；{ $instead }
send-word = 要发送它：--send '{ $word }'
quotes-needed = 含空格的内容要加引号：--send 'hello world'、--send-hex '01 03'、--reply 'text:thank you'
reply-word = 要这样应答：--reply { $word }
address-as-command = '{ $address }' 是地址，还缺要做什么：sockeye connect { $address } 连接服务端，sockeye listen { $address } 启动服务端
unspecified-target = { $host } 不是任何机器的地址：作为目标时表示本机 ({ $means })
full-width = 里面有输入法打出的全角字符；请写 { $plain }
no-service-but = '{ $name }' 不是端口，也不是已知的服务名；是不是 { $near }？
no-service = '{ $name }' 不是端口 (0 到 65535)，也不是 /etc/services 里的服务名
service-of = '{ $name }' 是 { $of } 的服务，不是 { $asked } 的；请写 { $of }://，或者写端口号
warn-amplifies = 警告：--allow-amplification：伪造源地址的人能让本服务端向别人发送远多于所收的数据；只在能访问它的人都可信时使用

# 任务文件.

value-not-utf8 = { $key } 不是 UTF-8，而任务文件必须是：{ $value }
no-job-file = { $file } 不是任务文件：{ $why }
cannot-write = 无法写入 { $path }：{ $why }
job-saved = 已保存为任务 { $name }；运行它：sockeye run { $file } { $name }
wants-job-table = { $key } 应为一个表：[job.NAME]
wants-table = { $key } 应为一个表
wants-job-name = { $key } 应为带引号的任务名
wants-text = { $key } 应为带引号的文本
wants-scalar = { $key } 应为带引号的文本或数字
wants-switch = { $key } 应为 true 或 false
wants-values = { $key } 应为文本、数字或它们的列表
wants-list-item = { $key } 应为列表里是文本，或者另一个选项，如 {"{"} send-hex = "01" {"}"}
jobs-are-tables = job 不是表
no-job-command = 这个任务没有 command；请写 command = "…"，可以是 { $commands }
no-such-job-command-but = 任务没有命令 '{ $name }'；是不是 { $near }？
no-such-job-command = 任务没有命令 '{ $name }'；可以是 { $commands }
no-such-key-but = { $command } 没有 '{ $key }'；是不是 { $near }？
no-such-key = { $command } 没有 '{ $key }'；它的键是 sockeye { $command } --help 里的长选项
not-in-one-list = { $other } 不能放在 { $key } 的列表里；请单独写成一个键
no-such-table = '{ $key }' 在这里没有意义；任务文件里是 [job.NAME] 表和 [quick]
no-jobs = { $file } 里没有任务；请写 [job.NAME] 和 command = "listen"，或者用 --save 保存一个
no-such-job-but = { $file } 里没有任务 '{ $name }'；是不是 { $near }？
no-such-job = { $file } 里没有任务 '{ $name }'；有 { $known }
never-listens = { $name } 是 { $command }，它从不监听：只有 listen 和 serve 会
after-itself = { $name } 排在了自己之后：任务在互相等待
no-log = --log-format 和 --log-max 说明 --log 如何写；请加上 --log FILE
