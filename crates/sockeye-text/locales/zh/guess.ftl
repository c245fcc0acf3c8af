# guess 从抓到的字节里得出的结论.

guess-why-byte = 连续 { $messages }都结束在偏移 { $offset } 处那个字节所说的位置
guess-why-big = 连续 { $messages }都结束在偏移 { $offset } 处 { $width } 个字节所说的位置 (高字节在前)
guess-why-little = 连续 { $messages }都结束在偏移 { $offset } 处 { $width } 个字节所说的位置 (低字节在前)
guess-why-ending = { $messages }都以同样的字节结尾，而这些字节不出现在别处
guess-why-between = { $messages }都夹在同样的字节之间，外面没有别的内容
guess-why-fixed = { $messages }都是 { $size } 个字节，某些位置上的字节始终相同
guess-why-varint = 连续 { $messages }都结束在前面的 varint 所说的位置
guess-why-netstring = 连续 { $messages }都带有十进制长度和冒号，并在所说的位置有逗号
guess-why-slip = { $messages }都以 c0 结尾，db 总是转义
guess-why-cobs = { $messages }都以零结尾，各自的编码字节正好指向它
guess-why-protocol = 全部符合 { $name } 的格式
guess-why-checksum = 校验和 ({ $name }) 全部正确
guess-why-chance = 随机字节做到这一点的机会是 2^{ $bits } 分之一

guess-empty = 没有字节
guess-plain-text = 这是文本，没有多次出现的消息结尾：可能没有分帧，也可能抓得太少
guess-even = 全部 { $count } 个字节分布得像随机数一样均匀：加密的、压缩的，或者就是随机的
guess-few = { $count } 个字节太少，看不出分帧和巧合的区别；请抓几条消息
guess-nothing-fits = 没有哪种分帧能从第一个字节切到最后一个；请从连接的开头抓起，并且只抓一个方向

guess-tls = 开头和 TLS 一样：帧里的内容是加密的
guess-packed = 开头和 { $kind } 一样：请先解压
guess-text-as-length = 0x{ $hex } 就是 '{ $text }'：如果程序在这里读到长度 { $value }，那是把文本当成了长度
guess-big-read-little = 加上 `le`，第一个长度会变成 { $wrong } 而不是 { $value }：读到这个数的程序把字节序弄反了
guess-little-read-big = 不加 `le`，第一个长度会变成 { $wrong } 而不是 { $value }：读到这个数的程序把字节序弄反了
guess-gbk = 文本是 GBK 编码：加上 --charset gbk
guess-mojibake = '{ $seen }' 是 '{ $meant }' 的 UTF-8 字节被当成 GBK 读出来的结果

guess-dump-no-text = 这里不是文本；不加 --hex 就会按原样研究
guess-dump-line = 这一行不属于十六进制转储

# 显示和命令行.

guess-cannot-tell = 无法判断：{ $why }
guess-also = {"  "}(又名 { $names })
guess-more = 另有 { $messages }
guess-rest = 末尾有 { $bytes }属于没有收完的消息
guess-empty-message = (空)
guess-read-as-hex = { $file } 是十六进制转储：从中读出 { $bytes }
guess-read-part = 只读了 { $file } 开头的 { $bytes }
guess-dump-at = 第 { $line } 行：{ $why }
guess-listening = 正在监听 { $address }：请让客户端连接并发送；按 Ctrl-C 结束
guess-captured = 从 { $conversations }中抓到 { $bytes }，只有一个方向：对端发来的内容
guess-takes-streams = guess 研究的是字节流：数据报本身就是一条消息
guess-of-what = 请给出文件，或者用管道送入字节，或者用 --listen、--connect 抓取
guess-wait-is-for-peers = --wait 要和 --listen 或 --connect 一起用
