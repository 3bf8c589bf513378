//! The OAuth link inside the client, its consent page, and the redirect.

use super::{Chapter, Told};

pub(super) const CHAPTER: Chapter = Chapter {
    key: "links",
    title: ("The OAuth link and its pages", "网页授权链接与页面"),
    switches: &[
        Told {
            name: "private_info_without_agent",
            sections: &["4", "15.2"],
            question: (
                "A link asks for snsapi_privateinfo and names no agentid",
                "链接请求 snsapi_privateinfo，却没有 agentid",
            ),
            because: ("WeCom's own page contradicts itself.", "官方页面自相矛盾。"),
            words: &[
                ("refuse", ("the page shows an error", "页面报错")),
                ("base", ("it counts as snsapi_base", "按 snsapi_base 处理")),
            ],
        },
        Told {
            name: "consent_refusal",
            sections: &["4.2", "15.2"],
            question: (
                "The member refuses on the consent page",
                "成员在授权页上拒绝",
            ),
            because: (
                "What the browser gets then was not found anywhere.",
                "浏览器之后得到什么，没有查到。",
            ),
            words: &[
                (
                    "redirect",
                    (
                        "back to the application with the state alone",
                        "带 state、不带 code 跳回应用",
                    ),
                ),
                (
                    "stay",
                    ("the browser stays on WeCom's page", "停在企业微信的页面"),
                ),
            ],
        },
        Told {
            name: "refusal_memory",
            sections: &["4.2"],
            question: (
                "The same member opens the link again after a refusal",
                "拒绝之后，同一成员再次打开链接",
            ),
            because: (
                "One report says that a refusal is remembered like a consent.",
                "有一例报告称，拒绝与同意一样会被记住。",
            ),
            words: &[
                ("forget", ("the page asks again", "再次询问")),
                (
                    "remember",
                    (
                        "for 30 days the link is silent and gives no user_ticket",
                        "30 天内静默授权，不给 user_ticket",
                    ),
                ),
            ],
        },
        Told {
            name: "user_info_scope",
            sections: &["4.1"],
            question: (
                "A link asks for the old scope snsapi_userinfo",
                "链接使用旧的 snsapi_userinfo",
            ),
            because: (
                "It is no longer listed; what it does today was not found.",
                "文档已不再列出，如今的效果没有查到。",
            ),
            words: &[
                ("refuse", ("the page shows an error", "页面报错")),
                ("base", ("it counts as snsapi_base", "按 snsapi_base 处理")),
            ],
        },
        Told {
            name: "bad_state",
            sections: &["4"],
            question: (
                "The state is not 1 to 128 letters and digits",
                "state 不是 1–128 个字母或数字",
            ),
            because: (
                "The rule is documented, what breaking it does is not.",
                "规则有文档，违反的后果没有查到。",
            ),
            words: &[
                ("refuse", ("the page shows an error", "页面报错")),
                ("pass", ("it is returned as it came", "原样带回")),
            ],
        },
        Told {
            name: "absent_state",
            sections: &["4.3"],
            question: ("The link has no state at all", "链接没有 state"),
            because: ("It was not found anywhere.", "没有查到。"),
            words: &[
                ("omit", ("the redirect has none", "跳转也不带 state")),
                (
                    "empty",
                    ("the redirect has an empty one", "跳转带空的 state"),
                ),
            ],
        },
        Told {
            name: "disabled_members",
            sections: &["8.2"],
            question: (
                "A member who is disabled or has left stands before a sign-in page",
                "已禁用或已退出的成员打开登录页",
            ),
            because: (
                "Not documented: in life they cannot be signed in to the client.",
                "没有文档：现实中他们无法登录客户端。",
            ),
            words: &[
                ("refuse", ("a page, and no code", "显示页面，不给 code")),
                (
                    "admit",
                    (
                        "a code, so that a program's own check of status can be tried",
                        "给 code，以便检验程序自己对 status 的判断",
                    ),
                ),
            ],
        },
        Told {
            name: "default_port",
            sections: &["5.1", "18"],
            question: (
                "The trusted domain is h, the redirect goes to h:443",
                "可信域名是 h，跳转地址写了 h:443",
            ),
            because: ("It was not found anywhere.", "没有查到。"),
            words: &[
                ("distinct", ("they differ", "视为不同")),
                (
                    "same",
                    ("a default port counts as none", "默认端口等于没有端口"),
                ),
            ],
        },
        Told {
            name: "domain_case",
            sections: &["5.1", "18"],
            question: (
                "The redirect's host is written with capital letters",
                "跳转地址的主机名含大写字母",
            ),
            because: ("It was not found anywhere.", "没有查到。"),
            words: &[
                ("exact", ("the texts must be equal", "文本必须一致")),
                ("folded", ("case does not matter", "忽略大小写")),
            ],
        },
    ],
};
