# 控制台：运行期间输入的内容，以及得到的回答。

named = 从现在起名为 { $name }
named-anew = 从现在起名为 { $name }；此前这个名字属于 #{ $from }
no-such-name = 没有名为 { $name } 的会话；用 /list 查看现有会话
calling-empty = 名字至少要有一个字符，例如：/name 2 2号泵
calling-reserved = “{ $name }”不能作名字：数字是会话编号，all、last、off 和 none 另有含义
calling-character = “{ $name }”不能作名字：其中的 { $character } 无法在命令中输入，或者看不见（不能有空格、逗号、# 和 /）
calling-long = 名字最多 { $most } 个字符，而这个有 { $len } 个
calling-taken = #{ $conn } 已经名为 { $name }；请先给它换个名字，例如：/name { $conn } 新名字
calling-one = 一个名字只能给一个会话，例如：/name 2 2号泵

console-help-connect = 输入一行，按回车发送；//text 发送以斜杠开头的文本。凡是写 TEXT 的地方，也可以写一条发送命令：/to 2 /every 1s /hex 01 03
console-help-listen = 输入的一行发给 /use 选定的会话；没有选定就发给最近发来数据的客户端，还没有就发给全部；//text 发送以斜杠开头的文本。凡是写 TEXT 的地方，也可以写一条发送命令：/to 2 /every 1s /hex 01 03
console-help-relay = 运行中可以做的事：
console-help-connect-end = Tab 补全命令；Ctrl-C 清空当前行。
console-help-end = Tab 补全命令；Ctrl-C 清空当前行，空行上按则退出。
console-to = 发给这些会话，可用编号或名字
console-all = 发给全部
console-hex = 把这些字节作为一条消息
console-raw = 字节原样发出，不经过分帧
console-file = 把文件内容作为一条消息
console-every = 定时发送给此刻的对象；{"{"}counter{"}"} {"{"}time{"}"} … 会被替换
console-stop = 停止定时发送：某个会话的，或全部
console-quick = 列出快捷消息；加 NAME 则发送它；/quick NAME = TEXT 保存，/quick NAME = 删除
console-use = 此后每行发给谁，不管谁在说话；last：发给最近发来数据的
console-name = 给会话起名；能写编号的地方都能写名字
console-list = 查看已连接的会话
console-info = 内核对连接所知的信息：RTT、重传、缓冲区
console-half = 关闭本端方向 (FIN)，继续接收
console-close = 关闭它
console-kick = 与 /close 相同
console-reset = 重置它 (RST)
console-fault = 再加一种故障，立即生效 (sockeye help faults)
console-faults = 现有哪些故障
console-clear = 全部去掉；被它们扣住的数据立即放行
console-view = 此后如何显示消息
console-charset = 此后按哪种字符集读取和输入
console-log = 此后把一切记入文件；off：不再记录
console-help = 这份列表
console-quit = 停止并退出（也可按 Ctrl-D；但 connect 里那是半关闭）

using = 从现在起，输入的内容发给 { $to }，不管谁在说话；/use last 取消
using-all = 从现在起，输入的内容发给全部；/use last 取消
using-last = 输入的内容发给最近发来数据的客户端，还没有就发给全部
unsent-gone = { $bytes }未发送：/use 选定的会话已断开；请 /use 另一个，或 /use last
charset-is = 从现在起按 { $charset } 读取和输入消息
showing-text = 从现在起以文本显示消息
showing-hex = 从现在起以十六进制显示消息
showing-both = 从现在起同时以文本和十六进制显示消息
quick-none = 没有快捷消息“{ $name }”；/quick 列出它们，/quick { $name } = TEXT 保存一条
quick-no-name = “{ $name }”不能作快捷消息的名字：1 到 64 个字符，不含空格，例如：/quick 读表 = /hex 01 03
quick-empty = 还没有快捷消息；/quick NAME = TEXT 保存一条，TEXT 也可以是命令：/quick 读表 = /hex 01 03
quick-saved = { $name } 已存入 { $file }；/quick { $name } 发送它
quick-forgotten = 已从 { $file } 删除 { $name }
quick-unsaved = { $name } 没有保存：{ $file }：{ $why }
log-on = 正在记入 { $file }；/log off 停止
log-off = 不再记录
log-unturned = 日志保持原状：{ $file }：{ $why }
every-too-many = 已有 { $most } 项在定时发送；/stop 停止它们

stats = 收 { $inward }；发 { $outward }；{ $open } 个会话
stats-flow = { $rate }，每秒 { $messages }，错误 { $errors }
stats-errors = { $count } 个
stats-off = 不再显示统计
stats-on = 每隔 { $period } 显示统计；/stats off 停止
console-stats = 通过了多少：此刻、定时（加 ,clients 则包括每个会话），或停止
stats-each = 逗号后面只能写 `clients`，例如 1s,clients，不能是“{ $word }”
stats-period = 时间最短 100ms

part-head = 帧头 { $digits }
part-header = 首部 { $digits }
part-length = 长度 { $digits }
part-body = 内容 { $digits }
part-checksum = 校验 { $digits }
part-bad-checksum = 校验错误 { $digits }
part-tail = 帧尾 { $digits }

console-topic = 在终端里输入的内容（listen 加 --commands 时来自标准输入）发给对端；listen 发给 /use 选定的会话，没有选定就发给最近发来数据的客户端。以斜杠开头的是命令；凡是写 TEXT 的地方，也可以写一条发送命令：/to 2 /every 1s /hex 01 03
    快捷消息存在运行所用的任务文件里，否则存在 ~/.config/sockeye 里；输入过的行按会话的种类分别记住，SOCKEYE_HISTORY=off 则不记。
console-topic-relay = 转发的控制台不向任何一端发送内容。view、charset、log、stats、help 和 quit 它也有，此外还有：
