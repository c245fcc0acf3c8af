# 命令行的形式有什么不对.

form-unknown-argument = 没有 '{ $argument }' 这个参数
form-unknown-command = 没有 '{ $command }' 这个命令
form-no-value = '{ $argument }' 需要一个值，但没有给
form-no-such-value = '{ $argument }' 的值 '{ $value }' 无效
form-bad-value = '{ $argument }' 的值 '{ $value }' 无效：{ $why }
form-missing-arguments = 缺少以下必需的参数：{ $names }
form-argument-twice = 参数 '{ $argument }' 不能重复使用
form-argument-conflict = 参数 '{ $argument }' 不能与 { $others } 一起使用
form-too-many-values = '{ $argument }' 多了一个值 '{ $value }'
form-no-equals = 给 '{ $argument }' 赋值时要用等号
form-missing-command =
    'sockeye' 后面需要一个命令
    {"  ["}命令：{ $names }]
form-not-utf8 = 有的参数不是有效的 UTF-8
form-no-number = 请写一个不小于 0 的整数
form-at-least-one = 至少为 1
form-number-too-large = 数太大了
form-tip = {"  "}提示：{ $tip }
form-similar = 相近的有：{ $names }
form-as-a-value = 如果 '{ $argument }' 是一个值，请写成 '-- { $argument }'
form-more = 更多信息见 '--help'。
