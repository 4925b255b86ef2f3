//! Runs calls on the contract and on the model, and compares after each.

use super::{
    action::{Action, Answer, Call, Who, CONTRACT, PEOPLE},
    books::{Books, Event, Told},
    papers::Desk,
};
use crate::channels::world::*;
use ::channels::events::PausedUntil;
use std::{mem, sync::OnceLock};

/// What everyone begins with.
const FUNDS: Balance = 1_000_000_000 * UNIT;
/// What the contract keeps of an account, and of a channel.
const RECORD: i128 = PER_ITEM + 17 * PER_BYTE;
const CHANNEL: i128 = PER_ITEM + 88 * PER_BYTE;

/// The contract on a chain, and the model beside it.
pub struct Driver {
    pub w: World,
    pub books: Books,
    pub desk: Desk,
    /// What everyone had on the chain at first, the contract last, and what there was in all.
    begun: Vec<Balance>,
    issuance: Balance,
}

impl Driver {
    pub fn new() -> Self {
        let mut w = new_world();
        let people = vec![
            w.alice.clone(),
            w.bob.clone(),
            w.carol.clone(),
            w.guardian.clone(),
        ];
        let mut ids: Vec<AccountId> = people.iter().map(Account::id).collect();
        ids.push(w.channels.id.clone());
        let begun = ids.iter().map(|id| w.chain.total_balance(id)).collect();
        Self {
            books: Books::new(ids.iter().map(AsInk::ink).collect()),
            desk: Desk::new(people, w.channels.place.clone()),
            issuance: w.chain.total_issuance(),
            begun,
            w,
        }
    }

    /// Everything within goes into one block, but for jumps.
    pub fn in_one_block(&mut self, act: impl FnOnce(&mut Self)) {
        let mut chain = mem::take(&mut self.w.chain);
        chain.in_one_block(|chain| {
            mem::swap(chain, &mut self.w.chain);
            act(self);
            mem::swap(chain, &mut self.w.chain);
        });
        self.w.chain = chain;
    }

    /// Runs one call, and says what it answered or why not.
    ///
    /// # Panics
    /// If contract and model disagree about anything.
    pub fn run(&mut self, call: &Call) -> Result<Answer, Error> {
        self.books.now = self.w.chain.now();
        let mut next = self.books.clone();
        let expected = next.apply(call);
        match call.action {
            Action::Sign { .. } => {
                self.books = next;
                return Ok(Answer::Nothing);
            }
            Action::Jump { to } => {
                self.w.chain.seal_at(to);
                self.books.now = to;
                return Ok(Answer::Nothing);
            }
            _ => {}
        }
        match (expected, self.send(call)) {
            (Ok((answer, told)), Ok((is, receipt))) => {
                assert_eq!(is, answer, "the answer");
                self.check_told(call, told, &receipt, &next);
                self.check_deposit(&next, &receipt);
                let spent = &mut next.spent[call.signer];
                spent.fees += receipt.fee;
                spent.locked += receipt.deposit;
                self.books = next;
                self.books.check();
                self.check_money();
                self.check_touched(call);
                Ok(answer)
            }
            (Err(error), Err(Failure::Contract(is))) => {
                assert_eq!(is, error, "the error");
                // It was sent all the same, which changed nothing and cost its fee.
                let fee = self.left() - self.w.chain.total_issuance();
                assert!(fee > 0, "the chain worked for free");
                self.books.spent[call.signer].fees += fee;
                Err(error)
            }
            (expected, is) => panic!("expected {expected:?}, and it was {is:?}"),
        }
    }

    fn send(&mut self, call: &Call) -> Result<(Answer, Receipt), Failure<Error>> {
        let (signer, value) = (self.desk.people[call.signer].clone(), call.value);
        let (w, ids) = (&mut self.w, &self.books.ids);
        let accounts = |list: &[Who]| list.iter().map(|who| ids[*who]).collect::<Vec<_>>();
        let mut to = w.channels.contract.clone();
        let to = to.call_mut();
        let nothing = |((), receipt)| (Answer::Nothing, receipt);
        match &call.action {
            Action::Deposit => w.call(&signer, to.deposit(), value).map(nothing),
            Action::Withdraw { amount } => w
                .call(&signer, to.withdraw(*amount), value)
                .map(|(sent, receipt)| (Answer::Sent(sent), receipt)),
            Action::Leave => w.call(&signer, to.leave(), value).map(nothing),
            Action::Open { channels } => {
                let desk = &self.desk;
                let channels = channels.iter().map(|(payee, offer)| {
                    let public = desk.public(offer.key, call.signer);
                    (ids[*payee], offer.terms(public))
                });
                w.call(&signer, to.open(channels.collect()), value)
                    .map(|(epochs, receipt)| (Answer::Epochs(epochs), receipt))
            }
            Action::TopUp { payee, amount } => w
                .call(&signer, to.top_up(ids[*payee], *amount), value)
                .map(nothing),
            Action::Exit { payees } => w
                .call(&signer, to.exit(accounts(payees)), value)
                .map(nothing),
            Action::Clear { payees } => w
                .call(&signer, to.clear(accounts(payees)), value)
                .map(nothing),
            Action::CloseTogether {
                payee,
                amount,
                consent,
            } => {
                let signature = self.desk.consent((call.signer, *payee), *amount, consent);
                let message = to.close_together(ids[*payee], *amount, signature);
                w.call(&signer, message, value).map(nothing)
            }
            Action::Claim { payee, papers } => {
                let vouchers = papers.iter().map(|paper| self.desk.voucher(paper));
                w.call(&signer, to.claim(ids[*payee], vouchers.collect()), value)
                    .map(|(outcomes, receipt)| (Answer::Outcomes(outcomes), receipt))
            }
            Action::Close { payers } => w
                .call(&signer, to.close(accounts(payers)), value)
                .map(nothing),
            Action::Pause { duration } => w.call(&signer, to.pause(*duration), value).map(nothing),
            Action::Resume => w.call(&signer, to.resume(), value).map(nothing),
            Action::Send => {
                let sent = w.chain.transfer(&signer, &w.channels.id, value);
                Ok((Answer::Nothing, sent.map_err(Failure::Chain)?))
            }
            Action::Sign { .. } | Action::Jump { .. } => unreachable!("takes no transaction"),
        }
    }

    // ---- Receipts ----

    fn check_told(&self, call: &Call, told: Told, receipt: &Receipt, next: &Books) {
        let account = self.books.ids[call.signer];
        let count = usize::from(told != Told::Nothing);
        assert_eq!(receipt.events.len(), count, "events");
        match told {
            Told::Nothing => {}
            Told::Deposited(amount) => {
                let events = receipt.events_of::<Deposited>();
                assert_eq!((events[0].account, events[0].amount), (account, amount));
            }
            Told::Withdrawn(amount) => {
                let events = receipt.events_of::<Withdrawn>();
                assert_eq!((events[0].account, events[0].amount), (account, amount));
            }
            Told::PausedUntil(until) => {
                assert_eq!(receipt.events_of::<PausedUntil>()[0].until, until);
            }
            Told::Channels(deposited, changes) => {
                let events = receipt.events_of::<ChannelsChanged>();
                assert_eq!(events[0].deposited, deposited, "the deposit told");
                let changes: Vec<_> = changes
                    .into_iter()
                    .map(|one| self.change(one, next))
                    .collect();
                assert_eq!(events[0].changes, changes, "the changes told");
            }
        }
    }

    fn change(&self, ((payer, payee), epoch, mut change): Event, next: &Books) -> ChannelChange {
        if let Change::Opened(terms) = &mut change {
            let key = next.lives[epoch as usize - 1].offer.key;
            terms.signer = self.desk.public(key, payer);
        }
        ChannelChange {
            payer: self.books.ids[payer],
            payee: self.books.ids[payee],
            epoch,
            change,
        }
    }

    /// The signer locks a deposit for each new item, and gets it back for each that is gone.
    fn check_deposit(&self, next: &Books, receipt: &Receipt) {
        let grown = |after: usize, before: usize| after as i128 - before as i128;
        let records = grown(next.records.len(), self.books.records.len());
        let channels = grown(next.standing.len(), self.books.standing.len());
        let expected = RECORD * records + CHANNEL * channels;
        // The chain gives back shares of all that is locked for items and for bytes, and rounds both.
        let rounded = if records < 0 || channels < 0 { 2 } else { 0 };
        assert!(
            (0..=rounded).contains(&(receipt.deposit - expected)),
            "a deposit of {} and not {expected}",
            receipt.deposit
        );
    }

    // ---- The chain's state ----

    /// What there must be in all: fees are burnt.
    fn left(&self) -> Balance {
        let fees: Balance = self.books.spent.iter().map(|one| one.fees).sum();
        self.issuance - fees
    }

    /// All money on the chain, and what the contract says it owes and holds.
    fn check_money(&mut self) {
        let (w, spent) = (&mut self.w, &self.books.spent);
        let fees: Balance = spent.iter().map(|one| one.fees).sum();
        assert_eq!(
            w.chain.total_issuance(),
            self.issuance - fees,
            "money there is"
        );
        let moved = |money: Balance, by: i128| money.checked_add_signed(by).expect("enough money");
        for (who, one) in spent.iter().enumerate() {
            let gone = one.locked + one.put_in + (one.fees + one.forced) as i128;
            let is = w.chain.total_balance(&self.desk.people[who].id());
            assert_eq!(is, moved(self.begun[who], -gone), "the balance of {who}");
        }
        let locked: i128 = spent.iter().map(|one| one.locked).sum();
        let (owed, forced) = (self.books.owed(), self.books.forced());
        let is = w.chain.total_balance(&w.channels.id);
        let expected = moved(self.begun[CONTRACT], locked) + owed + forced;
        assert_eq!(is, expected, "the contract's balance");
        let solvency = w.channels.solvency(&mut w.chain);
        assert_eq!(solvency, (owed, owed + forced), "owed and held");
    }

    fn check_touched(&mut self, call: &Call) {
        let who = call.signer;
        self.check_records(&[who]);
        match &call.action {
            Action::Open { channels } => {
                let payees: Vec<Who> = channels.iter().map(|one| one.0).collect();
                self.check_channels(&pairs_from(who, &payees));
            }
            Action::TopUp { payee, .. } => {
                self.check_channels(&[(who, *payee)]);
            }
            Action::Exit { payees } | Action::Clear { payees } => {
                self.check_channels(&pairs_from(who, payees));
            }
            Action::CloseTogether { payee, .. } => {
                self.check_records(&[*payee]);
                self.check_channels(&[(who, *payee)]);
            }
            Action::Claim { payee, papers } => {
                if *payee != who {
                    self.check_records(&[*payee]);
                }
                let pairs: Vec<_> = papers.iter().map(|one| (one.payer, *payee)).collect();
                self.check_channels(&pairs);
            }
            Action::Close { payers } => {
                let pairs: Vec<_> = payers.iter().map(|payer| (*payer, who)).collect();
                self.check_channels(&pairs);
            }
            _ => {}
        }
    }

    fn check_records(&mut self, list: &[Who]) -> Balance {
        let mut sum = 0;
        for who in list {
            let expected = self.books.records.get(who);
            let expected = expected.map(|record| (record.free, record.own));
            let message = self
                .w
                .channels
                .contract
                .call()
                .account(self.books.ids[*who]);
            let record = self.w.chain.read(message);
            sum += record.as_ref().map_or(0, |one| one.free);
            let is = record.map(|one| (one.free, one.paid_by_owner));
            assert_eq!(is, expected, "the record of {who}");
        }
        sum
    }

    /// Compares channels, and returns what is left in them.
    fn check_channels(&mut self, pairs: &[(Who, Who)]) -> Balance {
        let mut pairs = pairs.to_vec();
        pairs.sort();
        pairs.dedup();
        let mut sum = 0;
        for pair in pairs {
            let expected = self.books.life(pair).map(|life| Channel {
                epoch: self.books.epoch(pair).unwrap_or(0),
                signer: self.desk.public(life.offer.key, pair.0),
                reserve: life.offer.reserve,
                claimed: life.paid,
                delay: life.offer.delay,
                end: life.end.unwrap_or(Millis::MAX),
            });
            let (payer, payee) = (self.books.ids[pair.0], self.books.ids[pair.1]);
            let message = self.w.channels.contract.call().channel(payer, payee);
            let is = self.w.chain.read(message);
            assert_eq!(is, expected, "the channel of {pair:?}");
            sum += is.map_or(0, |one| one.reserve - one.claimed);
        }
        sum
    }

    /// Compares everything there is, and adds it up.
    pub fn compare(&mut self) {
        self.books.now = self.w.chain.now();
        let everyone: Vec<Who> = (0..PEOPLE).collect();
        let free = self.check_records(&everyone);
        let pairs = everyone.iter().flat_map(|who| pairs_from(*who, &everyone));
        let pairs: Vec<_> = pairs.filter(|(payer, payee)| payer != payee).collect();
        let rests = self.check_channels(&pairs);
        let (owed, held) = self.w.channels.solvency(&mut self.w.chain);
        assert_eq!(free + rests, owed, "what is owed in all");
        assert!(owed <= held, "insolvent");
        let overview = self.w.channels.contract.call().overview();
        let overview = self.w.chain.read(overview);
        let guardian = self.books.ids[PEOPLE - 1];
        assert_eq!(overview.genesis, self.w.channels.place.genesis);
        assert_eq!(overview.guardian, Some(guardian));
        assert_eq!(overview.paused_until, self.books.paused(), "the pause");
        assert_eq!(overview.epochs, self.books.lives.len() as u64, "epochs");
    }
}

fn pairs_from(payer: Who, payees: &[Who]) -> Vec<(Who, Who)> {
    payees.iter().map(|payee| (payer, *payee)).collect()
}

/// As [`world`], with much money, and without deriving the keys again.
fn new_world() -> World {
    // Deriving keys from names takes longer than a hundred calls.
    static NAMED: OnceLock<[Account; 5]> = OnceLock::new();
    let names = ["alice", "bob", "carol", "guardian", "deployer"];
    let named = NAMED.get_or_init(|| names.map(Account::named));
    let [alice, bob, carol, guardian, deployer] = named.clone();
    let mut chain = Chain::new();
    for account in named {
        chain.mint(&account.id(), FUNDS);
    }
    let channels = Channels::deploy(&mut chain, &deployer, Some(&guardian.id()));
    World {
        chain,
        channels,
        alice,
        bob,
        carol,
        guardian,
        phone: Signer::from_seed(&[7; 32]),
    }
}
