//! The form of a fault: its fields, and what was filled in as a fault.
//!
//! In: a form. Out: a fault, and what could not be read; whether it can be is for `admin` to say.

use super::form::{Field, Maker, NUMBER, one};
use super::frame::Frame;
use crate::admin::Mistakes;
use crate::page::fields::Fields;
use crate::script::{Fault, Moment};

/// A word, and what it says in English and Chinese.
type Word = (&'static str, &'static str, &'static str);

const BODIES: &[Word] = &[
    ("", "as it would be", "不变"),
    ("broken", "broken JSON", "残缺的 JSON"),
    ("html", "an HTML page", "HTML 页面"),
    ("empty", "nothing", "空"),
];
const ANSWERS: &[Word] = &[
    ("", "not when its answer is replaced", "应答被替换时不执行"),
    (
        "replaced_after",
        "yes, only its answer is replaced",
        "执行，只替换应答",
    ),
    (
        "lost_after",
        "yes, and the answer is lost",
        "执行，但丢失应答",
    ),
    (
        "lost_before",
        "no: the connection is cut",
        "不执行：断开连接",
    ),
];
const WAITS: &[Word] = &[
    ("", "before it is carried out", "执行之前"),
    ("after", "after it, before the answer", "执行之后、应答之前"),
    (
        "hold",
        "hold it until released here",
        "一直等待，直到在此放行",
    ),
];

/// The fields.
pub(super) fn fields(frame: &Frame, values: &Fields) -> Vec<Field> {
    let make = Maker { frame, values };
    let choices = |list: &[Word]| -> Vec<(String, String)> {
        let list = list.iter();
        list.map(|(word, en, zh)| ((*word).to_owned(), frame.say(en, zh).to_owned()))
            .collect()
    };
    let paths = crate::cgi_bin::paths().map(|path| (path.to_owned(), path.to_owned()));
    let errcode = frame.say(
        "-1 busy, 40014 token, 45009 too often",
        "-1 繁忙，40014 令牌，45009 频率",
    );
    let headers = frame.say(
        "one on each line, as Retry-After: 5",
        "每行一个，例如 Retry-After: 5",
    );
    let percent = frame.say(
        "with the number of calls left empty it stays until removed",
        "调用次数留空时一直有效，直到删除",
    );
    vec![
        make.select("path", ("Call", "接口"), paths.collect()),
        make.number("errcode", ("Answer with this errcode", "返回这个 errcode"))
            .hint(errcode),
        make.number("status", ("HTTP status", "HTTP 状态码")),
        make.select("body", ("Body", "应答体"), choices(BODIES)),
        make.number(
            "break_after",
            (
                "Break off after so many bytes of the body",
                "应答体发送多少字节后中断",
            ),
        ),
        make.select(
            "answer",
            ("Is the call carried out?", "调用是否执行？"),
            choices(ANSWERS),
        ),
        make.number("delay_ms", ("Delay in milliseconds", "延迟（毫秒）")),
        make.select("wait", ("When to wait", "何时等待"), choices(WAITS)),
        make.number(
            "times",
            ("For the next calls, how many", "接下来多少次调用"),
        ),
        make.number(
            "percent",
            (
                "Only with this probability, in percent",
                "只以此概率发生（%）",
            ),
        )
        .hint(percent),
        make.area("headers", ("Headers besides", "附加响应头"))
            .hint(headers),
    ]
}

/// The fault that a form describes; what cannot be read is a mistake.
pub(super) fn read(form: &Fields, mistakes: &mut Mistakes) -> Fault {
    let mut fault = Fault::held(form.text("path"));
    fault.hold = form.text("wait") == "hold";
    fault.times = one(form, "times", mistakes, NUMBER).unwrap_or(1);
    fault.percent = one(form, "percent", mistakes, NUMBER);
    if fault.percent.is_some() && form.text("times").trim().is_empty() {
        fault.times = u32::MAX;
    }
    fault.errcode = one(form, "errcode", mistakes, NUMBER);
    fault.status = one(form, "status", mistakes, NUMBER);
    fault.delay_ms = one(form, "delay_ms", mistakes, NUMBER);
    fault.break_after = one(form, "break_after", mistakes, NUMBER);
    fault.headers = headers(form, mistakes);
    match form.text("body") {
        "" => {}
        "broken" => fault.body = Some("{\"errcode\":0,\"errm".to_owned()),
        "html" => fault.body = Some("<html><body>502 Bad Gateway</body></html>".to_owned()),
        _ => fault.body = Some(String::new()),
    }
    let answer = form.text("answer");
    fault.lose = answer.starts_with("lost");
    fault.process = answer == "lost_after" || answer == "replaced_after";
    if form.text("wait") == "after" {
        fault.wait = Moment::After;
    }
    let does_something = !fault.keeps_answer()
        || fault.hold
        || fault.delay_ms.is_some()
        || fault.break_after.is_some()
        || !fault.headers.is_empty();
    if !does_something && mistakes.list().is_empty() {
        mistakes.bad(
            "errcode",
            "the fault does nothing: give an errcode, a status, a body, headers, a delay, or lose the answer",
            "这个故障什么也不做：请填写 errcode、状态码、应答体、响应头、延迟，或选择丢失应答",
        );
    }
    fault
}

/// Names and values, one pair on each line.
fn headers(form: &Fields, mistakes: &mut Mistakes) -> Vec<(String, String)> {
    let lines = form.text("headers").lines().map(str::trim);
    let mut headers = Vec::new();
    for line in lines.filter(|line| !line.is_empty()) {
        match line.split_once(':') {
            Some((name, value)) => headers.push((name.trim().to_owned(), value.trim().to_owned())),
            None => mistakes.bad(
                "headers",
                format!("`{line}` has no colon"),
                format!("“{line}”缺少冒号"),
            ),
        }
    }
    headers
}
