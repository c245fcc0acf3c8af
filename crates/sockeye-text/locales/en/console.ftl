# Consoles: what is typed while a run goes on, and what it answers.

named = is called { $name } from now on
named-anew = is called { $name } from now on; until now that was #{ $from }
no-such-name = no conversation is called { $name }; /list shows those there are
calling-empty = a name has at least one character, as in: /name 2 boiler
calling-reserved = '{ $name }' is no name: numbers are conversations, and all, last, off and none mean something else
calling-character = '{ $name }' is no name: { $character } cannot be typed in a command, or not be seen (no spaces, commas, # or /)
calling-long = a name has at most { $most } characters, and this one has { $len }
calling-taken = #{ $conn } is called { $name } already; give that one another name first, as in: /name { $conn } OTHER
