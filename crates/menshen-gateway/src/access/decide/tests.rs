use wecom_sdk::MemberStatus;

use super::{Admission, Refusal, Standing, decide};

const NOBODY_ELSE: Admission = Admission {
    external_contacts: false,
    linked_corps: false,
};

fn member(status: Option<u32>) -> Standing {
    Standing::Member {
        status: status.map(MemberStatus::from),
        is_inside_range: true,
    }
}

#[test]
fn only_an_active_member_inside_the_range_passes() {
    let rows = [
        (member(Some(1)), Ok(())),
        (member(Some(2)), Err(Refusal::Disabled)),
        (member(Some(4)), Err(Refusal::NotActivated)),
        (member(Some(5)), Err(Refusal::Left)),
        (member(Some(0)), Err(Refusal::UnknownStatus)),
        (member(Some(3)), Err(Refusal::UnknownStatus)),
        (member(None), Err(Refusal::UnknownStatus)),
        (Standing::UnknownMember, Err(Refusal::UnknownMember)),
    ];
    for (standing, expected) in rows {
        assert_eq!(decide(standing, NOBODY_ELSE), expected, "{standing:?}");
    }
}

#[test]
fn s_095_a_member_outside_the_range_is_refused_whatever_the_status() {
    for status in [
        Some(MemberStatus::Active),
        Some(MemberStatus::Disabled),
        None,
    ] {
        let standing = Standing::Member {
            status,
            is_inside_range: false,
        };
        let everyone = Admission {
            external_contacts: true,
            linked_corps: true,
        };
        assert_eq!(decide(standing, everyone), Err(Refusal::OutsideRange));
    }
}

#[test]
fn s_096_each_kind_of_outsider_needs_its_own_setting() {
    let external = Admission {
        external_contacts: true,
        linked_corps: false,
    };
    let linked = Admission {
        external_contacts: false,
        linked_corps: true,
    };
    let no = Err(Refusal::NotAMember);
    let rows = [
        (Standing::LinkedMember, NOBODY_ELSE, no),
        (Standing::LinkedMember, external, no),
        (Standing::LinkedMember, linked, Ok(())),
        (Standing::ExternalContact, NOBODY_ELSE, no),
        (Standing::ExternalContact, linked, no),
        (Standing::ExternalContact, external, Ok(())),
        (Standing::Stranger, NOBODY_ELSE, no),
        (Standing::Stranger, external, no),
        (Standing::Stranger, linked, no),
    ];
    for (standing, admission, expected) in rows {
        assert_eq!(
            decide(standing, admission),
            expected,
            "{standing:?} {admission:?}"
        );
    }
}
