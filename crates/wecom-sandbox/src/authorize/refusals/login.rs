//! The no's of the two pages with a QR code (dossier 9.2, 9.3): a number, or the old page's one sentence.
//!
//! In: the link and what is wrong with it. Out: the page.

use super::{known_agents, known_corps, says};
use crate::page::refusal::Refusal;
use crate::page::said::Said;
use crate::world::{LoginRefusal, ScanDoor, State, WebLoginQuery};

/// The only sentence of the old QR page (dossier 9.3).
pub(super) const UNREACHABLE: &str = "该链接无法访问";

/// The page for one mistake of a link.
pub(in crate::authorize) fn of_login(
    state: &State,
    door: ScanDoor,
    query: &WebLoginQuery,
    error: LoginRefusal,
) -> Refusal {
    let shown = match error {
        LoginRefusal::Appid => known_corps(state),
        LoginRefusal::AgentId
        | LoginRefusal::NotEnabled
        | LoginRefusal::CallbackDomain
        | LoginRefusal::TrustedDomain => known_agents(state),
        _ => String::new(),
    };
    let (title, number) = match door {
        ScanDoor::WebLogin if error == LoginRefusal::PanelDomain => {
            ("页面域名与登录授权域名不一致", None)
        }
        ScanDoor::WebLogin => ("登录链接有误", Some(error.number())),
        ScanDoor::QrConnect => (UNREACHABLE, None),
    };
    Refusal {
        number,
        shown,
        ..Refusal::new(error.rule(), title, why(query, error), remedy(error))
    }
}

fn why(query: &WebLoginQuery, error: LoginRefusal) -> Said {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    match error {
        LoginRefusal::LoginType => says("login_type", query.login_type.as_deref()),
        LoginRefusal::NotAProvider => (
            "login_type=ServiceApp is for service providers; this corp is none.",
            "login_type=ServiceApp 只给服务商用，这个企业不是服务商。",
        )
            .into(),
        LoginRefusal::Appid => says("appid", query.appid.as_deref()),
        LoginRefusal::AgentId => says("agentid", query.agent_id.as_deref()),
        LoginRefusal::NotEnabled => {
            let agent = text(&query.agent_id);
            let en = format!("Agent {agent} is disabled or has no login domain.");
            (en, format!("应用 {agent} 已停用，或没有登录用的域名。")).into()
        }
        LoginRefusal::RedirectUriEmpty => (
            "redirect_uri is missing or empty.",
            "缺少 redirect_uri，或它是空的。",
        )
            .into(),
        LoginRefusal::CallbackDomain | LoginRefusal::TrustedDomain => {
            let uri = text(&query.redirect_uri);
            let en = format!("{uri} is on none of the agent's domains.");
            (en, format!("{uri} 不在应用的任何域名上。")).into()
        }
        LoginRefusal::PanelDomain => {
            let uri = text(&query.redirect_uri);
            let en = format!(
                "A panel with redirect_type=callback is on another domain than {uri}, or on localhost."
            );
            let zh = format!(
                "redirect_type=callback 的登录组件与 {uri} 不在同一域名上，或在 localhost 上。"
            );
            (en, zh).into()
        }
        LoginRefusal::Source => (
            "The request names no page it comes from: no Referer, no Origin.",
            "请求没有说明来自哪个页面：既没有 Referer 也没有 Origin。",
        )
            .into(),
    }
}

fn remedy(error: LoginRefusal) -> (&'static str, &'static str) {
    match error {
        LoginRefusal::LoginType => ("Use login_type=CorpApp.", "用 login_type=CorpApp。"),
        LoginRefusal::NotAProvider => (
            "Use login_type=CorpApp for a corp's own app.",
            "自建应用用 login_type=CorpApp。",
        ),
        LoginRefusal::Appid => (
            "This is no corp of this sandbox: send the id of one of those above.",
            "沙箱里没有这个企业：请用上面某个企业的企业 ID。",
        ),
        LoginRefusal::AgentId => (
            "Send the number of one of the corp's agents.",
            "发送这个企业某个应用的编号。",
        ),
        LoginRefusal::NotEnabled => (
            "Enable it and give it a domain (oauth_domain or web_callback_domains in the seed, \
             企业微信授权登录 in WeCom's console).",
            "启用它并登记域名（种子文件的 oauth_domain 或 web_callback_domains，企业微信管理后台的“企业微信授权登录”）。",
        ),
        LoginRefusal::RedirectUriEmpty => {
            ("Add it, percent-encoded once.", "加上它，并且只编码一次。")
        }
        LoginRefusal::CallbackDomain | LoginRefusal::TrustedDomain => (
            "Register host and port exactly as they stand there (web_callback_domains in the \
             seed, 授权回调域 in WeCom's console), and encode the address only once.",
            "原样登记主机名和端口（种子文件的 web_callback_domains，企业微信管理后台的“授权回调域”），地址只编码一次。",
        ),
        LoginRefusal::PanelDomain => (
            "Show the panel on the domain of redirect_uri; for localhost set the switch \
             panel_localhost to admit.",
            "把登录组件放在 redirect_uri 的域名上；要用 localhost，请把开关 panel_localhost 设为 admit。",
        ),
        LoginRefusal::Source => (
            "Let a page of your application lead here, with Referrer-Policy strict-origin or \
             weaker. From a page with https no browser tells a page with http where it comes from: start the \
             sandbox with --tls-listen, and use its https address. Trying by hand? Set the switch \
             web_login_source to unchecked.",
            "从应用的页面进入，Referrer-Policy 用 strict-origin 或更宽松的值。从 https 的页面来到 http 的页面时，\
             浏览器不会说明来处：请用 --tls-listen 启动沙箱，并使用它的 https 地址。手工试验时，请把开关 \
             web_login_source 设为 unchecked。",
        ),
    }
}
