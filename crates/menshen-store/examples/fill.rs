//! `cargo run --package menshen-store --example fill -- FILE COUNT`: opens that many sessions of nobody in
//! a store that exists, so that the bench can see what a full store costs. No cookie leads to any of them.

use std::path::Path;
use std::time::Duration;

use menshen_store::{OpenMode, Sqlite, Store as _};
use wecom_sdk::{Clock as _, CorpId, SystemClock};

/// As long as a session lasts by default.
const WEEK: Duration = Duration::from_hours(7 * 24);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(count)) = (arguments.next(), arguments.next()) else {
        return Err("usage: fill FILE COUNT".into());
    };
    let count = count.parse()?;
    let corp_id = CorpId::parse("ww5f1e2d3c4b5a6978")?;
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(async {
            let store = Sqlite::open(Path::new(&file), OpenMode::MustExist).await?;
            store
                .fill_with_sessions(count, &corp_id, SystemClock.now(), WEEK)
                .await?;
            store.close().await;
            Ok(())
        })
}
