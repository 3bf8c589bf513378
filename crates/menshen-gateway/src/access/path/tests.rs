use proptest::prelude::*;

use super::{BadPath, Path};

/// The canonical form and the other readings, or the refusal.
fn check(raw: &str, expected: Result<(&str, &[&str]), BadPath>) {
    let found = Path::parse(raw);
    match (&found, expected) {
        (Ok(path), Ok((canonical, others))) => {
            assert_eq!(path.canonical(), canonical, "{raw}");
            assert_eq!(path.is_clear(), others.is_empty(), "{raw}: {path:?}");
            for other in others {
                let is_read = path.readings().any(|reading| reading == *other);
                assert!(is_read, "{raw} is not read as {other}: {path:?}");
            }
        }
        (Err(found), Err(expected)) => assert_eq!(*found, expected, "{raw}"),
        (found, expected) => panic!("{raw}: {found:?} instead of {expected:?}"),
    }
}

#[test]
fn usual_paths_are_clear() {
    for path in [
        "/",
        "/a",
        "/a/",
        "/a/b.c",
        "/a/.well-known/x",
        "/a..b/c",
        "/@me/+1:2,3=4!$&'()*",
    ] {
        check(path, Ok((path, &[])));
    }
    check("/%E6%96%87%E6%A1%A3/a%20b", Ok(("/文档/a b", &[])));
    check("/a%2Db%7Ec", Ok(("/a-b~c", &[])));
    check("/a[1]|{x}", Ok(("/a[1]|{x}", &[])));
}

#[test]
fn s_019_decoded_once_and_never_twice() {
    check("/%2561dmin", Ok(("/%61dmin", &["/admin"])));
    check("/%25%36%31dmin", Ok(("/%61dmin", &["/admin"])));
    check("/%c0%afadmin", Ok(("/\u{fffd}\u{fffd}admin", &["/admin"])));
    check(
        "/%e0%80%afadmin",
        Ok(("/\u{fffd}\u{fffd}\u{fffd}admin", &["/admin"])),
    );
    check("/%EF%BD%81dmin", Ok(("/\u{ff41}dmin", &["/admin"])));
    for raw in ["/%ff", "/%ED%A0%80", "/%C4%E3%BA%C3"] {
        let path = Path::parse(raw).unwrap();
        assert!(!path.is_clear(), "{raw} is not UTF-8: {path:?}");
    }
    check("/%25252525252561", Err(BadPath::TooDeep));
}

#[test]
fn s_018_an_encoded_hash_is_data_and_a_raw_one_is_refused() {
    check(
        "/foo/secret%23/x/bar",
        Ok(("/foo/secret#/x/bar", &["/foo/secret"])),
    );
    check("/foo%3fx", Ok(("/foo?x", &["/foo"])));
    check("/foo#x", Err(BadPath::Character));
    check("/foo?x", Err(BadPath::Character));
}

#[test]
fn s_025_letters_that_nobody_has_to_encode_are_read_as_they_were_sent_too() {
    let readings = |raw: &str| {
        let path = Path::parse(raw).unwrap();
        assert!(path.is_clear(), "{path:?}");
        path.readings().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(readings("/publi%63/a"), ["/public/a", "/publi%63/a"]);
    assert_eq!(
        readings("/%e6%96%87/a%5fb%2Ec"),
        ["/文/a_b.c", "/文/a%5Fb%2Ec"]
    );
    // What encoders encode, and what is not encoded at all, has one reading.
    for raw in ["/a%40b%2B%2c%20c", "/a-b", "/%E6%96%87"] {
        assert_eq!(readings(raw).len(), 1, "{raw}");
    }
    let unclear = Path::parse("/publi%63%2fa").unwrap();
    assert!(unclear.readings().any(|reading| reading == "/publi%63%2Fa"));
}

#[test]
fn s_020_both_percent_cases_are_one() {
    check("/a%2fb", Ok(("/a%2Fb", &["/a/b"])));
    check("/a%2Fb", Ok(("/a%2Fb", &["/a/b"])));
    check("/%e6%96%87", Ok(("/文", &[])));
    check("/%E6%96%87", Ok(("/文", &[])));
}

#[test]
fn s_027_dot_segments_are_refused_in_every_disguise() {
    for raw in [
        "/.",
        "/..",
        "/a/../b",
        "/a/./b",
        "/../",
        "/a/..",
        "/%2e%2e/admin",
        "/a/%2E%2e/b",
        "/a/.%2e",
        "/a/%252e%252e/b",
        "/a/%25252e%25252e/b",
        "/public/..;/x",
        "/public/..;a=b/x",
        "/public/%2e%2e%3b/x",
        "/public/.;/x",
        "/a/..%2fb",
        "/a%2f..%2fb",
        "/a/..%5cb",
        "/a\\..\\b",
        "/a%5c..%5cb",
        "/%c0%ae%c0%ae/b",
        "/a/%e0%80%ae%e0%80%ae/b",
        "/a/..%20/b",
        "/a/.. /b",
        "/a/%EF%BC%8E%EF%BC%8E/b",
        "/a/..%23/b",
        "/a/..%3fx/b",
        "/a/..%ef%bc%8fb",
        "/a/..%252fb",
    ] {
        let found = Path::parse(raw);
        let is_refused = matches!(found, Err(BadPath::DotSegment | BadPath::Character));
        assert!(is_refused, "{raw}: {found:?}");
    }
}

#[test]
fn s_023_what_cannot_be_read_is_refused() {
    check("", Err(BadPath::NoSlash));
    check("*", Err(BadPath::NoSlash));
    check("a/b", Err(BadPath::NoSlash));
    check("https://app.example/x", Err(BadPath::NoSlash));
    for raw in ["/%zz", "/%", "/a%2", "/%u0041", "/%%41"] {
        check(raw, Err(BadPath::Percent));
    }
    for raw in [
        "/a b",
        "/a\tb",
        "/文",
        "/a\u{7f}",
        "/%00",
        "/a%0d%0ab",
        "/a%7f",
        "/%2500",
        "/%c2%85",
    ] {
        check(raw, Err(BadPath::Character));
    }
    check(
        &format!("/{}", "a".repeat(20 * 1024)),
        Err(BadPath::TooLong),
    );
}

#[test]
fn what_servers_clean_up_has_a_second_reading() {
    check("//admin", Ok(("//admin", &["/admin"])));
    check("/a//b", Ok(("/a//b", &["/a/b"])));
    check("/admin;x=1/y", Ok(("/admin;x=1/y", &["/admin/y"])));
    check("/admin%3bx/y", Ok(("/admin;x/y", &["/admin/y"])));
    check("/admin./y", Ok(("/admin./y", &["/admin/y"])));
    check("/admin%20/y", Ok(("/admin /y", &["/admin/y"])));
    check("/a\\b", Ok(("/a\\b", &["/a/b"])));
    check("/a%5Cb", Ok(("/a\\b", &["/a/b"])));
    check("/a%2f/b", Ok(("/a%2F/b", &["/a/b"])));
}

/// Pieces of which hostile paths are made.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "/",
        "//",
        ".",
        "..",
        "%2e",
        "%2E",
        "%252e",
        "%2f",
        "%5c",
        "\\",
        ";",
        ";x",
        "%3b",
        "%00",
        "%",
        "#",
        "%23",
        "%3f",
        "%c0%ae",
        "%c0%af",
        "%EF%BC%8E",
        "admin",
        "public",
        "Admin",
        "%61",
        "%20",
        "*",
        "a",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| format!("/{}", pieces.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    /// Whatever is accepted has no reading that leaves a folder, and none with a control character.
    #[test]
    fn s_025_no_reading_of_an_accepted_path_climbs(raw in hostile()) {
        if let Ok(path) = Path::parse(&raw) {
            for reading in path.readings().skip(1) {
                let climbs = reading.split('/').any(|segment| matches!(segment, "." | ".."));
                prop_assert!(!climbs, "{raw} → {reading}");
                prop_assert!(!reading.chars().any(char::is_control), "{raw} → {reading:?}");
            }
        }
    }

    /// A clear path is its own only reading: decoding it again, or cleaning it up, changes nothing.
    #[test]
    fn s_019_a_clear_path_stays_what_it_is(raw in prop_oneof![hostile(), "/[!-~]{0,24}"]) {
        if let Ok(path) = Path::parse(&raw) && path.is_clear() {
            let canonical = path.canonical();
            let again: Vec<u8> = percent_encoding::percent_decode_str(canonical).collect();
            prop_assert_eq!(again, canonical.as_bytes());
            prop_assert!(!canonical.contains(['\\', ';', '#', '?']) && !canonical.contains("//"));
            // A server that compares before it decodes has a reading of its own; decoded, it is the same.
            for reading in path.readings() {
                let decoded: Vec<u8> = percent_encoding::percent_decode_str(reading).collect();
                prop_assert_eq!(decoded, canonical.as_bytes(), "{}", reading);
            }
        }
    }

    #[test]
    fn s_064_no_text_panics(raw in "\\PC{0,64}") {
        let _ = Path::parse(&raw);
        let _ = Path::parse(&format!("/{raw}"));
    }
}
