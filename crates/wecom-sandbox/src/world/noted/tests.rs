//! What a change tells of: what it touched, and nothing else.

use std::collections::BTreeMap;

use wecom_sdk::{CorpId, TagId};

use super::Noted;
use crate::keep::Batch;

fn many() -> Noted<TagId, String> {
    let mut map = Noted::default();
    for id in 1..=5000 {
        map.insert(TagId(id), format!("tag {id}"));
    }
    map
}

fn rows(map: &mut Noted<TagId, String>, is_whole: bool) -> usize {
    let corp = CorpId::parse("ww1").unwrap();
    let mut batch = Batch::default();
    if is_whole {
        batch.begin_whole();
    }
    map.write("tag", &corp, &mut batch);
    let rows = batch.finish().unwrap();
    serde_json::from_slice::<Vec<serde_json::Value>>(&rows)
        .unwrap()
        .len()
}

#[test]
fn before_holds_the_first_state_of_what_was_touched_only() {
    let mut map = many();
    map.watch();
    map.get_mut(&TagId(7)).unwrap().push('!');
    map.get_mut(&TagId(7)).unwrap().push('!');
    map.remove(&TagId(8));
    map.insert(TagId(9000), "new".to_owned());
    map.change_where(|name| name == "tag 9", String::clear);
    let before = BTreeMap::from([
        (TagId(7), Some("tag 7".to_owned())),
        (TagId(8), Some("tag 8".to_owned())),
        (TagId(9), Some("tag 9".to_owned())),
        (TagId(9000), None),
    ]);
    assert_eq!(map.unwatch(), before);
    map.get_mut(&TagId(1)).unwrap().push('!');
    assert_eq!(map.unwatch(), BTreeMap::new(), "nobody watched");
}

#[test]
fn a_file_hears_of_everything_once_and_then_of_what_was_touched() {
    let mut map = many();
    assert_eq!(rows(&mut map, false), 0, "nobody keeps it yet");
    assert_eq!(rows(&mut map, true), 5000);
    assert_eq!(rows(&mut map, false), 0);
    map.get_mut(&TagId(7)).unwrap().push('!');
    map.remove(&TagId(8));
    map.change_where(|name| name == "tag 9", String::clear);
    assert_eq!(rows(&mut map, false), 3);
    assert_eq!(rows(&mut map, false), 0);
}
