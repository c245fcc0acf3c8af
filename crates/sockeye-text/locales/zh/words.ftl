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
