//! What the calls say about people, and to whom.

use super::{Chapter, Told};

pub(super) const CHAPTER: Chapter = Chapter {
    key: "people",
    title: ("What is said about members", "关于成员的应答"),
    switches: &[
        Told {
            name: "withheld_fields",
            sections: &["7", "8.1"],
            question: (
                "Fields that the caller may not have",
                "调用者无权获得的字段",
            ),
            because: ("Reports differ.", "各方报告不一。"),
            words: &[
                ("absent", ("the key is missing", "没有这个键")),
                ("empty", ("the key is there, empty", "有键，值为空")),
            ],
        },
        Told {
            name: "userid_casing",
            sections: &["1", "14"],
            question: (
                "Capital letters in the userid that a code gives",
                "code 换得的 userid 的大小写",
            ),
            because: (
                "It differs between sources; a userid means the same in any case.",
                "各处不同；userid 本身不区分大小写。",
            ),
            words: &[
                ("stored", ("as the directory has it", "与通讯录一致")),
                ("lower", ("all in lower case", "全部小写")),
                ("upper", ("all in upper case", "全部大写")),
            ],
        },
        Told {
            name: "outside_range",
            sections: &["8.2"],
            question: (
                "user/get asks for a member outside the app's visible range",
                "user/get 读取可见范围之外的成员",
            ),
            because: ("Both numbers are documented.", "两个错误码都有文档。"),
            words: &[
                ("60011", ("60011, as reports show it", "60011，与报告一致")),
                (
                    "60111",
                    (
                        "60111, as if there were no such member",
                        "60111，如同没有这个成员",
                    ),
                ),
            ],
        },
        Told {
            name: "detail_outside_range",
            sections: &["7", "18"],
            question: (
                "getuserdetail asks about a member outside the visible range",
                "getuserdetail 读取可见范围之外的成员",
            ),
            because: (
                "Which number comes was not found.",
                "返回哪个错误码，没有查到。",
            ),
            words: &[
                ("60011", ("60011: no permission", "60011：无权限")),
                (
                    "60021",
                    ("60021: not in the app's range", "60021：不在应用可见范围"),
                ),
                (
                    "50002",
                    (
                        "50002: the member is not in the range",
                        "50002：成员不在权限范围",
                    ),
                ),
            ],
        },
        Told {
            name: "last_cursor",
            sections: &["8.3"],
            question: (
                "next_cursor on the last page of user/list_id",
                "user/list_id 最后一页的 next_cursor",
            ),
            because: (
                "It is documented as empty and was seen absent.",
                "文档说是空值，实测没有这个键。",
            ),
            words: &[
                ("absent", ("the key is missing", "没有这个键")),
                ("empty", ("the key is there, empty", "有键，值为空")),
            ],
        },
        Told {
            name: "legacy",
            sections: &["6.2"],
            question: (
                "The older calls user/getuserinfo and user/getuserdetail",
                "旧版 user/getuserinfo 与 user/getuserdetail",
            ),
            because: (
                "They are no longer documented and still answer.",
                "文档已撤下，接口仍有应答。",
            ),
            words: &[
                ("served", ("they answer", "可用")),
                (
                    "absent",
                    ("404, like any unknown path", "404，如同未知路径"),
                ),
            ],
        },
    ],
};
