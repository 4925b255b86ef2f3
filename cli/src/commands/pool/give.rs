//! Money that goes in.

use super::at;
use crate::{
    outcome::Outcome,
    session::Session,
    values::{named_amount, When},
};
use farthing_client::{Account, Call, Error};
use farthing_contracts::pool::{
    events::{Arrival, Arrived, Donations, Gift},
    sponsors::Pledge,
};
use farthing_types::{commitment, Balance};
use ink::codegen::TraitCallBuilder;

pub async fn donate(
    session: &mut Session,
    name: &str,
    amount: Balance,
    donor: Option<String>,
    memo: Option<String>,
) -> Outcome {
    let (address, mut pool) = at(session, name).await?;
    let memo = memo.map(|memo| commitment::blake2_256(memo.as_bytes()));
    let terms = session.client.read(pool.call().overview()).await?.terms;
    let whom = match &terms.beneficiaries[..] {
        [one] => Account::from(one.account).to_string(),
        all => format!("{} beneficiaries", all.len()),
    };
    let words = format!(
        "Give {} to pool {name}, \"{}\", for {whom}",
        session.unit(amount),
        terms.title
    );
    let done = match donor {
        None => {
            let message = pool.call_mut().donate(memo);
            session.act(&words, Call::new(message, amount)).await?
        }
        Some(donor) => {
            let donor = session.account_of(&donor).await?;
            let message = pool.call_mut().donate_for(donor.id(), memo);
            session.act(&words, Call::new(message, amount)).await?
        }
    };
    for event in done.receipt.events_of::<Donations>(address) {
        for donation in event.donations {
            let matched: Balance = donation.matched.iter().map(|one| one.amount).sum();
            if matched > 0 {
                let words = format!("Sponsors added {}", session.unit(matched));
                session.output.say(words);
            }
            session.output.field("matched", matched.to_string());
        }
    }
    Ok(())
}

pub async fn donate_many(session: &mut Session, name: &str, given: &[String]) -> Outcome {
    let (_, mut pool) = at(session, name).await?;
    let mut gifts = Vec::new();
    let mut sum: Balance = 0;
    for pair in given {
        let no_gift = || format!("\"{pair}\" is no gift: write ACCOUNT=AMOUNT.");
        let (donor, amount) = named_amount(pair, no_gift)?;
        let amount = amount.of(session.token())?;
        sum = sum.saturating_add(amount);
        gifts.push(Gift {
            donor: session.account_of(&donor).await?.id(),
            amount,
            memo: None,
        });
    }
    let words = format!(
        "Hand in {} gifts of {} to pool {name}",
        gifts.len(),
        session.unit(sum)
    );
    let message = pool.call_mut().donate_many(gifts);
    session.send(&words, message, sum).await
}

pub async fn sponsor(
    session: &mut Session,
    name: &str,
    amount: Balance,
    ratio: u32,
    per_donor: Balance,
    until: Option<When>,
) -> Outcome {
    let (address, mut pool) = at(session, name).await?;
    if let Some(When::After(_)) = until {
        return Err(Error::Input(
            "Say a day until when the sponsorship matches donations, such as 2027-01-31, so that the same command always means the same.".into(),
        )
        .into());
    }
    let pledge = Pledge {
        ratio,
        per_donor,
        until: until.map(|until| until.from(0)),
    };
    let words = format!("Sponsor pool {name} with {}", session.unit(amount));
    let message = pool.call_mut().sponsor(pledge);
    let done = session.act(&words, Call::new(message, amount)).await?;
    for event in done.receipt.events_of::<Arrived>(address) {
        if let Arrival::Sponsorship { sponsor, .. } = event.arrival {
            session.output.say(format!("You are sponsor {sponsor}"));
            session.output.field("sponsor", sponsor);
        }
    }
    Ok(())
}

pub async fn grant(session: &mut Session, name: &str, amount: Balance) -> Outcome {
    let (_, mut pool) = at(session, name).await?;
    let words = format!("Grant {} to pool {name}, for good", session.unit(amount));
    session.send(&words, pool.call_mut().grant(), amount).await
}

pub async fn take_in(session: &mut Session, name: &str) -> Outcome {
    let (address, mut pool) = at(session, name).await?;
    let words = format!("Take in what reached pool {name} in other ways");
    let message = pool.call_mut().take_in();
    let done = session.act(&words, Call::new(message, 0)).await?;
    for event in done.receipt.events_of::<Arrived>(address) {
        if let Arrival::Surplus { amount } = event.arrival {
            session
                .output
                .say(format!("{} came in", session.unit(amount)));
            session.output.field("amount", amount.to_string());
        }
    }
    Ok(())
}
