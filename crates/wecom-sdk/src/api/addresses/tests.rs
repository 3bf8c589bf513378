//! Every form of an entry, and what is none.

use super::IpRange;

fn holds(range: &str, address: &str) -> Option<bool> {
    IpRange::parse(range).contains(address.parse().unwrap())
}

#[test]
fn every_form_of_an_entry_is_read() {
    for (range, address, is_inside) in [
        ("101.226.103.59", "101.226.103.59", true),
        (" 101.226.103.59\n", "101.226.103.60", false),
        ("101.226.103.*", "101.226.103.255", true),
        ("101.226.*.*", "101.226.104.1", true),
        ("101.226.*.*", "101.227.0.1", false),
        ("101.226.103.59", "::ffff:101.226.103.59", true),
        ("::ffff:101.226.103.59", "101.226.103.59", true),
        ("101.226.103.*", "::ffff:101.226.103.1", true),
        ("101.226.103.*", "::ffff:101.226.104.1", false),
        ("101.226.103.0/25", "::ffff:101.226.103.1", true),
        ("101.226.103.0/25", "::ffff:101.226.103.129", false),
        ("::ffff:101.226.103.0/121", "101.226.103.1", true),
        ("::ffff:101.226.103.0/121", "101.226.103.129", false),
        ("2001:db8::/32", "32.1.13.184", false),
        ("101.226.103.0/25", "101.226.103.127", true),
        ("101.226.103.0/25", "101.226.103.128", false),
        ("0.0.0.0/0", "8.8.8.8", true),
        ("0.0.0.0/0", "2001:db8::1", false),
        ("2001:db8::/32", "2001:db8:ffff::1", true),
        ("2001:db8::/32", "2001:db9::1", false),
    ] {
        assert_eq!(holds(range, address), Some(is_inside), "{range} {address}");
    }
}

/// An entry that cannot be read says so: it neither lets everybody in nor keeps WeCom out in silence.
#[test]
fn what_cannot_be_read_is_kept_as_it_was() {
    for text in [
        "",
        "*",
        "*.*.*.*",
        "101.*.103.*",
        "101.226.103",
        "300.1.1.*",
        "10.0.0.0/33",
        "1.2.3.4-9",
    ] {
        let range = IpRange::parse(text);
        assert_eq!(range, IpRange::Other(text.to_owned()));
        assert_eq!(
            range.contains("101.226.103.59".parse().unwrap()),
            None,
            "{text}"
        );
        assert_eq!(range.to_string(), text);
    }
}

#[test]
fn ranges_are_written_as_firewalls_take_them() {
    for (range, written) in [
        ("101.226.103.*", "101.226.103.0/24"),
        ("101.*.*.*", "101.0.0.0/8"),
        ("10.0.0.0/9", "10.0.0.0/9"),
        ("::1", "::1"),
    ] {
        assert_eq!(IpRange::parse(range).to_string(), written);
    }
}
