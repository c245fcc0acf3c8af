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
