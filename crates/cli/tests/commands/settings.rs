//! Settings: a file, overridden by variables, overridden by flags; secrets from files too.

use crate::house::{House, Kandji, names};

/// Where `doctor` says that data lies.
fn folder(house: &House, arguments: &[&str]) -> String {
    let said = house.run(arguments).expect(0).out;
    let line = said.lines().find_map(|line| line.strip_prefix("settings   data in ")).unwrap();
    line.rsplit('/').next().unwrap().to_owned()
}

#[test]
fn a_flag_counts_more_than_a_variable_and_a_variable_more_than_the_file() {
    let house = House::new();
    assert_eq!(folder(&house, &["doctor"]), "data");
    house.file("stockroom.toml", "data_dir = \"by-file\"");
    assert_eq!(folder(&house, &["doctor"]), "by-file");
    let house = house.with("STOCKROOM_DATA_DIR", "by-variable");
    assert_eq!(folder(&house, &["doctor"]), "by-variable");
    assert_eq!(folder(&house, &["doctor", "--data-dir", "by-flag"]), "by-flag");
    assert_eq!(folder(&house, &["--data-dir", "by-flag", "doctor"]), "by-flag");
}

#[test]
fn the_database_and_the_address_follow_the_same_order() {
    let house = House::new();
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    house.file(
        "stockroom.toml",
        "database_url = \"by-file.db\"\nlisten = \"192.0.2.7:1\"\n[kandji]\nextra_hosts = []",
    );
    house.run(&["serve"]).refuses("cannot listen on 192.0.2.7:1");
    assert!(house.path("by-file.db").exists());
    let house = house
        .with("STOCKROOM_DATABASE_URL", "by-variable.db")
        .with("STOCKROOM_LISTEN", "192.0.2.7:2");
    house.run(&["serve"]).refuses("cannot listen on 192.0.2.7:2");
    assert!(house.path("by-variable.db").exists());
    let flags = ["serve", "--database-url", "by-flag.db", "--listen", &taken];
    house.run(&flags).refuses(&format!("cannot listen on {taken}"));
    assert!(house.path("by-flag.db").exists());
}

#[test]
fn another_file_is_named_by_a_flag_and_must_be_there() {
    let house = House::new();
    house.file("stockroom.toml", "data_dir = \"usual\"");
    house.file("other.toml", "data_dir = \"other\"");
    assert_eq!(folder(&house, &["doctor", "--config", "other.toml"]), "other");
    house.run(&["doctor", "--config", "none.toml"]).refuses("none.toml: ");
}

#[test]
fn a_setting_that_is_not_known_is_refused_with_its_line_and_without_its_value() {
    let house = House::new();
    for (text, words) in [
        ("listen = \"127.0.0.1:0\"\nlissen = \"a secret\"", "line 2: unknown field `lissen`"),
        ("[mail]\nuser = \"a secret\"", "line 2: unknown field `user`"),
        ("[log]\nformat = \"a secret\"", "line 2: unknown variant"),
        ("listen = 7", "line 1: "),
    ] {
        house.file("stockroom.toml", text);
        let said = house.run(&["doctor"]).expect(1);
        assert!(said.err.contains(words), "{}", said.err);
        assert!(words.contains("variant") || !said.err.contains("a secret"), "{}", said.err);
    }
    assert_eq!(names(&house.path("")), ["stockroom.toml"], "nothing was made");
}

#[test]
fn a_variable_that_cannot_be_read_is_refused_by_its_setting() {
    for (name, value, words) in [
        ("STOCKROOM_LISTEN", "everywhere", "\"everywhere\" for listen: "),
        ("STOCKROOM_LOG_FORMAT", "verse", "no log format \"verse\"; hint: text or json"),
        ("STOCKROOM_KANDJI_REQUESTS_PER_SECOND", "many", "kandji.requests_per_second"),
        ("STOCKROOM_TRUSTED_PROXIES", "everybody", "\"everybody\" is no network"),
        ("STOCKROOM_ATTACHMENTS_FILE_MB", "0", "hint: set attachments.file_mb"),
        ("STOCKROOM_DATABASE_URL", "mysql://me:pass@db/x", "\"mysql://db/x\" is not a database"),
        ("STOCKROOM_MAIL_FROM", "stockroom@example.com", "mail.url is not"),
        ("STOCKROOM_SECRET_KEY", "short", "hint:"),
    ] {
        House::new().with(name, value).run(&["doctor"]).fails(words);
    }
}

#[test]
fn lists_come_from_the_file_or_with_commas_from_a_variable() {
    let house = House::new();
    let kandji = Kandji::start(&house, 1);
    let walk = ["kandji-walk", "--api-url", &kandji.url, "--token", &kandji.token];
    house.file("stockroom.toml", "[kandji]\nextra_hosts = [\"http://127.0.0.1:*\"]");
    let hosts = "STOCKROOM_KANDJI_EXTRA_HOSTS";
    let house = house.with(hosts, "https://one.example.com");
    house.run(&walk).refuses("127.0.0.1");
    let house = house.with(hosts, "https://one.example.com, http://127.0.0.1:*");
    house.run(&walk).expect(0);
    house.without(hosts).run(&walk).expect(0);
}

#[test]
fn secrets_come_from_files_too() {
    let key = "STOCKROOM_SECRET_KEY_FILE";
    let house = House::new();
    let file = house.file("key", "a passphrase that is long enough\n");
    let house = house.with(key, &file);
    house.run(&["doctor"]).expect(0);
    assert!(!house.path("data/secret.key").exists(), "the key was given");
    let house = house.with(key, "nowhere");
    house.run(&["doctor"]).fails("nowhere: ");
    let house = house.without(key);
    house.run(&["doctor"]).expect(0);
    assert!(house.path("data/secret.key").exists(), "a key was made");
    let file = house.file("mail", "smtp://127.0.0.1:1\n");
    let house = house
        .with("STOCKROOM_MAIL_URL_FILE", &file)
        .with("STOCKROOM_MAIL_FROM", "stockroom@example.com");
    house.run(&["doctor"]).fails("mail cannot be sent");
}

#[test]
fn the_log_is_json_where_nobody_reads_along_unless_text_is_asked_for() {
    let logged = |house: &House| {
        let line = house.run(&["doctor"]).expect(0).err;
        line.lines().next().expect("migrations are told").to_owned()
    };
    let fresh = || House::new().with("STOCKROOM_LOG", "info");
    assert!(logged(&fresh()).starts_with('{'));
    let text = fresh();
    text.file("stockroom.toml", "[log]\nformat = \"text\"");
    assert!(!logged(&text).starts_with('{'));
    let json = fresh().with("STOCKROOM_LOG_FORMAT", "json");
    json.file("stockroom.toml", "[log]\nformat = \"text\"");
    assert!(logged(&json).starts_with('{'));
    let text = fresh().with("STOCKROOM_LOG_FORMAT", "text");
    assert!(!logged(&text).starts_with('{'));
}
