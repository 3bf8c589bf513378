//! The places where WeCom's documents disagree or are silent, each as a switch of the seed.
//!
//! In: a word of the seed. Out: a closed choice that the rules match on. The first word of every
//! switch is the stricter reading, and it is the default. Each switch names the section of the
//! dossier that made it necessary. Nothing here decides anything by itself.

use super::choice::{Choice, choices};

choices! {
    /// `snsapi_privateinfo` without `agentid` (dossier 4, 15.2: the official page contradicts itself).
    PrivateInfoWithoutAgent {
        /// The page shows an error.
        Refuse = "refuse",
        /// The request is handled as `snsapi_base`.
        Base = "base",
    }
    /// What the browser gets when the member refuses on the consent page (4.2, 15.2: not found).
    ConsentRefusal {
        /// A redirect with `state` only, as the old QR link documents.
        Redirect = "redirect",
        /// The browser stays on a page of WeCom.
        Stay = "stay",
    }
    /// Whether a refusal is remembered like a consent (4.2: one report says so).
    RefusalMemory {
        /// The consent page is shown again the next time, as the blueprint 15.2 has it.
        Forget = "forget",
        /// For 30 days the link is silent and gives no `user_ticket`.
        Remember = "remember",
    }
    /// The scope `snsapi_userinfo`, no longer listed (4.1: its effect today was not found).
    UserInfoScope {
        /// An error page.
        Refuse = "refuse",
        /// Handled as `snsapi_base`.
        Base = "base",
    }
    /// A `state` of the OAuth link outside `[A-Za-z0-9]{1,128}` (4: the page's behaviour was not found).
    BadState {
        /// An error page.
        Refuse = "refuse",
        /// Returned as it came.
        Pass = "pass",
    }
    /// A link without any `state` (4.3: not found).
    AbsentState {
        /// The redirect carries no `state`.
        Omit = "omit",
        /// The redirect carries an empty `state`.
        Empty = "empty",
    }
    /// What the web-login page demands of its source (9.2, error -31033).
    WebLoginSource {
        /// A `Referer` or `Origin` must say where the visitor came from.
        Required = "required",
        /// Any visitor is served.
        Unchecked = "unchecked",
    }
    /// What the browser gets when the member refuses a web login (9.2: not documented).
    WebLoginRefusal {
        /// A redirect with `state` only, as the old QR link documents.
        Redirect = "redirect",
        /// The browser stays on a page of WeCom.
        Stay = "stay",
    }
    /// Members who are disabled or have left, in front of an authorize page (not documented; they
    /// cannot be signed in to the WeCom client).
    DisabledMembers {
        /// They get a page and no code.
        Refuse = "refuse",
        /// They get a code, so that a client's own check of `status` can be tried.
        Admit = "admit",
    }
    /// Whether a redirect to `h:443` fits the trusted domain `h` (5.1: not found).
    DefaultPort {
        /// The texts must be equal.
        Distinct = "distinct",
        /// A default port counts as none.
        Same = "same",
    }
    /// Whether upper case matters in the host of a redirect (5.1: not found).
    DomainCase {
        /// The texts must be equal.
        Exact = "exact",
        /// Case is ignored.
        Folded = "folded",
    }
    /// A second `gettoken` while a token is valid (3: sources differ by date).
    RepeatToken {
        /// The same token again.
        Same = "same",
        /// A new token; the old one stays valid to its end.
        New = "new",
        /// A new token; the old one ends at once.
        NewEndsOld = "new_ends_old",
    }
    /// `expires_in` of a repeated `gettoken` (3: not found).
    RepeatExpiresIn {
        /// The time that is left.
        Remaining = "remaining",
        /// Always the full length.
        Full = "full",
    }
    /// The answer to a secret of another enterprise (3: when 40091 is preferred was not found).
    ForeignSecret {
        /// 40001, like any wrong secret.
        Code40001 = "40001",
        /// 40091.
        Code40091 = "40091",
    }
    /// The answer to a used or expired code (4.4: 42003 and 42022 are listed but were never seen).
    CodeErrors {
        /// 40029 for all of them.
        Code40029 = "40029",
        /// 42022 for a used code, 42003 for an expired one.
        Specific = "specific",
    }
    /// What a code is bound to besides its domain (4.4; 5.1: two apps on one domain, reports differ).
    CodeBinding {
        /// The app that the link named, and the domain.
        App = "app",
        /// The domain alone: any app of the enterprise with that domain may use the code.
        Domain = "domain",
    }
    /// Whether an answer 50001 uses the code up (4.4: not found).
    CodeAfter50001 {
        /// The code is gone.
        Burnt = "burnt",
        /// The code can still be used by the right app.
        Kept = "kept",
    }
    /// Whether the contact sync's token may use the code of a two-step verification page (10, 18:
    /// official pages disagree).
    ContactSyncCodes {
        /// That of the verification page, and no other.
        VerificationPage = "verification_page",
        /// None: 48002.
        Never = "never",
    }
    /// A second call for a JS-SDK ticket while one is valid (11: not said).
    RepeatTicket {
        /// The same ticket, with the time that is left.
        Same = "same",
        /// A new ticket; the old one stays valid to its end.
        New = "new",
    }
    /// The form of the addresses in `getcallbackip` (13.3: official samples disagree).
    CallbackIps {
        /// Plain addresses.
        Plain = "plain",
        /// With a wildcard, as `127.0.0.*`.
        Wildcard = "wildcard",
    }
    /// How a login panel talks to the page that embeds it (9.4: the SDK knows both).
    PanelChannel {
        /// Over a port of its own.
        Port = "port",
        /// By messages between windows.
        Window = "window",
    }
    /// Whether a login panel with `redirect_type=callback` works on `localhost` (9.4: one report says no).
    PanelLocalhost {
        /// It is refused.
        Refuse = "refuse",
        /// It works like any other domain.
        Admit = "admit",
    }
    /// When a push is tried again (12.3: official pages disagree).
    PushRetry {
        /// When there was no answer in time, as the newer page says: any answer ends it.
        NoAnswer = "no_answer",
        /// After any answer but 200 too.
        AnyFailure = "any_failure",
    }
    /// The order in which events are pushed (12.6: it is not guaranteed).
    PushOrder {
        /// In the order they came.
        Kept = "kept",
        /// Those that wait together, in any order.
        Shuffled = "shuffled",
    }
    /// How often an event is pushed (15.4).
    PushRepeat {
        /// Once.
        Once = "once",
        /// Twice: a receiver has to notice.
        Twice = "twice",
    }
    /// Whether calls are counted and barred (13.1).
    Frequency {
        /// They are.
        Limited = "limited",
        /// They are not: for load tests.
        Unlimited = "unlimited",
    }
    /// Whether a `user_ticket` works more than once (18: not found).
    UserTicketUse {
        /// Once; then 84015.
        Once = "once",
        /// As often as wanted within its 1800 seconds.
        Many = "many",
    }
    /// Fields that the caller may not have (7, 8.1: reports are mixed).
    WithheldFields {
        /// The key is missing.
        Absent = "absent",
        /// The key is there and empty.
        Empty = "empty",
    }
    /// The casing of the userid that a code gives (1, 14 row 17: it differs between sources).
    UserIdCasing {
        /// As stored.
        Stored = "stored",
        /// In lower case.
        Lower = "lower",
        /// In upper case.
        Upper = "upper",
    }
    /// `user/get` of an existing member outside the visible range (8.2: both are documented).
    OutsideRange {
        /// 60011, as reports show it.
        Code60011 = "60011",
        /// 60111, as if there were no such member.
        Code60111 = "60111",
    }
    /// `getuserdetail` of a member outside the visible range (7: which one was not found).
    DetailOutsideRange {
        /// 60011.
        Code60011 = "60011",
        /// 60021.
        Code60021 = "60021",
        /// 50002.
        Code50002 = "50002",
    }
    /// The tail of `errmsg` (2.1: every form has been seen).
    ErrmsgSuffix {
        /// Hint, caller's address and link.
        Full = "full",
        /// Hint and link.
        WithoutIp = "without_ip",
        /// The link alone.
        LinkOnly = "link_only",
        /// Nothing.
        None = "none",
    }
    /// The form of the hint in `errmsg` (2.1).
    Hint {
        /// 25 digits, the first ten are the Unix seconds (since 2021-11).
        New = "new",
        /// `seconds_number_hex` (until 2021-08).
        Old = "old",
    }
    /// The order of the fields of an answer (2: not stable).
    FieldOrder {
        /// Another order in each answer.
        Shuffled = "shuffled",
        /// As the documentation prints it.
        Documented = "documented",
    }
    /// Fields of an answer that no document mentions (15.4).
    UnknownFields {
        /// None.
        None = "none",
        /// One in each answer.
        One = "one",
    }
    /// The legacy calls under `user/` (6.2).
    Legacy {
        /// Served.
        Served = "served",
        /// 404, as an unknown path.
        Absent = "absent",
    }
    /// `next_cursor` of the last page of `user/list_id` (8.3: documented empty, seen absent).
    LastCursor {
        /// The key is missing.
        Absent = "absent",
        /// The key is there and empty.
        Empty = "empty",
    }
}
