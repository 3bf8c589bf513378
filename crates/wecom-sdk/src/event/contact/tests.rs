//! The changes of the directory, as the official pages show them: full, reduced, and damaged.

use super::{ContactChange, ExtAttrValue, MemberChange};
use crate::event::EventFields;
use crate::ids::{DepartmentId, TagId, UserId};
use crate::member::{Gender, MemberStatus};

fn read(change: &str) -> ContactChange {
    ContactChange::read(&EventFields::parse(&format!("<xml>{change}</xml>")).unwrap())
}

fn updated(change: &str) -> MemberChange {
    match read(&format!("<ChangeType>update_user</ChangeType>{change}")) {
        ContactChange::MemberChanged(member) => *member,
        other => panic!("{other:?}"),
    }
}

fn users(ids: &[&str]) -> Vec<UserId> {
    ids.iter().map(|id| UserId::parse(*id).unwrap()).collect()
}

#[test]
fn a_new_member_in_full() {
    let change = read(
        "<ChangeType><![CDATA[create_user]]></ChangeType><UserID><![CDATA[zhangsan]]></UserID>\
         <Name><![CDATA[张三]]></Name><Department><![CDATA[1,2,3]]></Department>\
         <MainDepartment>1</MainDepartment><IsLeaderInDept><![CDATA[1,0,1]]></IsLeaderInDept>\
         <DirectLeader><![CDATA[lisi,wangwu]]></DirectLeader><Position><![CDATA[产品经理]]></Position>\
         <Mobile>13800000000</Mobile><Gender>1</Gender><Email><![CDATA[z@example.com]]></Email>\
         <BizMail><![CDATA[z@mail.example.com]]></BizMail><Status>4</Status>\
         <Avatar><![CDATA[https://a.example/0]]></Avatar><Alias><![CDATA[z]]></Alias>\
         <Telephone><![CDATA[020-1]]></Telephone><Address><![CDATA[广州]]></Address>\
         <ExtAttr><Item><Name><![CDATA[爱好]]></Name><Type>0</Type><Text><Value><![CDATA[旅游]]></Value></Text></Item>\
         <Item><Name>卡号</Name><Type>1</Type><Web><Title>T</Title><Url>https://w.example</Url></Web></Item>\
         <Item><Name>N</Name><Type>9</Type></Item><Item>x</Item></ExtAttr>",
    );
    let ContactChange::MemberCreated(member) = change else {
        panic!("{change:?}");
    };
    assert_eq!(member.user_id.as_str(), "zhangsan");
    assert_eq!(
        member.departments,
        Some([1, 2, 3].map(DepartmentId).to_vec())
    );
    assert_eq!(member.leads, Some([1, 3].map(DepartmentId).to_vec()));
    assert_eq!(member.direct_leaders, Some(users(&["lisi", "wangwu"])));
    assert_eq!(member.status, Some(MemberStatus::NotActivated));
    assert_eq!(member.gender, Some(Gender::Male));
    assert_eq!(member.main_department, Some(DepartmentId(1)));
    let texts = [
        &member.name,
        &member.position,
        &member.mobile,
        &member.address,
        &member.avatar,
    ];
    let texts: Vec<_> = texts.into_iter().flatten().collect();
    assert_eq!(
        texts,
        [
            "张三",
            "产品经理",
            "13800000000",
            "广州",
            "https://a.example/0"
        ]
    );
    let values: Vec<_> = member.ext_attrs.iter().map(|attr| &attr.value).collect();
    let web = ExtAttrValue::Web {
        title: "T".to_owned(),
        url: "https://w.example".to_owned(),
    };
    let others = [
        ExtAttrValue::Text("旅游".to_owned()),
        web,
        ExtAttrValue::Other("9".to_owned()),
    ];
    assert_eq!(values, others.iter().collect::<Vec<_>>());
}

#[test]
fn what_did_not_change_is_absent_and_what_was_emptied_is_empty() {
    let member = updated("<UserID>lisi</UserID><Position></Position><Status>2</Status>");
    assert_eq!(member.position.as_deref(), Some(""));
    assert_eq!(
        (member.name, member.departments, member.leads),
        (None, None, None)
    );
    assert_eq!(member.status, Some(MemberStatus::Disabled));
    assert_eq!(
        updated("<UserID>lisi</UserID><Department></Department>").departments,
        Some(Vec::new())
    );
}

#[test]
fn the_reduced_form_has_ids_only() {
    let member =
        updated("<UserID>a1</UserID><NewUserID>lisi</NewUserID><Department>2,5</Department>");
    assert_eq!(member.new_user_id.unwrap().as_str(), "lisi");
    assert_eq!(member.departments, Some([2, 5].map(DepartmentId).to_vec()));
    assert_eq!(
        updated("<UserID>a1</UserID><NewUserID></NewUserID>").new_user_id,
        None
    );
    let change = read("<ChangeType>delete_user</ChangeType><UserID> lisi </UserID>");
    assert_eq!(
        change,
        ContactChange::MemberRemoved {
            user_id: users(&["lisi"]).remove(0)
        }
    );
}

#[test]
fn departments_come_in_both_forms() {
    let change = read(
        "<ChangeType>create_party</ChangeType><Id>9</Id><Name><![CDATA[张三部]]></Name>\
         <ParentId><![CDATA[1]]></ParentId><Order>4294967295</Order>",
    );
    let ContactChange::DepartmentCreated(party) = change else {
        panic!("{change:?}");
    };
    assert_eq!(
        (party.id, party.parent_id),
        (DepartmentId(9), Some(DepartmentId(1)))
    );
    assert_eq!(
        (party.name.as_deref(), party.order),
        (Some("张三部"), Some(u32::MAX))
    );
    let change = read("<ChangeType>update_party</ChangeType><Id>9</Id><ParentId>2</ParentId>");
    let ContactChange::DepartmentChanged(party) = change else {
        panic!("{change:?}");
    };
    assert_eq!((party.name, party.parent_id), (None, Some(DepartmentId(2))));
    let change = read("<ChangeType>delete_party</ChangeType><Id>9</Id>");
    assert_eq!(
        change,
        ContactChange::DepartmentRemoved {
            id: DepartmentId(9)
        }
    );
}

#[test]
fn tags_name_who_came_and_who_went() {
    let change = read(
        "<ChangeType>update_tag</ChangeType><TagId>1</TagId><AddUserItems>zhangsan, lisi</AddUserItems>\
         <DelUserItems></DelUserItems><AddPartyItems>1,2</AddPartyItems><DelPartyItems>3</DelPartyItems>",
    );
    let ContactChange::TagChanged(tag) = change else {
        panic!("{change:?}");
    };
    assert_eq!(
        (tag.id, tag.added_members),
        (TagId(1), users(&["zhangsan", "lisi"]))
    );
    assert!(tag.removed_members.is_empty());
    assert_eq!(tag.added_departments, [1, 2].map(DepartmentId));
    assert_eq!(tag.removed_departments, [DepartmentId(3)]);
}

/// A change that is known and damaged says so: it must not look like one that nobody has to act on.
#[test]
fn a_damaged_change_is_named_and_not_guessed() {
    for change in [
        "<ChangeType>delete_user</ChangeType>",
        "<ChangeType>delete_user</ChangeType><UserID></UserID>",
        "<ChangeType>delete_user</ChangeType><UserID>a/b</UserID>",
        "<ChangeType>delete_user</ChangeType><UserID><X>lisi</X></UserID>",
        "<ChangeType>update_user</ChangeType><UserID>lisi</UserID><Department>1,x</Department>",
        "<ChangeType>update_user</ChangeType><UserID>lisi</UserID><Status>-1</Status>",
        "<ChangeType>update_user</ChangeType><UserID>lisi</UserID><NewUserID>a b</NewUserID>",
        "<ChangeType>delete_party</ChangeType><Id>4294967296</Id>",
        "<ChangeType>create_party</ChangeType><Id></Id>",
        "<ChangeType>update_tag</ChangeType><TagId>1</TagId><AddUserItems>a b</AddUserItems>",
    ] {
        assert!(
            matches!(read(change), ContactChange::Unreadable { .. }),
            "{change}"
        );
    }
}
