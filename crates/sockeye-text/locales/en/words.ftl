# What other sentences are made of.

verbatim = { $words }
joined = { $first }; { $then }

bytes = { $count ->
    [one] 1 byte
   *[other] { $count } bytes
}

# A label, and what is said of it; a word that is put in behind a wrong name; a place in a file, with its line.

labelled = { $what }: { $detail }
did-you-mean = {""} (did you mean { $name }?)
placed =
    { $place }: { $problem }
    { $excerpt }
