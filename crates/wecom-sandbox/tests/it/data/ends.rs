//! What goes before what, and what happens when nothing can be kept: seeds, resets, second sandboxes, damage.

use super::*;

/// The data wins over a seed; a reset goes back to the seed it was started with, or to the last one.
#[tokio::test]
async fn the_data_goes_before_a_seed_and_a_reset_goes_back_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let named = |name: &'static str| {
        Stage::built(
            move |seed| seed.corps[0].name = name.to_owned(),
            |builder| {
                builder
                    .data(folder.path())
                    .entropy(Arc::new(Entropy::system()))
            },
        )
    };
    let name = async |stage: &Stage| {
        let corps = stage.get("/_sandbox/api/corps").await.json();
        corps[0]["name"].as_str().unwrap().to_owned()
    };
    let first = named("第一").await;
    first.sandbox.stop().await;
    let second = named("第二").await;
    assert!(second.sandbox.is_restored());
    assert_eq!(name(&second).await, "第一");
    done(&second, "POST", "reset", json!({})).await;
    assert_eq!(name(&second).await, "第二");
    second.sandbox.stop().await;
    // Without a seed it goes back to the one of before, not to the built-in one.
    let third = Sandbox::builder()
        .data(folder.path())
        .start()
        .await
        .unwrap();
    third.reset();
    let corps = third
        .world()
        .read(|state, _| state.corps.values().next().unwrap().name.clone());
    assert_eq!(corps, "第二");
}

#[tokio::test]
async fn a_reset_is_kept_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    let stage = keeping(folder.path()).await;
    let fresh = everything(&stage).await;
    live(&stage).await;
    done(&stage, "POST", "reset", json!({})).await;
    let (_copy, again) = killed(folder.path(), &stage).await;
    for (one, other) in fresh.iter().zip(everything(&again).await) {
        assert_eq!(*one, other);
    }
}

#[tokio::test]
async fn a_second_sandbox_in_the_same_folder_is_refused_and_the_first_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let stage = keeping(folder.path()).await;
    let second = Sandbox::builder().data(folder.path()).start().await;
    let error = second.unwrap_err();
    assert!(
        matches!(error, StartError::Data(DataError::InUse(_))),
        "{error}"
    );
    assert_eq!(stage.call("user/get", "userid=lisi").await["errcode"], 0);
}

/// The state file cannot be replaced: a reset cannot be kept, and nothing is answered as if it could.
#[tokio::test]
async fn when_nothing_can_be_kept_nothing_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let stage = keeping(folder.path()).await;
    fs::create_dir(folder.path().join("state.new")).unwrap();
    let answer = command(&stage, "POST", "reset", &json!({})).await;
    assert_eq!(answer.status, 503);
    let told = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(told.contains("cannot keep its state"), "{told}");
    assert_eq!(stage.get("/_sandbox/api/corps").await.status, 503);
    assert_eq!(stage.sandbox.until_lost().await.to_string(), told);
}

/// A fault's answer is one too, and a lost answer leaves nothing behind but what it did.
#[tokio::test]
async fn a_call_whose_answer_is_lost_is_done_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let stage = keeping(folder.path()).await;
    let code = stage.code(PORTAL, "snsapi_base", "member:zhangsan");
    let token = stage.token(PORTAL).await;
    stage
        .sandbox
        .script()
        .add(Fault::lost("/cgi-bin/auth/getuserinfo"));
    let path = format!("/cgi-bin/auth/getuserinfo?access_token={token}&code={code}");
    let request = crate::client::request("GET", &path, "");
    assert!(crate::client::send(stage.addr(), request).await.is_none());
    let (_copy, again) = killed(folder.path(), &stage).await;
    assert_eq!(again.exchange(&code).await["errcode"], 40029);
    assert!(again.sandbox.script().unused().is_empty());
}

/// The form of the file is promised: this one was written by the first program that kept anything.
#[tokio::test]
async fn a_file_of_form_1_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/data/form-1");
    fs::copy(old, folder.path().join("state")).unwrap();
    let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_700_000_100)));
    let builder = Sandbox::builder().clock(clock).data(folder.path());
    let sandbox = builder.start().await.unwrap();
    let names = sandbox.world().read(|state, _| {
        let corp = state.corps.values().next().unwrap();
        let names = corp.members.iter().map(|member| member.user_id.to_string());
        names.collect::<Vec<_>>().join(" ")
    });
    assert_eq!(names, "zhangsan li.si WangWu zhaoliu new1");
    assert_eq!(sandbox.script().list().len(), 1);
}
