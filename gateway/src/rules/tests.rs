use super::*;
use proptest::prelude::*;

fn matches(glob: &str, path: &str) -> bool {
    Glob::new(glob).unwrap().matches(&Path::read(path).unwrap())
}

#[test]
fn patterns_match_names_and_folders() {
    for (glob, path) in [
        ("/songs/*.opus", "/songs/1.opus"),
        ("/songs/?.opus", "/songs/1.opus"),
        ("/songs/**", "/songs"),
        ("/songs/**", "/songs/"),
        ("/songs/**", "/songs/a/b"),
        ("/**/*.opus", "/1.opus"),
        ("/**/*.opus", "/a/b/1.opus"),
        ("/**/b/**/c", "/a/b/x/b/y/c"),
        ("/**", "/"),
        ("/é/*", "/%C3%A9/x"),
    ] {
        assert!(matches(glob, path), "{glob} {path}");
    }
    for (glob, path) in [
        ("/songs/*.opus", "/songs/a/1.opus"),
        ("/songs/*.opus", "/songs/1.opus/"),
        ("/songs/**", "/songsters"),
        ("/songs/*", "/songs"),
        ("/a", "/a/"),
    ] {
        assert!(!matches(glob, path), "{glob} {path}");
    }
    assert!(Glob::new("songs/*").is_none());
}

#[test]
fn path_that_can_be_read_in_two_ways_is_refused() {
    for raw in [
        "/a/../b",
        "/a/%2e%2e/b",
        "/a/.%2E/b",
        "/./a",
        "/a//b",
        "//a",
        "/a%2fb",
        "/a%5Cb",
        "/a\\b",
        "/a;x=1",
        "/a%00",
        "/a%0d%0a",
        "/%252e%252e/a",
        "/a%252fb",
    ] {
        assert_eq!(Path::read(raw), Err(BadPath::Ambiguous), "{raw}");
    }
    for raw in ["/%", "/%4", "/%zz", "/%ff"] {
        assert_eq!(Path::read(raw), Err(BadPath::Encoding), "{raw}");
    }
    assert_eq!(Path::read("*"), Err(BadPath::Relative));
    assert_eq!(Path::read("http://x/"), Err(BadPath::Relative));
    assert_eq!(Path::read("/100%25").unwrap().name(), "100%");
}

#[test]
fn first_rule_counts_and_the_rest_is_hidden() {
    let file = crate::config::File::read(
        r#"
        listen = "127.0.0.1:0"
        state = "state"
        chain = { payee = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY" }
        [[site]]
        hosts = ["Ada.example"]
        url = "https://ada.example/"
        proxy = "http://127.0.0.1:3000"
        [[site.rule]]
        paths = ["/songs/free.opus"]
        free = true
        [[site.rule]]
        paths = ["/songs/**"]
        types = ["audio/*"]
        methods = ["get"]
        price = 7
        [[site.rule]]
        paths = ["/live/**"]
        unit = "segment"
        price = "0.5"
        "#,
    );
    let token = farthing_client::Token::default();
    let sites = crate::config::compile(&file.unwrap(), &token, "/".as_ref()).unwrap();
    let cost = |method: Method, path| {
        let site = site_of(&sites, "ADA.example")?;
        match site.find(&method, &Path::read(path).unwrap()) {
            Found::Rule(rule) => Some(rule.cost),
            Found::Free | Found::Playlist(_) => Some(Cost::Free),
            Found::Nothing => None,
        }
    };
    assert_eq!(cost(Method::GET, "/songs/free.opus"), Some(Cost::Free));
    assert_eq!(cost(Method::GET, "/songs/1.opus"), Some(Cost::Request(7)));
    assert_eq!(cost(Method::HEAD, "/songs/1.opus"), Some(Cost::Request(7)));
    assert_eq!(cost(Method::POST, "/songs/1.opus"), None);
    assert_eq!(cost(Method::GET, "/songs/1.txt"), None);
    assert_eq!(cost(Method::GET, "/live/a.m3u8"), Some(Cost::Free));
    let half = token.whole() / 2;
    assert_eq!(cost(Method::GET, "/live/a.ts"), Some(Cost::Segment(half)));
    assert!(site_of(&sites, "bob.example").is_none());
}

proptest! {
    #[test]
    fn path_written_again_is_read_as_the_same(raw in "/[a-z%0-9./ é~-]{0,20}") {
        if let Ok(path) = Path::read(&raw) {
            prop_assert_eq!(Path::read(&path.encoded()), Ok(path));
        }
    }

    #[test]
    fn pattern_without_signs_is_the_path_itself(a in "(/[a-z]{1,3}){1,3}", b in "(/[a-z]{1,3}){1,3}") {
        prop_assert_eq!(matches(&a, &b), a == b);
    }
}
