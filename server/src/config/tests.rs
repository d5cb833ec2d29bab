use super::check::settings;
use super::file::File;
use super::variables::{VARIABLES, unknown};
use super::{ConfigError, DatabaseUrl, Layer, LogFormat, PublicUrl};
use std::path::{Path, PathBuf};

fn written(text: &str) -> Result<Layer, ConfigError> {
    File::parse(Path::new("twofold.toml"), text)
}

fn refused(text: &str) -> String {
    written(text).and_then(settings).unwrap_err().to_string()
}

#[test]
fn nothing_written_is_a_server_on_localhost_with_sqlite() {
    let settings = settings(Layer::default()).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(settings.public_url.to_string(), "http://localhost:3000");
    assert_eq!(settings.database_url.to_string(), "sqlite://data/twofold.db");
    assert_eq!(settings.sealing_key_file, PathBuf::from("data/sealing.key"));
    assert_eq!((settings.issuer.as_str(), settings.log_format), ("Twofold", LogFormat::Text));
    assert!(settings.trusted_proxies.is_empty());
}

#[test]
fn the_example_says_every_setting_and_its_default() {
    let example = include_str!("../../config.default.toml");
    let written = settings(written(example).unwrap()).unwrap();
    assert_eq!(format!("{written:?}"), format!("{:?}", settings(Layer::default()).unwrap()));
    let said: Vec<String> =
        example.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key.to_owned()).collect();
    let variables =
        VARIABLES.iter().filter_map(|name| name.strip_prefix("TWOFOLD_")).filter(|name| *name != "CONFIG");
    assert_eq!(said, variables.map(str::to_lowercase).collect::<Vec<_>>());
}

#[test]
fn flags_and_variables_go_before_the_file() {
    let file = written("listen = '127.0.0.1:1'\nissuer = 'File'").unwrap();
    let flags = Layer { listen: Some("127.0.0.1:2".into()), ..Layer::default() };
    let settings = settings(flags.over(file)).unwrap();
    assert_eq!((settings.listen.port(), settings.issuer.as_str()), (2, "File"));
}

#[test]
fn an_unknown_key_is_refused_with_its_line() {
    let said = refused("issuer = 'Here'\nissuers = 'There'\n");
    assert!(said.starts_with("twofold.toml, line 2: unknown field `issuers`"), "{said}");
}

#[test]
fn a_broken_file_is_refused_without_being_quoted() {
    let said = refused("issuer = 'Here'\ndatabase_url = postgres://u:hunter2@db/x\n");
    assert!(said.starts_with("twofold.toml, line 2:") && !said.contains("hunter2"), "{said}");
    let said = refused("listen = '127.0.0.1:1'\ndatabase_url = ['hunter2']\n");
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn each_refusal_names_its_setting() {
    let cases = [
        ("database_url = 'mysql://root:hunter2@db/x'", "database_url must be"),
        ("database_url = 'sqlite::memory:'", "database_url must be"),
        ("database_connections = 1", "database_connections must be 2 to 1000"),
        ("database_connections = 1001", "database_connections must be 2 to 1000"),
        ("listen = 'localhost'", "listen must be"),
        ("listen = '3000'", "listen must be"),
        ("connections = 15", "connections must be 16 to 65536"),
        ("connections = 65537", "connections must be 16 to 65536"),
        ("connections_per_address = 0", "connections_per_address must be 1 to connections"),
        ("connections_per_address = 1025", "connections_per_address must be 1 to connections"),
        ("drain_seconds = 301", "drain_seconds must be 0 to 300"),
        ("metrics_address = '9464'", "metrics_address must be"),
        ("metrics_address = 'localhost:9464'", "metrics_address must be"),
        ("metrics_address = '127.0.0.1:3000'", "metrics_address must be"),
        ("public_url = 'ftp://example.com'", "public_url must be http:// or https://"),
        ("public_url = 'https://example.com/twofold'", "public_url must be http:// or https://"),
        ("public_url = 'https://example.com?x'", "public_url must be http:// or https://"),
        ("public_url = 'https://example.com#x'", "public_url must be http:// or https://"),
        ("public_url = 'https://user:hunter2@example.com'", "public_url must be http:// or https://"),
        ("public_url = 'example.com'", "public_url must be http:// or https://"),
        ("public_url = ''", "public_url must be http:// or https://"),
        ("public_url = 'http://example.com'", "public_url must be https:// unless"),
        ("internal_hosts = ['http://twofold']", "internal_hosts: \"http://twofold\" is no host"),
        ("sealing_key_file = ''", "sealing_key_file must not be empty"),
        ("issuer = 'a:b'", "issuer contains a character"),
        ("issuer = ' '", "issuer must not be empty"),
        ("trusted_device_days = 31", "trusted_device_days must be 0 to 30"),
        ("trusted_proxies = ['10.0.0.0/99']", "trusted_proxies: \"10.0.0.0/99\""),
        ("audit_log_days = 29", "audit_log_days must be 0, for ever, or 30 to 3650"),
        ("audit_log_days = 3651", "audit_log_days must be 0, for ever, or 30 to 3650"),
        ("log_format = 'xml'", "log_format must be text or json"),
        ("smtp_url = 'smtp://relay.internal'", "smtp_url must be smtps://"),
        (
            "smtp_url = 'smtp://ada:hunter2@relay.internal'\nallow_insecure_smtp = true",
            "smtp_url has a user name",
        ),
    ];
    for (text, start) in cases {
        let said = refused(text);
        assert!(said.starts_with(start) && !said.contains("hunter2"), "{text}: {said}");
    }
}

#[test]
fn a_misspelled_variable_is_told_with_what_may_have_been_meant() {
    let asked = |name: &str| unknown(std::iter::once(name.into())).join("");
    for (name, meant) in [
        ("TWOFOLD_LISTN", "TWOFOLD_LISTEN"),
        ("TWOFOLD_DATABASE", "TWOFOLD_DATABASE_URL"),
        ("TWOFOLD_SEALING_KEYFILE", "TWOFOLD_SEALING_KEY_FILE"),
        ("TWOFOLD_PUBLIC_URl", "TWOFOLD_PUBLIC_URL"),
    ] {
        let told = format!("{name} is not a setting, and is ignored: did you mean {meant}?");
        assert_eq!(asked(name), told);
    }
    for fine in
        ["TWOFOLD_LISTEN", "TWOFOLD_SITE", "TWOFOLD_TEST_POSTGRES_URL", "TWOFOLD_SERVICE_HOST", "PATH"]
    {
        assert_eq!(asked(fine), "", "{fine}");
    }
}

#[test]
fn a_postgres_on_another_machine_is_spoken_to_in_clear_only_where_that_is_said() {
    for url in [
        "db/x",
        "u:p@db.example.com:5432/x",
        "u@10.0.0.1/x",
        "u@[2001:db8::1]/x",
        "u@localhost/x?host=db",
        "u:p@db/x?sslmode=prefer",
        "u:p@db/x?sslmode=allow",
        "u:p@db/x?sslmode=require&sslmode=prefer",
        "u:p@db/x?ssl-mode=bogus",
    ] {
        let said = refused(&format!("database_url = 'postgres://{url}'"));
        assert!(
            said.starts_with("database_url leads to the host") && said.contains("sslmode="),
            "{url}: {said}"
        );
    }
    for url in [
        "u:p@db.example.com/x?sslmode=require",
        "u:p@db/x?application_name=a&sslmode=disable",
        "u:p@localhost/x",
        "u:p@127.0.0.1:5432/x",
        "[::1]/x",
        "%2Fvar%2Frun%2Fpostgresql/x",
        "u@/x?host=/var/run/postgresql",
        "u:12:3@localhost/x",
    ] {
        let read = written(&format!("database_url = 'postgres://{url}'")).and_then(settings);
        assert!(read.is_ok(), "{url}: {:?}", read.err());
    }
}

#[test]
fn a_password_that_needs_percent_encoding_is_told_the_rule() {
    for password in ["hunter#2", "hunter/2", "hunter?2", "1/2", "1#2"] {
        let said = refused(&format!("database_url = 'postgres://u:{password}@db/x?sslmode=require'"));
        assert!(said.contains("percent-encode") && !said.contains("hunter"), "{password}: {said}");
    }
}

#[test]
fn a_database_url_prints_without_its_password() {
    for url in [
        "postgres://twofold:hunter2@db:5432/x?sslmode=require",
        "postgres://u:p@hunter2@db:5432/x?password=hunter2&sslmode=require",
    ] {
        let layer = written(&format!("database_url = '{url}'")).unwrap();
        let settings = settings(layer.clone()).unwrap();
        assert_eq!(settings.database_url.to_string(), "postgres://…@db:5432/x");
        assert!(!format!("{settings:?}{layer:?}").contains("hunter2"));
        assert_eq!(settings.sealing_key_file, PathBuf::from("data/sealing.key"));
    }
}

#[test]
fn a_public_url_knows_its_own_host_and_origin() {
    let url = PublicUrl::parse("https://2FA.Example.com:443/", false).unwrap();
    assert_eq!(url.to_string(), "https://2fa.example.com");
    assert!(url.is_https() && url.is_host("2fa.example.com") && url.is_host("2FA.example.com:443"));
    assert!(url.is_origin("https://2fa.example.com"));
    for host in ["2fa.example.com:80", "example.com", "2fa.example.com.evil.test", "evil.test", "", ":443"] {
        assert!(!url.is_host(host), "{host}");
    }
    for origin in
        ["http://2fa.example.com", "https://2fa.example.com:8443", "null", "", "https://2fa.example.com/"]
    {
        assert!(!url.is_origin(origin), "{origin}");
    }
}

#[test]
fn plain_http_is_for_localhost_unless_it_is_allowed() {
    for url in ["http://localhost:3000", "http://127.0.0.1:8080", "http://[::1]:3000", "http://a.localhost"] {
        assert!(PublicUrl::parse(url, false).is_ok(), "{url}");
    }
    assert!(PublicUrl::parse("http://localhost.evil.test", false).is_err());
    assert!(PublicUrl::parse("http://intranet:3000", true).is_ok());
}

#[test]
fn what_connecting_reads_of_the_environment_counts_as_well() {
    let leads = |url: &str, variables: &[(&str, &str)]| {
        let url: DatabaseUrl = url.parse().unwrap();
        url.host_in_clear(|name| {
            variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
        })
    };
    let (remote, prefer) = (("PGHOST", "192.0.2.2"), ("PGSSLMODE", "prefer"));
    assert_eq!(leads("postgres:///x", &[]), None);
    assert_eq!(leads("postgres:///x", &[remote]).as_deref(), Some("192.0.2.2"));
    assert_eq!(leads("postgres:///x", &[remote, prefer]).as_deref(), Some("192.0.2.2"));
    let address = ("PGHOSTADDR", "192.0.2.3");
    assert_eq!(leads("postgres:///x", &[("PGHOST", "localhost"), address]).as_deref(), Some("192.0.2.3"));
    assert_eq!(leads("postgres://u:p@db/x", &[prefer]).as_deref(), Some("db"));
    assert_eq!(leads("postgres://u:p@db/x", &[("PGSSLMODE", "bogus")]).as_deref(), Some("db"));
    for mode in ["require", "verify-ca", "verify-full", "disable"] {
        assert_eq!(leads("postgres:///x", &[remote, ("PGSSLMODE", mode)]), None, "{mode}");
    }
    assert_eq!(leads("postgres:///x?sslmode=require", &[remote, prefer]), None, "the URL goes first");
}

#[test]
fn a_setting_with_a_password_may_stand_in_a_mounted_file() {
    let folder = std::env::temp_dir().join(format!("twofold-secret-file-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        // As secrets are mounted.
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o444)).unwrap();
        path.display().to_string()
    };
    let database = file("database", "postgres://u:hunter2@db/x?sslmode=require\n");
    let smtp = file("smtp", "smtps://u:hunter2@mail.example.com");
    let both = format!("database_url_file = '{database}'\nsmtp_url_file = '{smtp}'\n");
    let read = settings(written(&both).unwrap()).unwrap();
    assert_eq!(read.database_url.expose(), "postgres://u:hunter2@db/x?sslmode=require");
    assert_eq!(
        (read.smtp_url.to_string().as_str(), read.sealing_key_file),
        ("mail.example.com", PathBuf::from("data/sealing.key"))
    );

    let of_variables = Layer { database_url_file: Some(database.clone().into()), ..Layer::default() };
    let read = settings(of_variables.over(written("database_url = 'sqlite://x.db'").unwrap())).unwrap();
    assert!(
        read.database_url.is_postgres(),
        "a file named by a variable goes before a value of the TOML file"
    );
    let of_flags = Layer { database_url: Some("sqlite://x.db".parse().unwrap()), ..Layer::default() };
    let read = settings(of_flags.over(written(&both).unwrap())).unwrap();
    assert_eq!(read.database_url.to_string(), "sqlite://x.db", "and a value before a file under it");

    let twice = refused(&format!("database_url = 'sqlite://x.db'\ndatabase_url_file = '{database}'"));
    assert_eq!(twice, "database_url and database_url_file say the same: leave one of them out");
    let gone = refused(&format!("smtp_url_file = '{smtp}.gone'"));
    assert!(
        gone.starts_with("smtp_url_file: cannot read ") && gone.contains("smtp.gone: No such file"),
        "{gone}"
    );
    let empty = refused(&format!("smtp_url_file = '{}'", file("empty", " \n")));
    assert!(empty.ends_with("it is empty"), "no mail without a word: {empty}");
    std::fs::remove_dir_all(folder).unwrap();
}
