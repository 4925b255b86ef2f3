use super::*;
use farthing_client::Token;

const PAYEE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

fn problem(site: &str) -> String {
    let text = format!(
        "listen = '127.0.0.1:0'\nstate = 's'\n[chain]\npayee = '{PAYEE}'\n[[site]]\n{site}"
    );
    let read = File::read(&text).and_then(|file| compile(&file, &Token::default(), "/".as_ref()));
    read.unwrap_err().0
}

#[test]
fn what_makes_no_sense_is_refused_with_its_place() {
    let site = "url = 'https://a.example'\nproxy = 'http://127.0.0.1:1'\n[[site.rule]]\n";
    for (rule, why) in [
        ("paths = ['/a']", "needs a price"),
        ("paths = ['/a']\nfree = true\nprice = 1", "needs a price"),
        ("price = 1", "no paths"),
        ("paths = ['a']\nprice = 1", "does not begin with /"),
        ("paths = ['/a']\nprice = 0", "its price is 0"),
        ("paths = ['/a']\nprice = 'much'", "no amount"),
        ("paths = ['/a']\nprice = -1", "price"),
        ("paths = ['/a']\nprice = 1\nper = 7", "per is for"),
        ("paths = ['/a']\nfree = true\npreview = 7", "it is free"),
        ("paths = ['/a']\nprice = 1\ntypes = ['audio']", "no type"),
        (
            "paths = ['/a']\nprice = 1\nprise = 2",
            "unknown field `prise`",
        ),
        ("paths = ['/a']\nprice = 1\nwait = 'soon'", "no time"),
        (
            "paths = ['/a']\nprice = 1\nwait = '99y'",
            "more than a year",
        ),
        (
            "paths = ['/a']\nprice = 1\nunit = 'second'\nper = 9223372036854775807",
            "more than a year",
        ),
        (
            "paths = ['/a']\nprice = 0.001",
            "line 10, column 9: a price is an amount of whole units in quotes",
        ),
        (
            "paths = ['/a']\nprice = 1\nmethods = ['head']",
            "goes by the rules of GET",
        ),
    ] {
        let said = problem(&format!("{site}{rule}"));
        assert!(said.contains(why), "{rule}: {said}");
        assert!(!said.contains('\n'), "{said}");
    }
    for (site, why) in [
        ("url = 'ftp://a'\nproxy = 'http://b'", "must begin with"),
        (
            "url = 'https://a/b'\nproxy = 'http://b'",
            "ends with the host",
        ),
        ("url = 'https://a'", "needs one of"),
        (
            "url = 'https://a'\nproxy = 'http://b'\nfacilitator = true",
            "needs one of",
        ),
        ("url = 'https://a'\nproxy = 'https://b'", "its proxy"),
        ("url = 'https://a'\nproxy = 'http://b/c'", "its proxy"),
        ("url = 'https://a'\nfolder = '/not/there'", "/not/there"),
        ("url = 'https://a'\nfolder = '/dev/null'", "is no folder"),
        (
            "url = 'https://a'\nhosts = ['a:80']\nproxy = 'http://b'",
            "without a port",
        ),
        (
            "url = 'https://a'\nforward_auth = { status = 500 }",
            "401 or 402",
        ),
    ] {
        let said = problem(site);
        assert!(said.contains(why), "{site}: {said}");
    }
}
