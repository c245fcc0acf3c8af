# What other sentences are made of.

verbatim = { $words }
joined = { $first }；{ $then }

bytes = { $count } 字节

# 标签及其说明; 写错的名称后面的提示; 文件中的位置及该行.

labelled = { $what }：{ $detail }
did-you-mean = {""} (是不是 { $name }？)
placed =
    { $place }: { $problem }
    { $excerpt }

# Counted things of conversations and of files.

messages = { $count } 条消息
reads = { $count } 次读取
sends = { $count } 次发送
datagrams = { $count } 个数据报
segments = { $count } 个报文段
answers = { $count } 个应答
rounds = { $count } 轮
connections = { $count } 个连接
ends = { $count } 个方向的结束
conversations = { $count } 个会话
events = { $count } 个事件

toml = TOML 语法错误：“{ $words }”
