//! A token and two tickets of one agent and one secret are three rows, and open only as what they are.

use wecom_sdk::{AgentId, CorpId, TokenKey, TokenKind};

use super::{context, row_key};

fn key(kind: TokenKind) -> TokenKey {
    TokenKey {
        kind,
        corp_id: CorpId::parse("ww5f1e2d3c4b5a6978").unwrap(),
        agent_id: Some(AgentId(1_000_002)),
        credential: [7; 32],
    }
}

#[test]
fn s_104_a_ticket_never_lies_in_the_row_of_a_token() {
    let kinds = [
        TokenKind::AccessToken,
        TokenKind::CorpTicket,
        TokenKind::AgentTicket,
    ];
    for (place, one) in kinds.into_iter().enumerate() {
        for other in kinds.into_iter().skip(place + 1) {
            assert_ne!(
                row_key(&key(one)),
                row_key(&key(other)),
                "{one:?} {other:?}"
            );
            assert_ne!(
                context(&key(one)),
                context(&key(other)),
                "{one:?} {other:?}"
            );
        }
    }
    // The row of the access token is where earlier versions put it.
    assert_eq!(
        row_key(&key(TokenKind::AccessToken)).credential.as_bytes(),
        &[7; 32]
    );
}
