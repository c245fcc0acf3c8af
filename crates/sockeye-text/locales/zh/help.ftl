# 帮助: 标题, 命令的作用, 示例, 主题.

heading-usage = 用法:
heading-commands = 命令
heading-arguments = 参数
heading-options = 选项
heading-what-to-say = 发送什么
heading-when = 何时，多久
heading-messages = 消息
heading-display = 显示
heading-connecting = 连接
heading-faults = 故障
heading-log = 日志
heading-job-files = 任务文件
heading-answering = 应答
heading-limits = 上限
heading-offering = 提供
heading-where-it-goes = 写到哪里
heading-asking = 请求
heading-steering = 运行期间
heading-trying = 怎样体检
heading-finding-out = 找出原因并告知
help-default = {"["}默认：{ $value }]
help-possible = {"["}可选值：{ $values }]
help-about = 套接字工作台：连接套接字，建立服务端，看清发生了什么
help-about-connect = 连接服务端，收发数据
help-about-listen = 建立一个服务端
help-about-serve = 提供一个目录供下载
help-about-get = 下载文件：完整、经过校验、已落盘
help-about-relay = 站在两端之间：看通过了什么，并有意加以破坏
help-about-guess = 报头猜测：从抓到的字节推断分帧方式
help-about-guess-long =
    找出能把抓到的字节从头切到尾的分帧方式：长度字段、分隔符、帧头帧尾、
    固定长度、转义、校验和、协议。每一种都按 --frame 的写法打印，并给出 Netty、
    tokio、Python 的写法、最前面的几条消息，以及随机字节同样吻合的可能性。
    能识别十六进制转储。一次只研究一个方向，从连接的开头抓起；
    超过 1 MiB 时只读最前面的部分。无法判断时退出码为 1。
help-about-check = 粘包体检：看接收端能否应付被切开和粘在一起的消息
help-about-probe = 探测目标是否应答、多快，不应答时找出原因
help-about-run = 运行任务文件：保存下来的命令行，可同时运行几个
help-about-explain = 解释一个词、一条消息或一个退出码的含义，以及怎样亲眼看到
help-about-limits = 列出每个上限、它的默认值和改变它的选项
help-about-schema = 打印 --json 每一行的 JSON Schema
help-about-completions = 打印 shell 的补全脚本
help-about-man = 生成手册页，每个命令一页
help-about-help = 显示某个主题 (framing、checksums、rules …) 或某个命令的帮助
help-about-serve-long = 能连接的人可以列出并下载其中的每一个普通文件，目录之外的一概拿不到，不论请求什么、符号链接指向哪里。留在目录之内的链接可以跟随；以点开头的名称要加 --all 才有。除非 --listen 另有说明，只有本机能连接。从不向目录中写入任何东西。Ctrl-C 结束：正在发送的还有 --grace 的时间收尾。
help-about-relay-long = 连到 LISTEN 的客户端与 TARGET 对话，TCP、Unix 套接字或 UDP 均可。两端看到的就是对方本来的样子：半关闭、重置和拒绝都照样转达，没有要求故障就一个字节也不改。--frame 说明如何切分，通过的内容就按消息显示。“客户端 → 目标”是客户端发来的，“客户端 ← 目标”是目标发来的；有故障时，⇒ 和 ⇐ 是实际转出的。故障可以在运行期间改变：从标准输入和 --control 读取 /fault SPEC、/faults 和 /clear。有了 --api，toxiproxy 的客户端库就能建立、破坏和结束转发。
help-about-check-long = TCP 传送的是字节，不是消息：接收端一次可能只读到消息的一部分，也可能读到好几条。check 先学习完整消息得到什么应答，再把同样的字节完整地、在每个位置切开、逐字节、粘在一起、以及带着迟到或不来的半条消息发送，并逐字节比较应答。结果是 PASS，或者没有通过的最小切法、发了什么、收到什么，以及代码里该查什么。退出码为 0、121；完全没有应答为 28；应答每次不同而 --expect 又没有说明什么算数时为 1，此时没有作出判断。
help-about-probe-long = 每个目标按自己的节奏探测，同一时刻最多一次。状态有：open (开放)、refused (被拒绝)、timeout (超时)、unreachable (不可达)、prohibited (被禁止)、unresolved (无法解析)、reset (被重置)、local (本机未能探测)、unexpected (应答不符)；UDP 为 answered (有应答)、closed (关闭)、silent (无应答)。第一次失败和每次改变都附有诊断：为什么，以及可以试什么。连接以重置结束，不会留下 TIME_WAIT。最后全部可用时退出码为 0，有一个不可用为 121，没有一个名称能解析为 6，本机未能探测为 1。用 --count 0 时，Ctrl-C 正常结束。
man-synopsis = 概述
man-name = 名称
man-description = 描述
man-options = 选项
man-commands = 命令
man-version = 版本
man-examples = 示例
man-exit-status = 退出状态
man-topics = 主题
man-notes = 说明
help-about-more =
    { $short }。

    { $more }
help-examples = 示例：
help-exit-codes = 退出码：
help-top = 'sockeye COMMAND --help' 显示一个命令的全部选项和示例；'sockeye help TOPIC' 显示一个主题：framing、checksums、charsets、replies、rules、edits、templates、faults、addresses、units (时间只写数字时单位为秒)、exit-codes。
help-topics = 'sockeye help TOPIC' 的主题：
help-job-file = 任务文件：
help-job-file-about =
    每个选项以它的长名称为键，可重复的写成列表，ADDR 等参数以小写名称为键；--print-plan 能把任何命令打印成这样。--send 和 --send-hex 交替出现时，一个写在另一个的列表里：
      send = {"["}"hello", {"{"} send-hex = "01 03" {"}"}]
    写有 after = "device" 的任务等 device 开始监听之后才开始。

    几个任务在同一个进程中运行，直到全部结束，或者一个信号让它们全部停止。没有人给它们键入；每一行都说明属于哪个任务，--json 中为 "job"。退出码是它们之中最大的。单独一个任务占有键盘，就像直接运行它的命令一样。
example-connect-hello = 发送 hello，打印应答：
example-connect-gbk = 与一台设备用 GBK 通信，消息为 4 字节长度加正文：
example-connect-modbus = 在脚本里检查服务端是否应答一条 Modbus 请求：
example-listen-text = 对所有人应答一段固定的文本：
example-listen-type = 自己 (在终端上) 键入应答，用 GBK：
example-listen-udp = 面向整个网络的 UDP 服务端，在每个数据报前加上时间：
example-serve-here = 向本机提供当前目录，端口 8889：
example-serve-network = 向网络提供另一个目录，每个连接每秒最多 10 MB，合计 50：
example-serve-tutorial = 代替教程里的文件服务端，并把每个请求记给程序看：
example-get-file = 下载一个文件；中断后用同一条命令继续：
example-get-folder = 看看有什么，然后全部下载，或者接着下载：
example-get-web = 从 Web 服务器下载，并校验：
example-get-tutorial = 从教程里的文件服务端下载，存为另一个名称：
example-relay-watch = 看本机的客户端与服务器彼此说了什么：
example-relay-modbus = 站在 Modbus 主站与设备之间，逐条消息，并存入日志：
example-relay-bad = 好像服务器在很远的地方，同一个种子结果相同：
example-relay-api = 取代 toxiproxy，供使用其客户端库的测试使用：
example-guess-file = 这些字节是怎样切成消息的？
example-guess-hex = 以十六进制复制来的字节也可以：
example-guess-listen = 等待设备连接，研究它发来的内容：
example-check-line = 看按行分帧的服务端能否应付 "hello" 的各种切法：
example-check-header = 消息前带长度的服务端：
example-check-ci = 在 CI 中，并生成报告：
example-check-device = 连接到我们的设备：
example-probe-port = 那个端口有答复吗？
example-probe-redis = Redis 有应答吗，而不只是在监听？
example-probe-modbus = Modbus 电表是否以正确的帧应答？
example-probe-metrics = 一直向 Prometheus 和 Zabbix 上报：
example-probe-many = 一直看着许多目标，状态改变时运行脚本：
example-probe-udp = DNS 服务器有应答吗？
example-run-save = 把一条命令存为任务，并运行它：
example-run-all = 同时运行文件中的全部任务：
example-run-one = 只运行其中一个，就像键入它的命令一样：
example-explain-rst = 看看连接为什么被重置：
example-explain-word = 用行话或消息里的词来查：
example-explain-all = 通读全部：
example-limits-read = 查看：
example-limits-flag = 查找某个选项改变的上限：
example-limits-program = 读进程序：
example-schema-read = 查看一个事件各字段的含义：
example-schema-check = 用它检验一份日志 (例如用 check-jsonschema)：
example-completions-bash = 在 bash 中：
example-completions-zsh = 在 zsh 中 ($fpath 里的一个目录)：
example-completions-fish = 在 fish 中：
example-man-read = 写到一个目录，然后读其中一页：
example-man-self = 给自己用：
example-man-all = 给本机所有人用：
example-top-connect = 发送 hello，打印应答
example-top-echo = 把收到的发回给每个客户端
example-top-type = 自己键入应答
example-top-serve = 提供一个目录供下载
example-top-get = 从这样的服务端下载文件
explain-list = 'sockeye explain WORD' 能解释的内容：
explain-see = 另见：{ $keys }
explain-nearest = 没有关于 '{ $word }' 的条目；最相近的是 { $key }：
explain-unknown = 没有关于 '{ $word }' 的条目；'sockeye explain' 列出全部条目
explain-pointer = ({ $command })
where-where = 地址的写法：
where-tcp = TCP；只写端口表示本机，v4 和 v6；/etc/services 里的服务名可作端口：HOST:http
where-v6 = IPv6 写在方括号里
where-all = 所有网卡，用于监听
where-udp = UDP；可加 ?iface=NAME、?join、?broadcast、?ttl=N，多个之间用 & 连接
where-unix = Unix 套接字；unix:@name 为抽象套接字
where-port-zero = 监听端口写 0 时由系统选择，实际端口会显示出来。
addresses-notes = HOST 和 PORT 可以分开写：sockeye connect 10.0.0.7 8888，listen 也一样。只写端口或 :PORT 表示本机：connect 依次尝试 127.0.0.1 和 {"["}::1]，listen 两个都绑定。监听 0.0.0.0:PORT、{"["}::]:PORT 或 '*:PORT' 时别的机器也能连接。作为目标时 0.0.0.0 表示本机。
dialect-how = 可以用哪些方式请求，由最初的字节区分 [默认：全部]：
dialect-sockeye = 我们自己的协议 (docs/PROTOCOL.md)，sockeye get 使用它：可列目录、续传、校验
dialect-http = 供 curl、wget 和浏览器使用的 GET 和 HEAD：范围、ETag、目录列表和 ?json
dialect-name = 教程的方式：只发一个文件名，以 { $pause } 的停顿、换行或 FIN 结束；应答是文件内容然后关闭，或者单个字节 1 然后关闭
help-framings = 字节流如何切成消息，消息又如何拼接：
help-checksums = 发送的每条消息后追加、接收的每条消息都验证的校验和；错误的会显示出来并计数。名称后的 ,be 或 ,le 是字节顺序，,skip=N 表示消息的前 N 个字节不参与计算。更多内容见 'sockeye help checksums' (crc16-ccitt 是 KERMIT)。名称：
help-charsets = 字节如何读成文本，文本如何变成字节。WHATWG 编码标准的每个名称都认识，也认识 cp936 之类的名称；列出这些：
help-faults = 故意注入的故障；多个依次起作用。每个都可以加 dir=up 或 dir=down (up 是客户端到服务端) 和 chance=P (0 到 1，每个会话抽一次)：
help-replies = 对每条消息 (没有分帧时：对每次读取) 应答什么。没有 --reply 时由你键入应答；/help 说明怎么做。
help-in-template = TEMPLATE 中可以用：
topic-framing = 字节流如何切成消息 (--frame)
topic-checksums = 消息末尾带的校验和 (--checksum)
topic-charsets = 字节如何读成文本 (--charset)
topic-replies = 服务端自动应答什么 (--reply)
topic-rules = 应答规则文件 (--reply rules:FILE)
topic-edits = 编辑途中消息的文件 (relay --edit FILE)
edits-what = 编辑文件是 TOML：{ $command }
edits-each = 每个 {"[[rule]]"} 有一个条件，与规则文件相同（equals、prefix、contains、regex、hex），以及如何处理符合条件的消息：
edits-notes = 依次尝试，只按第一条符合的规则处理。都不符合的消息原样转出，分帧和校验和也不变；不成消息的字节也是如此。替换进来或插入的消息按同样的方式分帧，并有自己的校验和。
topic-templates = 可以填入什么：{"{counter}"}、{"{time}"} …
topic-faults = 故意注入的故障 (--fault)
topic-addresses = 连接和监听的地址
topic-units = 时间和大小的单位
topic-exit-codes = 程序的退出码
framing-given = 使用 len= 时 --send 和键盘输入的是什么：
framing-given-plain = 长度在最前面：只写正文，显示的也是正文。
framing-given-offset = 长度之前的字节有含义，所以一条消息是整个帧，长度的位置随便写 (写零)，会自动填入。modbus-tcp 就是这样：
framing-given-strip = 接收时去掉前 N 个字节，发送时在那里补零 (长度除外)。去掉整个报头后，一条消息又只是正文：
framing-notes = HEX 是十六进制数字，每字节两位，可以有空格：0d0a、'0D 0A'。idle=MS 的单位是毫秒。超过 --max-frame (16MiB) 的消息不收也不发。
checksum-high-first = { $size }，高字节在前
checksum-low-first = { $size }，低字节在前
checksum-also = { $about }；也叫 { $names }
checksums-what = 发送的每条消息后追加一个校验和，接收的每条消息都验证；错误的会显示出来并计数，这条消息不作处理。
checksums-order = 高字节或低字节在前，用于设备与惯例不同的情况
checksums-skip = 消息的前 N 个字节不参与计算
checksums-ccitt = 手册里所说的 CRC-CCITT 是这三种之一：
checksums-kermit = 目录里的：KERMIT (初值 0000，反转)
checksums-false = 初值 FFFF，不反转；多数手册指的是这个
checksums-xmodem = 初值 0000，不反转
checksums-tell-apart = 用 123456789 的校验和区分它们：2189、29b1、31c3。
checksums-names = 名称，不区分大小写，连字符可有可无：
rules-what = 规则文件是 TOML：{ $command }
rules-top = 文件开头：
rules-each = 每个 {"[[rule]]"} 中：一个条件，以及做什么：
rules-groups = 在 regex 规则的应答中，$0 是匹配到的内容，$1 到 $9 是各个分组，$$ 是一个美元符号。
templates-where = 在发送应答或重复发送时填入 (--reply text:、规则的应答、--send、/every)：
templates-notes = {"{text}"}、{"{hex}"}、{"{len}"} 和 {"{peer}"} 指被应答的那条消息，所以 --send 没有它们。--send 中其他花括号保持原样，应答中未知的名称是错误；{"{{counter}"} 表示文本 {"{counter}"}。在 regex 规则的应答中 $1 到 $9 是各个分组。
faults-up = 只作用于客户端发送的数据 (等同 dir=up)
faults-down = 只作用于服务端发送的数据
faults-aliases = toxiproxy 的名称也可以用：slicer、limit_data、slow_close；reset_peer=500ms 就是 reset=0,after=500ms，timeout=1s 就是 stall=0,close=1s。
faults-seed = 所有随机都来自 --seed N：同样的种子再次破坏同样的字节。不给种子时随机选一个，并显示出来。
units-durations = 时间 (--wait、--every、--retry-delay、--idle-timeout …)：
units-also = 还可以用 us、ns 和 d
units-seconds = 只写数字时单位为秒
units-sizes = 大小 (--max-frame、serve 的 --rate …)：
units-bytes = 只写数字时单位为字节
units-1024 = 以 1024 为进率
units-1000 = 以 1000 为进率
