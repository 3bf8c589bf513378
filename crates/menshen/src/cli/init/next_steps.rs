//! What is left to do after `menshen init`, with the exact values to enter at WeCom.
//!
//! In: what was given and written. Out: text. It never repeats what is filled in already.

use std::path::Path;

use super::Arguments;

/// What to do next where only the key was missing.
pub(super) fn key_alone(configuration: &Path, data_key: &Path) -> String {
    let (configuration, data_key) = (configuration.display(), data_key.display());
    format!(
        "\
Kept:    {configuration}
Written: {data_key} (keep a copy in a safe place; without it the store is lost)

If data_key_file in {configuration} names another file, name this one there.
Try it:  menshen check --config {configuration}"
    )
}

/// What to do next.
pub(super) fn text(arguments: &Arguments, configuration: &Path, data_key: &Path) -> String {
    let origin = match &arguments.public_url {
        Some(url) => url.origin().to_owned(),
        None => "https://login.example.com".to_owned(),
    };
    let host = origin.split_once("://").map_or("", |(_, host)| host);
    let secret = configuration.with_file_name("hq.secret");
    let secret = secret.display();
    let (configuration, data_key) = (configuration.display(), data_key.display());
    let fill_in = missing(arguments);
    let example = if arguments.public_url.is_some() {
        ""
    } else {
        "\n   (with your own host in place of login.example.com)"
    };
    format!(
        "\
Written: {configuration}
         {data_key} (keep a copy in a safe place; without it the store is lost)

Next:

1. Fill in {configuration}:
{fill_in}
   Put the agent's Secret alone into hq.secret beside it, readable by you only:
     (umask 077; cat > {secret})     then paste it, press Enter and Ctrl-D

2. In the WeCom console (https://work.weixin.qq.com/wework_admin), 应用管理 › 自建 › the agent:{example}
   网页授权及JS-SDK › 可作为应用OAuth2.0网页授权功能的回调域名
     {host}
     It gives you a file WW_verify_….txt: put it beside {configuration} and name it under
     verification_files; the gateway serves it at {origin}/WW_verify_….txt
   企业微信授权登录 › Web网页 › 授权回调域
     {host}
   企业可信IP
     the address from which this machine reaches the internet (menshen check tells it)
   可见范围
     everybody who may sign in

3. Try it:  menshen check --config {configuration}
4. Run it:  menshen serve --config {configuration}"
    )
}

fn missing(arguments: &Arguments) -> String {
    let keys = [
        (
            arguments.public_url.is_none(),
            "public_url  the gateway's own address",
        ),
        (
            arguments.corp_id.is_none(),
            "corp_id     我的企业 › 企业信息 › 企业ID",
        ),
        (
            arguments.agent_id.is_none(),
            "agent_id    应用管理 › 自建 › the agent › AgentId",
        ),
    ];
    let lines: Vec<_> = keys
        .iter()
        .filter(|(is_missing, _)| *is_missing)
        .map(|(_, line)| format!("     {line}"))
        .collect();
    if lines.is_empty() {
        "     (everything that must be there is there)".to_owned()
    } else {
        lines.join("\n")
    }
}
