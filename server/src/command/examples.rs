//! Examples in the help of every command. Each is tried by a test: it is a command line that reads.

use clap::Command;

/// How the process ends. `docs/operating.md` has the same.
const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  not done, or something is wrong: standard error says what
  2  the command line, or a variable in its place, does not read";

/// For each command, lines that can be typed.
const EXAMPLES: &[(&str, &[&str])] = &[
    ("twofold serve", &["twofold serve", "twofold serve --config /etc/twofold/twofold.toml --no-migrate"]),
    (
        "twofold migrate",
        &["twofold migrate", "twofold migrate --database-url sqlite:///var/lib/twofold/twofold.db"],
    ),
    (
        "twofold backup",
        &[
            "twofold backup /var/backups/twofold-friday.db",
            "twofold backup /var/backups/twofold-friday.db --json",
        ],
    ),
    (
        "twofold restore",
        &[
            "twofold restore /var/backups/twofold-friday.db --replace --revoked-keys revoked-since-friday.txt",
            "twofold restore --fence --keep-keys",
        ],
    ),
    (
        "twofold check-config",
        &["twofold check-config --config /etc/twofold/twofold.toml", "twofold check-config --json"],
    ),
    ("twofold healthcheck", &["twofold healthcheck", "twofold healthcheck --ready --listen 127.0.0.1:3000"]),
    (
        "twofold doctor",
        &[
            "twofold doctor https://shop.example.com/account/security",
            "twofold doctor https://shop.example.com/account/security --cookie session=abc --json",
        ],
    ),
    ("twofold account create", &["twofold account create ada@example.com --role admin"]),
    ("twofold account reset-password", &["twofold account reset-password ada@example.com"]),
    ("twofold account deactivate", &["twofold account deactivate ada@example.com"]),
    ("twofold account reactivate", &["twofold account reactivate ada@example.com"]),
    ("twofold admin recover", &["twofold admin recover ada@example.com"]),
    ("twofold audit verify", &["twofold audit verify", "twofold audit verify --json"]),
    ("twofold audit export", &["twofold audit export > audit.jsonl"]),
    ("twofold audit public-key", &["twofold audit public-key"]),
    ("twofold audit adopt", &["twofold audit adopt"]),
    (
        "twofold mail test",
        &["twofold mail test ada@example.com --smtp-url smtps://user:password@mail.example.com"],
    ),
    (
        "twofold site create",
        &["twofold site create --name Shop --origin https://shop.example.com --require-two-factor yes"],
    ),
    ("twofold site list", &["twofold site list", "twofold site list --json"]),
    (
        "twofold site update",
        &["twofold site update 01900000-0000-7000-8000-000000000000 --add-origin https://shop.example.com"],
    ),
    (
        "twofold key create",
        &["twofold key create --site 01900000-0000-7000-8000-000000000000 --scope verify,enroll"],
    ),
    ("twofold key list", &["twofold key list --site 01900000-0000-7000-8000-000000000000 --json"]),
    (
        "twofold key revoke",
        &["twofold key revoke --site 01900000-0000-7000-8000-000000000000 0123456789abcdef"],
    ),
    ("twofold completions", &["twofold completions bash > /etc/bash_completion.d/twofold"]),
    ("twofold man", &["twofold man > twofold.1", "twofold man /usr/local/share/man/man1"]),
];

/// The same command line, with its examples.
pub(super) fn add_to(command: Command) -> Command {
    let path = command.get_name().to_owned();
    below(command.after_help(EXIT_CODES), &path)
}

fn below(mut command: Command, path: &str) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|one| one.get_name().to_owned()).collect();
    for name in names {
        let path = format!("{path} {name}");
        let examples = EXAMPLES.iter().find(|(command, _)| *command == path);
        command = command.mut_subcommand(name, |one| {
            let one = match examples {
                Some((_, lines)) => one.after_help(format!("Examples:\n  {}", lines.join("\n  "))),
                None => one,
            };
            below(one, &path)
        });
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Twofold;

    /// The commands that do something, by their whole names.
    fn leaves(of: &Command, path: &str) -> Vec<String> {
        let below: Vec<String> =
            of.get_subcommands().flat_map(|one| leaves(one, &format!("{path} {}", one.get_name()))).collect();
        if below.is_empty() { vec![path.to_owned()] } else { below }
    }

    #[test]
    fn every_command_has_examples_in_its_help_and_each_of_them_reads() {
        let commands = leaves(&Twofold::whole(), "twofold");
        let named: Vec<&str> = EXAMPLES.iter().map(|(command, _)| *command).collect();
        assert!(commands.iter().all(|command| named.contains(&command.as_str())), "{commands:?}");
        assert_eq!(named.len(), commands.len(), "an example is of no command");
        for (command, lines) in EXAMPLES {
            for line in *lines {
                assert!(line.starts_with(command), "{line}");
                let typed = line.split(" > ").next().unwrap().split(' ');
                let read = Twofold::whole().try_get_matches_from(typed);
                assert!(read.is_ok(), "{line}: {}", read.unwrap_err());
            }
            let asked = command.split(' ').chain(["--help"]);
            let help = Twofold::whole().try_get_matches_from(asked).unwrap_err().to_string();
            assert!(help.contains("Examples:") && help.contains(lines[0]), "{help}");
        }
    }

    #[test]
    fn the_help_says_what_the_exit_codes_mean() {
        let help = Twofold::whole().try_get_matches_from(["twofold", "--help"]).unwrap_err().to_string();
        assert!(help.contains(EXIT_CODES), "{help}");
    }
}
