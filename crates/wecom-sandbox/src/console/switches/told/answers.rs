//! The form of answers, whatever they say.

use super::{Chapter, Told};

pub(super) const CHAPTER: Chapter = Chapter {
    key: "answers",
    title: ("The form of answers, and limits", "应答的形式与频率限制"),
    switches: &[
        Told {
            name: "field_order",
            sections: &["2"],
            question: ("The order of an answer's fields", "应答字段的顺序"),
            because: (
                "It is not stable: no program may rely on it.",
                "顺序并不固定，程序不应依赖它。",
            ),
            words: &[
                ("shuffled", ("another in each answer", "每次不同")),
                (
                    "documented",
                    ("as the documentation prints it", "与文档一致"),
                ),
            ],
        },
        Told {
            name: "unknown_fields",
            sections: &["15.4"],
            question: ("Fields that no document mentions", "文档里没有的字段"),
            because: (
                "New fields come without notice: a program has to pass over them.",
                "新字段随时可能出现，程序应当忽略它们。",
            ),
            words: &[
                ("none", ("none", "没有")),
                ("one", ("one in each answer", "每次应答一个")),
            ],
        },
        Told {
            name: "errmsg_suffix",
            sections: &["2.1"],
            question: ("What stands at the end of errmsg", "errmsg 结尾的内容"),
            because: ("Every form has been seen.", "每种形式都有人见过。"),
            words: &[
                (
                    "full",
                    (
                        "hint, the caller's address and a link",
                        "hint、调用者 IP 和链接",
                    ),
                ),
                ("without_ip", ("hint and link", "hint 和链接")),
                ("link_only", ("the link alone", "只有链接")),
                ("none", ("nothing", "没有")),
            ],
        },
        Told {
            name: "hint",
            sections: &["2.1"],
            question: ("The form of the hint in errmsg", "errmsg 中 hint 的形式"),
            because: ("It changed in 2021.", "2021 年有过变化。"),
            words: &[
                (
                    "new",
                    (
                        "25 digits, the first ten are the time",
                        "25 位数字，前十位是时间",
                    ),
                ),
                (
                    "old",
                    (
                        "time, number and letters with _ between",
                        "时间、数字与字母，用 _ 连接",
                    ),
                ),
            ],
        },
        Told {
            name: "callback_ips",
            sections: &["13.3"],
            question: (
                "The form of addresses in getcallbackip",
                "getcallbackip 中地址的形式",
            ),
            because: ("Official samples disagree.", "官方示例不一致。"),
            words: &[
                ("plain", ("whole addresses", "完整的地址")),
                (
                    "wildcard",
                    ("with a wildcard, as 127.0.0.*", "含通配符，如 127.0.0.*"),
                ),
            ],
        },
        Told {
            name: "frequency",
            sections: &["13.1"],
            question: (
                "Whether calls are counted and barred",
                "是否统计并限制调用频率",
            ),
            because: (
                "WeCom does; a load test does not want it.",
                "企业微信会限制，压力测试时不需要。",
            ),
            words: &[
                (
                    "limited",
                    (
                        "yes: too many get 45009 for a while",
                        "限制：超过后一段时间内返回 45009",
                    ),
                ),
                ("unlimited", ("no", "不限制")),
            ],
        },
    ],
};
