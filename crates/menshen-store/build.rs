//! Makes a new migration reach the binary: `sqlx::migrate!` embeds a folder that Cargo does not watch.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
