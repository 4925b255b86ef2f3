//! Listeners pay for an hour of music by the second, with vouchers signed off
//! the chain; the artists claim in batches.

use crate::{
    stage::{Account, Stage},
    story::Story,
};
use anyhow::{anyhow, Result};
use farthing_chain::{at, AsInk, Balance, Channels, Receipt, UNIT};
use farthing_contracts::channels::{
    channel::{Terms, EXIT_BLOCKS, MIN_DELAY, WINDOW},
    messages::{Life, Opening, SignedVoucher},
    ChannelsRef,
};
use farthing_contracts::Contract;
use farthing_types::{
    merkle::{leaf, prove, verify, Root},
    signing::{Signer, Verifier},
    voucher::{ChannelId, Place, Signature, Voucher},
    Millis,
};
use ink::codegen::TraitCallBuilder;

const ARTISTS: usize = 20;
const LISTENERS: usize = 5;
const SECONDS: usize = 3_600;
/// A song, and with it the seconds that a listener pays one artist for.
const SONG: usize = SECONDS / ARTISTS;
/// Of a second of music.
const PRICE: Balance = UNIT / 10_000;
/// What a listener sets aside for each artist: more than a song costs.
const RESERVE: Balance = PRICE * 250;
const PAYMENTS: u32 = (LISTENERS * SECONDS) as u32;

/// What an artist's program keeps of one listener.
struct Heard {
    voucher: Voucher<[u8; 32]>,
    signature: Signature,
    /// What the listener's program keeps: the leaves under the voucher's root.
    bought: Vec<[u8; 32]>,
}

impl<Say: FnMut(&str), S: Stage> Story<'_, Say, S> {
    /// Tells the chapter of music by the second.
    pub fn music(&mut self) -> Result<()> {
        let deployer = self.stage.named("deployer");
        let genesis = self.stage.genesis()?;
        let constructor = ChannelsRef::new(genesis, None);
        let (id, deployment) = self
            .stage
            .deploy(&deployer, Contract::Channels, constructor)?;
        self.note("deployer", "deploys the channels", 1, &deployment);
        let channels = Channels {
            contract: at(&id),
            place: Place {
                genesis,
                contract: id.clone().into(),
            },
            id,
            deployment,
        };
        self.contract(Contract::Channels.name(), channels.id.clone());
        let first = self.steps_so_far();
        let artists = self.crowd("artists", ARTISTS)?;
        let listeners = self.crowd("listeners", LISTENERS)?;

        let (mut heard, mut opened) = (Vec::new(), Vec::new());
        let epoch = self.stage.now()?;
        for listener in &listeners {
            // The key is the phone's: it can spend what is set aside, and nothing else.
            let phone = Signer::generate();
            let receipt = self.open_channels(&channels, listener, &artists, epoch, &phone)?;
            heard.push(self.listen(&channels.place, listener, &artists, epoch, &phone)?);
            opened.push(receipt);
        }
        let what = format!("open channels to {ARTISTS} artists, each in one call");
        let times = (ARTISTS * LISTENERS) as u32;
        self.note_all("listeners", &what, times, &opened);
        self.prove_a_second(&heard[0][7])?;
        self.claim_all(&channels, &artists, &listeners, &heard, epoch)?;
        self.leave(&channels, &artists, &listeners, epoch)?;
        let summary = self.sum_up("seconds of music", PAYMENTS, first);
        let cheap = summary.transfers_each < 0.05;
        self.check("a second costs less than a twentieth of a transfer", cheap)
    }

    fn open_channels(
        &mut self,
        channels: &Channels,
        listener: &Account,
        artists: &[Account],
        epoch: Millis,
        phone: &Signer,
    ) -> Result<Receipt> {
        let opening = |artist: &Account| Opening {
            payee: artist.id().ink(),
            lane: 0,
            terms: Terms {
                reserve: RESERVE,
                signer: phone.public(),
                closer: artist.id().into(),
                delay: MIN_DELAY,
            },
        };
        let openings = artists.iter().map(opening).collect();
        let message = channels.contract.clone().call_mut().open(epoch, openings);
        let value = RESERVE * ARTISTS as Balance;
        let ((), receipt) = self.call(listener, "open channels", message, value)?;
        Ok(receipt)
    }

    /// Plays for an hour: each second a voucher, signed by the phone and checked by the artist's program
    /// before it plays the next.
    fn listen(
        &mut self,
        place: &Place<[u8; 32]>,
        listener: &Account,
        artists: &[Account],
        epoch: Millis,
        phone: &Signer,
    ) -> Result<Vec<Heard>> {
        let verifier =
            Verifier::new(&phone.public()).ok_or_else(|| anyhow!("the phone's key is none"))?;
        let mut heard = Vec::new();
        let mut valid = 0;
        for artist in artists {
            let (mut root, mut bought, mut last) = (Root::default(), Vec::new(), None);
            for second in 1..=SONG {
                let entry = entry(artist, second);
                root.push(&entry);
                bought.push(leaf(&entry));
                let voucher = Voucher {
                    channel: ChannelId {
                        payer: listener.id().into(),
                        payee: artist.id().into(),
                        lane: 0,
                        epoch,
                    },
                    cumulative: PRICE * second as Balance,
                    root: root.hash(),
                };
                let payload = voucher.payload(place);
                let signature = phone.sign(&payload);
                valid += usize::from(verifier.verify(&payload, &signature));
                last = Some((voucher, signature));
            }
            let (voucher, signature) = last.ok_or_else(|| anyhow!("a song without a second"))?;
            heard.push(Heard {
                voucher,
                signature,
                bought,
            });
        }
        self.check("every voucher is valid when it arrives", valid == SECONDS)?;
        Ok(heard)
    }

    /// Shows for the payer that a second was among what a voucher paid for.
    fn prove_a_second(&mut self, heard: &Heard) -> Result<()> {
        let artist = self.stage.named("artists 8");
        let proof = prove(&heard.bought, 99).ok_or_else(|| anyhow!("the song is too short"))?;
        let root = &heard.voucher.root;
        let proved = verify(root, &entry(&artist, 100), &proof);
        self.check("second 100 of the song was paid for", proved)?;
        let other = verify(root, &entry(&artist, 101), &proof);
        self.check("and the proof proves no other", !other)
    }

    fn claim_all(
        &mut self,
        channels: &Channels,
        artists: &[Account],
        listeners: &[Account],
        heard: &[Vec<Heard>],
        epoch: Millis,
    ) -> Result<()> {
        let price = PRICE * SONG as Balance;
        let mut receipts = Vec::new();
        for (n, artist) in artists.iter().enumerate() {
            // The last artist is late: the listeners are leaving already.
            if n + 1 == artists.len() {
                self.exit(channels, artists, listeners, epoch)?;
            }
            let batch = heard.iter().map(|songs| claimed(&songs[n])).collect();
            let message = channels
                .contract
                .clone()
                .call_mut()
                .claim(artist.id().ink(), batch);
            let before = self.stage.balance(&artist.id())?;
            let (outcomes, receipt) = self.call(artist, "claims", message, 0)?;
            let paid = outcomes.iter().all(|outcome| *outcome == Ok(price));
            self.check("each voucher is worth what was heard", paid)?;
            let has = self.stage.balance(&artist.id())? + receipt.fee - before;
            let all = has == price * LISTENERS as Balance;
            self.check("an artist has what everyone heard, at once", all)?;
            receipts.push(receipt);
        }
        let what = format!("claim, {LISTENERS} vouchers each");
        let times = (ARTISTS * LISTENERS) as u32;
        self.note_all("artists", &what, times, &receipts);
        Ok(())
    }

    fn exit(
        &mut self,
        channels: &Channels,
        artists: &[Account],
        listeners: &[Account],
        epoch: Millis,
    ) -> Result<()> {
        let all = lives(artists, epoch);
        let mut receipts = Vec::new();
        for listener in listeners {
            let message = channels.contract.clone().call_mut().exit(all.clone());
            receipts.push(self.call(listener, "exits", message, 0)?.1);
        }
        let times = (ARTISTS * LISTENERS) as u32;
        let what = "want back what they did not use";
        self.note_all("listeners", what, times, &receipts);
        Ok(())
    }

    /// Has the listeners take back what they did not use.
    fn leave(
        &mut self,
        channels: &Channels,
        artists: &[Account],
        listeners: &[Account],
        epoch: Millis,
    ) -> Result<()> {
        // An exit takes its delay and some blocks; the record stays for an hour at least.
        self.stage.blocks(EXIT_BLOCKS)?;
        self.stage.advance(MIN_DELAY.max(WINDOW))?;
        let all = lives(artists, epoch);
        let left = RESERVE - PRICE * SONG as Balance;
        let mut cleared = Vec::new();
        for listener in listeners {
            let message = channels.contract.clone().call_mut().clear(all.clone());
            let (rests, receipt) = self.call(listener, "clears", message, 0)?;
            let back = rests.iter().all(|rest| *rest == Ok(left));
            self.check("a listener gets back what was not used", back)?;
            cleared.push(receipt);
        }
        let times = (ARTISTS * LISTENERS) as u32;
        self.note_all(
            "listeners",
            "clear their channels, an hour later",
            times,
            &cleared,
        );
        let solvency = channels.contract.call().solvency(Vec::new(), Vec::new());
        let (_, held) = self.stage.read(solvency)?;
        self.check("the channels hold nothing more", held == 0)
    }
}

/// Returns a listener's channels to all artists.
fn lives(artists: &[Account], epoch: Millis) -> Vec<Life> {
    let life = |artist: &Account| Life {
        other: artist.id().ink(),
        lane: 0,
        epoch,
    };
    artists.iter().map(life).collect()
}

fn entry(artist: &Account, second: usize) -> Vec<u8> {
    format!("{}'s song, second {second}", artist.name()).into_bytes()
}

fn claimed(heard: &Heard) -> SignedVoucher {
    SignedVoucher {
        payer: heard.voucher.channel.payer.into(),
        lane: heard.voucher.channel.lane,
        epoch: heard.voucher.channel.epoch,
        cumulative: heard.voucher.cumulative,
        root: heard.voucher.root,
        signature: heard.signature,
    }
}
