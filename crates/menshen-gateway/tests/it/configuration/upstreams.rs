//! How upstreams are reached: their addresses, and the authorities they may show.

use super::{bad, load};
use crate::authority::Authority;
use crate::harness::{CONFIG, Folder};

fn config(keys: &str) -> String {
    format!("{CONFIG}\n[[site]]\nhost = \"wiki.example.com\"\n{keys}\n")
}

#[test]
fn authorities_of_ones_own_are_read() {
    let folder = Folder::new(&config(
        "upstream = \"https://10.0.0.5\"\nupstream_ca_file = \"ca.pem\"",
    ));
    let (one, other) = (Authority::new("One"), Authority::new("Other"));
    folder.write("ca.pem", &format!("{}{}", one.pem(), other.pem()));
    let sites = folder.load().sites;
    let authorities = sites[0].upstream_authorities.as_deref().unwrap();
    assert_eq!(authorities, [one.der(), other.der()]);
}

#[test]
fn authorities_that_cannot_be_used_are_named() {
    let keys = "upstream = \"https://10.0.0.5\"\nupstream_ca_file = \"ca.pem\"";
    for (text, part) in [
        (None, "cannot be read"),
        (Some("no PEM"), "holds no certificate in PEM"),
        (
            Some("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"),
            "holds a certificate that cannot be read",
        ),
    ] {
        let folder = Folder::new(&config(keys));
        if let Some(text) = text {
            folder.write("ca.pem", text);
        }
        let findings = load(&folder, &[]).err().unwrap();
        let only = &findings.as_slice()[0];
        assert_eq!(findings.as_slice().len(), 1, "{findings}");
        assert_eq!(only.key, "site[wiki.example.com].upstream_ca_file");
        assert!(only.wrong.what.contains(part), "{part}: {only}");
    }
    let folder = Folder::new(&config(
        "upstream = \"http://10.0.0.5\"\nupstream_ca_file = \"ca.pem\"",
    ));
    folder.write("ca.pem", &Authority::new("One").pem());
    let findings = load(&folder, &[]).err().unwrap().to_string();
    assert!(
        findings.contains("no upstream begins with https://"),
        "{findings}"
    );
}

#[test]
fn addresses_of_upstreams_are_scheme_host_and_port() {
    let good = [
        "http://a",
        "https://[::1]:8443",
        "h2c://10.0.0.5:3000",
        "h2c://app",
    ];
    for good in good {
        let folder = Folder::new(&config(&format!("upstream = \"{good}\"")));
        assert_eq!(folder.load().sites[0].upstreams.len(), 1, "{good}");
    }
    for wrong in [
        "h2://a",
        "ws://a",
        "h2c://",
        "h2c://a/path",
        "h2c://a?q",
        "h2c://user@a",
        "https://a b",
        "https://-.example.com",
    ] {
        let found = bad(&config(&format!("upstream = \"{wrong}\"")), &[]);
        assert!(found[0].contains(".upstream holds"), "{wrong}: {found:#?}");
    }
    // The origin of a page is never h2c.
    let found = bad(
        &config("upstream = \"http://a\"\ncors = [\"h2c://a\"]"),
        &[],
    );
    assert!(found[0].contains("is no origin"), "{found:#?}");
}
