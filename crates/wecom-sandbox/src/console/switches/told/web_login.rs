//! The web-login page with its QR code, and the panel in a frame.

use super::{Chapter, Told};

pub(super) const CHAPTER: Chapter = Chapter {
    key: "web_login",
    title: ("Web login and its panel", "网页登录与登录组件"),
    switches: &[
        Told {
            name: "web_login_source",
            sections: &["9.2"],
            question: (
                "The login page is opened without saying where the visitor came from",
                "打开登录页时没有说明来源",
            ),
            because: (
                "WeCom answers such visits with number -31033.",
                "企业微信对这种访问报 -31033。",
            ),
            words: &[
                (
                    "required",
                    (
                        "refused: a Referer or Origin must be there",
                        "拒绝：必须有 Referer 或 Origin",
                    ),
                ),
                ("unchecked", ("anybody is served", "不检查来源")),
            ],
        },
        Told {
            name: "web_login_refusal",
            sections: &["9.2"],
            question: ("The member refuses on the phone", "成员在手机上拒绝登录"),
            because: ("Not documented.", "没有文档。"),
            words: &[
                (
                    "redirect",
                    (
                        "back to the application with the state alone, as the old QR page does",
                        "像旧版扫码页那样，带 state、不带 code 跳回应用",
                    ),
                ),
                (
                    "stay",
                    ("the browser stays on WeCom's page", "停在企业微信的页面"),
                ),
            ],
        },
        Told {
            name: "panel_channel",
            sections: &["9.4"],
            question: (
                "How the login panel talks to the page around it",
                "登录组件如何与外层页面通信",
            ),
            because: ("WeCom's script knows both ways.", "官方脚本两种都支持。"),
            words: &[
                ("port", ("over a port of its own", "使用专用的消息端口")),
                (
                    "window",
                    ("by messages between windows", "使用窗口之间的消息"),
                ),
            ],
        },
        Told {
            name: "panel_localhost",
            sections: &["9.4"],
            question: (
                "A panel with redirect_type=callback stands on localhost",
                "localhost 上的组件使用 redirect_type=callback",
            ),
            because: (
                "One report says that it does not work.",
                "有一例报告称不能使用。",
            ),
            words: &[
                ("refuse", ("it is refused", "拒绝")),
                ("admit", ("it works as on any domain", "与其他域名一样可用")),
            ],
        },
    ],
};
