use super::Browser;

fn check(user_agent: &str, expected: Browser) {
    assert_eq!(
        Browser::from_user_agent(user_agent),
        expected,
        "{user_agent}"
    );
}

#[test]
fn samples_of_the_dossier_are_told_apart() {
    use Browser::{Desktop, Phone, Unknown, WeChat, WeCom};
    let rows = [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)  Mobile/15E148 wxwork/4.1.30 MicroMessenger/7.0.1 Language/zh ColorScheme/Light wwmver/3.26.13.714",
            WeCom,
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.6723.86 Mobile Safari/537.36 wxwork/4.1.36 MicroMessenger/7.0.1 NetType/4G",
            WeCom,
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/107.0.5304.110 Safari/537.36 Language/zh wxwork/4.1.10 (MicroMessenger/6.2) WindowsWechat  MailPlugin_Electron",
            WeCom,
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) WXWork/4.1.9 (MicroMessenger/6.2) WeChat/2.0.4 Safari/605.1.15",
            WeCom,
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 10_2 like Mac OS X) Mobile/14C92 MicroMessenger/6.5.23 NetType/WIFI Language/zh_CN",
            WeChat,
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1",
            Phone,
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36",
            Phone,
        ),
        (
            "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114.0 ArkWeb/4.1 Mobile",
            Phone,
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36",
            Desktop,
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.0 Safari/605.1.15",
            Desktop,
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
            Desktop,
        ),
        ("curl/8.5.0", Unknown),
        ("", Unknown),
    ];
    for (user_agent, expected) in rows {
        check(user_agent, expected);
    }
}

#[test]
fn a_word_inside_another_is_not_the_word() {
    check(
        "Mozilla/5.0 (Windows NT 10.0) Androidish/1 Telephones/2",
        Browser::Desktop,
    );
    check("wxwork without a version", Browser::Unknown);
    check("xwxwork/abc MicroMessenger/7", Browser::WeChat);
}
