//! Seeds: the default one, and what is said about bad ones.

use wecom_sandbox::world::{PersonKey, Switches};
use wecom_sandbox::{DEFAULT_SEED, Seed};
use wecom_sdk::{AgentId, UserId};

#[test]
fn the_default_seed_is_that_of_the_product() {
    let seed = Seed::parse(DEFAULT_SEED).unwrap();
    let [corp] = seed.corps.as_slice() else {
        unreachable!("one corp");
    };
    assert_eq!(corp.id.as_str(), "ww5f1e2d3c4b5a6978");
    let members: Vec<_> = corp.members.iter().map(|m| m.user_id.as_str()).collect();
    assert_eq!(members, ["zhangsan", "lisi", "WangWu", "zhaoliu", "sunqi"]);
    assert_eq!(corp.departments.len(), 4);
    assert_eq!(corp.outsiders.len(), 3);

    let portal = &corp.agents[&AgentId(1_000_002)];
    assert_eq!(portal.sensitive_fields.len(), 7);
    assert!(portal.is_new());
    let visible = |agent: u32, user: &str| {
        let agent = &corp.agents[&AgentId(agent)];
        corp.is_visible(agent, &UserId::parse(user).unwrap())
    };
    assert!(visible(1_000_002, "zhangsan") && visible(1_000_002, "wangwu"));
    assert!(!visible(1_000_002, "sunqi"));
    assert!(visible(1_000_003, "LISI") && !visible(1_000_003, "zhangsan"));
    let linked = PersonKey::new("linked:ww00aa11bb22cc33dd/qianba");
    assert!(corp.person(&linked).is_some());
}

#[test]
fn every_mistake_of_a_seed_is_reported_at_once_with_line_key_and_remedy() {
    let text = r#"
[switches]
hint = "newest"
colour = "red"

[limits]
ip_per_hour = -1

[[corp]]
id = "no spaces please"
name = ""
[corp.contact_sync]
secret = "s"
created_at = "yesterday"
[[corp.department]]
id = 2
name = "x"
parent = 7
[[corp.member]]
user_id = "_starts_badly"
name = "x"
departments = [3]
[[corp.agent]]
id = 1
name = "a"
secret = "s1"
created_at = "2024-03-01T09:00:00+08:00"
oauth_domain = "https://a.example"
trusted_ips = ["10.0.0.0/8"]
visible = { departments = [9], everything = true }
[[corp.agent]]
id = 1
name = "b"
secret = "s1"
created_at = "2024-03-01T09:00:00+08:00"
"#;
    let mistakes = Seed::parse(text).unwrap_err();
    insta::assert_snapshot!(mistakes);
}

#[test]
fn a_text_that_is_no_toml_is_reported_with_its_line() {
    let mistakes = Seed::parse("[[corp]]\nid = \n").unwrap_err();
    assert!(mistakes.0.iter().any(|mistake| mistake.line == 2));
}

#[test]
fn an_empty_seed_asks_for_a_corp() {
    let mistakes = Seed::parse("").unwrap_err();
    assert!(mistakes.to_string().contains("[[corp]]"));
}

#[test]
fn every_switch_can_be_set_to_each_of_its_words_and_starts_with_the_first() {
    let listed = Switches::default().list();
    for ((name, words), (listed, word)) in Switches::NAMES.iter().zip(listed) {
        assert_eq!((*name, words[0]), (listed, word));
        for word in *words {
            let text = format!("[switches]\n{name} = \"{word}\"\n{DEFAULT_SEED}");
            let seed = Seed::parse(&text).unwrap();
            assert!(seed.switches.list().contains(&(name, word)));
        }
    }
}

#[test]
fn a_corps_own_fields_of_a_member_are_read_and_written_again() {
    let own = "[[corp.member.ext_attr]]\nname = \"工号\"\ntext = \"A1\"\n\
               [[corp.member.ext_attr]]\nname = \"主页\"\nurl = \"https://h.example/\"\n";
    let wrong = own.replace("text = \"A1\"", "text = \"A1\"\nurl = \"x\"");
    // Behind the last member of the file.
    let (before, after) = DEFAULT_SEED.split_once("[[corp.tag]]").unwrap();
    let seed = Seed::parse(&format!("{before}{own}[[corp.tag]]{after}")).unwrap();
    let again = Seed::parse(&seed.to_toml(wecom_sdk::Timestamp::from_seconds(0))).unwrap();
    assert_eq!(again, seed);
    let last = seed.corps[0].members.iter().last().unwrap();
    assert_eq!(last.ext_attrs.len(), 2);
    let mistakes = Seed::parse(&format!("{before}{wrong}[[corp.tag]]{after}")).unwrap_err();
    assert!(
        mistakes.to_string().contains("`url` and `title`"),
        "{mistakes}"
    );
}
