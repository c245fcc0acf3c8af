# What other sentences are made of.

verbatim = { $words }
joined = { $first }；{ $then }

bytes = { $count } 字节
