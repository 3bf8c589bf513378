//! What a browser calls itself.
//!
//! In: a device. Out: its User-Agent. No rule of a browser is kept differently for any of them.

/// The device and the program a person holds in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// The WeCom client on an iPhone.
    WeComPhone,
    /// The WeCom client on Windows.
    WeComDesktop,
    /// The WeChat client on an iPhone.
    WeChatPhone,
    /// A browser on a desktop.
    Desktop,
    /// A browser on a phone.
    Phone,
}

impl Device {
    /// The `User-Agent`.
    pub fn user_agent(self) -> &'static str {
        match self {
            Self::WeComPhone => {
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)  Mobile/15E148 wxwork/4.1.30 MicroMessenger/7.0.1 Language/zh ColorScheme/Light wwmver/3.26.13.714"
            }
            Self::WeComDesktop => {
                "Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/107.0.5304.110 Safari/537.36 Language/zh wxwork/4.1.10 (MicroMessenger/6.2) WindowsWechat  MailPlugin_Electron WeMail embeddisk"
            }
            Self::WeChatPhone => {
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50 NetType/WIFI Language/zh_CN"
            }
            Self::Desktop => {
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
            }
            Self::Phone => {
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
            }
        }
    }
}
