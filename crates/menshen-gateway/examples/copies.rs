//! `cargo run --package menshen-gateway --example copies -- FILE COUNT`: opens that many more sessions of
//! whoever signed in last, so that the bench can be many browsers without signing each of them in. Their
//! cookies are the numbers from 1 on, written with 43 digits.

use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use menshen_gateway::store::{Digest, OpenMode, Sqlite, Store as _};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(count)) = (arguments.next(), arguments.next()) else {
        return Err("usage: copies FILE COUNT".into());
    };
    let count: u32 = count.parse()?;
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(async {
            let store = Sqlite::open(Path::new(&file), OpenMode::MustExist).await?;
            let digests = (1..=count).map(|number| {
                let cookie = digest(&SHA256, format!("{number:043}").as_bytes());
                let mut bytes = [0; 32];
                bytes.copy_from_slice(cookie.as_ref());
                Digest::from_bytes(bytes)
            });
            store.fill_with_copies(digests).await?;
            store.close().await;
            Ok(())
        })
}
