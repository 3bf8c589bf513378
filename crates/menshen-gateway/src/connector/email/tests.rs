use wecom_sdk::UserId;

use super::{Email, choose, fallback, normalize};
use crate::config::EmailTemplate;

fn email(address: &str, is_verified: bool) -> Email {
    Email {
        address: address.into(),
        is_verified,
    }
}

#[test]
fn s_102_only_the_corps_own_mailbox_is_verified() {
    let (corporate, personal) = (Some("zs@corp.example"), Some("zs@mail.example"));
    assert_eq!(
        choose(corporate, personal),
        Some(email("zs@corp.example", true))
    );
    assert_eq!(
        choose(corporate, None),
        Some(email("zs@corp.example", true))
    );
    assert_eq!(
        choose(None, personal),
        Some(email("zs@mail.example", false))
    );
    assert_eq!(choose(None, None), None);
}

#[test]
fn s_102_the_template_is_never_verified() {
    let template = EmailTemplate::parse("{userid}@corp.example").unwrap();
    let user_id = UserId::parse("ZhangSan").unwrap();
    let made_up = fallback(Some(&template), &user_id);
    assert_eq!(made_up, Some(email("ZhangSan@corp.example", false)));
    assert_eq!(fallback(None, &user_id), None);
}

#[test]
fn s_103_a_userid_with_an_at_sign_makes_no_address() {
    let template = EmailTemplate::parse("{userid}@corp.example").unwrap();
    let user_id = UserId::parse("a@evil.example").unwrap();
    assert_eq!(fallback(Some(&template), &user_id), None);
}

#[test]
fn s_103_what_is_no_plain_address_is_dropped() {
    for text in [
        "",
        "zs",
        "@corp.example",
        "zs@",
        "zs@corp",
        "a@evil.example@corp.example",
        "\"a@evil.example\"@corp.example",
        "\"zs\"@corp.example",
        "zs@corp.example.",
        "zs@.corp.example",
        "zs@corp..example",
        "zs@-corp.example",
        "zs@corp-.example",
        "zs@corp_x.example",
        ".zs@corp.example",
        "zs.@corp.example",
        "z..s@corp.example",
        "zs @corp.example",
        "zs@corp.example ",
        "zs@corp.example\n",
        "zs@corp.example\0",
        "zs@corp。example",
        "zs@cörp.example",
        "zs@ｃorp.example",
        "张三@corp.example",
        "zs@[127.0.0.1]",
        "<zs@corp.example>",
        "zs@corp.example,b@corp.example",
        "zs(comment)@corp.example",
    ] {
        assert_eq!(normalize(text), None, "{text:?}");
    }
    let long = format!("{}@corp.example", "a".repeat(65));
    assert_eq!(normalize(&long), None);
}

#[test]
fn s_103_the_domain_is_compared_in_lower_case() {
    assert_eq!(
        normalize("Zhang.San+x@CORP.Example").as_deref(),
        Some("Zhang.San+x@corp.example")
    );
    // The punycode form of an international domain is plain ASCII and stays what it is.
    assert_eq!(
        normalize("zs@xn--fiqs8s.example").as_deref(),
        Some("zs@xn--fiqs8s.example")
    );
}

#[test]
fn s_103_a_malformed_corporate_address_does_not_hide_the_personal_one() {
    assert_eq!(
        choose(Some("a@b@c.example"), Some("zs@mail.example")),
        Some(email("zs@mail.example", false))
    );
}
