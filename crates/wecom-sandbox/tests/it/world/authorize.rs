//! The OAuth link, step by step and in this order (dossier 15.2).

use wecom_sandbox::Seed;
use wecom_sandbox::world::{
    AuthorizeQuery, AuthorizeRefusal, PrivateInfoWithoutAgent, State, UserInfoScope,
};
use wecom_sdk::{AgentId, CorpId};

use crate::stage::{CORP, PORTAL, link_of};

fn check(state: &State, query: &str, is_client: bool) -> Result<(), AuthorizeRefusal> {
    let query = AuthorizeQuery::parse(query);
    state.check_authorize(&query, is_client).map(|_| ())
}

#[test]
fn each_step_refuses_before_the_next_one_looks() {
    let mut state = State::from_seed(&Seed::standard());
    let good = link_of(PORTAL, "snsapi_base");
    let uri = "http://127.0.0.1:8080/callback".to_owned();
    assert_eq!(check(&state, &good, true), Ok(()));

    // Every fault at once; each step repairs the one that was named.
    let mut link =
        "appid=ww0&redirect_uri=x&response_type=token&scope=all&state=a%40b&agentid=null"
            .to_owned();
    let mut steps = vec![
        (false, AuthorizeRefusal::ClientOnly, "", ""),
        (
            true,
            AuthorizeRefusal::UnknownCorp,
            "appid=ww0",
            "appid=CORP",
        ),
        (
            true,
            AuthorizeRefusal::RedirectUri,
            "redirect_uri=x",
            "redirect_uri=http%3A%2F%2F127.0.0.1%3A8080%2Fcallback",
        ),
        (
            true,
            AuthorizeRefusal::Domain { uri },
            "agentid=null",
            "agentid=1000002",
        ),
    ];
    steps.push((true, AuthorizeRefusal::AgentDisabled, "", ""));
    for (is_client, refusal, bad, repaired) in steps {
        let is_disabled = refusal == AuthorizeRefusal::AgentDisabled;
        set_enabled(&mut state, !is_disabled);
        assert_eq!(check(&state, &link, is_client), Err(refusal));
        link = link.replace(bad, &repaired.replace("CORP", CORP));
    }
    set_enabled(&mut state, true);
    for (refusal, bad, repaired) in [
        (
            AuthorizeRefusal::ResponseType,
            "response_type=token",
            "response_type=code",
        ),
        (AuthorizeRefusal::Scope, "scope=all", "scope=snsapi_base"),
        (AuthorizeRefusal::State, "state=a%40b", "state=ab"),
    ] {
        assert_eq!(check(&state, &link, true), Err(refusal));
        link = link.replace(bad, repaired);
    }
    assert_eq!(check(&state, &link, true), Ok(()));
}

fn set_enabled(state: &mut State, is_enabled: bool) {
    let corp = CorpId::parse(CORP).unwrap();
    state.agent_mut(&corp, AgentId(PORTAL)).unwrap().is_enabled = is_enabled;
}

#[test]
fn an_agent_that_is_named_must_own_the_domain_itself() {
    let state = State::from_seed(&Seed::standard());
    let link = link_of(PORTAL, "snsapi_base");
    for agent in ["1000003", "7", "-1", "1000002x", "", "99999999999"] {
        let link = link.replace("agentid=1000002", &format!("agentid={agent}"));
        let refusal = check(&state, &link, true).unwrap_err();
        assert!(
            matches!(refusal, AuthorizeRefusal::Domain { .. }),
            "{agent}"
        );
    }
    let nameless = link.replace("&agentid=1000002", "");
    assert_eq!(check(&state, &nameless, true), Ok(()));
    let twice = link.replace("redirect_uri=http%3A", "redirect_uri=http%253A");
    assert_eq!(
        check(&state, &twice, true),
        Err(AuthorizeRefusal::RedirectUri)
    );
}

#[test]
fn scopes_that_documents_disagree_on_follow_their_switches() {
    let mut state = State::from_seed(&Seed::standard());
    let nameless = link_of(PORTAL, "snsapi_privateinfo").replace("&agentid=1000002", "");
    let user_info = link_of(PORTAL, "snsapi_userinfo");
    assert_eq!(
        check(&state, &nameless, true),
        Err(AuthorizeRefusal::AgentMissing)
    );
    assert_eq!(
        check(&state, &user_info, true),
        Err(AuthorizeRefusal::Scope)
    );
    state.switches.private_info_without_agent = PrivateInfoWithoutAgent::Base;
    state.switches.user_info_scope = UserInfoScope::Base;
    for link in [nameless, user_info] {
        let link = AuthorizeQuery::parse(&link);
        assert!(
            !state
                .check_authorize(&link, true)
                .unwrap()
                .wants_private_info
        );
    }
}
