//! `sockeye completions SHELL`: a completion script, made from the command line's own description; values of options
//! are asked of the program itself while somebody completes. Never installs it.

use clap_complete::Shell;

use super::values::COMMAND;

/// The options whose values the program knows.
const OPTIONS: [&str; 8] = ["frame", "checksum", "charset", "reply", "fault", "up", "down", "dialect"];

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub(crate) struct Completions {
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    /// The script for `command`.
    pub(crate) fn script(&self, mut command: clap::Command) -> String {
        let mut out = Vec::new();
        clap_complete::generate(self.shell, &mut command, "sockeye", &mut out);
        let script = String::from_utf8_lossy(&out).into_owned();
        match self.shell {
            Shell::Bash => bash(&script),
            Shell::Zsh => zsh(&script),
            Shell::Fish => fish(&script) + &fish_subjects(&command),
            _ => script,
        }
    }
}

fn options() -> impl Iterator<Item = &'static str> {
    OPTIONS.into_iter()
}

/// Bash takes a word apart at `=` and `:`, so the word is taken from the line, and the answer begins where bash's does.
fn bash(script: &str) -> String {
    let flags: Vec<String> = options().map(|option| format!("--{option}")).collect();
    let plain = script.replacen("_sockeye() {", "_sockeye_plain() {", 1);
    format!(
        r#"{plain}
_sockeye() {{
    local line="${{COMP_LINE:0:COMP_POINT}}" word flag candidate more about kept open=-
    word="${{line##*[[:space:]]}}"
    line="${{line%"$word"}}"
    line="${{line%"${{line##*[![:space:]]}}"}}"
    flag="${{line##*[[:space:]]}}"
    if [[ $word == --*=* ]]; then
        flag="${{word%%=*}}"
        word="${{word#*=}}"
    fi
    case "$flag" in
        {flags}) ;;
        *) _sockeye_plain "$@"; return ;;
    esac
    COMPREPLY=()
    kept="${{word%"${{word##*[=:]}}"}}"
    if [[ $flag == --reply && $word == rules:* ]]; then
        COMPREPLY=( $(compgen -f -- "${{word#rules:}}") )
        return
    fi
    while IFS=$'\t' read -r candidate more about; do
        COMPREPLY+=( "${{candidate#"$kept"}}" )
        open="$more"
    done < <("$1" {COMMAND} "$flag" "$word" 2>/dev/null)
    if [[ ${{#COMPREPLY[@]}} -eq 1 && $open == + ]]; then
        compopt -o nospace
    fi
}}
"#,
        flags = flags.join("|"),
    )
}

fn zsh(script: &str) -> String {
    let mut out = String::with_capacity(script.len() + 2048);
    for line in script.lines() {
        let option = options().find(|option| line.contains(&format!("--{option}=[")));
        match (option, line.strip_suffix(":_default' \\")) {
            (Some(option), Some(head)) => {
                out.push_str(&format!("{head}: _sockeye_values --{option}' \\\n"));
            }
            _ => out.push_str(&format!("{line}\n")),
        }
    }
    let values = format!(
        r#"
(( $+functions[_sockeye_values] )) ||
_sockeye_values() {{
    local -a whole open
    local candidate more about
    if [[ $1 == --reply ]] && compset -P 'rules:'; then
        _files
        return
    fi
    while IFS=$'\t' read -r candidate more about; do
        if [[ $more == + ]]; then open+=("$candidate"); else whole+=("$candidate"); fi
    done < <(sockeye {COMMAND} $1 "${{(Q)PREFIX}}" 2>/dev/null)
    compadd -a whole
    compadd -S '' -a open
}}

"#
    );
    let end = out.rfind("\nif [ \"$funcstack[1]\"").unwrap_or(out.len());
    out.insert_str(end, &values);
    out
}

fn fish(script: &str) -> String {
    let mut out = format!(
        r"function __sockeye_values
    set -l word (string replace -r -- '^--[a-z]+=' '' (commandline -ct))
    set -l command (commandline -opc)
    if test $argv[1] = --reply; and string match -q 'rules:*' -- $word
        for file in (__fish_complete_path (string replace 'rules:' '' -- $word))
            echo rules:$file
        end
        return
    end
    $command[1] {COMMAND} $argv[1] $word 2>/dev/null | string replace -r '\t[+-]\t' '\t'
end

"
    );
    for line in script.lines() {
        out.push_str(line);
        if let Some(option) = options().find(|option| line.contains(&format!(" -l {option} "))) {
            out.push_str(&format!(" -f -a \"(__sockeye_values --{option})\""));
        }
        out.push('\n');
    }
    out
}

/// The values of arguments without a flag, which the script has none of.
fn fish_subjects(command: &clap::Command) -> String {
    let mut out = String::new();
    for sub in command.get_subcommands() {
        let values = sub.get_positionals().flat_map(clap::Arg::get_possible_values);
        let names: Vec<String> = values.map(|value| value.get_name().to_owned()).collect();
        if !names.is_empty() {
            out.push_str(&format!(
                "complete -c sockeye -n \"__fish_sockeye_using_subcommand {}\" -f -a \"{}\"\n",
                sub.get_name(),
                names.join(" ")
            ));
        }
    }
    out
}
