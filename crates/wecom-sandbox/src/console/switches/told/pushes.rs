//! Events that are pushed to a callback address.

use super::{Chapter, Told};

pub(super) const CHAPTER: Chapter = Chapter {
    key: "pushes",
    title: ("Pushes", "事件推送"),
    switches: &[
        Told {
            name: "push_retry",
            sections: &["12.3"],
            question: ("When a push is tried again", "何时重试推送"),
            because: ("Official pages disagree.", "官方页面说法不一。"),
            words: &[
                (
                    "no_answer",
                    (
                        "when no answer came in 5 seconds: any answer ends it",
                        "5 秒内没有应答时；有应答即结束",
                    ),
                ),
                (
                    "any_failure",
                    ("after any answer but 200 too", "应答不是 200 时也重试"),
                ),
            ],
        },
        Told {
            name: "push_order",
            sections: &["12.6"],
            question: ("The order of events", "事件的顺序"),
            because: ("It is not guaranteed.", "官方不保证顺序。"),
            words: &[
                ("kept", ("as they happened", "按发生的顺序")),
                (
                    "shuffled",
                    (
                        "those that wait together come in any order",
                        "同时等待的事件顺序打乱",
                    ),
                ),
            ],
        },
        Told {
            name: "push_repeat",
            sections: &["15.4"],
            question: ("How often an event comes", "每个事件推送几次"),
            because: (
                "A receiver has to notice an event that comes twice.",
                "接收方应能识别重复的事件。",
            ),
            words: &[("once", ("once", "一次")), ("twice", ("twice", "两次"))],
        },
    ],
};
