//! `farthing tip`.

use super::{number, shop};
use crate::{
    outcome::Outcome,
    session::Session,
    values::{named_amount, Amount},
};
use clap::Args;
use farthing_client::{Call, Error};
use farthing_contracts::storefront::events::Tip as One;
use farthing_types::{Balance, CreatorId};
use ink::codegen::TraitCallBuilder;
use scale::{Decode, Encode};

/// Tips creators.
#[derive(Args, Debug)]
pub struct Tip {
    /// A creator and an amount in the chain's token, such as `ada 0.1`; or several at once, such as
    /// `ada=0.1 ben=0.25`.
    #[arg(required = true, value_names = ["CREATOR", "AMOUNT"], num_args = 1..)]
    tips: Vec<String>,
    /// Up to 140 bytes that everyone can read, with each of the tips.
    #[arg(long, default_value = "")]
    memo: String,
}

/// A tip with its creator's number.
#[derive(Encode, Decode)]
struct Resolved {
    creator: CreatorId,
    amount: Balance,
}

impl Tip {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let tips = read(&self.tips)?;
        let words = format!("{self:?}");
        let resolved = match session.recall(&words).await? {
            Some(resolved) => resolved,
            None => {
                let mut resolved = Vec::new();
                for (name, amount) in &tips {
                    resolved.push(Resolved {
                        creator: number(session, name).await?,
                        amount: amount.of(session.token())?,
                    });
                }
                session.remember(&words, &resolved)?;
                resolved
            }
        };
        let total = total(&resolved)?;
        let memo = self.memo.into_bytes();
        let mut shop = shop(session)?;
        match &resolved[..] {
            [one] => {
                let message = shop.call_mut().tip(one.creator, memo);
                let words = format!("Tip {} {}", tips[0].0, session.unit(total));
                session.act(&words, Call::new(message, total)).await?;
            }
            several => {
                let tip = |one: &Resolved| One {
                    creator: one.creator,
                    amount: one.amount,
                    memo: memo.clone(),
                };
                let message = shop.call_mut().tip_many(several.iter().map(tip).collect());
                let words = format!(
                    "Give {} tips, {} in all",
                    several.len(),
                    session.unit(total)
                );
                session.act(&words, Call::new(message, total)).await?;
            }
        }
        session.output.field("tipped", total.to_string());
        Ok(())
    }
}

fn total(tips: &[Resolved]) -> Result<Balance, Error> {
    let sum = tips
        .iter()
        .try_fold(0, |sum: Balance, tip| sum.checked_add(tip.amount));
    sum.ok_or_else(|| Error::Input("The tips add up to more than there can be.".into()))
}

fn read(words: &[String]) -> Result<Vec<(String, Amount)>, Error> {
    if let [creator, one] = words {
        if !creator.contains('=') && !one.contains('=') {
            let one: Amount = one.parse().map_err(Error::Input)?;
            return Ok(vec![(creator.clone(), one)]);
        }
    }
    let pairs = words.iter().map(|word| {
        named_amount(word, || {
            format!(
                "\"{word}\" is no tip: write `farthing tip ada 0.1`, or several as ada=0.1 ben=0.25."
            )
        })
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &str) -> Result<Vec<(String, Amount)>, Error> {
        read(&words.split(' ').map(String::from).collect::<Vec<_>>())
    }

    #[test]
    fn one_tip_is_two_words_and_several_are_pairs() {
        let amount = |text: &str| text.parse::<Amount>().unwrap();
        assert_eq!(of("ada 0.1").unwrap(), [("ada".into(), amount("0.1"))]);
        assert_eq!(of("ada=0.1").unwrap(), [("ada".into(), amount("0.1"))]);
        let two = [("ada".into(), amount("0.1")), ("#1".into(), amount("0.2"))];
        assert_eq!(of("ada=0.1 #1=0.2").unwrap(), two);
        for bad in ["ada", "ada 0.1 ben", "ada=0.1 0.2", "ada ben=1", "ada=x"] {
            assert!(of(bad).is_err(), "{bad}");
        }
    }
}
