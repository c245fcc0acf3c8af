//! The only place of sockeye that waits: it resolves, connects, accepts and drives conversations.
//! Never prints, never parses arguments, never decides what a conversation says.
