//! Access tokens, codes and tickets: what is given out and how long it is good.

use super::{Chapter, Told};

pub(super) const CHAPTER: Chapter = Chapter {
    key: "codes",
    title: ("Tokens, codes and tickets", "令牌、code 与 ticket"),
    switches: &[
        Told {
            name: "repeat_token",
            sections: &["3"],
            question: (
                "gettoken is called again while a token is valid",
                "令牌有效期内再次调用 gettoken",
            ),
            because: ("Sources differ, by their date.", "不同时期的资料说法不同。"),
            words: &[
                ("same", ("the same token", "同一个令牌")),
                (
                    "new",
                    (
                        "a new one; the old one stays valid to its end",
                        "新令牌，旧的到期前仍有效",
                    ),
                ),
                (
                    "new_ends_old",
                    (
                        "a new one; the old one ends at once",
                        "新令牌，旧的立即失效",
                    ),
                ),
            ],
        },
        Told {
            name: "repeat_expires_in",
            sections: &["3"],
            question: (
                "expires_in of such a repeated call",
                "重复调用时的 expires_in",
            ),
            because: ("It was not found anywhere.", "没有查到。"),
            words: &[
                ("remaining", ("the time that is left", "剩余时间")),
                ("full", ("always 7200", "总是 7200")),
            ],
        },
        Told {
            name: "foreign_secret",
            sections: &["3", "18"],
            question: (
                "gettoken is called with a secret of another corp",
                "gettoken 使用了其他企业的 Secret",
            ),
            because: (
                "Both numbers are listed; when which one comes was not found.",
                "两个错误码都有记载，何时用哪个没有查到。",
            ),
            words: &[
                (
                    "40001",
                    (
                        "40001, like any wrong secret",
                        "40001，与其他错误的 Secret 相同",
                    ),
                ),
                ("40091", ("40091", "返回 40091")),
            ],
        },
        Told {
            name: "code_errors",
            sections: &["4.4"],
            question: (
                "A code comes that was used, or whose time is over",
                "使用已用过或已过期的 code",
            ),
            because: (
                "42003 and 42022 are listed, but nobody reported to have seen them.",
                "42003 和 42022 有记载，但没有人见过。",
            ),
            words: &[
                ("40029", ("40029 for all of them", "一律 40029")),
                (
                    "specific",
                    (
                        "42022 when used, 42003 when expired",
                        "用过 42022，过期 42003",
                    ),
                ),
            ],
        },
        Told {
            name: "code_binding",
            sections: &["4.4", "5.1"],
            question: (
                "Another app on the same domain uses a code",
                "同一域名上的另一个应用使用 code",
            ),
            because: ("Reports differ.", "各方报告不一。"),
            words: &[
                (
                    "app",
                    (
                        "refused: the code belongs to the app that the link named",
                        "拒绝：code 属于链接所指的应用",
                    ),
                ),
                (
                    "domain",
                    (
                        "any app of the corp with that domain may use it",
                        "同企业同域名的应用都可使用",
                    ),
                ),
            ],
        },
        Told {
            name: "code_after_50001",
            sections: &["4.4"],
            question: (
                "The wrong app tried a code and got 50001",
                "错误的应用用了 code，得到 50001",
            ),
            because: (
                "Whether this uses the code up was not found.",
                "code 是否因此作废，没有查到。",
            ),
            words: &[
                ("burnt", ("the code is gone", "code 作废")),
                (
                    "kept",
                    ("the right app can still use it", "正确的应用仍可使用"),
                ),
            ],
        },
        Told {
            name: "contact_sync_codes",
            sections: &["10", "18"],
            question: (
                "The contact sync's token is used with a code of a verification page",
                "用通讯录同步的令牌兑换二次验证页的 code",
            ),
            because: ("Official pages disagree.", "官方页面说法不一。"),
            words: &[
                (
                    "verification_page",
                    (
                        "allowed for the code of the verification page, and for no other",
                        "只允许二次验证页的 code",
                    ),
                ),
                ("never", ("48002 for every code", "一律 48002")),
            ],
        },
        Told {
            name: "user_ticket_use",
            sections: &["18"],
            question: (
                "getuserdetail is called twice with one user_ticket",
                "同一个 user_ticket 两次调用 getuserdetail",
            ),
            because: ("It was not found anywhere.", "没有查到。"),
            words: &[
                (
                    "once",
                    ("it works once, then 84015", "只能用一次，之后 84015"),
                ),
                (
                    "many",
                    (
                        "it works as often as wanted for 1800 seconds",
                        "1800 秒内不限次数",
                    ),
                ),
            ],
        },
        Told {
            name: "repeat_ticket",
            sections: &["11"],
            question: (
                "A JS-SDK ticket is asked for while one is valid",
                "JS-SDK 的 ticket 有效期内再次获取",
            ),
            because: ("The documentation does not say.", "文档没有说明。"),
            words: &[
                (
                    "same",
                    (
                        "the same, with the time that is left",
                        "同一个，返回剩余时间",
                    ),
                ),
                (
                    "new",
                    (
                        "a new one; the old one stays valid to its end",
                        "新的，旧的到期前仍有效",
                    ),
                ),
            ],
        },
    ],
};
