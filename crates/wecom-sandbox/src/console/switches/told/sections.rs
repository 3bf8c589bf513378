//! What the sections of the project's notes on WeCom are about, for people who do not have the notes.

use super::Text;

/// The matter of a section; `None` when there is none of that number.
pub(in super::super) fn section(number: &str) -> Option<Text> {
    let text = match number {
        "1" => ("names and secrets", "标识与凭证"),
        "2" => ("what holds for every call", "所有接口的约定"),
        "2.1" => ("the end of errmsg", "errmsg 的结尾"),
        "3" => ("gettoken", "获取 access_token"),
        "4" => ("the OAuth link", "网页授权链接"),
        "4.1" => ("scopes", "授权作用域"),
        "4.2" => ("silent and manual authorization", "静默授权与手动授权"),
        "4.3" => ("the way back to the application", "授权后的跳转"),
        "4.4" => ("the code", "code 的规则"),
        "5.1" => ("trusted domains", "可信域名"),
        "6.2" => ("the older identity calls", "旧版身份接口"),
        "7" => ("sensitive details of a member", "成员敏感信息"),
        "8.1" => ("who gets which fields since 2022", "2022 年起的字段限制"),
        "8.2" => ("reading a member", "读取成员"),
        "8.3" => ("listing the userids", "获取成员ID列表"),
        "9.2" => ("the web-login page", "企业微信登录页"),
        "9.4" => ("the login panel", "登录组件"),
        "10" => ("two-step verification", "二次验证"),
        "11" => ("tickets of the JS-SDK", "JS-SDK 的 ticket"),
        "12.3" => ("how events are delivered", "事件推送"),
        "12.6" => ("events of the directory", "通讯录变更事件"),
        "13.1" => ("frequency limits", "频率限制"),
        "13.3" => ("lists of addresses", "IP 列表"),
        "14" => ("what developers stumbled over", "开发者遇到的问题"),
        "15.2" => ("the steps of the authorize page", "授权页的步骤"),
        "15.4" => ("what a test wants to turn", "测试需要的开关"),
        "18" => (
            "what was not found, and disagreements",
            "未查到与有分歧之处",
        ),
        _ => return None,
    };
    Some(text)
}
