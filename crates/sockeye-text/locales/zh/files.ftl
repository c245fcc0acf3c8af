# 获取: 目标位置上的东西.

get-exists-other = 它已存在，与服务端的不同，不会被替换
get-exists = 它已存在，不会被替换
get-exists-hint = --force 替换普通文件；-o 选择另一个名称
get-special = 该名称已被占用，且不是普通文件，不会被替换
get-special-hint = 用 -o 选择另一个名称
get-locked = 另一个 get 正在获取该文件
get-foreign = 它不是我们的未完成文件
get-foreign-hint = 请移走它，或者用 -o 选择另一个名称
get-not-utf8 = 这里的文件名是 UTF-8，而它不是
get-disk-full = 还有 { $missing } 字节要来，而该磁盘只剩 { $free } 字节
get-not-kept = 什么也没有保留：磁盘没有接收全部内容
get-may-be-forgotten = 内容完整且正确，但磁盘可能丢失它的名称；--force 重新获取
get-needs-folder = 多个文件需要一个目标目录
get-needs-folder-hint = 请使用 --dir DIR
get-many-entries = 其中的条目超过 { $most } 个

# 获取: 服务端有什么, 说了什么.

get-folder = 那是一个目录
get-folder-hint = -r 连同其中的全部内容一起获取，--list 列出其中的内容
get-server-refused-hint = 那里运行着文件服务端 (sockeye serve) 吗？端口对吗？
get-absent = 服务端没有该文件
get-absent-hint = --list 列出它提供的文件 (如果服务端能列出)
get-silent = { $time } 内什么也没有收到
get-silent-hint = 同样的命令会从中断处继续；--timeout 2m 可以等得更久
get-unsteady = 它在发送过程中一再变化
get-no-listings = 该方言没有列表
get-no-report = 它没有报告就结束了
get-no-going-back = 写到标准输出的内容无法收回，而服务端无法继续
get-no-going-back-hint = 用 -o FILE 获取到文件
get-ended-early = { $size } 字节只来了 { $came } 字节就结束了
get-sends-more = 它发送的比它声明的多
get-hashing-gone = 计算哈希的线程已不在
get-mismatch-server = 服务端的 BLAKE3 是 { $wanted }，而收到的内容是 { $found }
get-mismatch = { $flag } 是 { $wanted }，而收到的内容是 { $found }
get-no-http = 它说的不是 HTTP/1.1：{ $detail }
get-redirect-nowhere = 它要重定向，但没有说到哪里
get-redirect-away = 它重定向到 { $to }，我们不跟随
get-redirects = 它重定向超过 { $most } 次
get-folder-http = 那是一个目录：服务端重定向到末尾加 '/' 的同一路径
get-folder-http-hint = -r 获取整个目录，服务端要会 sockeye 方言
get-encoded = 文件是编码过的 ({ $encoding })，我们没有要求这样
get-other-part = 它应答的是另一部分：{ $range }
get-unknown-part = 它应答的是另一部分：没有说是哪一部分
get-status = 服务端应答 { $status }
get-no-page = 它对 LIST 的应答不是一页列表
get-no-stat = 它不应答 STAT
get-answered-name = 它应答 '1'，接收裸文件名的服务端就是这样：用 --dialect name 请求
get-answered-http = 它用 HTTP 应答：用 --dialect http 请求
get-other-dialect = 服务端说的可能是 --dialect http 或 --dialect name
get-busy = 服务端忙
get-trouble = 服务端读取它失败
get-refused = 服务端拒绝 (代码 { $code })
get-cut = 文件还没有传完，连接就结束了
get-part-only = 它只发送文件的一部分
get-no-get = 它对 GET 的应答不是所请求的内容
get-ends-early = 文件还没有收完，它就结束了文件
get-no-hash = 它不应答 HASH

# `sockeye serve` 在 HTTP 页面和应答中所说的.

page-more = 更多
http-bad-request = 400 请求有误
http-forbidden = 403 禁止访问
http-not-found = 404 没有找到
http-method-not-allowed = 405 方法不允许
http-request-timeout = 408 请求超时
http-head-too-large = 431 请求头过大
http-unavailable = 503 服务暂不可用
http-only-fetching = 这里只能用 GET 和 HEAD 获取文件
http-other-name = 本服务端不叫 { $host }；--allow-host { $host } 可以让它接受这个名称
http-is-folder = 它是一个目录：{ $to }
