//! The official vector, and what the address of a page may be.

use super::sign;
use crate::clock::Timestamp;
use crate::secret::Secret;

const TICKET: &str =
    "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg";

fn signed(page: &str) -> String {
    let at = Timestamp::from_millis(1_414_587_457_999);
    sign(&Secret::new(TICKET), "Wm3WZYTPz0wzccnW", at, page)
}

#[test]
fn the_official_vector_is_signed_and_the_fragment_does_not_count() {
    let right = "0f9de62fce790f9a083d5c99e95740ceb90c27ed";
    for page in [
        "http://mp.weixin.qq.com?params=value",
        "http://mp.weixin.qq.com?params=value#",
        "http://mp.weixin.qq.com?params=value#/route?a=1#b",
    ] {
        assert_eq!(signed(page), right, "{page}");
    }
    for page in [
        "http://mp.weixin.qq.com?params=value&",
        "http://mp.weixin.qq.com/?params=value",
        "",
    ] {
        assert_ne!(signed(page), right, "{page}");
    }
}
