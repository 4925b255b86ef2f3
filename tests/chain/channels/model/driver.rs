//! Runs calls on the contract and on the model, and compares after each.

use super::{
    action::{Action, Answer, Call, LifeId, Line, Offer, Who, CONTRACT, GHOST, LANES, PEOPLE},
    books::{Books, Common, Event, Told},
    papers::Desk,
    rebuilt::Rebuilt,
};
use crate::channels::world::*;
use farthing_chain::Profile;
use farthing_contracts::channels::events::PausedUntil;
use std::{mem, sync::OnceLock};

/// What everyone begins with.
fn funds() -> Balance {
    100_000_000 * Profile::current().unit()
}

/// The contract on a chain, and the model beside it.
pub struct Driver {
    pub w: World,
    pub books: Books,
    pub desk: Desk,
    rebuilt: Rebuilt,
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
            ghost(),
        ];
        let mut ids: Vec<AccountId> = people.iter().map(Account::id).collect();
        ids.push(w.channels.id.clone());
        let begun = ids.iter().map(|id| w.chain.total_balance(id)).collect();
        Self {
            books: Books::new(ids.iter().map(AsInk::ink).collect(), w.now()),
            rebuilt: Rebuilt::new(&w.channels.deployment),
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
        self.books.now = self.w.now();
        let mut next = self.books.clone();
        let expected = next.apply(call);
        match call.action {
            Action::Sign { .. } => {
                self.books = next;
                return Ok(Answer::Nothing);
            }
            Action::Jump { to } => {
                self.w.until(to);
                self.books.now = self.w.now();
                return Ok(Answer::Nothing);
            }
            _ => {}
        }
        match (expected, self.send(call)) {
            (Ok((answer, told)), Ok((is, receipt))) => {
                assert_eq!(is, answer, "the answer");
                self.check_told(call, told, &receipt, &next);
                self.check_deposit(&next, &receipt);
                self.rebuilt.follow(&receipt);
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
        let (desk, ids) = (&self.desk, &self.books.ids);
        let w = &mut self.w;
        let openings = |payer: Who, channels: &[(Who, u32, Offer)]| {
            let opening = |(payee, lane, offer): &(Who, u32, Offer)| {
                let own = (*payee).min(GHOST);
                let signer = desk.public(offer.key, payer);
                Opening {
                    payee: ids[*payee],
                    lane: *lane,
                    terms: offer.terms(signer, desk.public(offer.closer, own)),
                }
            };
            channels.iter().map(opening).collect::<Vec<_>>()
        };
        let lives = |list: &[LifeId], others: fn(Line) -> Who| {
            let life = |(line, epoch): &LifeId| Life {
                other: ids[others(*line)],
                lane: line.2,
                epoch: *epoch,
            };
            list.iter().map(life).collect::<Vec<_>>()
        };
        let mut to = w.channels.contract.clone();
        let to = to.call_mut();
        let nothing = |((), receipt)| (Answer::Nothing, receipt);
        match &call.action {
            Action::Open { epoch, channels } => {
                let message = to.open(*epoch, openings(call.signer, channels));
                w.call(&signer, message, value).map(nothing)
            }
            Action::OpenFor {
                payer,
                epoch,
                channels,
            } => {
                let message = to.open_for(ids[*payer], *epoch, openings(*payer, channels));
                w.call(&signer, message, value).map(nothing)
            }
            Action::TopUp { life } => {
                let ((payer, payee, lane), epoch) = *life;
                let message = to.top_up(ids[payer], ids[payee], lane, epoch);
                w.call(&signer, message, value).map(nothing)
            }
            Action::Exit { lives: list } => {
                let done = w.call(&signer, to.exit(lives(list, |line| line.1)), value);
                done.map(|(ends, receipt)| (Answer::Ends(ends), receipt))
            }
            Action::Clear { lives: list } => {
                let done = w.call(&signer, to.clear(lives(list, |line| line.1)), value);
                done.map(|(rests, receipt)| (Answer::Rests(rests), receipt))
            }
            Action::Close { lives: list } => {
                let done = w.call(&signer, to.close(lives(list, |line| line.0)), value);
                done.map(|(rests, receipt)| (Answer::Rests(rests), receipt))
            }
            Action::CloseTogether {
                line,
                amount,
                expires,
                consent,
            } => {
                let signature = desk.consent(*line, *amount, *expires, consent);
                let (payee, lane) = (ids[line.1], line.2);
                let message = to.close_together(payee, lane, *amount, *expires, signature);
                w.call(&signer, message, value).map(nothing)
            }
            Action::Claim { payee, papers } => {
                let vouchers = papers.iter().map(|paper| desk.voucher(paper));
                w.call(&signer, to.claim(ids[*payee], vouchers.collect()), value)
                    .map(|(outcomes, receipt)| (Answer::Outcomes(outcomes), receipt))
            }
            Action::Withdraw { account } => w
                .call(&signer, to.withdraw(ids[*account]), value)
                .map(|(sent, receipt)| (Answer::Sent(sent), receipt)),
            Action::Pause { duration } => w.call(&signer, to.pause(*duration), value).map(nothing),
            Action::Resume => w.call(&signer, to.resume(), value).map(nothing),
            Action::Send | Action::Fund => {
                let to = match call.action {
                    Action::Send => w.channels.id.clone(),
                    _ => desk.people[GHOST].id(),
                };
                let sent = w.chain.transfer(&signer, &to, value);
                Ok((Answer::Nothing, sent.map_err(Failure::Chain)?))
            }
            Action::Sign { .. } | Action::Jump { .. } => unreachable!("takes no transaction"),
        }
    }

    // ---- Receipts ----

    fn check_told(&self, call: &Call, told: Told, receipt: &Receipt, next: &Books) {
        let ids = &self.books.ids;
        assert_eq!(receipt.events.len(), told.count(), "events");
        if let Some((account, amount, paid_by)) = told.kept {
            let is = &receipt.events_of::<KeptFor>()[0];
            let is = (is.account, is.amount, is.paid_by);
            assert_eq!(is, (ids[account], amount, ids[paid_by]), "what is kept");
        }
        if let Some((account, amount, freed)) = told.withdrawn {
            let is = &receipt.events_of::<Withdrawn>()[0];
            let is = (is.account, is.amount, is.freed);
            assert_eq!(is, (ids[account], amount, freed), "what is withdrawn");
        }
        if let Some(until) = told.paused_until {
            assert_eq!(receipt.events_of::<PausedUntil>()[0].until, until);
        }
        if let Some((common, events)) = told.channels {
            let is = &receipt.events_of::<ChannelsChanged>()[0];
            let (side, account) = match common {
                Common::Payer(who) => (Side::Payer(ids[who]), who),
                Common::Payee(who) => (Side::Payee(ids[who]), who),
            };
            assert_eq!(is.side, side, "whose channels");
            let by = (account != call.signer).then_some(ids[call.signer]);
            assert_eq!(is.by, by, "who called");
            let changes: Vec<_> = events
                .into_iter()
                .map(|one| self.change(common, one, next))
                .collect();
            assert_eq!(is.changes, changes, "the changes told");
        }
    }

    fn change(&self, common: Common, (id, mut change): Event, next: &Books) -> ChannelChange {
        let ((payer, payee, lane), epoch) = id;
        if let Change::Opened(terms) = &mut change {
            let life = next.life(id.0).expect("just opened");
            terms.signer = self.desk.public(life.offer.key, payer);
            terms.closer = self.desk.public(life.offer.closer, payee);
        }
        let other = match common {
            Common::Payer(_) => payee,
            Common::Payee(_) => payer,
        };
        ChannelChange {
            other: self.books.ids[other],
            lane,
            epoch,
            change,
        }
    }

    /// The signer locks a deposit for each new item, and gets it back for each that is gone.
    fn check_deposit(&self, next: &Books, receipt: &Receipt) {
        let grown = |after: usize, before: usize| after as i128 - before as i128;
        let records = grown(next.records.len(), self.books.records.len());
        let channels = grown(next.standing.len(), self.books.standing.len());
        let locked = |bytes| Profile::current().deposit(1, bytes) as i128;
        let expected = locked(RECORD_BYTES) * records + locked(CHANNEL_BYTES) * channels;
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
            let gone = one.locked + one.put_in + one.fees as i128 + one.given;
            let is = w.chain.total_balance(&self.desk.people[who].id());
            assert_eq!(is, moved(self.begun[who], -gone), "the balance of {who}");
        }
        let locked: i128 = spent.iter().map(|one| one.locked).sum();
        let (owed, forced) = (self.books.owed(), self.books.forced);
        let is = w.chain.total_balance(&w.channels.id);
        let expected = moved(self.begun[CONTRACT], locked) + owed + forced;
        assert_eq!(is, expected, "the contract's balance");
    }

    fn check_touched(&mut self, call: &Call) {
        let mut lines: Vec<Line> = match &call.action {
            Action::Open { channels, .. } => of(call.signer, channels),
            Action::OpenFor {
                payer, channels, ..
            } => of(*payer, channels),
            Action::TopUp { life } => vec![life.0],
            Action::Exit { lives } | Action::Clear { lives } | Action::Close { lives } => {
                lives.iter().map(|life| life.0).collect()
            }
            Action::CloseTogether { line, .. } => vec![*line],
            Action::Claim { payee, papers } => papers
                .iter()
                .map(|one| (one.payer, *payee, one.lane))
                .collect(),
            _ => Vec::new(),
        };
        lines.sort();
        lines.dedup();
        if !lines.is_empty() {
            self.check_channels(&lines);
        }
        if matches!(
            call.action,
            Action::Claim { payee: GHOST, .. }
                | Action::CloseTogether {
                    line: (_, GHOST, _),
                    ..
                }
                | Action::Withdraw { .. }
        ) {
            self.check_records();
        }
    }

    fn check_records(&mut self) {
        for who in [0, GHOST] {
            let (ids, expected) = (&self.books.ids, self.kept(who));
            let message = self.w.channels.contract.call().kept_for(ids[who]);
            let is = self.w.chain.read(message);
            assert_eq!(is, expected, "what is kept for {who}");
        }
    }

    fn kept(&self, who: Who) -> Option<Kept> {
        let record = self.books.records.get(&who)?;
        Some(Kept {
            amount: record.amount,
            paid_by: self.books.ids[record.paid_by],
        })
    }

    /// The channel in a line, as it must be read.
    fn expected(&self, line: &Line) -> Option<Channel> {
        let life = self.books.life(*line)?;
        Some(Channel {
            epoch: life.epoch,
            signer: self.desk.public(life.offer.key, line.0),
            closer: self.desk.public(life.offer.closer, line.1),
            reserve: life.offer.reserve,
            claimed: life.paid,
            delay: life.offer.delay,
            end: life.end,
        })
    }

    fn check_channels(&mut self, lines: &[Line]) {
        let ids = &self.books.ids;
        let keys = lines.iter().map(|line| (ids[line.0], ids[line.1], line.2));
        let message = self.w.channels.contract.call().channels(keys.collect());
        let (now, found) = self.w.chain.read(message);
        assert_eq!(now, self.w.now(), "now");
        for (line, is) in lines.iter().zip(found) {
            let expected = self.expected(line);
            assert_eq!(is, expected, "the channel of {line:?}");
        }
    }

    /// What pages show of each account, as its payer's and as its payee's side.
    fn check_pages(&mut self, lines: &[Line]) {
        let ids = self.books.ids.clone();
        for who in 0..=GHOST {
            for side in [Side::Payer(ids[who]), Side::Payee(ids[who])] {
                let own_and_other = |line: &Line| match side {
                    Side::Payer(_) => (line.0, line.1),
                    Side::Payee(_) => (line.1, line.0),
                };
                let own = lines.iter().filter(|line| own_and_other(line).0 == who);
                let own: Vec<&Line> = own.collect();
                let lanes = own.iter().map(|line| (ids[own_and_other(line).1], line.2));
                let message = self.w.channels.contract.call();
                let message = message.channels_of(side, lanes.collect());
                let page = self.w.chain.read(message);
                let expected = own.iter().map(|line| self.expected(line)).collect();
                let expected = AccountPage {
                    now: self.w.now(),
                    channels: expected,
                    kept: self.kept(who),
                };
                assert_eq!(page, expected, "the page of {side:?}");
            }
        }
    }

    /// Compares everything there is, and adds it up.
    pub fn compare(&mut self) {
        self.books.now = self.w.now();
        self.check_records();
        let lines = (0..PEOPLE).flat_map(|payer| {
            let payees = (0..=GHOST).filter(move |payee| *payee != payer);
            payees.flat_map(move |payee| LANES.map(|lane| (payer, payee, lane)))
        });
        let lines: Vec<_> = lines.collect();
        self.check_channels(&lines);
        self.check_pages(&lines);
        let (owed, held) = self.w.channels.solvency(&mut self.w.chain);
        let expected = self.books.owed();
        assert_eq!((owed, held), (expected, expected + self.books.forced));
        let all = self.w.channels.all(&mut self.w.chain);
        assert_eq!(all.len(), self.books.standing.len(), "records");
        self.rebuilt.compare(&mut self.w);
        let overview = self.w.channels.contract.call().overview();
        let overview = self.w.chain.read(overview);
        let guardian = self.books.ids[PEOPLE - 1];
        assert_eq!(overview.genesis, self.w.channels.place.genesis);
        assert_eq!(overview.guardian, Some(guardian));
        assert_eq!(overview.paused_until, self.books.paused(), "the pause");
    }
}

fn of(payer: Who, channels: &[(Who, u32, Offer)]) -> Vec<Line> {
    let lines = channels
        .iter()
        .map(|(payee, lane, _)| (payer, *payee, *lane));
    lines.collect()
}

/// The account that does not exist at first.
fn ghost() -> Account {
    static GHOST: OnceLock<Account> = OnceLock::new();
    GHOST.get_or_init(|| Account::named("ghost")).clone()
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
        chain.mint(&account.id(), funds());
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
