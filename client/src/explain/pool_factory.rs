use super::Explain;
use crate::{Account, Token};
use farthing_contracts::pool_factory::error::Error;

impl Explain for Error {
    fn explain(&self, token: &Token) -> String {
        match self {
            Self::FeeTooHigh => "A factory's fee is at most 200 basis points.".into(),
            Self::RegistryFailed => {
                "The registry did not answer as one: this deployment is broken.".into()
            }
            Self::NotPermitted => "Only the creator's owner, or a delegate with the permission for prices, may do this.".into(),
            Self::WrongFee(None) => "Pools of this factory have no fee.".into(),
            Self::WrongFee(Some(fee)) => format!(
                "Pools of this factory have a fee of {} basis points for {}.",
                fee.points,
                Account::from(fee.treasury)
            ),
            Self::BadTerms(error) => error.explain(token),
            Self::Exists(account) => format!(
                "This very pool exists already, at {}: another one needs another name.",
                Account::from(account)
            ),
            Self::NotAPool => "The factory's code is not that of pools: this deployment is broken.".into(),
            Self::UnknownPool => "There is no pool of a creator with this number.".into(),
            Self::Full => "The factory has no numbers left.".into(),
        }
    }
}
