//! Whether the story came out the same on a node and on the embedded chain: every change of a balance
//! and every deposit. Fees may differ, as a node's depend on how full its blocks were.

use crate::report::{signed_units, units, Holder, Report, Step};
use farthing_chain::Balance;
use serde::Serialize;

/// What the chain may round by whenever it gives a deposit back.
const ROUNDING: u128 = 2;

/// The reports of the same story on both chains, and where they differ.
#[derive(Serialize)]
pub struct Comparison {
    /// As it was on the node.
    pub node: Report,
    /// As it was on the embedded chain, at the same times.
    pub embedded: Report,
    /// What is not the same and should be; empty if all is well.
    pub differences: Vec<Difference>,
}

/// Something that is not the same.
#[derive(Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The figure that differs.
    pub what: String,
    /// Its value on the node.
    pub node: String,
    /// Its value on the embedded chain.
    pub embedded: String,
}

impl Comparison {
    /// Compares everyone who takes part, and every step.
    pub fn new(node: Report, embedded: Report) -> Self {
        let mut found = Vec::new();
        same(&mut found, "steps", node.steps.len(), embedded.steps.len());
        let (checks, others) = (node.checks, embedded.checks);
        same(&mut found, "checks", checks, others);
        for (one, other) in node.steps.iter().zip(&embedded.steps) {
            compare_steps(&mut found, one, other);
        }
        let (holders, others) = (node.holders.len(), embedded.holders.len());
        same(&mut found, "people and contracts", holders, others);
        for (one, other) in node.holders.iter().zip(&embedded.holders) {
            let refunds = node.steps.iter().filter(|step| step.by == one.name);
            compare_holders(&mut found, one, other, refunds.map(tolerance).sum());
        }
        Self {
            node,
            embedded,
            differences: found,
        }
    }

    /// Returns the node's tables, then how the other chain's compare.
    pub fn tables(&self) -> String {
        let row = |what: &str, node: &str, embedded: &str| {
            format!("{what:<70} {node:>20} {embedded:>20}\n")
        };
        let mut text = format!("{}\n\n", self.node.tables());
        text += &row("The same twice, in UNIT", "on the node", "embedded");
        for (one, other) in self.node.holders.iter().zip(&self.embedded.holders) {
            let (node, embedded) = (signed_units(one.earned), signed_units(other.earned));
            text += &row(&format!("{}: earned", one.name), &node, &embedded);
        }
        let (node, embedded) = (fees(&self.node), fees(&self.embedded));
        text += &row("all fees, which may differ", &units(node), &units(embedded));
        let (node, embedded) = (self.node.transfer_fee, self.embedded.transfer_fee);
        text += &row("a plain transfer", &units(node), &units(embedded));
        if self.differences.is_empty() {
            text += "\nEvery balance changed by the same, to the last unit, apart from fees; so did every deposit, but for the chain's rounding of those given back.";
            return text;
        }
        text += &row("\nWhat differs, and should not", "on the node", "embedded");
        for difference in &self.differences {
            text += &row(&difference.what, &difference.node, &difference.embedded);
        }
        text
    }
}

fn compare_steps(found: &mut Vec<Difference>, one: &Step, other: &Step) {
    let name = format!("{}: {}", one.by, one.what);
    let other_name = format!("{}: {}", other.by, other.what);
    same(found, "the step", name.clone(), other_name);
    same(found, &format!("{name}: times"), one.times, other.times);
    if one.deposit.abs_diff(other.deposit) > tolerance(one) {
        let (node, embedded) = (signed_units(one.deposit), signed_units(other.deposit));
        same(found, &format!("{name}: deposit"), node, embedded);
    }
}

fn compare_holders(found: &mut Vec<Difference>, one: &Holder, other: &Holder, rounding: u128) {
    let name = &one.name;
    same(found, "the name", name.clone(), other.name.clone());
    let (node, embedded) = (signed_units(one.earned), signed_units(other.earned));
    same(found, &format!("{name}: earned"), node, embedded);
    if one.deposits.abs_diff(other.deposits) > rounding {
        let (node, embedded) = (signed_units(one.deposits), signed_units(other.deposits));
        same(found, &format!("{name}: deposits"), node, embedded);
    }
}

/// Returns by how much a step's deposits may differ: by nothing, unless it has some back.
fn tolerance(step: &Step) -> u128 {
    match step.deposit < 0 {
        true => ROUNDING * u128::from(step.times),
        false => 0,
    }
}

fn fees(report: &Report) -> Balance {
    report.steps.iter().map(|step| step.fee).sum()
}

fn same<T: PartialEq + ToString>(found: &mut Vec<Difference>, what: &str, one: T, other: T) {
    if one != other {
        found.push(Difference {
            what: what.into(),
            node: one.to_string(),
            embedded: other.to_string(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(deposit: i128) -> Step {
        Step {
            by: "ada".into(),
            what: "does something".into(),
            times: 3,
            fee: 1,
            transfers_each: 1.0,
            deposit,
        }
    }

    fn report(earned: i128, deposit: i128, fee: Balance) -> Report {
        let holder = Holder {
            name: "ada".into(),
            before: 0,
            fees: fee,
            deposits: deposit,
            earned,
            after: 0,
        };
        Report {
            folder: String::new(),
            works: Vec::new(),
            transfer_fee: fee,
            steps: vec![Step {
                fee,
                ..step(deposit)
            }],
            summaries: Vec::new(),
            holders: vec![holder],
            checks: 1,
        }
    }

    fn differences(node: Report, embedded: Report) -> Vec<String> {
        let comparison = Comparison::new(node, embedded);
        let differences = comparison.differences.into_iter();
        differences.map(|difference| difference.what).collect()
    }

    #[test]
    fn fees_may_differ_and_balances_may_not() {
        assert!(differences(report(5, 7, 1), report(5, 7, 2)).is_empty());
        let found = differences(report(5, 7, 1), report(6, 7, 1));
        assert_eq!(found, ["ada: earned"]);
    }

    #[test]
    fn deposits_may_differ_by_rounding_when_they_come_back_only() {
        let found = differences(report(5, 7, 1), report(5, 8, 1));
        assert_eq!(found, ["ada: does something: deposit", "ada: deposits"]);
        assert!(differences(report(5, -7, 1), report(5, -13, 1)).is_empty());
        let found = differences(report(5, -7, 1), report(5, -14, 1));
        assert_eq!(found, ["ada: does something: deposit", "ada: deposits"]);
    }
}
