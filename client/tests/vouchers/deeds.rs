//! What payers and the payee do, each beside what the model says of it.

use crate::{
    scene::{line_of, name_of, voucher_key, Life, Scene, DELAY},
    steps::{Fate, LINES, PAYEE},
    world::{account, key},
};
use farthing_client::{
    wallet::{self, Doubt, Paper, Paying, Wanted},
    Account, Call,
};
use farthing_contracts::channels::{
    channel::{Channel, Terms},
    messages::{Life as Named, Opening},
};
use farthing_types::{
    voucher::{ChannelId, Closing, Signature},
    Millis,
};
use ink::codegen::TraitCallBuilder;

/// What the payee wants.
fn wanted() -> Wanted {
    Wanted {
        closer: account(PAYEE).0,
        min_delay: DELAY,
        at_least: 0,
    }
}

impl Scene<'_> {
    pub(super) async fn open_anew(&mut self, line: usize, reserve: u128) -> Option<()> {
        let (payer, lane) = LINES[line];
        let chain = &self.world.client.chain;
        let epoch = chain.block_time().await.unwrap();
        let opening = Opening {
            payee: account(PAYEE).id(),
            lane,
            terms: Terms {
                reserve,
                signer: voucher_key(payer).account().0,
                closer: account(PAYEE).0,
                delay: DELAY,
            },
        };
        self.unsee(line);
        let message = self.channels().call_mut().open(epoch, vec![opening]);
        let opened = self.world.act(payer, Call::new(message, reserve)).await;
        opened.ok()?;
        let (_, channel) = self.channel(line).await;
        let id = self.id(line, &channel?);
        let contract = self.place().contract;
        self.wallet(payer).opened(contract, &id).unwrap();
        let life = Life {
            is_known: true,
            ..Life::default()
        };
        assert!(
            self.lives.insert(name_of(&id), life).is_none(),
            "a life is used once"
        );
        Some(())
    }

    /// Before and after something is done to a channel.
    fn unsee(&self, line: usize) {
        let (payer, lane) = LINES[line];
        let contract = self.place().contract;
        let unseen = self.wallet(payer).unsee(contract, account(PAYEE), lane);
        unseen.unwrap();
    }

    pub(super) async fn top_up(&mut self, line: usize, more: u128) -> Option<()> {
        let (payer, lane) = LINES[line];
        let epoch = self.open(line).await?.epoch;
        self.unsee(line);
        let (from, to) = (account(payer).id(), account(PAYEE).id());
        let message = self.channels().call_mut().top_up(from, to, lane, epoch);
        self.world.act(payer, Call::new(message, more)).await.ok()?;
        Some(())
    }

    pub(super) async fn pay(&mut self, line: usize, amount: u128, fate: Fate) -> Option<()> {
        let (payer, lane) = LINES[line];
        let contract = self.place().contract;
        let mut wallet = self.wallet(payer);
        let seen = wallet.seen(contract, account(PAYEE), lane, amount, wallet::clock());
        let channel = match seen {
            Some(seen) => seen.channel,
            None => {
                let channel = self.open(line).await.filter(|found| found.end.is_none())?;
                wallet.saw(contract, account(PAYEE), lane, &channel, wallet::clock());
                channel
            }
        };
        let id = self.id(line, &channel);
        let life = self.lives.get_mut(&name_of(&id)).unwrap();
        let (promised, before) = wallet.promised(contract, &id);
        assert!(promised <= life.signed.max(channel.claimed));
        let begun = match wallet.begin(contract, &id, &channel, amount, None) {
            Ok(begun) => begun,
            Err(wallet::Error::Begun { .. }) => {
                settle(&mut wallet, contract, &id, life);
                return None;
            }
            Err(wallet::Error::ReserveTooLow { reserve, promised }) => {
                assert!(promised + amount > reserve);
                return None;
            }
            Err(other) => panic!("{other}"),
        };
        if before.as_ref() != Some(&begun) {
            life.meant += amount;
            // From what is known on, and never from less than was claimed.
            assert_eq!(begun.cumulative, promised.max(channel.claimed) + amount);
        }
        assert!(begun.cumulative <= channel.reserve);
        let doubt = wallet.doubt(contract, &id).cloned();
        assert!(
            !life.is_restored
                || matches!(doubt, Some(Doubt::Restored { .. } | Doubt::Behind { .. }))
        );
        if fate == Fate::Begun {
            return Some(());
        }
        let is_known = life.is_known && doubt.is_none();
        let signer = voucher_key(payer);
        let paper = wallet.paper(contract, &id, &begun, |bytes| signer.sign(bytes));
        life.signed = life.signed.max(begun.cumulative);
        life.papers.push(paper.clone());
        if fate != Fate::HandedOut {
            wallet.finish(contract, &id).unwrap();
        }
        drop(wallet);
        if fate == Fate::Delivered {
            let came = self.deliver(line, &paper).await;
            // Whoever knows all that was promised signs nothing that is worth less than it says.
            let is_worth = match &came {
                Ok(new) => *new >= amount,
                Err(error) => !matches!(error, wallet::Error::NothingNew { .. }),
            };
            assert!(
                is_worth || !is_known || self.payee_forgot,
                "{came:?} of {amount}"
            );
        }
        Some(())
    }

    /// The payee is handed a voucher, and looks at the chain; returns what is new.
    pub(super) async fn deliver(
        &mut self,
        line: usize,
        paper: &Paper,
    ) -> Result<u128, wallet::Error> {
        let (now, channel) = self.channel(line).await;
        let contract = self.place().contract;
        let taken = self
            .payee()
            .take(paper, contract, &wanted(), channel.as_ref(), now);
        let (id, cumulative) = (&paper.voucher.channel, paper.voucher.cumulative);
        let claimed = channel.as_ref().map_or(0, |channel| channel.claimed);
        let is_open = channel
            .as_ref()
            .is_some_and(|channel| channel.epoch == id.epoch && !channel.is_over(now));
        let life = self.lives.get_mut(&name_of(id)).unwrap();
        let before = life.kept.max(claimed);
        match &taken {
            Ok(received) => {
                assert!(is_open && cumulative > before);
                assert_eq!(
                    (received.new, received.total),
                    (cumulative - before, cumulative)
                );
                life.served += received.new;
                life.kept = cumulative;
            }
            Err(wallet::Error::Ending { .. }) => {
                assert!(is_open && cumulative > before);
                life.unserved += cumulative - before;
                life.kept = cumulative;
            }
            Err(wallet::Error::NothingNew { .. }) => assert!(cumulative <= before),
            Err(wallet::Error::NoChannel(_)) => assert!(!is_open),
            Err(wallet::Error::Agreed { amount, .. }) => assert!(cumulative > *amount),
            Err(other) => panic!("{other}"),
        }
        taken.map(|received| received.new)
    }

    /// Claims all vouchers that are worth something. Somebody else pays the fee.
    pub async fn claim(&mut self) -> Option<()> {
        let papers = self.payee().kept().best(self.place().contract);
        let (now, channels) = self.all().await;
        let worth = papers.into_iter().filter(|paper| {
            let id = &paper.voucher.channel;
            let line = (0..LINES.len()).find(|line| line_of(*line) == (id.payer, id.lane));
            paper.due(channels[line.unwrap()].as_ref(), now) > 0
        });
        let worth: Vec<_> = worth.collect();
        (!worth.is_empty()).then_some(())?;
        let vouchers = worth.iter().map(Paper::signed);
        let to = account(PAYEE).id();
        let message = self.channels().call_mut().claim(to, vouchers.collect());
        let came = self.world.act("Dave", Call::new(message, 0)).await.unwrap();
        assert!(came.iter().all(Result::is_ok), "{came:?}");
        let (now, channels) = self.all().await;
        for (line, channel) in channels.into_iter().enumerate() {
            let Some(channel) = channel.filter(|found| !found.is_over(now)) else {
                continue;
            };
            let life = &self.lives[&name_of(&self.id(line, &channel))];
            assert!(channel.claimed >= life.kept, "{life:?} {channel:?}");
        }
        Some(())
    }

    fn named(&self, other: &str, line: usize, channel: &Channel) -> Named {
        Named {
            other: account(other).id(),
            lane: LINES[line].1,
            epoch: channel.epoch,
        }
    }

    pub(super) async fn exit(&mut self, line: usize) -> Option<()> {
        let (payer, channel) = (LINES[line].0, self.open(line).await?);
        self.unsee(line);
        let lives = vec![self.named(PAYEE, line, &channel)];
        let message = self.channels().call_mut().exit(lives);
        let came = self.world.act(payer, Call::new(message, 0)).await.ok()?;
        came[0].is_ok().then_some(())
    }

    pub(super) async fn clear(&mut self, line: usize) -> Option<()> {
        let (payer, (_, channel)) = (LINES[line].0, self.channel(line).await);
        let lives = vec![self.named(PAYEE, line, &channel?)];
        let message = self.channels().call_mut().clear(lives);
        let came = self.world.act(payer, Call::new(message, 0)).await.ok()?;
        came[0].is_ok().then_some(())
    }

    /// The payee closes, having claimed before.
    pub(super) async fn close(&mut self, line: usize) -> Option<()> {
        self.open(line).await?;
        self.claim().await;
        let channel = self.open(line).await?;
        let lives = vec![self.named(LINES[line].0, line, &channel)];
        let message = self.channels().call_mut().close(lives);
        let came = self.world.act(PAYEE, Call::new(message, 0)).await.ok()?;
        came[0].is_ok().then_some(())
    }

    /// The payee signs that the channel may be closed for what is theirs by now.
    pub(super) async fn agree(&mut self, line: usize, valid: Millis) -> Option<()> {
        let (now, channel) = self.channel(line).await;
        let channel = channel.filter(|found| !found.is_over(now))?;
        let id = self.id(line, &channel);
        let life = &self.lives[&name_of(&id)];
        let closing = Closing {
            channel: id.clone(),
            amount: life.kept.max(channel.claimed),
            expires: now.time + valid,
        };
        let contract = self.place().contract;
        let mut wallet = self.payee();
        if life.kept > 0 {
            let less = wallet.agree(contract, &id, life.kept - 1, closing.expires, false);
            assert!(matches!(less, Err(wallet::Error::GivesAway { .. })));
        }
        let agreed = wallet.agree(contract, &id, closing.amount, closing.expires, false);
        agreed.unwrap();
        let signature = Signature {
            bytes: key(PAYEE).sign(&closing.payload(&self.place())),
            wrapped: false,
        };
        let life = self.lives.get_mut(&name_of(&id)).unwrap();
        life.closings.push((closing, signature));
        Some(())
    }

    pub(super) async fn close_together(&mut self, line: usize) -> Option<()> {
        let (payer, lane) = LINES[line];
        let channel = self.open(line).await?;
        let id = self.id(line, &channel);
        let (closing, signature) = self.lives[&name_of(&id)].closings.last()?.clone();
        self.unsee(line);
        let message = self.channels().call_mut().close_together(
            account(PAYEE).id(),
            lane,
            closing.amount,
            closing.expires,
            signature,
        );
        self.world.act(payer, Call::new(message, 0)).await.ok()?;
        // All that the payee served for is paid. The channel's record may be gone with it.
        assert!(closing.amount >= self.lives[&name_of(&id)].served);
        Some(())
    }

    /// The payer takes over the payee's best voucher, or hears that there is none.
    pub(super) async fn sync(&mut self, line: usize) -> Option<()> {
        let channel = self.open(line).await?;
        let (id, contract) = (self.id(line, &channel), self.place().contract);
        let best = self.payee().kept().best_of(contract, &id);
        let mut wallet = self.wallet(LINES[line].0);
        let (before, _) = wallet.promised(contract, &id);
        let adopted = match &best {
            Some(best) => wallet.adopt(contract, &channel, best).unwrap(),
            None => wallet.trust(contract, &id, &channel).unwrap(),
        };
        assert_eq!(adopted.before, before);
        assert!(adopted.now >= before);
        let doubt = wallet.compare(contract, &id, &channel, wallet::clock());
        let life = self.lives.get_mut(&name_of(&id)).unwrap();
        assert!(adopted.now <= life.signed.max(channel.claimed));
        let best = best.map_or(0, |best| best.voucher.cumulative);
        let (promised, _) = wallet.promised(contract, &id);
        assert!(promised >= best);
        assert!(promised >= channel.claimed || self.payee_forgot);
        // The payee cannot tell of what is still underway.
        life.is_known = promised >= life.signed.max(channel.claimed);
        assert_eq!(best, life.kept);
        life.is_restored = doubt.unwrap().is_some() && life.is_restored;
        Some(())
    }
}

/// Says what became of a payment that was interrupted, as it was.
fn settle(wallet: &mut Paying, contract: Account, id: &ChannelId<Account>, life: &Life) {
    let (_, begun) = wallet.promised(contract, id);
    let cumulative = begun.unwrap().cumulative;
    let mut papers = life.papers.iter();
    match papers.any(|paper| paper.voucher.cumulative == cumulative) {
        true => wallet.finish(contract, id).unwrap(),
        false => wallet.abandon(contract, id).unwrap(),
    }
}
