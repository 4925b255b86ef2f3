//! What happened and what it cost, for people and for programs.

use farthing_chain::{Balance, Receipt, UNIT};
use serde::Serialize;

/// One step of the demo.
#[derive(Serialize)]
pub struct Step {
    /// The name of who did it.
    pub by: String,
    /// What was done, in words.
    pub what: String,
    /// How many payments or other things were done at once.
    pub times: u32,
    /// The fees of all its transactions together, in the smallest unit.
    #[serde(serialize_with = "as_text")]
    pub fee: Balance,
    /// The fee of one of the things done, in plain transfers.
    pub transfers_each: f64,
    /// Storage deposit that was locked (or, if negative, given back).
    #[serde(serialize_with = "as_text")]
    pub deposit: i128,
}

/// What a payment cost, all that was needed for it included.
#[derive(Serialize)]
pub struct Summary {
    /// The payments that are summed up, in words.
    pub what: String,
    /// How many payments were summed up.
    pub payments: u32,
    /// All fees, of everyone.
    #[serde(serialize_with = "as_text")]
    pub fees: Balance,
    /// The fees of one payment, in plain transfers.
    pub transfers_each: f64,
}

/// What became of an account.
#[derive(Serialize)]
pub struct Holder {
    /// The name of who has the account.
    pub name: String,
    /// What it had before the first step.
    #[serde(serialize_with = "as_text")]
    pub before: Balance,
    /// What it paid in fees.
    #[serde(serialize_with = "as_text")]
    pub fees: Balance,
    /// What it has locked as storage deposits.
    #[serde(serialize_with = "as_text")]
    pub deposits: i128,
    /// What it earned (or, if negative, spent).
    #[serde(serialize_with = "as_text")]
    pub earned: i128,
    /// What it has after the last step.
    #[serde(serialize_with = "as_text")]
    pub after: Balance,
}

/// Everything that the demo has to tell. Amounts are in the chain's smallest unit, as text where a
/// program might round them.
#[derive(Serialize)]
pub struct Report {
    /// Where the files came from.
    pub folder: String,
    /// The names of the works that were published.
    pub works: Vec<String>,
    /// The fee of a plain transfer on the same chain.
    #[serde(serialize_with = "as_text")]
    pub transfer_fee: Balance,
    /// All that was done.
    pub steps: Vec<Step>,
    /// What payments cost in the end.
    pub summaries: Vec<Summary>,
    /// The accounts of everyone who took part.
    pub holders: Vec<Holder>,
    /// Expectations that were checked, all of which held.
    pub checks: u32,
}

fn as_text<T: ToString, S: serde::Serializer>(amount: &T, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&amount.to_string())
}

impl Step {
    /// Returns the step that the receipts are of.
    pub fn new(
        by: &str,
        what: &str,
        times: u32,
        receipts: &[Receipt],
        transfer_fee: Balance,
    ) -> Self {
        let fee = receipts.iter().map(|receipt| receipt.fee).sum();
        Self {
            by: by.into(),
            what: what.into(),
            times,
            fee,
            transfers_each: each(fee, times, transfer_fee),
            deposit: receipts.iter().map(|receipt| receipt.deposit).sum(),
        }
    }

    /// Returns the step in one line.
    pub fn line(&self) -> String {
        let mut line = format!("{:<9} {:<58} fee {}", self.by, self.what, units(self.fee));
        if self.deposit != 0 {
            line += &format!(", deposit {}", signed_units(self.deposit));
        }
        line
    }
}

impl Summary {
    /// Sums up so many payments, for which these fees were paid.
    pub fn new(what: &str, payments: u32, fees: Balance, transfer_fee: Balance) -> Self {
        Self {
            what: what.into(),
            payments,
            fees,
            transfers_each: each(fees, payments, transfer_fee),
        }
    }

    /// Returns the summary in one line.
    pub fn line(&self) -> String {
        format!(
            "{} {}: {:.4} transfers each, all calls included",
            self.payments, self.what, self.transfers_each
        )
    }
}

fn each(fees: Balance, times: u32, transfer_fee: Balance) -> f64 {
    fees as f64 / transfer_fee as f64 / f64::from(times)
}

impl Report {
    /// Returns tables of what each step costs next to a plain transfer, and of who has what.
    pub fn tables(&self) -> String {
        let mut text = format!(
            "\nWhat it costs (a plain transfer: {} UNIT)\n{:<70} {:>17} {:>15} {:>18}\n",
            units(self.transfer_fee),
            "",
            "fee in UNIT",
            "transfers each",
            "deposit in UNIT"
        );
        for step in &self.steps {
            let what = format!("{}: {}", step.by, step.what);
            text += &format!(
                "{what:<70} {:>17} {:>15.3} {:>18}\n",
                units(step.fee),
                step.transfers_each,
                signed_units(step.deposit)
            );
        }
        for summary in &self.summaries {
            text += &format!("{}\n", summary.line());
        }
        text += &format!(
            "\nWho has what, in UNIT\n{:<12} {:>17} {:>17} {:>17} {:>17} {:>17}\n",
            "", "before", "earned", "fees", "deposits", "after"
        );
        for holder in &self.holders {
            text += &format!(
                "{:<12} {:>17} {:>17} {:>17} {:>17} {:>17}\n",
                holder.name,
                units(holder.before),
                signed_units(holder.earned),
                units(holder.fees),
                signed_units(holder.deposits),
                units(holder.after)
            );
        }
        text += &format!(
            "\nAll {} checks held; all sums agree to the last unit.",
            self.checks
        );
        text
    }
}

/// Returns an amount in UNIT, exact, with no more decimals than it needs.
pub fn units(amount: Balance) -> String {
    let decimals = format!("{:012}", amount % UNIT);
    let decimals = decimals.trim_end_matches('0');
    match decimals {
        "" => format!("{}", amount / UNIT),
        _ => format!("{}.{decimals}", amount / UNIT),
    }
}

/// Writes the same of an amount that may be negative.
pub fn signed_units(amount: i128) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    format!("{sign}{}", units(amount.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_exact() {
        assert_eq!(units(0), "0");
        assert_eq!(units(1), "0.000000000001");
        assert_eq!(units(UNIT / 50), "0.02");
        assert_eq!(units(12 * UNIT), "12");
        assert_eq!(signed_units(-3 * UNIT as i128 / 2), "-1.5");
    }
}
