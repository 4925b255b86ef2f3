//! Which vouchers of a channel are public: a claim shows its voucher to everybody.
//!
//! A voucher says whose credit it spends, and whoever has it could spend what is left. So a voucher that stood in a
//! claim spends nothing any more. Its sum, signed anew, does: signatures are random, and only the signer makes one.

/// How many sums are remembered one by one. Requests that are under way while more claims than this are made are asked
/// to sign anew.
const MAX_SUMS: usize = 16;

/// What of a channel's vouchers everybody may have. A voucher is known by its sum. Few channels need any room for it:
/// as long as nothing was claimed from here, all up to what the chain says was claimed may be public.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Public(Option<Box<Sums>>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Sums {
    /// All up to this one may be.
    floor: u128,
    /// Sums above the floor that may be, in their order.
    above: Vec<u128>,
}

impl Public {
    /// Returns whether everybody may have a voucher for this sum, of a channel of which so much was claimed.
    pub fn has(&self, sum: u128, claimed: u128) -> bool {
        // For nothing, nobody claims.
        if sum == 0 {
            return false;
        }
        match &self.0 {
            None => sum <= claimed,
            Some(sums) => sum <= sums.floor || sums.above.binary_search(&sum).is_ok(),
        }
    }

    /// Takes note that a voucher for this sum is shown now, of a channel of which so much was claimed before.
    pub fn show(&mut self, sum: u128, claimed: u128) {
        let sums = self.0.get_or_insert_with(|| {
            Box::new(Sums {
                floor: claimed,
                above: Vec::new(),
            })
        });
        if sum <= sums.floor {
            return;
        }
        if let Err(place) = sums.above.binary_search(&sum) {
            sums.above.insert(place, sum);
        }
        if sums.above.len() > MAX_SUMS {
            sums.floor = sums.above.remove(0);
        }
    }

    /// Takes note of what was claimed. Where that is no sum that was shown from here, others have claimed, and perhaps
    /// several times.
    pub fn claimed(&mut self, claimed: u128) {
        let Some(sums) = &mut self.0 else {
            return;
        };
        if claimed > sums.floor && sums.above.binary_search(&claimed).is_err() {
            sums.floor = claimed;
            sums.above.retain(|sum| *sum > claimed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_claimed_from_elsewhere_makes_all_below_it_public() {
        let mut public = Public::default();
        assert!(public.has(30, 30) && public.has(20, 30) && !public.has(31, 30));
        public.show(50, 30);
        assert!(public.has(30, 30) && !public.has(40, 30) && public.has(50, 30));
        // That was this claim, so those between were not seen by anybody.
        public.claimed(50);
        assert!(!public.has(40, 50) && public.has(50, 50));
        public.claimed(70);
        assert!(public.has(40, 70) && public.has(60, 70) && !public.has(71, 70));
    }

    #[test]
    fn sums_take_bounded_room_and_none_that_was_shown_is_forgotten() {
        let mut public = Public::default();
        for sum in 1..=1_000 {
            public.show(sum * 10, 0);
        }
        assert!((1..=1_000).all(|sum| public.has(sum * 10, 0)));
        assert!(!public.has(9_995, 0));
        assert!(public.0.unwrap().above.len() <= MAX_SUMS);
    }
}
