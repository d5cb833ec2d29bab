//! Mail servers that do not do what they should, and what the operator is told.

use super::support::Folder;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output};
use std::thread;

/// What a mail server says to what begins so. To anything else it says 250.
type Script = &'static [(&'static str, &'static str)];

/// Serves a mail server's port on this machine. Answers its port.
fn mail_server(script: Script) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming() {
            // Whoever asks may leave at any word.
            let _ = converse(client.unwrap(), script);
        }
    });
    port
}

fn converse(client: TcpStream, script: Script) -> std::io::Result<()> {
    let (mut said, mut told, mut in_letter) = (client.try_clone()?, BufReader::new(client), false);
    write!(said, "220 mail.example.com ESMTP\r\n")?;
    let mut line = String::new();
    while told.read_line(&mut line)? > 0 {
        let own = script.iter().find(|(begins, _)| line.starts_with(begins)).map(|(_, answer)| *answer);
        match (in_letter, line.trim_end()) {
            (true, ".") => {
                in_letter = false;
                write!(said, "{}\r\n", own.unwrap_or("250 taken"))?;
            }
            (true, _) => {}
            (false, "DATA") => {
                in_letter = true;
                write!(said, "354 go on\r\n")?;
            }
            (false, _) => write!(said, "{}\r\n", own.unwrap_or("250 fine"))?,
        }
        line.clear();
    }
    Ok(())
}

fn mail_test(smtp_url: &str, address: &str) -> Output {
    let folder = Folder::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_twofold"));
    command.current_dir(&folder.0).env_clear().env("TWOFOLD_SMTP_URL", smtp_url);
    command.args(["mail", "test", address]).output().unwrap()
}

/// What it says to an address of example.com.
fn said(smtp_url: &str) -> String {
    let output = mail_test(smtp_url, "ada@example.com");
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_letter_that_is_taken_is_told_with_both_addresses() {
    let port = mail_server(&[]);
    let output = mail_test(&format!("smtp://127.0.0.1:{port}"), "ada@example.com");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(
        said.starts_with(&format!("127.0.0.1:{port} took the letter, from no-reply@localhost to ada@")),
        "{said}"
    );
}

#[test]
fn each_refusal_names_its_cause_and_the_way_out_and_no_password() {
    let plain =
        || mail_server(&[("EHLO", "250-mail.example.com\r\n250 AUTH PLAIN LOGIN"), ("AUTH", "535 no")]);
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let cases = [
        (format!("smtp://127.0.0.1:{}?tls=required", mail_server(&[])), "it offers no STARTTLS"),
        (format!("smtps://127.0.0.1:{}", mail_server(&[])), "it speaks no TLS on this port"),
        (
            format!("smtp://ada:hunter2@127.0.0.1:{}", plain()),
            "another user name or password than smtp_url has (535)",
        ),
        (
            format!("smtp://127.0.0.1:{}", mail_server(&[("RCPT", "550 no such user")])),
            "refuses the address for good (550)",
        ),
        (format!("smtp://127.0.0.1:{}", mail_server(&[("RCPT", "450 later")])), "it answered 450"),
        (format!("smtp://127.0.0.1:{gone}"), "it cannot be reached"),
        (String::new(), "smtp_url names no mail server"),
    ];
    for (url, expected) in cases {
        let said = said(&url);
        assert!(said.contains(expected) && !said.contains("hunter2"), "{url}: {said}");
    }
}

#[test]
fn an_address_beyond_ascii_is_refused_in_those_words_where_the_mail_server_takes_none() {
    let output = mail_test(&format!("smtp://127.0.0.1:{}", mail_server(&[])), "j\u{f6}rg@example.com");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("no SMTPUTF8"), "{said}");
    let output = mail_test(&format!("smtp://127.0.0.1:{}", mail_server(&[])), "nobody");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("nobody is not an e-mail address"), "{said}");
}
