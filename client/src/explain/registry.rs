use super::{shared::time, Explain};
use crate::{Account, Token};
use farthing_contracts::registry::{
    claims::{ClaimError, Unavailable},
    error::Error,
};

impl Explain for Error {
    fn explain(&self, token: &Token) -> String {
        match self {
            Self::UnknownCreator => "There is no such creator.".into(),
            Self::NotOwner => "Only the creator's owner may do this: sign with the owner's key.".into(),
            Self::NotPermitted => "Only the creator's owner, or a delegate who was given this permission, may do this.".into(),
            Self::NotOffered => "The creator was not offered to this account: ask its owner to offer it.".into(),
            Self::BadHandle(error) => error.explain(token),
            Self::Unavailable(error) => error.explain(token),
            Self::NoCommitment => "The claim of the handle was not announced, or was taken back: start again.".into(),
            Self::BadClaim(error) => error.explain(token),
            Self::HasHandle => "The creator has a handle already: release it first.".into(),
            Self::HasNoHandle => "The creator has no handle.".into(),
            Self::NotReleased => "This creator did not give up that handle, or somebody has taken it since.".into(),
            Self::BadUri(error) => format!("This URI of a profile, of at most 128 bytes, is not possible. {}", error.explain(token)),
            Self::BadSplit(error) => error.explain(token),
            Self::NoSplit => "No split was set: all money goes to the owner.".into(),
            Self::NotBefore(at) => format!("This can be taken back from {} on.", time(*at)),
            Self::Changed(version) => format!("The creator changed since you looked, and is of version {version} now: look again."),
            Self::TooManyListeners => "At most 4 contracts can be told of a change at once.".into(),
            Self::ListenerFailed(account) => format!("The contract {} did not accept the news of the change, so nothing changed.", Account::from(*account)),
            Self::BadWait => "A claim waits for 1 to 1,000 blocks, and for at most 12 hours.".into(),
            Self::Full => "The registry has no numbers left for creators.".into(),
        }
    }
}

impl Explain for Unavailable {
    fn explain(&self, _: &Token) -> String {
        match self {
            Self::Reserved => "The handle is reserved: choose another.".into(),
            Self::Taken(creator) => format!("The handle belongs to creator #{creator}: choose another."),
            Self::QuarantinedUntil(at) => format!("The handle was released a short while ago: only its earlier owner can have it before {}.", time(*at)),
        }
    }
}

impl Explain for ClaimError {
    fn explain(&self, _: &Token) -> String {
        match self {
            Self::TooYoung { block, at } => format!("It is too early to reveal the claim of the handle: wait until block {block}, and until {}.", time(*at)),
            Self::Expired(at) => format!("The claim of the handle was announced too long ago, and was good until {}: start again.", time(*at)),
            Self::Mismatch => "Another claim was announced than the one for this handle: start again.".into(),
        }
    }
}
