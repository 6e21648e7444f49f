use std::ffi::OsString;

use super::*;

fn sources(variables: &[(&str, &str)]) -> Sources {
    let environment = variables.iter().map(|(k, v)| (OsString::from(k), OsString::from(v))).collect();
    Sources { environment, ..Sources::default() }
}

fn refusals(variables: &[(&str, &str)]) -> Vec<String> {
    let error = load(&sources(variables)).expect_err("this must not be accepted");
    error.problems.iter().map(|problem| format!("{}: {}", problem.key, problem.what)).collect()
}

const PRODUCTION: &[(&str, &str)] = &[
    ("FORUM_PROFILE", "production"),
    ("FORUM_PUBLIC_URL", "https://forum.example"),
    ("FORUM_TOKEN_SECRET", "0f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff0"),
    ("FORUM_SIGNING_KEY_FILES", "/run/secrets/signing.pem"),
    ("FORUM_SMS", "yunpian"),
    ("FORUM_YUNPIAN_APIKEY", "0123456789abcdef0123456789abcdef"),
    ("FORUM_YUNPIAN_SIGNATURE", "论坛"),
    ("FORUM_LISTEN", "0.0.0.0:8888"),
];

fn production_with(variable: &str, value: &str) -> Vec<String> {
    let variables: Vec<_> =
        PRODUCTION.iter().copied().filter(|(name, _)| *name != variable).chain([(variable, value)]).collect();
    refusals(&variables)
}

#[test]
fn with_nothing_set_the_forum_is_embedded_and_local() {
    let loaded = load(&sources(&[])).unwrap();
    let config = loaded.config;
    assert_eq!(config.listen.to_string(), "127.0.0.1:8888");
    assert_eq!(config.public_url, "http://127.0.0.1:8888");
    assert_eq!(config.database, DatabaseUrl::Sqlite("data/forum.db".into()));
    assert_eq!(config.cache, CacheUrl::Memory);
    assert_eq!(config.policy, Policy::default());
    assert!(config.rate_limit && config.dev_endpoints);
    assert!(loaded.entries.iter().all(|entry| entry.from == "default"));
}

#[test]
fn later_layers_win_and_each_value_tells_where_it_is_from() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("forum.toml");
    std::fs::write(
        &file,
        "listen = \"127.0.0.1:1\"\nrate_limit = false\ngroup_categories = [\"甲, 乙\", \"丙\"]\n\
         [policy]\ncode_length = 4\njoin_cooldown_hours = 1\n",
    )
    .unwrap();
    let mut sources = sources(&[
        ("FORUM_LISTEN", "127.0.0.1:2"),
        ("FORUM_POLICY__CODE_LENGTH", "5"),
        ("FORUM_DATA_DIR", "d"),
    ]);
    sources.file = Some(file.clone());
    sources.flags = vec![("listen".into(), "127.0.0.1:3".into())];
    let loaded = load(&sources).unwrap();
    assert_eq!(loaded.config.listen.port(), 3);
    assert_eq!(loaded.config.policy.code_length, 5);
    assert_eq!(loaded.config.policy.join_cooldown_hours, 1);
    assert_eq!(loaded.config.policy.group_categories, ["甲, 乙", "丙"]);
    assert!(!loaded.config.rate_limit);
    let from = |variable: &str| {
        loaded
            .entries
            .iter()
            .find(|entry| entry.variable == variable)
            .map(|entry| entry.from.clone())
            .unwrap()
    };
    assert_eq!(from("FORUM_LISTEN"), "flag");
    assert_eq!(from("FORUM_POLICY__CODE_LENGTH"), "FORUM_POLICY__CODE_LENGTH");
    assert_eq!(from("FORUM_POLICY__JOIN_COOLDOWN_HOURS"), file.display().to_string());
    assert_eq!(from("FORUM_SMS"), "default");
}

#[test]
fn unknown_keys_are_refused_with_the_one_that_was_meant() {
    assert_eq!(
        refusals(&[("FORUM_LISTN", "x"), ("FORUM_POLICY__CODE_LENGHT", "6")]),
        [
            "FORUM_LISTN: there is no such key; did you mean FORUM_LISTEN?",
            "FORUM_POLICY__CODE_LENGHT: there is no such key; did you mean FORUM_POLICY__CODE_LENGTH?",
        ]
    );
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("forum.toml");
    std::fs::write(&file, "databse_url = \"x\"\n[policy]\nnonsense_of_mine = 1\n[other]\na = 1\n").unwrap();
    let error = load(&Sources { file: Some(file), ..Sources::default() }).unwrap_err().to_string();
    assert!(error.contains("did you mean database_url?"), "{error}");
    assert!(error.contains("policy.nonsense_of_mine"), "{error}");
    assert!(error.contains("other in"), "{error}");
    // These are ours, but no keys.
    load(&sources(&[("FORUM_TEST_POSTGRES_URL", "x"), ("FORUM_BIN", "x"), ("FORUM_CONFIG", "x")])).unwrap();
}

#[test]
fn a_file_that_is_named_must_be_there_and_be_toml() {
    let gone = load(&Sources { file: Some("/nonexistent/forum.toml".into()), ..Sources::default() });
    assert!(gone.unwrap_err().to_string().contains("cannot be read"));
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("forum.toml");
    std::fs::write(&file, "listen = \"127.0.0.1:1\"\ntoken_secret = \"geheim\" oops\n").unwrap();
    let error = load(&Sources { file: Some(file), ..Sources::default() }).unwrap_err().to_string();
    assert!(error.contains("line 2"), "{error}");
    assert!(!error.contains("geheim"), "{error}");
}

#[test]
fn every_wrong_value_is_named_with_what_is_allowed_and_none_is_printed() {
    let wrong = "hunter2-swordfish";
    let errors = refusals(&[
        ("FORUM_PROFILE", wrong),
        ("FORUM_LISTEN", wrong),
        ("FORUM_DATABASE_URL", wrong),
        ("FORUM_CACHE_URL", wrong),
        ("FORUM_SMS", wrong),
        ("FORUM_PUBLIC_URL", wrong),
        ("FORUM_CORS_ORIGINS", wrong),
        ("FORUM_TRUSTED_PROXIES", wrong),
        ("FORUM_RATE_LIMIT", wrong),
        ("FORUM_POLICY__CODE_LENGTH", wrong),
        ("FORUM_LOG_LEVEL", "forum=hunter2-swordfish"),
    ]);
    assert_eq!(errors.len(), 11, "{errors:#?}");
    assert!(
        errors.iter().all(|error| error.contains("allowed is") && !error.contains("hunter2")),
        "{errors:#?}"
    );
    assert!(refusals(&[("FORUM_POLICY__CODE_LENGTH", "3")])[0].contains("4 to 8"));
    assert_eq!(
        refusals(&[("FORUM_POLICY__DAY_TIMEZONE", "Mars/Olympus")]),
        [
            "FORUM_POLICY__DAY_TIMEZONE: allowed is an IANA time zone, such as Asia/Shanghai, Europe/Berlin or UTC"
        ]
    );
    assert_eq!(refusals(&[("FORUM_SMS", "yunpian")]).len(), 2);
}

#[test]
fn sec_19_production_refuses_what_only_development_may_have() {
    load(&sources(PRODUCTION)).unwrap();
    for (variable, value, why) in [
        ("FORUM_TOKEN_SECRET", "", "must be set"),
        ("FORUM_TOKEN_SECRET", "geheim-0123456789", "at least 32"),
        ("FORUM_TOKEN_SECRET", "changemechangemechangemechangeme", "placeholder"),
        ("FORUM_SIGNING_KEY_FILES", "", "must be set"),
        ("FORUM_SMS", "console", "must not be console"),
        ("FORUM_RATE_LIMIT", "off", "must not be off"),
        ("FORUM_DEV_ENDPOINTS", "on", "must not be on"),
        ("FORUM_PUBLIC_URL", "http://forum.example", "https://"),
        ("FORUM_YUNPIAN_URL", "http://sms.example", "https://"),
    ] {
        let errors = production_with(variable, value);
        assert_eq!(errors.len(), 1, "{variable}: {errors:#?}");
        assert!(errors[0].starts_with(variable) && errors[0].contains(why), "{errors:#?}");
        assert!(!errors[0].contains("geheim") && !errors[0].contains("changeme"), "{errors:#?}");
    }
}

#[test]
fn sec_44_a_proxy_setting_that_makes_all_clients_one_is_shouted_at() {
    let mut variables = PRODUCTION.to_vec();
    variables.push(("FORUM_LISTEN", "127.0.0.1:8888"));
    let warnings = load(&sources(&variables)).unwrap().warnings;
    assert!(warnings.iter().any(|warning| warning.key == "FORUM_TRUSTED_PROXIES"), "{warnings:?}");
    variables.push(("FORUM_TRUSTED_PROXIES", "127.0.0.1"));
    assert_eq!(load(&sources(&variables)).unwrap().warnings, []);
}

#[test]
fn what_is_printed_holds_no_secret() {
    let mut variables = PRODUCTION.to_vec();
    variables.push(("FORUM_DATABASE_URL", "postgres://forum:s3cr3t@db/forum"));
    variables.push(("FORUM_CACHE_URL", "rediss://:s3cr3t@cache/0"));
    let loaded = load(&sources(&variables)).unwrap();
    let printed = format!("{:?} {:?}", loaded.entries, loaded.config);
    for secret in ["s3cr3t", "0f1e2d3c", "0123456789abcdef"] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
    let shown = |variable: &str| {
        loaded
            .entries
            .iter()
            .find(|entry| entry.variable == variable)
            .map(|entry| entry.value.clone())
            .unwrap()
    };
    assert_eq!(shown("FORUM_TOKEN_SECRET"), "(hidden)");
    assert_eq!(shown("FORUM_DATABASE_URL"), "postgres://forum:hidden@db/forum");
}
