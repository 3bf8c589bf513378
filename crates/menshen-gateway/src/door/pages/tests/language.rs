//! `Accept-Language`.

use super::super::Lang;

fn check(header: &str, expected: Lang) {
    let found = Lang::from_accept_language(Some(header));
    assert_eq!(found, expected, "Accept-Language: {header}");
}

#[test]
fn the_language_asked_for_most_is_spoken() {
    check("zh-CN,zh;q=0.9,en;q=0.8", Lang::Zh);
    check("en-US,en;q=0.9,zh;q=0.8", Lang::En);
    check("en;q=0.5, zh;q=0.7", Lang::Zh);
    check("zh;q=0.5, en;q=0.501", Lang::En);
    check("zh-Hant-TW", Lang::Zh);
    check("EN-gb", Lang::En);
    check("fr-FR, en;q=0.3, *;q=0.1", Lang::En);
    check("en, zh", Lang::En);
    check("en ; q=0.4 , zh ; q=0.3", Lang::En);
}

#[test]
fn chinese_is_spoken_when_nothing_usable_is_asked_for() {
    assert_eq!(Lang::from_accept_language(None), Lang::Zh);
    check("", Lang::Zh);
    check("*", Lang::Zh);
    check("fr-FR, de;q=0.9", Lang::Zh);
    check("en;q=0", Lang::Zh);
    check("en;q=2", Lang::Zh);
    check("en;q=0.1234", Lang::Zh);
    check("en;q=-1", Lang::Zh);
    check("en;q=", Lang::Zh);
    check("english", Lang::Zh);
    check(";;;,,,", Lang::Zh);
    check(&"en,".repeat(1000), Lang::Zh);
}
