# 控制台：运行期间输入的内容，以及得到的回答。

named = 从现在起名为 { $name }
named-anew = 从现在起名为 { $name }；此前这个名字属于 #{ $from }
no-such-name = 没有名为 { $name } 的会话；用 /list 查看现有会话
calling-empty = 名字至少要有一个字符，例如：/name 2 2号泵
calling-reserved = “{ $name }”不能作名字：数字是会话编号，all、last、off 和 none 另有含义
calling-character = “{ $name }”不能作名字：其中的 { $character } 无法在命令中输入，或者看不见（不能有空格、逗号、# 和 /）
calling-long = 名字最多 { $most } 个字符，而这个有 { $len } 个
calling-taken = #{ $conn } 已经名为 { $name }；请先给它换个名字，例如：/name { $conn } 新名字
