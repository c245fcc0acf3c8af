# check 说的话: 有哪些切法, 结果如何, 该查什么.

check-listening = 正在监听 { $address }：等待客户端连接并先发言
check-endless = 它对一条完整消息的应答没有尽头
check-endless-hint = check 要求接收端应答之后安静下来：停掉它自己主动发送的内容，或者加大 --timeout
check-unsteady = 没有切开任何消息，第二次运行时它对第 { $position } 条消息的应答却不同
check-unsteady-hint = 没有作出判断；请用 --expect 说明应答中不变的部分，每条消息一个
check-failed = { $tried } 种切法中有 { $failed } 种没有通过
check-silent = 完整的消息也没有应答，无法判断
check-silent-hint = 请确认 --frame 与接收端的分帧一致，并且它会应答这些消息：sockeye connect ADDR --frame … --send …
check-silent-turned = 把长度的字节顺序反过来，它就会应答：要么报头是按本机字节序读的，要么 --frame 的字节序写反了 (加上或去掉 ,le)
check-no-redial = 它没有再次连接
check-pass = PASS (通过)：{ $count } 种切法全部通过
check-fail = FAIL (未通过)：{ $tried } 种切法中有 { $failed } 种没有通过
check-no-answer = NO ANSWER (没有应答)：无法判断
check-skipped = 另有 { $count } 种没有试，因为同类的已经失败
check-smallest = 最小的失败切法：{ $cut }
check-look-for = 请检查接收端的代码：
check-advice = {"  "}{ $about } (详见 sockeye explain { $name })
cut-described = { $what }，{ $message }，连接：{ $connection }
cut-described-at = { $what }，{ $message }，{ $at }，连接：{ $connection }
cut-message = 第 { $number } 条消息
cut-from-message = 从第 { $number } 条消息起
cut-at = 在 { $bytes }的第 { $place } 字节之后切开
cut-in = { $bytes }分 { $count } 段
cut-on-fresh = 新建
cut-on-same = 先发过完整的消息
cut-whole = 一条消息一次写出
cut-glued = 两条消息一次写出 (粘包)
cut-split = 一条消息分两段 (半包)
cut-header = 一条消息在报头处切开
cut-straddled = 一条半消息，然后是另一半
cut-half-late = 三条半消息，然后是另一半
cut-half-abandoned = 三条半消息之后关闭，再用新连接
cut-tail-late = 一条消息的最后一个字节迟到
cut-bytes = 一条消息逐字节发送
cut-chain = 多条消息都从中间切开，前后两半粘在一起
cut-sent = { $count ->
    [one] 发送 { $bytes }，一次写出：
   *[other] 发送 { $bytes }，分 { $count } 次写出：
}
cut-mark = ======== 切开，间隔 { $gap } ========
cut-early = 最后一段还没有发出，应答就已来了 { $bytes }
cut-expected = 应当收到 { $bytes }：
cut-got = 实际收到 { $bytes } ({ $what })：
cut-hung-up = 没有应答就断开了
cut-hung-up-within = 应答到一半就断开了
cut-silent = 没有应答
cut-too-much = 应答之后还有多余的内容
cut-too-little = 应答不完整
cut-other = 应答的内容不对
apart = 间隔 { $gap } 的几段在本机确实分开到达 (已用自己的接收端试过)
not-apart = 间隔 { $gap } 的几段在本机没有分开到达 ({ $pieces } 段在 { $reads }中到达)：通过的说服力较弱；请加大 --gap
one-at-a-time = 接收端一次只服务一个连接：各种切法依次进行
remembers = 应答与之前说过的内容有关：每次都先完整发送前面的消息
answers-only = 它在一个连接上只应答 { $messages }：需要更多消息的切法不试
advice-recv-is-message = 把一次 recv 的结果当作一条消息
advice-header-short = 以为读报头的 recv(n) 一定给 n 个字节
advice-body-short = 以为读消息体的 recv(n) 一定给 n 个字节
advice-length-in-characters = 长度是字节数，却拿去数解码后的字符
advice-leftover-lost = 一条消息之后的剩余字节被丢掉了
advice-delimiter-cut = 只在每次读取的内容里单独找分隔符
advice-chunk-decoding = 每次读取单独解码，多字节字符被切断
advice-first-of-glued = 一起到达的消息只处理第一条，其余要等再来数据 (该用 while 的地方用了 if)
advice-native-endian = 长度按本机字节序读取，或者根本没有限制读多少
advice-shared-buffer = 缓冲区没有随连接一起清空
advice-read-timeout = 消息到得慢一些就被放弃
advice-one-message = 一个连接上只读第一条消息
