//! What the numbers in the columns `kind` stand for. Those that were ever stored never change.

macro_rules! kinds {
    ($($(#[$about:meta])* $name:ident {
        $($(#[$doc:meta])* $kind:ident = $number:literal $word:literal,)*
    })*) => {
        $($(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $kind = $number),* }

        impl $name {
            /// Returns the kind that a number stands for.
            pub fn of(number: i64) -> Option<Self> {
                match number {
                    $($number => Some(Self::$kind),)*
                    _ => None,
                }
            }

            /// Returns the kind's name, as answers and books have it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $word,)*
                }
            }
        }

        impl From<$name> for crate::Value {
            fn from(kind: $name) -> Self {
                Self::Int(kind as i64)
            }
        }

        impl crate::value::Read for $name {
            fn read(value: &crate::Value) -> Option<Self> {
                Self::of(i64::read(value)?)
            }
        })*
    };
}

kinds! {
    /// What a payment in the storefront was for.
    PaymentKind {
        /// A tip to a creator.
        Tip = 1 "tip",
        /// An item that was bought openly.
        Purchase = 2 "purchase",
        /// Something that only the buyer knows.
        Blinded = 3 "blinded",
    }
    /// What came into a pool.
    GiftKind {
        /// A donation, which counts as a donor's gift.
        Donation = 1 "donation",
        /// A sponsor's money, to be added to donations.
        Sponsorship = 2 "sponsorship",
        /// Money that nobody can have back.
        Grant = 3 "grant",
        /// Money that had come by another road.
        Surplus = 4 "surplus",
    }
    /// What left a pool, or was told with it.
    ReleaseKind {
        /// A beneficiary was paid, or the treasury; it arrived.
        Paid = 1 "paid",
        /// The same, and the chain refused to move it: it is kept.
        Kept = 2 "kept",
        /// A donor had their gifts back.
        Refund = 3 "refund",
        /// A sponsor had money back.
        Sponsorship = 4 "sponsorship",
        /// Somebody took out what was kept for them.
        Withdrawal = 5 "withdrawal",
        /// What a payout was spent on was told.
        Explained = 6 "explained",
        /// The pool told its donors news.
        News = 7 "news",
    }
    /// What happened in a round.
    RoundKind {
        /// A pool entered.
        Entered = 1 "entered",
        /// A pool was taken out.
        TakenOut = 2 "taken-out",
        /// Somebody objected to a pool.
        Objected = 3 "objected",
        /// An objection was taken back.
        Allowed = 4 "allowed",
        /// Somebody put money in.
        Sponsored = 5 "sponsored",
        /// A sponsor left with their money.
        Left = 6 "left",
        /// A donation came through the round.
        Donated = 7 "donated",
        /// What a pool gets was settled.
        Share = 8 "share",
        /// A pool took its share.
        Paid = 9 "paid",
        /// A pool did not take its share.
        NotTaken = 10 "not-taken",
        /// A sponsor had back what was not divided.
        TakenBack = 11 "taken-back",
    }
    /// What happened to a channel.
    ChannelKind {
        /// It was opened.
        Opened = 1 "opened",
        /// More was set aside.
        ToppedUp = 2 "topped-up",
        /// A voucher was claimed.
        Claimed = 3 "claimed",
        /// The payer is leaving.
        Exiting = 4 "exiting",
        /// The payee closed it.
        Closed = 5 "closed",
        /// Both closed it.
        ClosedTogether = 6 "closed-together",
        /// The payer cleared it.
        Cleared = 7 "cleared",
    }
    /// What happened to a stream.
    StreamKind {
        /// It was opened.
        Opened = 1 "opened",
        /// Money was added.
        Added = 2 "added",
        /// The payer had money back.
        Returned = 3 "returned",
        /// The payee was paid.
        Paid = 4 "paid",
        /// Its rate is another.
        RateSet = 5 "rate-set",
        /// It stands still.
        Paused = 6 "paused",
        /// It goes on.
        Resumed = 7 "resumed",
        /// It ended.
        Stopped = 8 "stopped",
    }
    /// Whose ledger it is.
    LedgerKind {
        /// A creator's ledger.
        Creator = 1 "creator",
        /// The ledger of somebody's shares for referring buyers.
        Referrals = 2 "referrals",
        /// The ledger of the platform's fees.
        Fees = 3 "fees",
        /// The ledger of what the channels contract holds and moves for an account.
        Channels = 4 "channels",
        /// A stream's ledger.
        Stream = 5 "stream",
        /// The ledger of what a pool pays an account.
        Pool = 6 "pool",
    }
    /// What a line of a ledger is for.
    ItemKind {
        /// An item of a creator's.
        Item = 1 "item",
        /// A price tier of blinded purchases.
        Tier = 2 "tier",
        /// A pool's payout.
        Payout = 3 "payout",
    }
    /// What kind of movement a line of a ledger is; see [`farthing_client::ops::ledger::Kind`].
    LineKind {
        /// A creator was tipped.
        Tip = 1 "tip",
        /// A creator sold an item.
        Sale = 2 "sale",
        /// A creator sold something without knowing what.
        BlindedSale = 3 "blinded sale",
        /// A fee.
        Fee = 4 "fee",
        /// What a creator leaves to who referred the buyer.
        ReferralShare = 5 "referral share",
        /// It was sent on at once.
        SentOn = 6 "sent on",
        /// It was paid out.
        Payout = 7 "payout",
        /// A creator attached it, to pay a refund.
        AddedForRefund = 8 "added for a refund",
        /// A purchase was refunded.
        Refund = 9 "refund",
        /// Who referred a buyer gets it.
        Referral = 10 "referral",
        /// It was set aside in a channel.
        Reserve = 11 "reserve",
        /// A channel paid it.
        Paid = 12 "paid",
        /// It came back out of a channel.
        RestOfReserve = 13 "rest of a reserve",
        /// A payee claimed it.
        Voucher = 14 "voucher",
        /// A payee had it when a channel was closed together.
        Closing = 15 "closing",
        /// The chain refused to move it.
        Kept = 16 "kept",
        /// What had been kept was withdrawn.
        Withdrawal = 17 "withdrawal",
        /// It was put into a stream.
        Deposit = 18 "deposit",
        /// The payee had it of a stream.
        Claim = 19 "claim",
        /// The payer had it back of a stream.
        Rest = 20 "rest",
        /// A gift to a pool went straight through.
        Gift = 21 "gift",
        /// A pool sent it.
        Sent = 22 "sent",
    }
}

macro_rules! same_kinds {
    ($($kind:ident)*) => {
        impl From<farthing_client::ops::ledger::Kind> for LineKind {
            fn from(kind: farthing_client::ops::ledger::Kind) -> Self {
                use farthing_client::ops::ledger::Kind;
                match kind {
                    $(Kind::$kind => Self::$kind,)*
                }
            }
        }

        impl From<LineKind> for farthing_client::ops::ledger::Kind {
            fn from(kind: LineKind) -> Self {
                match kind {
                    $(LineKind::$kind => Self::$kind,)*
                }
            }
        }
    };
}

same_kinds! {
    Tip Sale BlindedSale Fee ReferralShare SentOn Payout AddedForRefund Refund Referral Reserve Paid RestOfReserve
    Voucher Closing Kept Withdrawal Deposit Claim Rest Gift Sent
}

#[cfg(test)]
mod tests {
    use super::*;
    use farthing_client::ops::ledger::Kind;

    #[test]
    fn kinds_of_lines_are_called_as_in_the_library() {
        for number in 1.. {
            let Some(kind) = LineKind::of(number) else {
                assert_eq!(number, 23);
                break;
            };
            assert_eq!(Kind::from(kind).to_string(), kind.name());
            assert_eq!(LineKind::from(Kind::from(kind)), kind);
        }
    }
}
