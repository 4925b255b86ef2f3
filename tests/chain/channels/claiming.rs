//! What vouchers are worth, and why they are skipped.

use super::world::*;
use farthing_types::voucher::wrap;
use ink::scale::Encode;

#[test]
fn a_claim_raises_the_total_to_the_voucher_and_pays_the_payee_at_once() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let root = [9; 32];
    let said = Voucher {
        channel: channel_id(&alice, &bob, epoch),
        cumulative: 30,
        root,
    };
    let signature = w.phone.sign(&said.payload(&w.channels.place));
    let first = present(&said, signature);
    let before = w.balance(&bob);
    let (outcomes, receipt) = w.claim_as(&carol, &bob, &[first]).unwrap();
    assert_eq!((outcomes, receipt.deposit), (vec![Ok(30)], 0));
    assert_eq!(w.balance(&bob), before + 30);
    let told = only_changes(&receipt);
    assert_eq!(told.side, Side::Payee(bob.id().ink()));
    assert_eq!(told.by, Some(carol.id().ink()));
    let change = |paid, root| ChannelChange {
        other: alice.id().ink(),
        lane: 0,
        epoch,
        change: Change::Claimed { paid, root },
    };
    assert_eq!(told.changes, [change(30, Some(root))]);

    let second = w.voucher(&alice, &bob, epoch, 31);
    let (outcomes, receipt) = w.claim_as(&bob, &bob, &[second]).unwrap();
    assert_eq!((outcomes, receipt.deposit), (vec![Ok(1)], 0));
    let told = only_changes(&receipt);
    assert_eq!((told.by, told.changes), (None, vec![change(1, None)]));
    assert_eq!(w.balance(&bob), before + 31 - receipt.fee);
    assert_eq!(w.channel(&alice, &bob).unwrap().claimed, 31);
    // Nothing is kept for anybody: what is left is the reserve's.
    assert_eq!(w.owed(), RESERVE - 31);
    w.assert_solvent();
}

#[test]
fn one_transfer_pays_for_a_whole_batch_of_payers_and_lanes() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let from_carol = w.open(&carol, &bob, 100).unwrap();
    let now = w.chain.now();
    let third_lane = Opening {
        lane: 3,
        ..w.opening(&bob, 50)
    };
    w.open_on(&alice, now, vec![third_lane], 50).unwrap();
    let in_lane = ChannelId {
        lane: 3,
        ..channel_id(&alice, &bob, now)
    };
    let batch = [
        w.voucher(&alice, &bob, epoch, 5),
        w.voucher(&carol, &bob, from_carol, 7),
        w.voucher_of(&w.phone, in_lane, 11),
    ];
    let before = w.balance(&bob);
    let (outcomes, _) = w.claim_as(&alice, &bob, &batch).unwrap();
    assert_eq!(outcomes, [Ok(5), Ok(7), Ok(11)]);
    assert_eq!(w.balance(&bob), before + 23);
    w.assert_solvent();
}

#[test]
fn a_voucher_signed_by_a_wallet_extension_counts() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let said = Voucher {
        channel: channel_id(&alice, &bob, epoch),
        cumulative: 30,
        root: [0; 32],
    };
    let bytes = w.phone.sign(&wrap(&said.payload(&w.channels.place))).bytes;
    let signature = |wrapped| Signature { bytes, wrapped };
    let unwrapped = present(&said, signature(false));
    let wrapped = present(&said, signature(true));
    assert_eq!(
        w.claim(&bob, &[unwrapped, wrapped]).unwrap(),
        [Err(Skip::BadSignature), Ok(30)]
    );
    w.assert_solvent();
}

#[test]
fn the_signer_can_be_the_payers_own_account() {
    let mut w = world();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let mut opening = w.opening(&bob, RESERVE);
    opening.terms.signer = alice.id().into();
    let epoch = w.chain.now();
    w.open_on(&alice, epoch, vec![opening], RESERVE).unwrap();
    let said = Voucher {
        channel: channel_id(&alice, &bob, epoch),
        cumulative: 30,
        root: [0; 32],
    };
    let signature = sign_as(&alice, &said.payload(&w.channels.place));
    let by_phone = w.voucher(&alice, &bob, epoch, 40);
    assert_eq!(
        w.claim(&bob, &[by_phone, present(&said, signature)])
            .unwrap(),
        [Err(Skip::BadSignature), Ok(30)]
    );
    w.assert_solvent();
}

#[test]
fn a_batch_skips_what_is_worth_nothing_says_why_and_pays_the_rest() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let guardian = w.guardian.clone();
    let over = w.open(&carol, &bob, 100).unwrap();
    w.close(&bob, &carol).0.unwrap();
    let other_lane = ChannelId {
        lane: 1,
        ..channel_id(&alice, &bob, epoch)
    };
    let batch = [
        w.voucher(&alice, &bob, epoch, 5),
        w.voucher(&alice, &bob, epoch, 5),
        w.voucher(&alice, &bob, epoch, 4),
        w.voucher(&alice, &bob, epoch + 1, 50),
        w.voucher(&carol, &bob, over, 50),
        w.voucher(&guardian, &bob, epoch, 50),
        w.voucher_of(&w.phone, other_lane, 50),
        w.voucher_by(&Signer::generate(), &alice, &bob, epoch, 50),
        w.voucher(&alice, &bob, epoch, 7),
    ];
    let expected = [
        Ok(5),
        Err(Skip::NothingNew(5)),
        Err(Skip::NothingNew(5)),
        Err(Skip::OtherEpoch(epoch)),
        Err(Skip::Over),
        Err(Skip::NoChannel),
        Err(Skip::NoChannel),
        Err(Skip::BadSignature),
        Ok(2),
    ];
    let before = w.balance(&bob);
    let (outcomes, receipt) = w.claim_as(&carol, &bob, &batch).unwrap();
    assert_eq!(outcomes, expected);
    assert_eq!(w.balance(&bob), before + 7);
    // Told is what happened; what was skipped did not.
    let told: Vec<_> = only_changes(&receipt)
        .changes
        .into_iter()
        .map(|one| one.change)
        .collect();
    let claimed = |paid| Change::Claimed { paid, root: None };
    assert_eq!(told, [claimed(5), claimed(2)]);
    w.assert_solvent();
}

#[test]
fn a_batch_that_is_worth_nothing_tells_the_world_nothing() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let stranger = Account::named("a stranger to all this");
    let batch = [
        w.voucher_by(&Signer::generate(), &alice, &bob, epoch, 50),
        w.voucher(&stranger, &bob, epoch, 50),
    ];
    let (outcomes, receipt) = w.claim_as(&carol, &bob, &batch).unwrap();
    assert_eq!(outcomes, [Err(Skip::BadSignature), Err(Skip::NoChannel)]);
    assert!(receipt.events.is_empty());
    assert_eq!((receipt.deposit, w.kept(&bob)), (0, None));
    w.assert_solvent();
}

#[test]
fn a_voucher_beyond_the_reserve_is_worth_the_reserve_and_after_a_top_up_the_rest() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let voucher = w.voucher(&alice, &bob, epoch, RESERVE + 30);
    let before = w.balance(&bob);
    let claim = |w: &mut World| w.claim_as(&carol, &bob, &[voucher.clone()]).unwrap().0;
    assert_eq!(claim(&mut w), [Ok(RESERVE)]);
    assert_eq!(claim(&mut w), [Err(Skip::NothingNew(RESERVE))]);
    w.top_up(&alice, &alice, &bob, 20).unwrap();
    assert_eq!(claim(&mut w), [Ok(20)]);
    w.top_up(&alice, &alice, &bob, 20).unwrap();
    assert_eq!(claim(&mut w), [Ok(10)]);
    assert_eq!(claim(&mut w), [Err(Skip::NothingNew(RESERVE + 30))]);
    assert_eq!(w.balance(&bob), before + RESERVE + 30);
    w.assert_solvent();
}

// ---- What the chain refuses to move ----

/// A payee that does not exist on the chain, with a channel from alice.
fn to_nobody() -> (World, Account, Millis) {
    let mut w = world();
    let (alice, nobody) = (w.alice.clone(), Account::named("nobody"));
    let epoch = w.open(&alice, &nobody, RESERVE).unwrap();
    (w, nobody, epoch)
}

#[test]
fn what_the_chain_refuses_to_move_is_kept_and_leaves_later_to_its_owner_only() {
    let (mut w, nobody, epoch) = to_nobody();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let low = existential_deposit() - 1;
    let voucher = w.voucher(&alice, &nobody, epoch, low - 1);
    let (outcomes, receipt) = w.claim_as(&carol, &nobody, &[voucher.clone()]).unwrap();
    assert_eq!((outcomes, receipt.deposit), (vec![Ok(low - 1)], RECORD));
    let paid_by = carol.id().ink();
    let kept = |amount| Some(Kept { amount, paid_by });
    assert_eq!(w.kept(&nobody), kept(low - 1));
    let told = receipt.events_of::<KeptFor>();
    assert_eq!(
        (told[0].account, told[0].amount),
        (nobody.id().ink(), low - 1)
    );
    assert_eq!(told[0].paid_by, paid_by);
    assert_eq!(receipt.events_of::<ChannelsChanged>()[0].changes.len(), 1);
    assert_eq!(w.owed(), RESERVE);
    // Not twice, and more is added to it without a deposit.
    let again = w.claim_as(&carol, &nobody, &[voucher]).unwrap().0;
    assert_eq!(again, [Err(Skip::NothingNew(low - 1))]);
    let voucher = w.voucher(&alice, &nobody, epoch, low);
    let (_, receipt) = w.claim_as(&alice, &nobody, &[voucher]).unwrap();
    assert_eq!((receipt.deposit, w.kept(&nobody)), (0, kept(low)));
    assert_eq!(refused(w.withdraw(&bob, &nobody)), Error::TransferFailed);
    assert_eq!(refused(w.withdraw(&bob, &bob)), Error::NothingDue);

    // Once the account exists, anybody sends it there. The deposit is not theirs.
    w.chain.mint(&nobody.id(), UNIT);
    let (sent, receipt) = w.withdraw(&bob, &nobody).unwrap();
    assert_eq!((sent, receipt.deposit), (low, 0));
    let told = &receipt.events_of::<Withdrawn>()[0];
    assert_eq!((told.account, told.amount), (nobody.id().ink(), low));
    assert!(!told.freed);
    assert_eq!(w.balance(&nobody), UNIT + low);
    assert_eq!((w.kept(&nobody), w.owed()), (kept(0), RESERVE - low));
    assert_eq!(refused(w.withdraw(&nobody, &nobody)), Error::NothingDue);
    let (sent, receipt) = w.withdraw(&carol, &nobody).unwrap();
    assert_eq!(sent, 0);
    assert!(receipt.events_of::<Withdrawn>()[0].freed);
    assert_returned(&receipt, RECORD);
    assert_eq!(w.kept(&nobody), None);
    assert_eq!(refused(w.withdraw(&carol, &nobody)), Error::NothingDue);
    w.assert_solvent();
}

#[test]
fn who_paid_for_a_record_sends_it_and_frees_it_in_one_call() {
    let (mut w, nobody, epoch) = to_nobody();
    let (alice, carol) = (w.alice.clone(), w.carol.clone());
    let voucher = w.voucher(&alice, &nobody, epoch, 5);
    w.claim_as(&carol, &nobody, &[voucher]).unwrap();
    w.chain.mint(&nobody.id(), UNIT);
    let (sent, receipt) = w.withdraw(&carol, &nobody).unwrap();
    assert_eq!((sent, w.kept(&nobody)), (5, None));
    assert_returned(&receipt, RECORD);
    assert_eq!(w.balance(&nobody), UNIT + 5);
    w.assert_solvent();
}

#[test]
fn a_claim_that_makes_the_payee_exist_is_sent_and_what_was_kept_stays_apart() {
    let (mut w, nobody, epoch) = to_nobody();
    let (alice, carol) = (w.alice.clone(), w.carol.clone());
    let small = w.voucher(&alice, &nobody, epoch, 5);
    w.claim_as(&carol, &nobody, &[small]).unwrap();
    let large = w.voucher(&alice, &nobody, epoch, 5 + existential_deposit());
    w.claim_as(&alice, &nobody, &[large]).unwrap();
    assert_eq!(w.balance(&nobody), existential_deposit());
    assert_eq!(w.kept(&nobody).unwrap().amount, 5);
    assert_eq!(w.withdraw(&alice, &nobody).unwrap().0, 5);
    assert_eq!(w.balance(&nobody), existential_deposit() + 5);
    w.assert_solvent();
}

#[test]
fn the_largest_batch_is_claimed_with_roots_and_wrapped_signatures() {
    let mut w = world();
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    let batch: Vec<_> = (0..64)
        .map(|n| {
            let payer = w.chain.account(&format!("payer-{n}"), 10 * UNIT);
            let epoch = w.open(&payer, &bob, UNIT).unwrap();
            let said = Voucher {
                channel: channel_id(&payer, &bob, epoch),
                cumulative: u128::MAX,
                root: [0xff; 32],
            };
            let signature = w.phone.sign(&wrap(&said.payload(&w.channels.place)));
            let wrapped = Signature {
                wrapped: true,
                ..signature
            };
            present(&said, wrapped)
        })
        .collect();
    let before = w.balance(&bob);
    let (outcomes, _) = w.claim_as(&carol, &bob, &batch).unwrap();
    assert_eq!(outcomes, vec![Ok(UNIT); 64]);
    assert_eq!(w.balance(&bob), before + 64 * UNIT);
    w.assert_solvent();
}

// ---- The short way past ink!'s dispatcher ----

/// Arguments as they are, whether they are any or not.
#[derive(Clone)]
struct Raw(Vec<u8>);

impl Encode for Raw {
    fn encode_to<T: ink::scale::Output + ?Sized>(&self, to: &mut T) {
        to.write(&self.0);
    }
}

/// Calls the message of this selector with these bytes for arguments.
fn raw(
    w: &mut World,
    selector: [u8; 4],
    arguments: &[u8],
    value: Balance,
) -> Result<Result<Vec<Outcome>, Error>, Failure<()>> {
    use ink::env::call::{build_call, ExecutionInput, Selector};
    let carol = w.carol.id();
    let message = build_call::<ink::env::DefaultEnvironment>()
        .call(w.channels.id.ink())
        .exec_input(ExecutionInput::new(Selector::new(selector)).push_arg(Raw(arguments.to_vec())))
        .returns::<Result<Vec<Outcome>, Error>>();
    let run = w.chain.dry_run(&carol, message, value);
    run.map(|run| run.answer)
}

/// `claim` has an entry of its own and `close` has ink!'s: both read what comes in alike.
#[test]
fn the_short_way_reads_calls_as_ink_does() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let voucher = w.voucher(&alice, &bob, epoch, 30);
    let claim = ink::selector_bytes!("claim");
    let close = ink::selector_bytes!("close");
    let good = (bob.id().ink(), vec![voucher]).encode();
    let life = w.life(&alice, &bob);
    let ink_good = vec![life].encode();
    assert_eq!(raw(&mut w, claim, &good, 0).unwrap(), Ok(vec![Ok(30)]));
    assert!(raw(&mut w, close, &ink_good, 0).is_ok());
    // What is behind the arguments is not read.
    let longer = |bytes: &[u8]| [bytes, &[7; 9]].concat();
    let read = raw(&mut w, claim, &longer(&good), 0).unwrap();
    assert_eq!(read, Ok(vec![Ok(30)]));
    assert!(raw(&mut w, close, &longer(&ink_good), 0).is_ok());

    let mut malformed: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    let cut = |bytes: &[u8], at: usize| bytes[..at.min(bytes.len() - 1)].to_vec();
    for at in (0..good.len()).step_by(7) {
        malformed.push((cut(&good, at), cut(&ink_good, at)));
    }
    // Lists that say they are longer than anything, and lengths written in more bytes than they need.
    for length in [
        &[0xfe, 0xff, 0xff, 0xff][..],
        &[3, 0, 0, 0, 0x40],
        &[5, 0],
        &[4],
    ] {
        let account = bob.id().ink().encode();
        malformed.push(([&account[..], length].concat(), length.to_vec()));
    }
    // A flag that is neither.
    let mut flag = good.clone();
    *flag.last_mut().unwrap() = 2;
    malformed.push((flag, vec![4]));
    for (claimed, closed) in malformed {
        let by_hand = raw(&mut w, claim, &claimed, 0);
        let by_ink = raw(&mut w, close, &closed, 0);
        let unreadable = |failure: &Failure<()>| {
            matches!(
                failure,
                Failure::Language(ink::LangError::CouldNotReadInput)
            )
        };
        assert!(by_hand.as_ref().is_err_and(unreadable), "{by_hand:?}");
        assert!(by_ink.as_ref().is_err_and(unreadable), "{by_ink:?}");
    }
    // Value for a message that takes none, a message that is none, and a list that is too long.
    for (selector, bytes) in [(claim, &good), (close, &ink_good)] {
        let paid = raw(&mut w, selector, bytes, 1);
        assert!(matches!(paid, Err(Failure::Chain(_))), "{paid:?}");
    }
    assert!(raw(&mut w, [1, 2, 3, 4], &good, 0).is_err());
    let none = (bob.id().ink(), Vec::<SignedVoucher>::new()).encode();
    assert_eq!(raw(&mut w, claim, &none, 0).unwrap(), Err(Error::BatchSize));
    w.assert_solvent();
}
