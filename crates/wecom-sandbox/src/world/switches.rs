//! All switches together, by name.
//!
//! In: names and words of a seed. Out: one struct with a field for each switch. The meaning of each
//! is said at its type, in [`super::switch`].

use super::choice::Choice;
use super::switch::{
    AbsentState, BadState, CallbackIps, CodeAfter50001, CodeBinding, CodeErrors, ConsentRefusal,
    ContactSyncCodes, DefaultPort, DetailOutsideRange, DisabledMembers, DomainCase, ErrmsgSuffix,
    FieldOrder, ForeignSecret, Frequency, Hint, LastCursor, Legacy, OutsideRange, PanelChannel,
    PanelLocalhost, PrivateInfoWithoutAgent, PushOrder, PushRepeat, PushRetry, RefusalMemory,
    RepeatExpiresIn, RepeatTicket, RepeatToken, UnknownFields, UserIdCasing, UserInfoScope,
    UserTicketUse, WebLoginRefusal, WebLoginSource, WithheldFields,
};

macro_rules! switches {
    ($( $field:ident : $choice:ident ),+ $(,)?) => {
        /// All switches, one field each: see the type of the field for its meaning and source.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Switches { $(
            #[doc = concat!("See [`", stringify!($choice), "`].")]
            pub $field: $choice,
        )+ }

        impl Switches {
            /// Each switch's name and words, the default word first.
            pub const NAMES: &'static [(&'static str, &'static [&'static str])] =
                &[$( (stringify!($field), <$choice as Choice>::WORDS) ),+];

            /// Sets one switch by its name; false when the name or the word is unknown.
            pub fn set(&mut self, name: &str, word: &str) -> bool {
                match name {
                    $( stringify!($field) => <$choice as Choice>::parse(word)
                        .map(|choice| self.$field = choice)
                        .is_some(), )+
                    _ => false,
                }
            }

            /// Each switch's name and present word.
            #[must_use]
            pub fn list(&self) -> Vec<(&'static str, &'static str)> {
                vec![$( (stringify!($field), self.$field.as_str()) ),+]
            }
        }
    };
}

switches! {
    private_info_without_agent: PrivateInfoWithoutAgent,
    consent_refusal: ConsentRefusal,
    refusal_memory: RefusalMemory,
    user_info_scope: UserInfoScope,
    bad_state: BadState,
    absent_state: AbsentState,
    web_login_source: WebLoginSource,
    web_login_refusal: WebLoginRefusal,
    disabled_members: DisabledMembers,
    default_port: DefaultPort,
    domain_case: DomainCase,
    repeat_token: RepeatToken,
    repeat_expires_in: RepeatExpiresIn,
    foreign_secret: ForeignSecret,
    code_errors: CodeErrors,
    code_binding: CodeBinding,
    code_after_50001: CodeAfter50001,
    user_ticket_use: UserTicketUse,
    withheld_fields: WithheldFields,
    userid_casing: UserIdCasing,
    outside_range: OutsideRange,
    detail_outside_range: DetailOutsideRange,
    errmsg_suffix: ErrmsgSuffix,
    hint: Hint,
    field_order: FieldOrder,
    unknown_fields: UnknownFields,
    legacy: Legacy,
    last_cursor: LastCursor,
    contact_sync_codes: ContactSyncCodes,
    repeat_ticket: RepeatTicket,
    callback_ips: CallbackIps,
    frequency: Frequency,
    push_retry: PushRetry,
    push_order: PushOrder,
    push_repeat: PushRepeat,
    panel_channel: PanelChannel,
    panel_localhost: PanelLocalhost,
}
