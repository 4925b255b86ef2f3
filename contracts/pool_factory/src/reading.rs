//! What the messages that only read return.

use crate::{
    lists,
    pool_factory::{Listed, Overview, Page, PoolFactory, Shown},
};
use farthing_shared::ask;
use farthing_types::CreatorId;
use ink::{codegen::TraitCallBuilder, env::call::FromAccountId, prelude::vec::Vec, ToAccountId};
use pool::PoolRef;
use scale::Encode;

/// Most pools on one page of a list.
pub const MAX_PAGE: u32 = 64;
/// Most pools on a page that shows what they tell of themselves: each is asked, and a chain may allow a
/// call no more than 5 MiB of proof, as for a block.
pub const MAX_SHOWN: u32 = 32;
/// Most bytes of the pools on a page that shows what they tell of themselves. ink!'s buffer has room for
/// 16,384.
pub const MAX_BYTES: usize = 15_000;

impl PoolFactory {
    pub(crate) fn look_over(&self) -> Overview {
        Overview {
            registry: self.registry.to_account_id(),
            code_hash: self.code_hash,
            fee: self.fee.clone(),
            pools: lists::count(self.pages, &self.latest),
        }
    }

    pub(crate) fn pool_at(&self, number: u32) -> Option<Listed> {
        let (page, place) = lists::place(number);
        if page == self.pages {
            return self.latest.get(place).cloned();
        }
        self.full_page(page).get(place).cloned()
    }

    pub(crate) fn full_page(&self, page: u32) -> Vec<Listed> {
        self.full.get(page).unwrap_or_default()
    }

    pub(crate) fn count_for(&self, creator: CreatorId) -> u32 {
        let all = self.creators.get(creator).unwrap_or_default();
        lists::count(all.pages, &all.latest)
    }

    pub(crate) fn newest(&self, skip: u32, count: u32) -> Vec<Listed> {
        let most = count.min(MAX_PAGE);
        let read = |page| self.full_page(page);
        lists::latest_first(self.pages, &self.latest, skip, most, read)
    }

    pub(crate) fn newest_of(&self, creator: CreatorId, skip: u32, count: u32) -> Vec<Listed> {
        let all = self.made_for(creator, skip, count);
        all.into_iter().filter(|pool| pool.listed).collect()
    }

    /// Returns pools that were made for a creator, those taken off the list, too.
    fn made_for(&self, creator: CreatorId, skip: u32, count: u32) -> Vec<Listed> {
        let all = self.creators.get(creator).unwrap_or_default();
        let read = |page| self.full_of.get((creator, page)).unwrap_or_default();
        let most = count.min(MAX_PAGE);
        lists::latest_first(all.pages, &all.latest, skip, most, read)
            .into_iter()
            .filter_map(|number| self.pool_at(number))
            .collect()
    }

    pub(crate) fn show(&self, creator: Option<CreatorId>, skip: u32, count: u32) -> Page {
        let count = count.min(MAX_SHOWN);
        let (all, listed) = match creator {
            Some(creator) => (self.count_for(creator), self.made_for(creator, skip, count)),
            None => (
                lists::count(self.pages, &self.latest),
                self.newest(skip, count),
            ),
        };
        let (mut pools, mut bytes, mut next) = (Vec::new(), 0usize, skip);
        for listed in listed {
            if creator.is_none() || listed.listed {
                let shown = shown(listed);
                bytes = bytes.saturating_add(shown.encoded_size());
                if bytes > MAX_BYTES && !pools.is_empty() {
                    break;
                }
                pools.push(shown);
            }
            next = next.saturating_add(1);
        }
        Page {
            pools,
            next: Some(next).filter(|next| *next < all),
        }
    }
}

fn shown(listed: Listed) -> Shown {
    let pool = PoolRef::from_account_id(listed.account);
    let summary = ask(pool.call().summary());
    Shown { listed, summary }
}
