//! Watching chains: whoever does sees each block before it is sealed.

use crate::{Chain, ContractEvent};
use std::cell::Cell;

/// Who watches a chain.
pub trait Watcher: Send {
    /// Sees what contracts told in a block, in order, and can ask the chain as it is at the block's end.
    fn sealed(&mut self, chain: &mut Chain, told: Vec<ContractEvent>);
}

type Make = fn() -> Box<dyn Watcher>;

thread_local! {
    static MAKE: Cell<Option<Make>> = const { Cell::new(None) };
}

/// Runs `f`, in which each new chain of this thread has a watcher of its own.
pub fn watched<T>(make: Make, f: impl FnOnce() -> T) -> T {
    /// Puts back what was also if `f` panics.
    struct Back(Option<Make>);
    impl Drop for Back {
        fn drop(&mut self) {
            MAKE.set(self.0);
        }
    }
    let _back = Back(MAKE.replace(Some(make)));
    f()
}

/// Returns the watcher of a new chain, if it has one.
pub(crate) fn new() -> Option<Box<dyn Watcher>> {
    MAKE.get().map(|make| make())
}
