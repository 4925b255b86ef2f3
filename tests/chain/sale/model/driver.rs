//! Runs calls on the chain and on the model, and compares after each.

use super::{
    action::{
        About, Action, Call, Deposit, Outcome, Refusal, Terms, Wanted, ACCOUNTS, GUARDIAN,
        REGISTRY, SIGNERS, STOREFRONT, TREASURY,
    },
    books::Model,
    people::WAIT,
    rebuilt::Rebuilt,
    rebuilt_storefront::Rebuilt as RebuiltStorefront,
    sales::{memo, BLIND},
};
use crate::sale::world::running_hash;
use farthing_chain::{
    existential_deposit, Account, AccountId, Chain, Failure, Farthing, Message, Receipt,
};
use farthing_contracts::registry::{
    creator::{Permissions, Profile},
    RegistryRef,
};
use farthing_contracts::storefront::{
    access::Purchase,
    catalogue::{Content, Listing},
    events::{Order, Payments, Released, Tip},
    StorefrontRef,
};
use farthing_types::{commitment, split::Recipient};
use ink::codegen::TraitCallBuilder;
use scale::{Decode, Encode};

/// What each signer begins with.
fn funds() -> u128 {
    100_000_000 * farthing_chain::Profile::current().unit()
}

/// Both contracts on a chain, and the model beside them.
pub struct Driver {
    pub registry: RegistryRef,
    pub storefront: StorefrontRef,
    pub signers: Vec<Account>,
    pub ids: Vec<AccountId>,
    pub model: Model,
    /// What the registry's events alone tell.
    pub rebuilt: Rebuilt,
    /// What the storefront contract's events alone tell.
    pub shown: RebuiltStorefront,
}

/// Whether the caller asks before sending.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    Asked,
    /// For what is bound to go through. Each call takes the embedded chain milliseconds, asked or sent.
    Straight,
    /// For what is bound to be refused.
    InVain,
}

/// What the chain made of a call.
type Answer = Result<(Option<u32>, Receipt), Failure<Refusal>>;

impl Driver {
    /// Deploys both contracts and gives every signer money.
    pub fn new(fee: u16, guarded: bool) -> (Chain, Self) {
        let farthing = Farthing::deploy(farthing_chain::Terms {
            fee,
            guarded,
            wait: WAIT,
            treasury: 0,
            ..Default::default()
        });
        let rebuilt = Rebuilt::new(&farthing.deployments[0]);
        let shown = RebuiltStorefront::new(&farthing.deployments[1]);
        let mut chain = farthing.chain;
        let (signers, ids) = people(farthing.registry_id, farthing.storefront_id);
        let mut model = Model::new(&ids, fee, guarded);
        for signer in &signers {
            chain.mint(&signer.id(), funds());
        }
        for (balance, id) in model.balances.iter_mut().zip(&ids) {
            *balance = chain.total_balance(id);
        }
        model.issuance = chain.total_issuance();
        let driver = Self {
            registry: farthing.registry,
            storefront: farthing.storefront,
            signers,
            ids,
            model,
            rebuilt,
            shown,
        };
        (chain, driver)
    }

    /// Runs one call, and says whether it went through or why not.
    ///
    /// # Panics
    /// If contracts and model disagree about anything.
    pub fn run(&mut self, chain: &mut Chain, call: &Call, insist: bool) -> Result<(), Refusal> {
        (self.model.now, self.model.block) = (chain.now(), chain.block());
        let expected = self.predict(call);
        let manner = match expected.is_ok() && !insist {
            true => Manner::Straight,
            false => Manner::Asked,
        };
        let answer = self.send(chain, call, manner);
        let well = match (expected, answer) {
            (Ok((next, outcome)), Ok((number, receipt))) => {
                self.model = next;
                assert_eq!(number, outcome.number, "the answer");
                self.charge(call, &receipt);
                self.rebuilt.follow(&receipt);
                self.shown.follow(&receipt);
                self.check_receipt(call, &outcome, &receipt);
                Ok(())
            }
            (Err(refusal), Err(Failure::Contract(error))) => {
                assert_eq!(error, refusal, "the error");
                if insist {
                    self.send_in_vain(chain, call);
                }
                Err(refusal)
            }
            (expected, answer) => {
                let expected = expected.map(|(_, outcome)| outcome);
                let asked = self.send(chain, call, Manner::Asked);
                panic!("expected {expected:?}, and it was {answer:?}; asked: {asked:?}")
            }
        };
        self.check_balances(chain);
        well
    }

    /// The model after the call, and what it must answer.
    fn predict(&self, call: &Call) -> Result<(Model, Outcome), Refusal> {
        let mut next = self.model.clone();
        let Call {
            signer,
            value,
            action,
        } = call;
        let outcome = if let Action::Send { to } = action {
            next.transfer(*signer, *to, *value);
            next.forced += if *to == STOREFRONT { *value } else { 0 };
            Outcome::default()
        } else if let Some(done) = next.ask_registry(*signer, action) {
            done?
        } else {
            let done = next.ask_storefront(*signer, *value, action);
            done.unwrap_or(Ok(Outcome::default()))?
        };
        Ok((next, outcome))
    }

    /// Takes fee and storage deposit off the signer. The deposit is held on the contract's account.
    fn charge(&mut self, call: &Call, receipt: &Receipt) {
        use Action::*;
        let contract = match call.action {
            Commit { .. } | CancelCommitment | Register { .. } | ClaimHandle { .. } => REGISTRY,
            ReleaseHandle { .. } | ForgetHandle { .. } | SetProfile { .. } => REGISTRY,
            SetDelegate { .. } | Offer { .. } | Accept { .. } | Delete { .. } => REGISTRY,
            SetPayout { .. } | UnsetPayout { .. } => REGISTRY,
            _ => STOREFRONT,
        };
        let balances = &mut self.model.balances;
        let moved = |balance: u128, by: i128| balance.checked_add_signed(by).expect("enough money");
        balances[call.signer] = moved(balances[call.signer], -receipt.deposit) - receipt.fee;
        balances[contract] = moved(balances[contract], receipt.deposit);
        self.model.issuance -= receipt.fee;
    }

    fn check_receipt(&self, call: &Call, outcome: &Outcome, receipt: &Receipt) {
        match outcome.deposit {
            Deposit::Any => {}
            Deposit::None => assert_eq!(receipt.deposit, 0, "a deposit for nothing"),
            Deposit::Locked => assert!(
                receipt.deposit as u128 >= farthing_chain::Profile::current().deposit(1, 0),
                "no deposit"
            ),
        }
        let payments = receipt.events_of::<Payments>();
        if outcome.payments.is_empty() {
            assert!(payments.is_empty(), "told of payments");
        } else {
            let [told] = &payments[..] else {
                panic!("told {} times of payments", payments.len())
            };
            assert_eq!(told.payments, outcome.payments, "the payments told");
            assert_eq!(told.kept, outcome.kept, "what was told to be kept");
            assert_eq!(told.payer, self.model.accounts[call.signer]);
            let referrer = match &call.action {
                Action::Buy { terms, .. } | Action::BuyMany { terms, .. } => terms.referrer,
                _ => None,
            };
            assert_eq!(told.referrer, referrer.map(|who| self.model.accounts[who]));
        }
        let released = receipt.events_of::<Released>();
        let released: Vec<_> = released.into_iter().map(|one| one.release).collect();
        let expected: Vec<_> = outcome.release.iter().cloned().collect();
        assert_eq!(released, expected, "the money told to have left");
    }

    /// Sends a call that is bound to be refused. It costs its fee, and nothing else.
    fn send_in_vain(&mut self, chain: &mut Chain, call: &Call) {
        match self.send(chain, call, Manner::InVain) {
            Err(Failure::Chain(error)) if format!("{error:?}").contains("ContractReverted") => {}
            other => panic!("sent unasked: {other:?}"),
        }
        let fee = self.model.issuance - chain.total_issuance();
        assert!(fee > 0, "the chain worked for free");
        self.model.balances[call.signer] -= fee;
        self.model.issuance -= fee;
    }

    /// What can be compared after every step: all money there is.
    fn check_balances(&self, chain: &mut Chain) {
        assert_eq!(
            chain.total_issuance(),
            self.model.issuance,
            "money there is"
        );
        for (who, id) in self.ids.iter().enumerate() {
            let (is, was) = (chain.total_balance(id), self.model.balances[who]);
            assert_eq!(is, was, "the balance of account {who}");
        }
        let held = chain.balance(&self.ids[STOREFRONT]) - existential_deposit();
        assert_eq!(held, self.model.owed() + self.model.forced, "money held");
    }

    fn send(&mut self, chain: &mut Chain, call: &Call, manner: Manner) -> Answer {
        let signer = self.signers[call.signer].clone();
        match &call.action {
            Action::Send { to } => {
                let sent = chain.transfer(&signer, &self.ids[*to].clone(), call.value);
                Ok((None, sent.map_err(Failure::Chain)?))
            }
            Action::Jump { millis } => {
                chain.advance(*millis);
                Ok((None, NOTHING))
            }
            _ => {
                let via = Via {
                    chain,
                    signer,
                    value: call.value,
                    manner,
                };
                let registry = self.send_to_registry(via, call);
                registry.unwrap_or_else(|via| self.send_to_storefront(via, call))
            }
        }
    }

    fn send_to_registry<'a>(&mut self, mut via: Via<'a>, call: &Call) -> Result<Answer, Via<'a>> {
        use Action::*;
        let accounts = self.model.accounts.clone();
        let told = accounts.get(STOREFRONT).copied();
        let tell: Vec<_> = told.into_iter().filter(|_| self.model.tells()).collect();
        let to = self.registry.call_mut();
        Ok(match call.action.clone() {
            Commit { claim } => {
                let owner = accounts[claim.owner];
                let hash = commitment::handle_claim(&claim.handle, &owner, &claim.salt);
                let sent = via.chain.call_unasked(&via.signer, to.commit(hash), 0);
                sent.map(|receipt| (None, receipt)).map_err(Failure::Chain)
            }
            CancelCommitment => via.send(to.cancel_commitment()),
            Register { handle, salt, uri } => via.ask(to.register(handle, salt, profile(uri))),
            ClaimHandle {
                creator,
                handle,
                salt,
            } => via.send(to.claim_handle(creator, handle, salt)),
            ReleaseHandle { creator } => via.send(to.release_handle(creator)),
            SetProfile { creator, uri } => via.send(to.set_profile(creator, profile(uri))),
            ForgetHandle { creator, handle } => via.send(to.forget_handle(creator, handle)),
            SetDelegate {
                creator,
                delegate,
                may: [catalogue, price, profile],
            } => {
                let permissions = Permissions {
                    catalogue,
                    price,
                    profile,
                };
                via.send(to.set_delegate(creator, accounts[delegate], permissions))
            }
            Offer { creator, to: new } => {
                via.send(to.offer_ownership(creator, new.map(|who| accounts[who])))
            }
            Accept { creator, seen } => via.send(to.accept_ownership(creator, seen, tell)),
            UnsetPayout { creator, seen } => via.send(to.unset_payout(creator, seen, tell)),
            Delete { creator, seen } => via.send(to.delete(creator, seen)),
            SetPayout {
                creator,
                recipients,
                seen,
            } => {
                let recipients = recipients_of(&accounts, &recipients);
                via.send(to.set_payout(creator, recipients, seen, tell))
            }
            _ => return Err(via),
        })
    }

    fn send_to_storefront(&mut self, mut via: Via<'_>, call: &Call) -> Answer {
        use Action::*;
        let accounts = self.model.accounts.clone();
        let account = |who: usize| accounts[who];
        let to = self.storefront.call_mut();
        match call.action.clone() {
            Open { creator } => via.send(to.open(creator)),
            Publish {
                creator,
                offer,
                about,
            } => via.ask(to.publish(creator, listing(&offer), content(&about))),
            Revise {
                creator,
                item,
                about,
            } => via.ask(to.revise(creator, item, content(&about))),
            Give {
                creator,
                item,
                owner,
            } => via.send(to.give(creator, item, account(owner))),
            SetPrice {
                creator,
                item,
                price,
            } => via.send(to.set_price(creator, item, price)),
            Retire { creator, item } => via.send(to.retire(creator, item)),
            Relist { creator, item } => via.send(to.relist(creator, item)),
            SetItemTier {
                creator,
                item,
                tier,
            } => via.send(to.set_item_tier(creator, item, tier)),
            SetTier {
                creator,
                tier,
                price,
            } => via.send(to.set_tier(creator, tier, price)),
            Tip {
                creator,
                memo: length,
            } => via.send(to.tip(creator, memo(length))),
            TipMany { tips } => via.send(to.tip_many(tips.into_iter().map(tip).collect())),
            Buy {
                order: wanted,
                terms: Terms { gift, referrer },
            } => via.send(to.buy(order(wanted), gift.map(account), referrer.map(account))),
            BuyMany {
                orders,
                terms: Terms { gift, referrer },
            } => {
                let orders = orders.into_iter().map(order).collect();
                via.send(to.buy_many(orders, gift.map(account), referrer.map(account)))
            }
            BuyBlinded { creator, tier, max } => {
                via.send(to.buy_blinded(creator, tier, BLIND, max))
            }
            Refund {
                creator,
                item,
                owner,
                skip,
                history,
                which,
            } => {
                let purchase = |(item, payer, paid, term)| Purchase {
                    item,
                    payer: account(payer),
                    paid,
                    term,
                };
                let truth = self.model.history(creator, item, owner);
                let before: Vec<_> = truth.into_iter().take(skip).map(purchase).collect();
                let earlier = running_hash(&before);
                let history = history.into_iter().map(purchase).collect();
                via.send(to.refund(creator, account(owner), earlier, history, which))
            }
            Payout { creator } => via.send(to.payout(creator)),
            PayoutDeleted {
                creator,
                recipients,
            } => {
                let recipients = recipients_of(&accounts, &recipients);
                via.send(to.payout_deleted(creator, recipients))
            }
            Refresh { creator } => via.send(to.refresh(creator)),
            WithdrawFees => via.send(to.withdraw_fees()),
            Pause { duration } => via.send(to.pause(duration)),
            Resume => via.send(to.resume()),
            other => panic!("{other:?} is no call to the storefront"),
        }
    }
}

/// What a step without a transaction costs.
const NOTHING: Receipt = Receipt {
    fee: 0,
    deposit: 0,
    weight: farthing_chain::Weight::zero(),
    events: Vec::new(),
};

/// How a message is sent.
struct Via<'a> {
    chain: &'a mut Chain,
    signer: Account,
    value: u128,
    manner: Manner,
}

impl Via<'_> {
    fn send<Args: Encode, E: Decode + Into<Refusal>>(
        &mut self,
        message: Message<Args, Result<(), E>>,
    ) -> Answer {
        if self.manner == Manner::Straight {
            let sent = self.chain.call_unasked(&self.signer, message, self.value);
            return sent.map(|receipt| (None, receipt)).map_err(Failure::Chain);
        }
        let sent = self.deliver(message)?;
        Ok((None, sent.1))
    }

    fn ask<Args: Encode, E: Decode + Into<Refusal>>(
        &mut self,
        message: Message<Args, Result<u32, E>>,
    ) -> Answer {
        let (number, receipt) = self.deliver(message)?;
        Ok((Some(number), receipt))
    }

    fn deliver<Args: Encode, T: Decode, E: Decode + Into<Refusal>>(
        &mut self,
        message: Message<Args, Result<T, E>>,
    ) -> Result<(T, Receipt), Failure<Refusal>> {
        if self.manner == Manner::InVain {
            let sent = self.chain.call_unasked(&self.signer, message, self.value);
            let error = sent.expect_err("a call went through that must be refused");
            return Err(Failure::Chain(error));
        }
        let sent = self.chain.call(&self.signer, message, self.value);
        sent.map_err(|failure| match failure {
            Failure::Contract(error) => Failure::Contract(error.into()),
            Failure::Chain(error) => Failure::Chain(error),
            Failure::Language(error) => Failure::Language(error),
        })
    }
}

/// A profile that says nothing but where it is.
pub fn profile(uri: String) -> Profile {
    Profile {
        commitment: [1; 32],
        uri,
    }
}

/// The listing of an offer.
pub fn listing(offer: &super::action::Offer) -> Listing {
    Listing {
        price: offer.price,
        pay_what_you_want: offer.pay_what_you_want,
        period: offer.period,
        referral: offer.referral,
        tier: offer.tier,
        copies: offer.copies,
    }
}

/// The content of an item.
pub fn content(about: &About) -> Content {
    Content {
        commitment: [about.content; 32],
        title: about.title.clone(),
        uri: about.uri.clone(),
    }
}

fn order((creator, item, max_price, edition): Wanted) -> Order {
    Order {
        creator,
        item,
        max_price,
        edition,
    }
}

/// A split as the contracts have it.
pub fn recipients_of(
    accounts: &[ink::primitives::AccountId],
    split: &[(usize, u32)],
) -> Vec<Recipient<ink::primitives::AccountId>> {
    let recipient = |(who, parts): &(usize, u32)| Recipient {
        account: accounts[*who],
        parts: *parts,
    };
    split.iter().map(recipient).collect()
}

fn tip((creator, amount, length): (u32, u128, usize)) -> Tip {
    let memo = memo(length);
    Tip {
        creator,
        amount,
        memo,
    }
}

/// Those who sign, and everyone's account.
fn people(registry: AccountId, storefront: AccountId) -> (Vec<Account>, Vec<AccountId>) {
    use std::sync::OnceLock;
    // Deriving keys from names takes longer than a hundred calls.
    static NAMED: OnceLock<Vec<Account>> = OnceLock::new();
    let named = NAMED.get_or_init(|| {
        let name = |who| match who {
            GUARDIAN => "guardian".to_owned(),
            TREASURY => "treasury".to_owned(),
            _ => format!("person-{who}"),
        };
        (0..ACCOUNTS - 2)
            .map(|who| Account::named(&name(who)))
            .collect()
    });
    let mut ids: Vec<AccountId> = named.iter().map(Account::id).collect();
    ids.extend([registry, storefront]);
    (named[..SIGNERS].to_vec(), ids)
}
