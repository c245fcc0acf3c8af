//! In which language everything is said: `--lang`, else `SOCKEYE_LANG`, else the locale.
//!
//! It has to be known before anything can be said, a mistake in the command line included, so that it is looked for in the
//! words as they are.

use std::ffi::OsString;

use sockeye_text::Language;

/// The flag, without its hyphens, and its id.
pub(super) const FLAG: &str = "lang";
/// The variable of the environment that says it where no flag does.
const VARIABLE: &str = "SOCKEYE_LANG";
/// Those of the locale, the one that counts most first (POSIX, Environment Variables, section 8.2).
const LOCALE: [&str; 3] = ["LC_ALL", "LC_MESSAGES", "LANG"];

/// The language that the words of a command line, or else the environment, ask for. What names no language is left to
/// clap to refuse, or is English.
pub(super) fn wanted(args: &[OsString], variable: impl Fn(&str) -> Option<String>) -> Language {
    let flag = args.iter().enumerate().take_while(|(_, arg)| *arg != "--").find_map(|(at, arg)| {
        let value = arg.to_str()?.strip_prefix("--")?.strip_prefix(FLAG)?;
        match value.strip_prefix('=') {
            Some(code) => Language::of_code(code),
            None if value.is_empty() => Language::of_code(args.get(at + 1)?.to_str()?),
            None => None,
        }
    });
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    let chosen = || variable(VARIABLE).map(|value| Language::of_locale(&value));
    let locale = || LOCALE.into_iter().find_map(variable).map(|value| Language::of_locale(&value));
    flag.or_else(chosen).or_else(locale).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(args: &[&str], variables: &[(&str, &str)]) -> Language {
        let args: Vec<OsString> = args.iter().map(OsString::from).collect();
        wanted(&args, |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_flag_counts_before_the_variable_and_that_before_the_locale() {
        let zh = ("LANG", "zh_CN.UTF-8");
        assert_eq!(of(&["sockeye"], &[]), Language::English);
        assert_eq!(of(&["sockeye"], &[zh]), Language::Chinese);
        assert_eq!(of(&["sockeye"], &[zh, ("LC_ALL", "C")]), Language::English);
        assert_eq!(of(&["sockeye"], &[zh, ("LC_ALL", "")]), Language::Chinese);
        assert_eq!(of(&["sockeye"], &[zh, ("SOCKEYE_LANG", "en")]), Language::English);
        assert_eq!(of(&["sockeye", "listen", "--lang", "en"], &[zh]), Language::English);
        assert_eq!(of(&["sockeye", "--lang=zh", "listen"], &[("SOCKEYE_LANG", "en")]), Language::Chinese);
        assert_eq!(of(&["sockeye", "connect", "--", "--lang=zh"], &[]), Language::English);
        assert_eq!(of(&["sockeye", "--lang", "fr"], &[zh]), Language::Chinese, "clap refuses it");
    }
}
